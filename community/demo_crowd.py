"""Fourteen months of talk: who sits in which circle, who speaks when, and what becomes of it. All from one seed."""

import random
import uuid
from bisect import bisect
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate, groupby

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.models import User
from community.actions.bulk import Item, import_messages
from community.demo_groups import LIVELY, OF_GROUP, pieces
from community.demo_pieces import Exchange, speak
from community.enums import EVERYBODY, SIGNED_IN, Role
from community.markup import aliases
from community.models import Group, GroupMember, Room, Seat
from membership.models import EntitlementGrant

NAMESPACE = uuid.UUID("0d5a3f0e-8a53-4f6f-9a0c-5d1f3b6f0c11")
WHO_WERE_HERE = "@demo.example"  # the demo's members of fourteen months
HOUSES = (".readers@", ".street@", ".academy@")  # addresses of houses among them, which do not talk
EACH = 182  # messages for each person over all rooms, had all been here from the first day
DAYS = 425
HOURS = [3, 1, 1, 0, 0, 1, 3, 7, 9, 8, 7, 7, 11, 10, 7, 6, 6, 7, 9, 14, 20, 22, 17, 9]  # how lively each hour is
SUNDAY, SATURDAY = 6, 5
NEW = timedelta(days=30)
HOSTS = ("shen", "he", "ines", "tao", "zhou")


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who may speak in a room between two moments, and how much they talk."""

    account: User
    chinese: bool
    weight: float
    since: datetime
    until: datetime


@transaction.atomic
def fill(step: Callable[[str], None], cast: Mapping[str, User]) -> int:
    """Everything that was said before today, in rooms where nothing is said yet; answers how many messages."""
    rooms = list(Room.objects.filter(last_no=0, group__slug__in=OF_GROUP).exclude(slug__startswith="edition-")
                 .select_related("group").order_by("pk"))  # fmt: skip
    if not rooms:
        return 0
    people = _people(cast)
    _places(people, cast)
    share = EACH * len(people) / sum(_lively(room) for room in rooms)
    told = {room: _history(room, round(share * _lively(room))) for room in rooms}
    names = aliases((p.name, str(p.public_id)) for p in people)
    return _written(step, told, names)


def _lively(room: Room) -> int:
    return LIVELY.get(room.slug, 10)


def _people(cast: Mapping[str, User]) -> list[User]:
    others = User.objects.filter(email__endswith=WHO_WERE_HERE).order_by("email")
    return [*cast.values(), *(p for p in others if not any(house in p.email for house in HOUSES))]


def _places(people: Sequence[User], cast: Mapping[str, User]) -> None:
    """Everybody sits in two to five circles since a while after they came; each circle has a host and a keeper."""
    groups = list(Group.objects.filter(slug__in=OF_GROUP).order_by("order", "pk"))
    dice = random.Random("places")  # noqa: S311 - the demo is the same each time
    rows = [
        GroupMember(group=g, account=p)
        for p in people
        for g in dice.sample(groups[:-1], min(len(groups) - 1, dice.randint(2, 5)))
    ]
    hosts = [cast[key] for key in HOSTS if key in cast]
    for number, group in enumerate(groups):
        rows.insert(0, GroupMember(group=group, account=cast["liu"], role=Role.MODERATOR))
        rows.insert(0, GroupMember(group=group, account=hosts[number % len(hosts)], role=Role.HOST))
    rows += [GroupMember(group=groups[-1], account=host) for host in hosts]
    GroupMember.objects.bulk_create(rows, ignore_conflicts=True)
    came = User.objects.filter(pk=OuterRef("account")).values("created_at")
    GroupMember.objects.filter(account__email__endswith=WHO_WERE_HERE).update(joined_at=Subquery(came))


def _history(room: Room, wanted: int) -> list[Item]:
    """About so many messages of one room."""
    dice = random.Random(f"{room.group.slug}/{room.slug}")  # noqa: S311 - the demo is the same each time
    end = timezone.now() - _quiet_before(room)
    voices, known = _voices(room, dice, end), pieces(room.group.slug, room.slug)
    lines = sum(sum(0.5 if line.maybe else 1 for line in one.lines) for one in known) / len(known)
    items: list[Item] = []
    free, bag, late = end - timedelta(days=DAYS), list[Exchange](), deque[int](maxlen=len(known) // 2)
    for when in _moments(dice, end, max(6, round(wanted / lines))):
        when = max(when, free + timedelta(minutes=dice.uniform(2, 40)))
        if when > end - timedelta(minutes=30):
            break
        bag = bag if len(bag) > len(known) // 3 else dice.sample(known, len(known)) + bag
        said = _one(room, dice, bag, late, when, [v for v in voices if v.since <= when < v.until])
        items += [item for item in said if item.at < end]
        free = items[-1].at if items else when
    return _pinned(items, room, end)


def _quiet_before(room: Room) -> timedelta:
    """The demo's own evening comes last in its rooms: what is told here ends an hour before it."""
    from community.demo_talk import TALK

    if room.slug == "spring-picking":
        return timedelta(days=150)
    lines = TALK.get(room.slug)
    return timedelta(minutes=max(line.ago for line in lines) + 60) if lines else timedelta(minutes=20)


