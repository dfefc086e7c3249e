"""A client's state, in Python: apply numbered events to a snapshot. The twin of static/community/js/room_state.js."""

import copy
from typing import Any

NOBODY = {"id": "", "name": "", "tint": "", "badge_zh": "", "badge_en": ""}
State = dict[str, Any]


def apply(state: State, event: dict[str, Any]) -> State:
    """The snapshot with one more event in it. Refuses to jump over a number."""
    state = copy.deepcopy(state)
    if event["seq"] <= state["seq"]:
        return state
    assert event["seq"] == state["seq"] + 1, f"a hole between {state['seq']} and {event['seq']}"
    state["seq"] = event["seq"]
    _reduce(state, event["k"], event["d"])
    return state


def _reduce(state: State, kind: str, d: dict[str, Any]) -> None:
    messages = state["messages"]
    if kind == "room":
        state["state"] = d["state"]
    elif kind == "msg":
        new = {key: value for key, value in d.items() if key != "root"}
        under = {"n": 0, "at": ""}
        messages.setdefault(
            d["mid"], {**new, "edited": "", "gone": "", "why": "", "stamps": {}, "pinned": False, "under": under}
        )
        if d["thread"] in messages:
            messages[d["thread"]]["under"] = d["root"]
    elif d["mid"] in messages:
        _change(messages, messages[d["mid"]], kind, d)


def _change(messages: dict[int, Any], message: dict[str, Any], kind: str, d: dict[str, Any]) -> None:
    if kind == "edit":
        message.update(html=d["html"], edited=d["at"])
    elif kind == "react":
        message["stamps"][d["stamp"]] = d["n"]
        if not d["n"]:
            del message["stamps"][d["stamp"]]
    elif kind == "pin":
        message["pinned"] = d["on"]
    elif kind == "part":
        message["parts"] = d["parts"]
    elif kind == "show":
        message.update({key: value for key, value in d.items() if key != "text"})
    else:
        gone = "hidden" if kind == "hide" else d["why"]
        message.update(
            html="",
            reply=None,
            parts=[],
            edited="",
            pinned=False,
            stamps={},
            gone=gone,
            why=d["why"] if kind == "hide" else "",
        )
        if gone == "left":
            message["by"] = dict(NOBODY)
    if kind in ("edit", "del", "hide", "show"):
        names = {"edit": {"text": d.get("text")}, "show": {"text": d.get("text"), "name": d.get("by", {}).get("name")}}
        for other in messages.values():
            if other["reply"] and other["reply"]["mid"] == d["mid"]:
                other["reply"].update(names.get(kind, {"text": "", "name": ""}))
