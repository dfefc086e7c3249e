"""What boxes hang on billing: called inside the transaction that mirrors Stripe's state, so both stand or fall."""

from collections.abc import Callable
from typing import Any

from accounts.models import User
from subscriptions.billing.models import Checkout, Invoice, InvoiceLine, PlanPrice, Subscription

line_paid: list[Callable[[InvoiceLine], None]] = []
"""Each paid line, again on every sync: receivers are idempotent by the line's id."""

subscription_synced: list[Callable[[Subscription, str], None]] = []
"""After each sync of a subscription; the second argument is the status before (empty: new)."""

paid_once: list[Callable[[Checkout, bool], None]] = []
"""A lifetime or a gift: True while its money is ours, False after a full refund or a dispute; again on every sync."""

checkout_completed: list[Callable[[Checkout, dict[str, Any]], None]] = []
"""A completed checkout with the fetched session (address in `collected_information.shipping_details`)."""

checkout_expired: list[Callable[[Checkout], None]] = []
"""A payment page ended unpaid: what was kept for it is free again."""

card_saved: list[Callable[[Checkout, str], None]] = []
"""A card was saved for later (an order ahead), with Stripe's id of it; outside of any transaction, perhaps again."""

charge_refused: list[Callable[[Checkout, str], None]] = []
"""A saved card was not charged (`charging`), with Stripe's word for why; the invoice may still be paid by hand."""

charged_at_once: list[Callable[[PlanPrice, User], PlanPrice | None]] = []
"""What somebody who joins at this price pays at once beside it: a first box. Asked when the intent is written."""

settled: list[Callable[[Invoice, bool], None]] = []
"""An invoice of a subscription, again on every sync: True while its money is ours, False after a full refund or while a
dispute suspends it."""

renewal_words: list[Callable[[Subscription], dict[str, str]]] = []
"""More for the letter ahead of a charge: `skip_url`, where a skip stops that charge, and `stop_url`."""