def _voices(room: Room, dice: random.Random, end: datetime) -> list[Voice]:
    """Those of the circle who held the right, each with the time in which they held it; a few talk a great deal."""
    began = end - timedelta(days=DAYS)
    spans = _spans(room.read_key)
    found = []
    for place in (
        GroupMember.objects.filter(group_id=room.group_id).select_related("account").order_by("account__email")
    ):
        who, old = place.account, place.account.email.endswith(WHO_WERE_HERE)
        weight = 0.2 + 3 * dice.random() ** 3 + (1.5 if place.role == Role.HOST else 0)
        if not old or spans is None:
            found.append(Voice(who, who.language != "en", weight, max(began, who.created_at) if old else began, end))
        else:
            held = spans.get(who.pk, [])
            found += [Voice(who, who.language != "en", weight, since, until or end) for since, until in held]
    if room.slug == "kiln-calendar":
        found = [v for v in found if not v.account.email.endswith(WHO_WERE_HERE)][:3]
    return found


def _spans(key: str) -> dict[int, list[tuple[datetime, datetime | None]]] | None:
    """When each account held the key; None where every account may come in."""
    if key in (EVERYBODY, SIGNED_IN):
        return None
    found: dict[int, list[tuple[datetime, datetime | None]]] = {}
    for pk, since, until in EntitlementGrant.objects.filter(key=key).values_list("account_id", "starts", "ends"):
        found.setdefault(pk, []).append((since, until))
    return found


