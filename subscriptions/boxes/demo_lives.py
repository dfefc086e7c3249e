"""The plots of the demo's subscribers: who joined which box when, skipped, failed to pay, left."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from subscriptions.billing.demo_lives import Life
from subscriptions.billing.demo_names import Person, people
from subscriptions.billing.models import PlanPrice
from subscriptions.boxes.calendar import CycleDates
from subscriptions.boxes.models import BoxPlan

DOMAIN = "boxes.example"
COUNT = {"monthly": 140, "tea": 150, "seasons": 110}
GOOD, BAD = "pm_card_visa", "pm_card_chargeCustomerFail"
REASONS = ("too_expensive", "unused", "unused", "other", "switched_service", "low_quality")
CITIES = [("杭州", "浙江", "310000", "CN"), ("苏州", "江苏", "215000", "CN"), ("上海", "上海", "200000", "CN"),
          ("成都", "四川", "610000", "CN"), ("北京", "北京", "100000", "CN"), ("广州", "广东", "510000", "CN"),
          ("London", "", "N1 7AA", "GB"), ("Berlin", "", "10115", "DE"), ("Singapore", "", "049145", "SG")]  # fmt: skip
STREETS = [("青石巷", "Quarry Lane"), ("柳岸街", "Willow Bank"), ("砚池路", "Inkwell Road"), ("南渡里", "Southferry")]


@dataclass
class Plot:
    """One subscriber: the calls that the sandbox leads, and our own rows beside them."""

    life: Life
    plan: BoxPlan
    joined: datetime
    address: dict[str, str]
    variant: str = ""
    skips: list[tuple[datetime, str]] = field(default_factory=list)  # when, of which period


def told(plan: BoxPlan, dates: list[tuple[str, CycleDates]], price: PlanPrice, now: datetime) -> list[Plot]:
    """The lives of one plan's subscribers over these editions (period, dates), the last ones still to come."""
    dice = random.Random(f"{plan.slug} 23")  # noqa: S311 - a story, not a secret
    crowd = people(COUNT[plan.slug], dice)
    return [_one(dice, who, plan, dates, price, now) for who in crowd]


def _one(
    dice: random.Random,
    who: Person,
    plan: BoxPlan,
    dates: list[tuple[str, CycleDates]],
    price: PlanPrice,
    now: datetime,
) -> Plot:
    who = Person(who.name, f"{who.email.partition('@')[0]}.{plan.slug}@{DOMAIN}", who.language)
    first, last = dates[0][1].opens_at, min(now - timedelta(days=7), dates[-1][1].cutoff_at)
    joined = first + (last - first) * min(0.97, dice.random() ** 1.4)
    joined = joined.replace(minute=dice.randrange(60), second=0, microsecond=0)
    plot = Plot(Life(who), plan, joined, _address(dice, who))
    if plan.slug == "tea":
        plot.variant = dice.choice(["strong", "mild", "mild"])
    plot.life.call(joined, "POST /v1/customers", {
        "email": who.email, "name": who.name, "payment_method": GOOD,
        "invoice_settings": {"default_payment_method": GOOD},
    }, "customer")  # fmt: skip
    anchor = price.plan.anchor(joined, price.months or 1)
    plot.life.call(joined, "POST /v1/subscriptions", {
        "customer": "{customer.id}", "items": [{"price": price.stripe_price}], "billing_cycle_anchor_config": anchor,
        "proration_behavior": "none",
    }, "one")  # fmt: skip
    _wander(dice, plot, [(p, d) for p, d in dates if d.cutoff_at > joined + timedelta(days=2)], now)
    return plot


def _wander(dice: random.Random, plot: Plot, dates: list[tuple[str, CycleDates]], now: datetime) -> None:
    """What happens before each cut-off: mostly nothing, sometimes a skip, now and then an end."""
    for number, (period, when) in enumerate(dates):
        moment = when.cutoff_at - timedelta(days=dice.randrange(1, 5), minutes=dice.randrange(600))
        if moment <= plot.joined + timedelta(hours=1) or moment >= now - timedelta(hours=6):
            continue
        chance = dice.random()
        if chance < 0.07:
            resumes = int((when.billed_by + timedelta(hours=12)).timestamp())
            paused = {"pause_collection": {"behavior": "void", "resumes_at": resumes}}
            plot.life.call(moment, "POST /v1/subscriptions/{one.id}", paused)
            plot.skips.append((moment, period))
        elif chance < 0.11 and number:
            leaving = {"cancel_at_period_end": True, "cancellation_details": {"feedback": dice.choice(REASONS)}}
            plot.life.call(moment, "POST /v1/subscriptions/{one.id}", leaving)
            return
        elif chance < 0.125 and number:
            plot.life.call(moment, f"POST /v1/payment_methods/{BAD}/attach", {"customer": "{customer.id}"}, "bad")
            chosen = {"invoice_settings": {"default_payment_method": "{bad.id}"}}
            plot.life.call(moment, "POST /v1/customers/{customer.id}", chosen)
            return


def _address(dice: random.Random, who: Person) -> dict[str, str]:
    english = who.language == "en"
    city, region, postal_code, country = dice.choice(CITIES[6:] if english else CITIES[:6])
    street, number = dice.choice(STREETS)[english], dice.randrange(1, 200)
    return {"recipient": who.name, "phone": "", "line1": f"{number} {street}" if english else f"{street} {number} 号",
            "line2": "", "city": city, "region": region, "postal_code": postal_code, "country": country}  # fmt: skip
