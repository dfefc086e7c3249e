"""The demo's perks: a ticket used and one left, a birthday gift on its way, a letter for long sitting. Idempotent."""

from collections.abc import Callable

from django.contrib.auth.models import Group, Permission

from accounts.models import User
from ground import clock
from membership.models import Tier
from membership.perks.actions import NothingLeft, NotYours, claim, keep_birthday, move, owe
from membership.perks.actions.owing import today
from membership.perks.enums import PerkKind, PerkPeriod, State
from membership.perks.models import Obligation, Perk

# key, kind, names, sentences, for whom, how many, period, claimed, after months
PERKS = [
    ("kiln-opening", PerkKind.TICKET, "开窑日入场券", "A ticket to the opening of the kiln", "开窑那天到窑口来，看火退下去，看瓷亮起来。",
     "Come to the kiln’s mouth on the day: watch the fire go down and the porcelain light up.", "tier:patron", 2, PerkPeriod.YEAR, True, 0),
    ("birthday", PerkKind.BIRTHDAY, "生日小盏", "A small cup on your birthday", "生日那天，一只小盏从窑里给您捎去。",
     "One small cup, straight from the kiln, on the day.", "tier:companion", 1, PerkPeriod.YEAR, False, 0),
    ("evening-talk", PerkKind.LECTURE, "夜谈一席", "A place at an evening talk", "每季一场，手艺人讲，小桌边听。",
     "One each quarter: a maker talks, a small table listens.", "tier:companion", 1, PerkPeriod.QUARTER, True, 0),
    ("early-door", PerkKind.EARLY_ACCESS, "新器先看", "The new pieces first", "上新之前一天，先给您看。",
     "A day before everybody else.", "tier:companion", 0, PerkPeriod.ONCE, False, 0),
    ("year-ring", PerkKind.PRODUCT_TEST, "年轮试作", "A trial piece after a year", "坐满一年，送一件试作给您把玩。",
     "After a year at the table: a trial piece to handle and to keep.", "tier:friend", 1, PerkPeriod.ONCE, False, 12),
]  # fmt: skip


def seed(step: Callable[[str], None]) -> None:
    """Nothing where there are no tiers."""
    if not Tier.objects.exists():
        return
    step("perks")
    for order, (key, kind, zh, en, about_zh, about_en, given, quota, period, claimed, months) in enumerate(PERKS):
        words = {
            "kind": kind,
            "name_zh": zh,
            "name_en": en,
            "about_zh": about_zh,
            "about_en": about_en,
            "entitlement": given,
        }
        rules = {"quota": quota, "period": period, "claimable": claimed, "after_months": months, "order": order}
        Perk.objects.get_or_create(key=key, defaults={**words, **rules})
    group, _ = Group.objects.get_or_create(name="Fulfilment")
    wanted = ["change_obligation", "view_obligation", "view_perk"]
    group.permissions.add(*Permission.objects.filter(codename__in=wanted, content_type__app_label="perks"))
    _ticket()
    _birthday()


def _ticket() -> None:
    """The patron has used one of two."""
    patron, perk = User.objects.filter(email="patron@example.com").first(), Perk.objects.get(key="kiln-opening")
    if patron is None or Obligation.objects.filter(account=patron, perk=perk).exists():
        return
    try:
        row = claim(perk=perk, account=patron)
    except (NotYours, NothingLeft):
        return
    move(row=row, to=State.PREPARED, actor="demo")
    move(row=row, to=State.SENT, actor="demo", code="YAO-0217")


def _birthday() -> None:
    """The member has one today, in the month and day alone."""
    member, perk = User.objects.filter(email="member@example.com").first(), Perk.objects.get(key="birthday")
    if member is None or Obligation.objects.filter(account=member, perk=perk).exists():
        return
    day = today(clock.now())
    keep_birthday(account=member, month=day.month, day=day.day)
    try:
        owe(perk=perk, account=member, actor="demo", due_on=day)
    except (NotYours, NothingLeft):
        return
