"""What comes to be owed: by a member's claim, or by itself when a period begins."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from accounts.models import User
from accounts.notices import notify
from ground import clock
from membership import crowd, entitlements
from membership.calendar import Period, add_months, birthday_in, next_birthday, period_key
from membership.models import EntitlementGrant
from membership.perks.actions.moving import record
from membership.perks.enums import PerkKind, State
from membership.perks.models import Birthday, Obligation, Perk
from membership.tenure import tenure_of

BIRTHDAY_AHEAD = timedelta(days=14)  # a gift has to be wrapped and carried
AT_ONCE = 500  # members per perk and sweep; the next minute's takes the rest


class NotYours(Exception):
    """The member has no right to this perk now: no such right, money is missing behind it, or it is too early."""


class NothingLeft(Exception):
    """The quota of this period is used up."""


def today(at: datetime) -> date:
    """The house's day."""
    return timezone.localtime(at).date()


def claim(*, perk: Perk, account: User) -> Obligation:
    """The member asks for one. Two tabs that ask for the last one get one. Raises `NotYours` or `NothingLeft`."""
    if not perk.claimable or perk.archived or perk.quota == 0:
        raise NotYours
    return owe(perk=perk, account=account, actor=f"account:{account.pk}")


@transaction.atomic
def owe(*, perk: Perk, account: User, actor: str, due_on: date | None = None) -> Obligation:
    """Owe the member one more of this period's quota. Raises `NotYours` or `NothingLeft`."""
    lock(account)
    at = clock.now()
    day = due_on or today(at)
    grant = entitled(perk, account, at)
    key = period_key(Period(perk.period), day)
    number = free_number(perk, account, key)
    row = Obligation.objects.create(
        perk=perk, account=account, grant=grant, covered_until=grant.ends if grant else None, period_key=key, number=number,
        owed_at=at, due_on=day, changed_at=timezone.now(),
        expires_at=at + timedelta(days=perk.valid_days) if perk.valid_days else None,
    )  # fmt: skip
    record(row, "", actor)
    context = {"perk_zh": perk.name_zh, "perk_en": perk.name_en}
    notify(account=account, kind="perks.owed", context=context, dedupe=f"obligation:{row.pk}")
    return row


def lock(account: User) -> None:
    """One writer per account."""
    get_user_model().objects.select_for_update().only("pk").get(pk=account.pk)


def free_number(perk: Perk, account: User, key: str) -> int:
    """The lowest free place of the quota. Raises `NothingLeft`."""
    taken = Obligation.objects.filter(perk=perk, account=account, period_key=key).exclude(state=State.VOID)
    numbers = set(taken.values_list("number", flat=True))
    free = next((n for n in range(1, perk.quota + 1) if n not in numbers), None)
    if free is None:
        raise NothingLeft
    return free


def entitled(perk: Perk, account: User, at: datetime) -> EntitlementGrant | None:
    """The grant behind the member's right, the one that lasts longest. Raises `NotYours`."""
    entitlements.forget(account)
    answer = entitlements.check(account, perk.entitlement, at)
    if not answer.allowed or answer.overdue:
        raise NotYours
    if perk.after_months and tenure_of(account, at).months < perk.after_months:
        raise NotYours
    return lasting(perk, account, at)


def lasting(perk: Perk, account: User, at: datetime) -> EntitlementGrant | None:
    """The paid grant that gives this perk and lasts longest; None where the right needs no grant."""
    running = EntitlementGrant.objects.filter(
        Q(ends=None) | Q(ends__gt=at), account=account, starts__lte=at, overdue_since=None
    )
    giving = running.filter(Q(key=perk.entitlement) | Q(tier__rights__key=perk.entitlement))
    return giving.order_by(F("ends").desc(nulls_first=True), "pk").first()


def owe_due(now: datetime) -> int:
    """The sweep: everything that comes by itself. Answers how much."""
    done = 0
    for perk in Perk.objects.filter(archived=False, claimable=False, quota__gt=0):
        done += _birthdays(perk, now) if perk.kind == PerkKind.BIRTHDAY else _period(perk, now)
    return done


def _period(perk: Perk, now: datetime) -> int:
    key = period_key(Period(perk.period), today(now))
    full = Obligation.objects.filter(perk=perk, period_key=key).exclude(state=State.VOID).values("account")
    full = full.annotate(n=Count("pk")).filter(n__gte=perk.quota).values("account")
    people = User.objects.filter(pk__in=_paid_holders(perk, now)).exclude(pk__in=full)
    if perk.after_months:
        people = people.filter(pk__in=_long_enough(perk, now))
    return sum(_owe_all(perk, account) for account in people.order_by("pk")[:AT_ONCE])


def _long_enough(perk: Perk, now: datetime) -> Any:
    """Necessary, not sufficient: somebody whose first right began later cannot have sat so long."""
    first = timezone.make_aware(
        datetime.combine(add_months(today(now), -perk.after_months) + timedelta(1), datetime.min.time())
    )
    return EntitlementGrant.objects.filter(tier__isnull=False, starts__lt=first).values("account")


def _paid_holders(perk: Perk, now: datetime) -> Any:
    """Who holds the right, without those whose money is missing."""
    running = EntitlementGrant.objects.filter(Q(ends=None) | Q(ends__gt=now), starts__lte=now, overdue_since=None)
    if perk.entitlement == "account":
        return crowd.holders(perk.entitlement, now)
    paid = running.filter(Q(key=perk.entitlement) | Q(tier__rights__key=perk.entitlement))
    return crowd.holders(perk.entitlement, now).filter(pk__in=paid.values("account"))


def _owe_all(perk: Perk, account: User) -> int:
    """As many as the quota of the period still has."""
    done = 0
    while done < perk.quota:
        try:
            owe(perk=perk, account=account, actor="sweep")
        except (NotYours, NothingLeft):
            break
        done += 1
    return done


def _birthdays(perk: Perk, now: datetime) -> int:
    """Those whose birthday is near and who had no gift within twelve months."""
    day = today(now)
    days = [day + timedelta(n) for n in range(BIRTHDAY_AHEAD.days + 1)]
    near = Q()
    for one in days:
        near |= Q(month=one.month, day=one.day)
        if birthday_in(one.year, 2, 29) == one and one.day == 28:
            near |= Q(month=2, day=29)
    rows = Birthday.objects.filter(near, account__in=_paid_holders(perk, now)).select_related("account")
    recent = Obligation.objects.filter(perk=perk, due_on__gt=add_months(day, -12)).exclude(state=State.VOID)
    done = 0
    for row in rows.exclude(account__in=recent.filter(owed_at__gt=now - timedelta(days=300)).values("account"))[
        :AT_ONCE
    ]:
        done += _gift(perk, row, day)
    return done


def _gift(perk: Perk, row: Birthday, day: date) -> int:
    due = next_birthday(row.month, row.day, day)
    last = (
        Obligation.objects.filter(perk=perk, account=row.account).exclude(state=State.VOID).order_by("-due_on").first()
    )
    if last and add_months(last.due_on, 12) > due:
        return 0
    try:
        owe(perk=perk, account=row.account, actor="sweep", due_on=due)
    except (NotYours, NothingLeft):
        return 0
    return 1
