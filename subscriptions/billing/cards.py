"""A new card: saved on Stripe's page, then used for everything that runs."""

from typing import Any

from subscriptions.billing import gateway, hooks, outbox
from subscriptions.billing.models import Checkout, Subscription


def use(checkout: Checkout, session: dict[str, Any]) -> None:
    """The saved card becomes the customer's default and that of each running subscription. Idempotent by checkout.

    Both: a subscription that began on a payment page has a card of its own, which the customer's does not replace.
    """
    card = _saved(session)
    if not card:
        return
    outbox.put(
        key=f"card:{checkout.key}", object_id=session["customer"], kind=outbox.CUSTOMER,
        params={"invoice_settings": {"default_payment_method": card}},
    )  # fmt: skip
    for row in Subscription.objects.live().filter(account=checkout.account):
        outbox.put(
            key=f"card:{checkout.key}:{row.stripe_id}", object_id=row.stripe_id, params={"default_payment_method": card}
        )


def keep(checkout: Checkout, session: dict[str, Any]) -> None:
    """The saved card is for what was ordered ahead, and for nothing else."""
    card = _saved(session)
    for told in hooks.card_saved if card else ():
        told(checkout, card)


def _saved(session: dict[str, Any]) -> str:
    """Stripe's id of the card that a finished page has saved; empty for none."""
    if not session.get("setup_intent"):
        return ""
    method = gateway.setup_intent(session["setup_intent"])["payment_method"]
    return str((method["id"] if isinstance(method, dict) else method) or "")
