"""A stretch of messages as one viewer sees it: days, the unread line, runs, own messages and stamps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community import parts
from community.chat.data import wholes
from community.enums import Reason
from community.models import Message, Reaction, Room
from ground.localized import SUFFIXES

RUN = timedelta(minutes=5)
STAMP_LABELS: dict[str, Promise | str] = {
    "妙": _("Wonderful"),
    "善": _("Well said"),
    "茶": _("A cup of tea to that"),
    "问": _("I ask the same"),
    "听": _("Listening"),
}


@dataclass(slots=True)
class Row:
    """One line of the stream: `kind` is day, unread or msg."""

    kind: str
    day: date | None = None
    unread: int = 0
    message: dict[str, Any] | None = None


def rows(
    room: Room, messages: list[Message], *, account: User | None, language: str, read_to: int | None = None,
    unheard: frozenset[str] | set[str] = frozenset(),
) -> list[Row]:  # fmt: skip
    """The stream for a page. Four queries more than the messages themselves. `unheard`: ids whose words are folded away."""
    seen = [
        _seen(data, message, account, language) for data, message in zip(wholes(room, messages), messages, strict=True)
    ]
    for data in seen:
        data["unheard"] = data["by"]["id"] in unheard
    _add_own_stamps(seen, messages, account)
    _add_parts(seen, account)
    found: list[Row] = []
    previous: dict[str, Any] | None = None
    marked = False
    for data in seen:
        day = timezone.localtime(data["when"]).date()
        if previous is None or timezone.localtime(previous["when"]).date() != day:
            found.append(Row("day", day=day))
            previous = None
        if (
            not marked
            and read_to is not None
            and read_to < (data["no"] or 0)
            and read_to < room.last_no
            and not data["own"]
        ):
            marked = True
            found.append(Row("unread", unread=room.last_no - read_to))
            previous = None
        data["run"] = _runs_on(previous, data)
        found.append(Row("msg", message=data))
        previous = data
    return found


def _seen(data: dict[str, Any], message: Message, account: User | None, language: str) -> dict[str, Any]:
    suffix = SUFFIXES.get(language, "en")
    other = "en" if suffix == "zh" else "zh"
    return {
        **data,
        "when": message.created_at,
        "ref": message.ref,
        "anchor": message.anchor,
        "own": account is not None and data["by"]["id"] == str(account.public_id),
        "badge": data["by"][f"badge_{suffix}"] or data["by"][f"badge_{other}"],
        "why_label": Reason(data["why"]).label if data["why"] else "",
        "stamp_rows": [
            {"stamp": stamp, "label": STAMP_LABELS.get(stamp, stamp), "n": n, "mine": False}
            for stamp, n in data["stamps"].items()
        ],
    }


def _add_own_stamps(seen: Sequence[dict[str, Any]], messages: list[Message], account: User | None) -> None:
    if account is None or not messages:
        return
    mine = set(Reaction.objects.filter(message__in=messages, account=account).values_list("message_id", "stamp"))
    for data in seen:
        for stamp in data["stamp_rows"]:
            stamp["mine"] = (data["mid"], stamp["stamp"]) in mine


def _add_parts(seen: Sequence[dict[str, Any]], account: User | None) -> None:
    """What hangs on each, with its template and what it is to the viewer."""
    mine = parts.mine(account, [part for data in seen for part in data["parts"]])
    for data in seen:
        known = [(parts.kinds.get(part["kind"]), part) for part in data["parts"]]
        data["part_rows"] = [
            {"template": kind.template, "part": part, "mine": mine.get(f"{kind.key}:{part.get('id')}")}
            for kind, part in known
            if kind is not None
        ]


def _runs_on(previous: dict[str, Any] | None, data: dict[str, Any]) -> bool:
    """The same person again within five minutes, with nothing between: the name is not said twice."""
    if previous is None or previous["by"]["id"] != data["by"]["id"] or not data["by"]["id"]:
        return False
    when: datetime = data["when"]
    return when - previous["when"] < RUN and not data["reply"] and not previous["gone"] and not previous["under"]["n"]
