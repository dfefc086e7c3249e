"""The demo's plans, and its people's subscriptions: made through the same gateway and the same sync as real ones."""

from collections.abc import Callable
from typing import Any

from accounts.models import User
from ground import clock
from subscriptions.billing import catalogue, customers, gateway, sync
from subscriptions.billing.demo_lives import origin_of
from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import Deal, Plan, PlanPrice, Subscription

PLANS: list[tuple[str, str, str, str, dict[str, Any], list[tuple[str, str, int]]]] = [
    (PlanKind.TIER, "friend", "清友", "Friend", {"trial_days": 14},
     [("friend-month", "month", 1800), ("friend-quarter", "quarter", 4900), ("friend-year", "year", 18000)]),
    (PlanKind.TIER, "companion", "同席", "Companion", {},
     [("companion-month", "month", 4800), ("companion-quarter", "quarter", 12900), ("companion-year", "year", 48000)]),
    (PlanKind.TIER, "patron", "知音", "Patron", {},
     [("patron-month", "month", 12800), ("patron-quarter", "quarter", 34500), ("patron-year", "year", 128000),
      ("patron-lifetime", "once", 1280000)]),
    (PlanKind.GROUP, "companion", "同席之社", "Companion for a group", {"smallest_group": 3, "largest_group": 60},
     [("group-month", "month", 3600), ("group-year", "year", 36000)]),
    (PlanKind.BOX, "monthly", "月令盒", "The Monthly Box", {"needs_address": True, "billing_day": 26},
     [("box-monthly", "month", 19800)]),
]  # fmt: skip
# Who has what, and the demo story at which it began: `story:<uuid>`, as the wall and the box card write it.
PEOPLE = [
    ("friend@example.com", "friend-month", "cobalt-line"),
    ("member@example.com", "companion-month", "celadon-after-rain"),
    ("patron@example.com", "patron-year", "indigo-seasons"),
    ("subscriber@example.com", "box-monthly", "celadon-after-rain"),
    ("subscriber@example.com", "companion-month", "celadon-after-rain"),
]


def seed(step: Callable[[str], None]) -> None:
    """Plans, the catalogue at the sandbox, and five subscriptions; running it again changes nothing."""
    step("plans and prices")
    plans()
    catalogue.push()
    for email, lookup_key, slug in PEOPLE:
        account = User.objects.filter(email=email).first()
        if account:
            step(f"{email} joins {lookup_key}")
            join(account, lookup_key, origin=origin_of(slug))


def plans() -> None:
    """Our own rows of the catalogue."""
    for kind, target, zh, en, extra, prices in PLANS:
        plan, _ = Plan.objects.get_or_create(kind=kind, target=target, defaults={"name_zh": zh, "name_en": en, **extra})
        for lookup_key, interval, amount in prices:
            PlanPrice.objects.get_or_create(
                lookup_key=lookup_key,
                defaults={"plan": plan, "interval": interval, "amount": amount, "currency": "CNY"},
            )
    for target, interval, amount in EUROS:
        sold = {"plan": Plan.objects.get(kind=PlanKind.TIER, target=target), "interval": interval, "amount": amount}
        named = f"{target}-{'lifetime' if interval == 'once' else interval}-eur"
        PlanPrice.objects.get_or_create(lookup_key=named, defaults={**sold, "currency": "EUR"})
    for lookup_key, target, months, amount in GIFTS:
        plan = Plan.objects.get(kind=PlanKind.TIER, target=target)
        given = {"plan": plan, "interval": "once", "gift_months": months, "amount": amount, "currency": "CNY"}
        PlanPrice.objects.get_or_create(lookup_key=lookup_key, defaults=given)
    boxes = Plan.objects.get(kind=PlanKind.BOX, target="monthly")
    for lookup_key, count, amount in BOX_GIFTS:
        given = {"plan": boxes, "interval": "once", "gift_months": count, "amount": amount, "currency": "CNY"}
        PlanPrice.objects.get_or_create(lookup_key=lookup_key, defaults=given)
    deals()


# The same seats for those who pay in euros: a price of its own for each, no conversion of the day.
EUROS = [
    ("friend", "month", 250), ("friend", "quarter", 680), ("friend", "year", 2500),
    ("companion", "month", 650), ("companion", "quarter", 1750), ("companion", "year", 6500),
    ("patron", "month", 1700), ("patron", "quarter", 4600), ("patron", "year", 17000), ("patron", "once", 170000),
]  # fmt: skip
GIFTS = [("gift-companion-3", "companion", 3, 13800), ("gift-companion-12", "companion", 12, 48000),
         ("gift-patron-12", "patron", 12, 128000)]  # fmt: skip
BOX_GIFTS = [("gift-monthly-1", 1, 21800), ("gift-monthly-3", 3, 56800)]
DEALS: list[dict[str, Any]] = [
    {"code": "first-frost", "name_zh": "霜降价：头三个月七折", "name_en": "First frost: three months for less",
     "purpose": "link", "kind": "percent", "percent": 30, "lasts": "repeating", "months": 3},
    {"code": "look-around", "name_zh": "先看三十天", "name_en": "Thirty days to look around",
     "purpose": "link", "kind": "trial", "trial_days": 30},
    {"code": "stay-lighter", "name_zh": "半年半价", "name_en": "Half price for half a year",
     "purpose": "stay", "kind": "percent", "percent": 50, "lasts": "repeating", "months": 6, "reason": "too_expensive"},
    {"code": "stay-awhile", "name_zh": "下一期免费", "name_en": "The next period is ours",
     "purpose": "stay", "kind": "percent", "percent": 100, "lasts": "once", "reason": "unused"},
    {"code": "welcome-back", "name_zh": "回来坐坐：首期六折", "name_en": "Back at the table: the first period for less",
     "purpose": "return", "kind": "percent", "percent": 40, "lasts": "once"},
]  # fmt: skip


def deals() -> None:
    """Special prices: by link, for those who leave, and for those who left."""
    for deal in DEALS:
        Deal.objects.get_or_create(code=deal["code"], defaults=deal)


def join(account: User, lookup_key: str, origin: str = "demo") -> Subscription:
    """Subscribe an account with the test card that always pays, as an import would."""
    price = PlanPrice.objects.select_related("plan").get(lookup_key=lookup_key)
    found = Subscription.objects.live().filter(account=account, plan=price.plan).first()
    if found:
        return found
    customer, ident = customers.ensure(account), f"{account.public_id}:{lookup_key}"
    gateway.attach_card(customer=customer.stripe_id, card="pm_card_visa", key=f"demo-card:{ident}")
    extra: dict[str, Any] = {}
    if price.plan.billing_day:
        anchor = price.plan.anchor(clock.now(), price.months or 1)
        extra = {"billing_cycle_anchor_config": anchor, "proration_behavior": "none"}
    remote = gateway.create_subscription(
        key=f"demo-subscription:{ident}",
        customer=customer.stripe_id,
        items=[{"price": price.stripe_price}],
        metadata={"origin": origin},
        **extra,
    )
    row = sync.subscription(remote["id"])
    for invoice in gateway.invoices(subscription=remote["id"]):
        sync.invoice(invoice["id"])
    return row
