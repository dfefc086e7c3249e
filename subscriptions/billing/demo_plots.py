"""The plots of the demo's lives, and how often each is told: who came and stayed, left, was lost, came back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from subscriptions.billing.calendar import add_months
from subscriptions.billing.demo_lives import AHEAD, BEHIND, EVENING, Life, Run, Teller, TooShort
from subscriptions.billing.demo_names import Person, groups, people
from subscriptions.billing.models import PlanPrice

SPAN = 14  # months, the running one among them
JOINED = (7, 6, 9, 8, 12, 9, 8, 11, 16, 11, 10, 13, 14, 6)  # people a month: an opening in the fifth and the ninth
GROUPS_IN = (3, 7, 9)  # months in which a house came that pays for several
BAD, OTHER = "pm_card_chargeCustomerFail", "pm_card_mastercard"

Plot = Callable[[Teller, Life, datetime], None]
MONTHLY = ("friend-month", "friend-month", "companion-month", "companion-month", "companion-month", "patron-month")
USUAL = ("friend-year", "friend-year", "friend-quarter", "companion-year", "companion-year", "companion-year", "companion-quarter",
         "companion-quarter", "patron-quarter", "patron-year")  # fmt: skip


def stays(teller: Teller, life: Life, at: datetime) -> None:
    """Came and is here."""
    teller.calm(teller.join(life, at, teller.some_price(*USUAL)))


def _leave(teller: Teller, run: Run, at: datetime) -> None:
    details = {"feedback": reason} if (reason := teller.reason()) else {}
    given = {"cancel_at_period_end": True, **({"cancellation_details": details} if details else {})}
    run.life.call(at, f"POST {run.path}", given)


def leaves(teller: Teller, life: Life, at: datetime) -> None:
    """Some periods, then the end of the last that was paid, with a reason."""
    _leaves(teller, life, at)


def _leaves(teller: Teller, life: Life, at: datetime) -> datetime:
    run = teller.join(life, at, teller.some_price(*MONTHLY, "companion-quarter"))
    number = teller.dice.choice([0, 1, 1, 2, 2, 3, 4, 5, 7])
    moment = teller.later(run, number, days=teller.dice.randrange(1, 20))
    end = run.period(number + 1)
    if end > teller.now - BEHIND:
        teller.calm(run)
    _leave(teller, run, moment)
    return end


def looks(teller: Teller, life: Life, at: datetime) -> None:
    """Thirty days to look around, and no more."""
    run = teller.join(life, at, "companion-month", deal="look-around")
    moment = at + timedelta(days=teller.dice.randrange(4, 26))
    if run.anchor > teller.now - BEHIND:
        raise TooShort
    _leave(teller, run, moment)


def looks_and_stays(teller: Teller, life: Life, at: datetime) -> None:
    """Thirty days to look around, then a seat."""
    run = teller.join(
        life, at, teller.some_price("companion-month", "companion-quarter", "companion-year"), deal="look-around"
    )
    teller.calm(run)


def comes_by_link(teller: Teller, life: Life, at: datetime) -> None:
    """Three months for less; most are here still."""
    key = teller.some_price("companion-month", "companion-quarter", "companion-quarter")
    run = teller.join(life, at, key, deal="first-frost")
    if teller.dice.random() < 0.4:
        _leave(teller, run, teller.later(run, teller.dice.choice([1, 2, 3]), days=5))
    teller.calm(run)


def _card(life: Life, at: datetime, token: str, name: str) -> None:
    life.call(at, f"POST /v1/payment_methods/{token}/attach", {"customer": "{customer.id}"}, name)
    chosen = {"invoice_settings": {"default_payment_method": f"{{{name}.id}}"}}
    life.call(at, "POST /v1/customers/{customer.id}", chosen)


def is_lost(teller: Teller, life: Life, at: datetime) -> None:
    """The card fails at a renewal, and at each of the retries."""
    run = teller.join(life, at, teller.some_price(*MONTHLY))
    number = teller.dice.choice([1, 2, 3, 4, 6, 8])
    if run.period(number) > teller.now - timedelta(days=12):
        raise TooShort
    _card(life, run.period(number) - timedelta(days=3), BAD, "bad")


def recovers(teller: Teller, life: Life, at: datetime) -> None:
    """The card fails at a renewal; another one pays two days later."""
    run = teller.join(life, at, teller.some_price("companion-month", "companion-quarter"))
    teller.calm(run)
    moment = teller.later(run, teller.dice.choice([1, 2, 3]), days=2)
    _card(life, moment - timedelta(days=6), BAD, "bad")
    _card(life, moment, OTHER, "good")


def _change(run: Run, at: datetime, price: PlanPrice) -> None:
    items = [{"id": f"{{{run.name}.items.data.0.id}}", "price": price.stripe_price}]
    run.life.call(at, f"POST {run.path}", {"items": items, "proration_behavior": "always_invoice"})


def climbs(teller: Teller, life: Life, at: datetime) -> None:
    """A tier up, in the middle of a period, at once."""
    key, to = teller.dice.choice([("friend-month", "companion-month"), ("friend-quarter", "companion-quarter"),
                                  ("friend-year", "companion-year"), ("companion-year", "patron-year")])  # fmt: skip
    run = teller.join(life, at, key)
    teller.calm(run)
    moment = teller.later(run, 0, days=teller.dice.randrange(30, 80))
    _change(run, moment, teller.price(life, to))


def steps_down(teller: Teller, life: Life, at: datetime) -> None:
    """A tier down, when the period that was paid is over."""
    key, to = teller.dice.choice([("patron-month", "companion-month"), ("companion-quarter", "friend-quarter")])
    run = teller.join(life, at, key)
    teller.calm(run)
    moment = teller.later(run, teller.dice.choice([0, 1, 2]), days=9)
    life.call(moment, "POST /v1/subscription_schedules", {"from_subscription": "{one.id}"}, "plan")
    now = {"items": [{"price": run.price.stripe_price, "quantity": 1}], "start_date": "{plan.phases.0.start_date}",
           "end_date": "{plan.phases.0.end_date}"}  # fmt: skip
    then = {"items": [{"price": teller.price(life, to).stripe_price, "quantity": 1}]}
    life.call(moment, "POST /v1/subscription_schedules/{plan.id}", {"phases": [now, then], "end_behavior": "release"})


def is_kept(teller: Teller, life: Life, at: datetime) -> None:
    """Was about to leave, took an offer; two of three are here still."""
    run = teller.join(life, at, teller.some_price("friend-month", "companion-month", "companion-quarter"))
    teller.calm(run)
    number, code = teller.dice.choice([1, 2, 3]), teller.dice.choice(["stay-lighter", "stay-awhile"])
    moment = teller.later(run, number, days=11)
    off = {"discounts": [{"coupon": teller.deals[code].stripe_coupon}], "cancel_at_period_end": False}
    life.call(moment, f"POST {run.path}", off)
    life.uses.append((code, run.name, moment))
    if teller.dice.random() < 0.35:
        _leave(teller, run, teller.later(run, number + 2, days=3))


def rests(teller: Teller, life: Life, at: datetime) -> None:
    """Two months away, then here again; or away at this moment."""
    run = teller.join(life, at, teller.some_price("companion-month", "companion-quarter", "patron-month"))
    teller.calm(run)
    began = teller.later(run, 1, days=6)
    until = began + timedelta(days=62)
    life.call(began, f"POST {run.path}/pause", {"bill_for": {"unused_time_from": {"type": "none"}}})
    if until < teller.now - BEHIND * 8:
        back = {"billing_cycle_anchor": {"type": "unchanged"}, "proration_behavior": "always_invoice"}
        life.call(until, f"POST {run.path}/resume", back)
    elif until < teller.now + AHEAD:
        raise TooShort
    life.rests.append((began, until, until if until < teller.now else None))


def returns(teller: Teller, life: Life, at: datetime) -> None:
    """Left, and came back some months later."""
    again = _leaves(teller, life, at) + timedelta(days=20 + teller.dice.randrange(70))
    if again > teller.now - BEHIND * 3:
        raise TooShort
    deal = "welcome-back" if teller.dice.random() < 0.6 else ""
    key = teller.some_price("companion-year", "companion-quarter", "friend-year")
    teller.calm(teller.join(life, again, key, deal, name="two"))


def is_refunded(teller: Teller, life: Life, at: datetime) -> None:
    """Thought better of it within the week: the money went back, the seat with it."""
    run = teller.join(life, at, "patron-month")
    moment = at + timedelta(days=teller.dice.randrange(2, 6))
    if moment > teller.now - BEHIND * 3:
        raise TooShort
    life.call(moment, "GET /v1/invoice_payments", {"invoice": "{one.latest_invoice}"}, "paid")
    given = {"payment_intent": "{paid.data.0.payment.payment_intent}", "reason": "requested_by_customer"}
    life.call(moment, "POST /v1/refunds", given, "refund")
    life.call(moment, f"DELETE {run.path}", {"cancellation_details": {"feedback": "other"}})


PLOTS: list[tuple[Plot, int]] = [
    (leaves, 34), (is_lost, 14), (recovers, 5), (climbs, 12), (steps_down, 4), (is_kept, 9), (comes_by_link, 11), (looks, 5),
    (looks_and_stays, 6), (returns, 6), (rests, 5), (is_refunded, 2),
]  # fmt: skip


def tell(now: datetime) -> list[Life]:
    """Every life up to that moment, in the order of joining. The same moment tells the same lives."""
    teller = Teller(now)
    first = add_months(datetime(now.year, now.month, 1, tzinfo=UTC), 1 - SPAN)
    plots = _plots(teller, sum(JOINED))
    lives = []
    for number, person in enumerate(people(sum(JOINED), teller.dice)):
        month = next(m for m in range(SPAN) if number < sum(JOINED[: m + 1]))
        lives.append(_one(teller, person, add_months(first, month), plots[number]))
    lives += [_group(teller, person, add_months(first, m)) for person, m in zip(groups(), GROUPS_IN, strict=True)]
    found = [life for life in lives if life.calls]
    for life in found:
        card = {"expand": ["invoice_settings.default_payment_method"]}
        life.call(now, "GET /v1/customers/{customer.id}", card, "customer")
    return found


def _plots(teller: Teller, count: int) -> list[Plot]:
    named = [plot for plot, times in PLOTS for _ in range(times)]
    teller.dice.shuffle(named)
    return (named + [stays] * count)[:count]


def _one(teller: Teller, person: Person, month: datetime, plot: Plot) -> Life:
    """This plot if the time allows it, else they came and stayed; nobody joins after today."""
    for tried in (plot, plot, plot, *[stays] * 40):
        life = Life(person)
        try:
            tried(teller, life, teller.moment(month))
        except TooShort:
            continue
        return life
    return Life(person)


def _group(teller: Teller, person: Person, month: datetime) -> Life:
    life, key = Life(person), teller.dice.choice(["group-month", "group-year", "group-year"])
    for day in range(28):
        moment = month + timedelta(days=day, hours=EVENING)
        if teller.quiet(moment, key):
            teller.join(life, moment, key, quantity=teller.dice.randrange(4, 12))
            break
    return life
