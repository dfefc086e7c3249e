"""What the community adds to the lists of the ground floor."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community import access, demo, listening, parts, personal, queries, segments, telling
from community.actions import keeping
from community.actions.numbering import DECIDED_KIND, MENTION_KIND, NEWS_KIND, THREAD_KIND
from community.enums import Purpose, Role
from community.finding import search_rooms
from community.models import Group, Message, Room
from ground import registry
from ground.ids import row_id, row_ids
from ground.localized import pick
from ground.registry import (
    AccountPanel,
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    NavBadge,
    NoticeKind,
    ReportedThing,
    ReportTarget,
    SearchSource,
    SubjectCard,
    SubjectKind,
)
from membership import keys
from membership.keys import KeySource

NAMED = NoticeKind(
    MENTION_KIND, _("Somebody names me in a room"), "community/notices/mention", refusable=True, order=40,
    waits=telling.WAITS, still=telling.still_worth_a_letter,
)  # fmt: skip
THREAD = NoticeKind(
    THREAD_KIND, _("Somebody goes on where I talked under a message"), "community/notices/thread", refusable=True,
    order=41, waits=telling.WAITS, still=telling.still_worth_a_letter,
)  # fmt: skip
NEWS = NoticeKind(
    NEWS_KIND, _("Something is said where I want to hear of everything"), "community/notices/news", refusable=True,
    order=42, waits=telling.WAITS, still=telling.still_worth_a_letter,
)  # fmt: skip
DECISIONS = [
    ("decision", _("A decision of the moderators about me")),
    ("decision_lifted", _("A decision about me was taken back")),
    ("appeal_decided", _("My objection was decided")),
    ("power_rests", _("My power to remove rests")),
    ("let_in", _("My request to join a group was answered")),
]


def register() -> None:
    """Called once at start."""
    registry.account_panels.register(AccountPanel("rooms", "community/panels/rooms.html", _rooms_panel, order=40))
    registry.nav_badges.register(NavBadge("rooms", queries.unread_total))
    registry.notice_kinds.register(NAMED)
    registry.notice_kinds.register(THREAD)
    registry.notice_kinds.register(NEWS)
    registry.notice_kinds.register(
        NoticeKind(DECIDED_KIND, _("My report was decided"), "community/notices/report_decided", order=45)
    )
    for key, label in DECISIONS:
        registry.notice_kinds.register(NoticeKind(f"community.{key}", label, f"community/notices/{key}", order=46))
    registry.due_work.register(DueWork("community-listeners", listening.tell_listeners, order=58))
    registry.due_work.register(DueWork("community-retention", keeping.erase_old, order=60))
    registry.search_sources.register(SearchSource("rooms", _("Rooms"), search_rooms, order=40))
    registry.report_targets.register(ReportTarget("message", _reported_message))
    registry.subject_kinds.register(SubjectKind("room", _room_cards))
    registry.subject_kinds.register(SubjectKind("group", _group_cards))
    registry.export_sections.register(
        ExportSection("community", _("Rooms"), personal.MODELS, personal.collect, order=40)
    )
    registry.erasure_steps.register(ErasureStep("community", personal.MODELS, personal.erase, order=40))
    keys.sources.register(KeySource("rooms", "rooms", asked=_asked_keys))
    segments.register()
    registry.demo_seeds.register(DemoSeed("community", demo.seed, order=60))


def _asked_keys() -> list[tuple[str, str]]:
    """Which entitlement each room asks for, to read and to write."""
    rows = Room.objects.filter(group__purpose=Purpose.TALK)  # below a story, the story asks
    rows = rows.values_list("slug", "read_key", "write_key")
    return [(slug, key) for slug, *both in rows for key in both if key]


def _rooms_panel(account: User) -> dict[str, Any]:
    return {"rooms": queries.unread_rooms(account)}


def _reported_message(ident: str) -> ReportedThing | None:
    message = Message.objects.select_related("room__group", "sender", "thread").filter(pk=row_id(ident)).first()
    if message is None or message.deleted_at is not None:
        return None
    return ReportedThing(message.subject, message.sender, _reported_words(message), message.get_absolute_url())


def _reported_words(message: Message) -> str:
    """Its words, and the addresses of what hangs on it below its room: moderators open them while it is hidden."""
    base = message.room.get_absolute_url()
    hung = [f"{part.get('alt') or part['name']}: {base}{part['path']}" for part in parts.of_kind(message.parts, "file")]
    return "\n".join([*([message.body] if message.body else []), *hung])


def _room_cards(ids: Sequence[str], language: str, account: Any) -> dict[str, SubjectCard]:
    rooms = Room.objects.select_related("group").filter(pk__in=row_ids(ids), group__purpose=Purpose.TALK)
    return {
        room.subject: SubjectCard(
            room.subject, pick(room, "name", language), room.get_absolute_url(), pick(room, "about", language),
            kicker=pick(room.group, "name", language),
        )
        for room in _known(rooms, access.signed_in(account))
    }  # fmt: skip


def _known(rooms: Iterable[Room], account: User | None) -> list[Room]:
    """Those that this person may know of, as the list of rooms shows them; the rights are read once."""
    rights = access.fresh_rights(account)
    roles = access.roles_of(account) if account else {}
    staff = account is not None and access.is_staff(account)
    found = []
    for room in rooms:
        role = Role.MODERATOR.value if staff else roles.get(room.group_id, "")
        listed = room.listed and access.known_group(room.group, role)
        if listed or access.can(room, account, rights, role).read:
            found.append(room)
    return found


def _group_cards(ids: Sequence[str], language: str, account: Any) -> dict[str, SubjectCard]:
    groups = Group.objects.filter(pk__in=row_ids(ids), listed=True)
    return {
        f"group:{g.pk}": SubjectCard(
            f"group:{g.pk}", pick(g, "name", language), g.get_absolute_url(), pick(g, "about", language)
        )
        for g in groups
    }
