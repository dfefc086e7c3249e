"""Anything may be sent to the API: the answer is a refusal in Stripe's shape or an object of the right one, never a fault."""

import random
import re
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import router, shapes
from tests.sandbox import shape
from tests.sandbox.conftest import Running

DAY = 86_400
OBJECTS = {
    "customer": "customer", "subscription": "subscription", "from_subscription": "subscription", "price": "price",
    "product": "product", "coupon": "coupon", "promotion_code": "promotion_code", "invoice": "invoice",
    "schedule": "subscription_schedule", "payment_method": "payment_method", "default_payment_method": "payment_method",
    "charge": "charge", "payment_intent": "payment_intent", "refund": "refund", "discount": "discount",
}  # fmt: skip
PLACES = {
    "customers": "customer", "subscriptions": "subscription", "subscription_schedules": "subscription_schedule",
    "invoices": "invoice", "invoiceitems": "invoiceitem", "checkout/sessions": "checkout.session", "disputes": "dispute",
    "promotion_codes": "promotion_code", "refunds": "refund", "credit_notes": "credit_note", "coupons": "coupon",
}  # fmt: skip
USUAL = {"items", "price", "customer", "line_items", "success_url", "mode", "phases", "amount", "invoice"}
FOREIGN = {
    "tax_code",
    "default_source",
    "account_tax_ids",
    "tax_rates",
    "default_tax_rates",
    "on_behalf_of",
    "template",
}


class Rough:
    """Makes parameters of the right names with any values, from a seed."""

    def __init__(self, box: Running, seed: int) -> None:
        self.box, self.any = box, random.Random(seed)

    def known(self, kind: str) -> list[str]:
        return [
            r[0]
            for r in self.box.app.w.store.rows("SELECT id FROM objects WHERE kind=? ORDER BY seq DESC LIMIT 6", kind)
        ]

    def parameters(self, name: str, depth: int = 0) -> dict[str, Any]:
        made = {}
        for key, text in shapes.TYPES[name].items():
            chance = 1.0 if text.startswith("!") else 0.8 if key in USUAL else 0.15
            if key != "expand" and key not in FOREIGN and depth < 5 and self.any.random() < chance:
                made[key] = self.value(text.lstrip("!"), key, depth)
        return made

    def value(self, text: str, key: str, depth: int) -> Any:
        choice = self.any.choice(shapes.alternatives(text))
        if choice.startswith("@"):
            return self.parameters(choice[1:], depth + 1)
        if choice.startswith("["):
            return {str(i): self.value(choice[1:-1], key, depth + 1) for i in range(self.any.choice((0, 1, 1, 2)))}
        if choice.startswith("{"):
            return {"a": "b"}
        if choice.startswith("enum("):
            return self.any.choice(choice[5:-1].split("|"))
        now = self.box.app.w.now()
        plain = {"int": (0, 1, 2, -1, 100, 5000, now + DAY * self.any.randint(-40, 400)), "bool": ("true", "false"), "''": ("",),
                 "float": ("1", "0", "12.5", "-3"), "decimal": ("1", "12.5", "-3")}  # fmt: skip
        if choice in plain:
            return self.any.choice(plain[choice])
        found = self.known(OBJECTS.get(key, ""))
        return (
            self.any.choice(found)
            if found and self.any.random() < 0.95
            else self.any.choice(("x", "cny", "", "pm_card_visa"))
        )

    def path(self, route: router.Route) -> str:
        pattern = route.pattern.pattern[1:-1]
        place = re.match(r"/v1/([a-z_/]+?)/\(", pattern)
        found = self.known(PLACES.get(place[1], "")) if place else []
        return re.sub(r"\(\?P<key>[^)]*\)", self.any.choice(found) if found else "x_none", pattern)


def _flat(given: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in given.items():
        name = f"{before}[{key}]" if before else key
        yield from _flat(value, name) if isinstance(value, dict) else [(name, str(value))]


def _people(box: Running, price: str) -> None:
    customer = box.customer(card="pm_card_visa")
    for _ in range(2):
        made = box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price}]})
    box.v1.subscription_schedules.create({"from_subscription": made.id})
    coupon = box.v1.coupons.create({"percent_off": 20, "duration": "once"})
    box.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}})
    box.session(price, customer.id)


ROUTES = [r for r in router.API_ROUTES if any(f"/v1/{place}" in r.pattern.pattern for place in PLACES)]


@pytest.mark.parametrize("seed", [11, 12])
def test_no_parameters_break_the_api_or_the_shape_of_its_answers(
    box: Running, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    rough, price, seen = Rough(box, seed), box.price().id, Counter[int]()
    for turn in range(450):
        if turn % 90 == 0:
            _people(box, price)
            box.control("advance", seconds=rough.any.choice((3600, 3 * DAY, 20 * DAY)))
        route = rough.any.choice(ROUTES)
        path = rough.path(route)
        form = urllib.parse.urlencode(dict(_flat(rough.parameters(route.params))))
        written = route.method == "POST"
        status, answer, _ = box.api(route.method, path if written else f"{path}?{form}", form if written else "")
        assert status < 500, (route.method, path, urllib.parse.unquote(form), answer)
        assert status == 200 or answer["error"]["message"]
        assert status != 200 or shape.findings(answer) == [], (route.method, path, urllib.parse.unquote(form))
        seen[status] += 1
    box.flush()
    assert [f for event in box.receiver.events for f in shape.findings(event, event["type"])] == []
    assert seen[200] > 50 and seen[400] > 50
    assert "laid aside" not in caplog.text