def _moments(dice: random.Random, end: datetime, wanted: int) -> list[datetime]:
    """When exchanges begin: more of them of late, at weekends, in the evening, and on days when something goes round."""
    first = timezone.localtime(end - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    weights = [(0.35 + n / DAYS) * (1.5 if day.weekday() in (SATURDAY, SUNDAY) else 1) * (4 if dice.random() < 0.07 else 1)
               * (0.15 if dice.random() < 0.25 else 1) for n, day in enumerate(days)]  # fmt: skip
    by_day, by_hour = list(accumulate(weights)), list(accumulate(HOURS))
    found = []
    for _ in range(wanted):
        day = days[min(bisect(by_day, dice.random() * by_day[-1]), DAYS - 1)]
        hour = min(bisect(by_hour, dice.random() * by_hour[-1]), 23)
        found.append(day + timedelta(hours=hour, seconds=dice.uniform(0, 3600)))
    return sorted(found)


def _one(
    room: Room, dice: random.Random, bag: list[Exchange], late: deque[int], when: datetime, voices: Sequence[Voice]
) -> list[Item]:
    """One exchange out of the bag that these people can have at this time, none of the latest; nothing when there is none."""
    for exchange in reversed(bag):
        fits = exchange.suits(when.month) and id(exchange) not in late
        who = _roles(exchange, dice, voices, when) if fits else None
        if who is not None:
            bag.remove(exchange)
            late.append(id(exchange))
            names = {key: voice.account.name for key, voice in who.items()}
            return _items(room, dice, exchange, when, who, names, voices)
    return []


def _roles(exchange: Exchange, dice: random.Random, voices: Sequence[Voice], when: datetime) -> dict[str, Voice] | None:
    left, who = list({v.account.pk: v for v in voices}.values()), dict[str, Voice]()
    for key in exchange.people:
        able = [v for v in left if v.chinese is (exchange.tongue(key) == "zh")]
        if key == "a" and exchange.newcomer:
            able = [v for v in able if when - v.since < NEW]
        if not able:
            return None
        who[key] = dice.choices(able, [v.weight for v in able])[0]
        left.remove(who[key])
    return who


def _items(
    room: Room, dice: random.Random, exchange: Exchange, when: datetime, who: Mapping[str, Voice], names: Mapping[str, str],
    voices: Sequence[Voice],
) -> list[Item]:  # fmt: skip
    items: list[Item] = []
    for spoken in speak(exchange, dice, when, names):
        body, by = spoken.text, who[spoken.who].account
        cid = uuid.uuid5(NAMESPACE, f"{room.slug}:{when.isoformat()}:{len(items)}:{by.email}")
        answers = items[spoken.answers].cid if spoken.answers is not None else None
        item = Item(cid, by, when, body, answers)
        items.append(_changed(item, spoken.gone, spoken.stamps, dice, voices))
        when += timedelta(seconds=8 + 3 * len(body) + dice.expovariate(1 / 75))
        when += timedelta(hours=dice.uniform(0.5, 4)) if dice.random() < 0.03 else timedelta(0)
    return items


def _changed(item: Item, gone: bool, stamps: str, dice: random.Random, voices: Sequence[Voice]) -> Item:
    """What became of it: taken back, said better a minute later, stamped."""
    if gone:
        return replace(item, taken_back_at=item.at + timedelta(seconds=dice.uniform(20, 90)))
    first, stop, rest = item.body.partition("。" if "。" in item.body else ". ")
    if rest and dice.random() < 0.03:
        return replace(
            item, former=f"{first}{stop}".strip(), changed_at=item.at + timedelta(seconds=dice.uniform(25, 200))
        )
    if not stamps or dice.random() > 0.3:
        return item
    others = list({v.account.pk: v.account for v in voices if v.account.pk != item.actor.pk}.values())
    put = [(stamp, by, item.at + timedelta(seconds=dice.expovariate(1 / 600)))
           for stamp in stamps for by in dice.sample(others, min(len(others), dice.choice((1, 1, 2, 2, 3, 5))))]  # fmt: skip
    return replace(item, stamps=tuple(put))


def _pinned(items: list[Item], room: Room, end: datetime) -> list[Item]:
    """One thing worth keeping above the talk, in rooms that have no pin of their own."""
    from community.demo_talk import TALK

    if room.slug in TALK:
        return items
    best = max(
        (i for i in items if not i.taken_back_at and any(s[0] == "善" for s in i.stamps)),
        key=lambda i: len(i.body),
        default=None,
    )
    return [replace(i, pinned_at=i.at + timedelta(hours=1)) if i is best else i for i in items]


def _written(step: Callable[[str], None], told: Mapping[Room, list[Item]], names: Mapping[str, str]) -> int:
    """Month by month through all rooms, so that what is found stands in the order of saying."""
    everything = sorted(((item.at.strftime("%Y-%m"), room.pk, room, item) for room, items in told.items() for item in items),
                        key=lambda one: one[:2])  # fmt: skip
    n = 0
    for (month, _pk), part in groupby(everything, key=lambda one: one[:2]):
        rows = list(part)
        n += len(import_messages(room=rows[0][2], items=[one[3] for one in rows], people=names))
        step(f"{month}: {n} messages")
    for room, items in told.items():
        began = min((item.at for item in items), default=room.created_at)
        Room.objects.filter(pk=room.pk).update(created_at=began - timedelta(days=1))
    return n


def forget_seats(rooms: Sequence[Room], people: Sequence[User]) -> None:
    """Where the demo's own evening follows, its people come in anew: their seats begin with it."""
    Seat.objects.filter(room__in=rooms, account__in=people).delete()
