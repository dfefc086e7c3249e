"""What the demo's members did in fourteen months, as the calls to Stripe that it would have taken, each with its moment.

Nothing happens here: a plot only writes down. The dice are seeded, so that the same day gives the same history.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

from subscriptions.billing.calendar import add_months
from subscriptions.billing.demo_names import Person
from subscriptions.billing.enums import MONTHS
from subscriptions.billing.models import Deal, PlanPrice

AHEAD, BEHIND = timedelta(days=9), timedelta(days=1)  # no renewal of theirs so near to the first day of the demo
REASONS = {"too_expensive": 9, "unused": 8, "missing_features": 4, "other": 4, "switched_service": 2, "low_quality": 2,
           "too_complex": 1, "": 2}  # fmt: skip
STORIES = ["celadon-after-rain", "celadon-white-earth", "cobalt-line", "indigo-seasons", "lacquer-hundred-coats",
           "paper-two-sheets", "shadow-bronze-bowl", "tea-hares-fur"]  # fmt: skip
EVENING = 12  # UTC: eight in the evening in Hangzhou
GOOD = "pm_card_visa"
LONGEST = 16  # periods that a life may have


def origin_of(slug: str) -> str:
    """A demo story as the wall and the box card write it: `story:<uuid>`."""
    return f"story:{uuid5(NAMESPACE_URL, f'https://yaji.example/stories/{slug}')}"


class TooShort(Exception):
    """There is not enough time between the beginning and today for this plot."""


@dataclass
class Life:
    """One person's calls so far, and what our own rows say beside them."""

    person: Person
    calls: list[dict[str, Any]] = field(default_factory=list)
    uses: list[tuple[str, str, datetime]] = field(default_factory=list)  # deal, subscription's name, when
    rests: list[tuple[datetime, datetime, datetime | None]] = field(default_factory=list)  # began, until, ended

    @property
    def abroad(self) -> bool:
        """Pays in euros: two of three who read English, always the same ones."""
        return self.person.language == "en" and crc32(self.person.email.encode()) % 3 > 0

    def call(self, at: datetime, what: str, given: dict[str, Any], name: str = "") -> None:
        """Write one call down."""
        self.calls.append({"at": int(at.timestamp()), "call": what, "with": given, **({"as": name} if name else {})})


@dataclass
class Run:
    """One subscription in the making: where its periods begin."""

    life: Life
    price: PlanPrice
    name: str
    anchor: datetime

    def period(self, number: int) -> datetime:
        """The first moment of a period, counted from nought."""
        return add_months(self.anchor, number * (self.price.months or 1))

    @property
    def path(self) -> str:
        """Its address at Stripe."""
        return f"/v1/subscriptions/{{{self.name}.id}}"


class Teller:
    """Tells lives up to a moment, with the prices and deals that Stripe has."""

    def __init__(self, now: datetime) -> None:
        self.now, self.dice = now, random.Random(14)  # noqa: S311 - a story, not a secret
        self.prices = {p.lookup_key: p for p in PlanPrice.objects.select_related("plan").filter(active=True)}
        self.deals = {deal.code: deal for deal in Deal.objects.all()}

    def moment(self, month: datetime) -> datetime:
        """An evening of that month. All come at the same hour: the sandbox's clock halts once for them, not for each."""
        found = month + timedelta(days=self.dice.randrange(28), hours=EVENING)
        if found > self.now - BEHIND * 2:
            raise TooShort
        return found

    def later(self, run: Run, number: int, days: int = 0) -> datetime:
        """Some hours after a period's beginning. Raises `TooShort` when that is not well past."""
        found = run.period(number) + timedelta(days=days, minutes=self.dice.randrange(90, 900))
        if found > self.now - BEHIND * 8:
            raise TooShort
        return found

    def quiet(self, anchor: datetime, key: str) -> bool:
        """True when no period of that price begins near today."""
        months = MONTHS[self.prices[key].interval]  # type: ignore[index]
        begins = (add_months(anchor, number * months) for number in range(LONGEST))
        return all(not self.now - BEHIND < begin < self.now + AHEAD for begin in begins)

    def calm(self, run: Run) -> None:
        """Raises `TooShort` when a renewal of somebody who is still here is near."""
        if not self.quiet(run.anchor, run.price.lookup_key):
            raise TooShort

    def price(self, life: Life, key: str) -> PlanPrice:
        """The price of that name, in the currency that this person pays in."""
        return self.prices.get(f"{key}-eur" if life.abroad else key, self.prices[key])

    def join(self, life: Life, at: datetime, key: str, deal: str = "", name: str = "one", quantity: int = 1) -> Run:
        """A first or another subscription, with the deal it was taken by."""
        price = self.price(life, key)
        if not life.calls:
            life.call(at, "POST /v1/customers", {
                "email": life.person.email, "name": life.person.name, "payment_method": GOOD,
                "invoice_settings": {"default_payment_method": GOOD},
            }, "customer")  # fmt: skip
        story = origin_of(self.dice.choice(STORIES)) if self.dice.random() < 0.55 else ""
        given: dict[str, Any] = {"customer": "{customer.id}", "items": [{"price": price.stripe_price, "quantity": quantity}],
                                 "metadata": {"origin": story}}  # fmt: skip
        days = self._trial(given, price, deal if name == "one" else deal or "none")
        life.call(at, "POST /v1/subscriptions", given, name)
        if deal:
            life.uses.append((deal, name, at))
        return Run(life, price, name, at + timedelta(days=days))

    def _trial(self, given: dict[str, Any], price: PlanPrice, code: str) -> int:
        deal = self.deals.get(code)
        days = deal.trial_days or 0 if deal else 0 if code else price.plan.trial_days
        if days:
            given["trial_period_days"] = days
        elif deal:
            given["discounts"] = [
                {"promotion_code": deal.stripe_code} if deal.stripe_code else {"coupon": deal.stripe_coupon}
            ]
        return days

    def some_price(self, *keys: str) -> str:
        """One of these prices; one named twice is taken twice as often."""
        return self.dice.choice(keys)

    def reason(self) -> str:
        """Why somebody leaves."""
        return self.dice.choices(list(REASONS), list(REASONS.values()))[0]
