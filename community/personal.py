"""What a person takes along, and what becomes of it when they go: words leave, tombstones and decisions stay."""

from typing import Any

from django.db import transaction

from accounts.models import User
from community.actions.changes import bury, react
from community.enums import Gone
from community.models import (
    Appeal,
    Block,
    Case,
    GroupInvite,
    GroupMember,
    GroupRequest,
    HeldMessage,
    Mention,
    Message,
    PowerPause,
    Reaction,
    Report,
    Revision,
    RoomEvent,
    Sanction,
    Seat,
)
from community.refusals import Refused

MODELS = (
    "community.Appeal", "community.Block", "community.Case", "community.GroupInvite", "community.GroupMember", "community.GroupRequest", "community.HeldMessage", "community.Mention", "community.Message",
    "community.PowerPause", "community.Reaction", "community.Report", "community.Revision", "community.RoomEvent",
    "community.Sanction", "community.Seat",
)  # fmt: skip


def collect(account: User) -> list[dict[str, Any]]:
    """Everything of this person in the community, one record for each kind of thing, ready for JSON."""
    messages = Message.objects.filter(sender=account).select_related("room").order_by("created_at")
    return [
        {"groups": list(GroupMember.objects.filter(account=account).values_list("group__slug", "role"))},
        {"seats": list(Seat.objects.filter(account=account).values("room__slug", "last_read_no", "muted"))},
        {"messages": [_said(message) for message in messages]},
        {"revisions": [{"was": r.body, "at": r.at.isoformat()} for r in Revision.objects.filter(editor=account)]},
        {"stamps": list(Reaction.objects.filter(account=account).values("message_id", "stamp"))},
        {"mentions": list(Mention.objects.filter(account=account).values("room__slug", "no"))},
        {"reports": list(Report.objects.filter(reporter=account).values("case__text", "reason", "note"))},
        {"cases_about_you": list(Case.objects.filter(author=account).values("text", "state", "reason"))},
        {
            "decisions_about_you": [
                _decided(row) for row in Sanction.objects.filter(account=account).select_related("appeal")
            ]
        },
        {"decisions_by_you": Sanction.objects.filter(imposed_by=account).count()},
        {
            "asked_to_join": list(
                GroupRequest.objects.filter(account=account).values("group__slug", "words", "state", "at")
            )
        },
        {
            "invitations": list(
                GroupInvite.objects.filter(made_by=account).values("group__slug", "most", "used", "ends_at")
            )
        },
        {"held": list(HeldMessage.objects.filter(sender=account).values("room__slug", "body", "att", "state", "at"))},
        {"not_heard": list(Block.objects.filter(account=account).values_list("blocked__name", flat=True))},
        {"power_rested": list(PowerPause.objects.filter(account=account).values("began_at", "until"))},
        {"events": RoomEvent.objects.filter(actor=account).count()},
    ]


def _said(message: Message) -> dict[str, Any]:
    return {
        "room": message.room.slug,
        "no": message.no,
        "under": message.thread_id,
        "at": message.created_at.isoformat(),
        "text": message.body,
        "with": [_part(part) for part in message.parts],
    }


def _part(part: dict[str, Any]) -> dict[str, Any]:
    """What hung on it, without what others did there."""
    own = {key: part[key] for key in ("kind", "name", "alt", "url", "question") if part.get(key)}
    choices = [choice.get("text", "") for choice in part.get("choices", ())]
    return {**own, "choices": choices} if choices else own


def _decided(row: Sanction) -> dict[str, Any]:
    objection = getattr(row, "appeal", None)
    return {
        "kind": row.kind, "reason": row.reason, "note": row.note, "words": row.words, "from": row.begins_at.isoformat(),
        "until": row.ends_at.isoformat() if row.ends_at else "", "objection": objection.text if objection else "",
        "outcome": objection.state if objection else "",
    }  # fmt: skip


def erase(account: User) -> None:
    """Messages become tombstones without a name, in every open browser too; seats, stamps and mentions go.

    Cases keep what was judged, without the person.
    """
    for reaction in Reaction.objects.filter(account=account).select_related("message"):
        try:
            react(actor=account, message_id=reaction.message_id, stamp=reaction.stamp, on=False)
        except Refused:  # a room that is shut to them: the row goes below, and is not shown to anybody who left
            continue
    for message in Message.objects.filter(sender=account).order_by("room_id", "pk"):
        bury(message=message, actor=None, why=Gone.LEFT)
    with transaction.atomic():
        for model in (Seat, Mention, GroupMember, GroupRequest, Reaction, Block):
            model.objects.filter(account=account).delete()
        Block.objects.filter(blocked=account).delete()
        HeldMessage.objects.filter(sender=account).delete()
        GroupRequest.objects.filter(decided_by=account).update(decided_by=None)
        GroupInvite.objects.filter(made_by=account).update(made_by=None)
        HeldMessage.objects.filter(decided_by=account).update(decided_by=None)
        Case.objects.filter(assignee=account).update(assignee=None)
        Revision.objects.filter(editor=account).delete()
        Report.objects.filter(reporter=account).update(reporter=None, note="")
        Case.objects.filter(author=account).update(author=None)
        Case.objects.filter(decided_by=account).update(decided_by=None)
        Message.objects.filter(hidden_by=account).update(hidden_by=None)
        Appeal.objects.filter(sanction__account=account).update(text="")
        Sanction.objects.filter(account=account).update(account=None, words="", note="")
        for field in ("imposed_by", "lifted_by"):
            Sanction.objects.filter(**{field: account}).update(**{field: None})
        Appeal.objects.filter(decided_by=account).update(decided_by=None)
        PowerPause.objects.filter(account=account).delete()
        _forget_in_log(account)


def _forget_in_log(account: User) -> None:
    for row in RoomEvent.objects.filter(actor=account):
        if row.payload.get("by") == str(account.public_id):
            row.payload["by"] = ""
        row.actor = None
        row.save(update_fields=["payload", "actor"])
