"""What Stripe is told of a payment page: one shape for each kind of checkout."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from membership.currencies import bound
from subscriptions.billing.enums import PAID_ONCE, SAVES_A_CARD, CheckoutKind
from subscriptions.billing.models import Checkout, PlanPrice


def params(intent: Checkout, customer: str) -> dict[str, Any]:
    """The parameters of its Checkout Session. Always the same for the same intent: its key stands for them."""
    with override(intent.language):
        common = {
            "customer": customer,
            "client_reference_id": str(intent.account.public_id),
            "success_url": f"{settings.PUBLIC_URL}{_way_on(intent)}?s={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{settings.PUBLIC_URL}{_way_back(intent)}",
            "expires_at": int(intent.expires_at.timestamp()),
            "locale": "zh" if intent.language.startswith("zh") else "en",
            "metadata": {"checkout": str(intent.key)},
        }
    if intent.kind in SAVES_A_CARD:
        return common | {"mode": "setup", "currency": (bound(intent.account) or settings.CURRENCY).lower()}
    price = _price(intent)
    common["line_items"] = [{"price": price.stripe_price, "quantity": intent.quantity}]
    if intent.first and intent.first.stripe_price:
        common["line_items"].append({"price": intent.first.stripe_price, "quantity": 1})  # type: ignore[attr-defined]
    if intent.kind in PAID_ONCE:
        data = {"metadata": {"checkout": str(intent.key)}}
        return common | {
            "mode": "payment",
            "invoice_creation": {"enabled": True},
            "payment_intent_data": data,
            **_codes(intent),
            # A gift goes where its reader lives: its buyer is not asked.
            **({} if intent.kind == CheckoutKind.GIFT else _address(intent)),
        }
    return common | {
        "mode": "subscription",
        "subscription_data": _subscription(intent),
        **_codes(intent),
        **_address(intent),
    }


def _price(intent: Checkout) -> PlanPrice:
    if intent.price is None:
        raise ValueError(f"checkout {intent.key} sells nothing")
    return intent.price


def _way_on(intent: Checkout) -> str:
    """Where the payment page leads when all is done: single things have a page of their own."""
    things = intent.kind in (CheckoutKind.THING, CheckoutKind.AHEAD)
    return reverse("shop:thanks") if things else reverse("billing:welcome")


def _way_back(intent: Checkout) -> str:
    if intent.kind in (CheckoutKind.THING, CheckoutKind.AHEAD):
        return intent.next_url or reverse("shop:index")
    if intent.kind == CheckoutKind.CARD:
        return reverse("billing:manage")
    if intent.kind == CheckoutKind.GIFT:
        return reverse("gifts:index")
    back = reverse("membership:join")
    return f"{back}?{urlencode({'next': intent.next_url})}" if intent.next_url else back


def _subscription(intent: Checkout) -> dict[str, Any]:
    plan = _price(intent).plan
    data: dict[str, Any] = {"metadata": {"checkout": str(intent.key), "origin": intent.origin}}
    if plan.billing_day:
        anchor = plan.anchor(intent.created_at, _price(intent).months or 1)
        data |= {"billing_cycle_anchor_config": anchor, "proration_behavior": "none"}
    elif intent.trial_days:
        # Without a card at its end a trial simply ends: nobody owes anything for having looked.
        ending = {"end_behavior": {"missing_payment_method": "cancel"}}
        data |= {"trial_period_days": intent.trial_days, "trial_settings": ending}
    return data


def _codes(intent: Checkout) -> dict[str, Any]:
    """A deal is on the page from the start; codes are typed with us (`codes`), where an account's own rules are known."""
    if intent.deal and intent.deal.stripe_code:
        return {"discounts": [{"promotion_code": intent.deal.stripe_code}]}
    if intent.deal and intent.deal.stripe_coupon:
        return {"discounts": [{"coupon": intent.deal.stripe_coupon}]}
    return {}


def _address(intent: Checkout) -> dict[str, Any]:
    if _price(intent).plan.needs_address:
        return {"shipping_address_collection": {"allowed_countries": settings.SHIPPING_COUNTRIES}}
    return {}
