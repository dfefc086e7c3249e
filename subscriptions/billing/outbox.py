"""Calls that change something at Stripe: a row first, then the call with the row's key, found again by the sweep.

A worker that dies between the call and our commit repeats it with the same idempotency key, and Stripe answers with
the first result.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from ground import clock
from subscriptions.billing import gateway, locks, sync, telling
from subscriptions.billing.enums import CallState, SubscriptionStatus
from subscriptions.billing.models import OutboxCall, Subscription

log = logging.getLogger("subscriptions.billing.outbox")
UPDATE, EXPIRE, CUSTOMER = "subscription.update", "checkout.expire", "customer.update"
CANCEL, PAUSE, RESUME = "subscription.cancel", "subscription.pause", "subscription.resume"
SCHEDULE, RELEASE, CODE = "subscription.schedule", "subscription.release", "promotion_code.close"
PAY, REFUND = "invoice.pay", "invoice.refund"
SUBSCRIPTIONS = frozenset({UPDATE, CANCEL, PAUSE, RESUME, SCHEDULE, RELEASE})  # calls whose object is a subscription


def put(*, key: str, object_id: str, params: dict[str, Any], kind: str = UPDATE) -> OutboxCall:
    """Write the intent, in the caller's transaction; the call follows after commit. The same key is one call."""
    now = timezone.now()
    call, _ = OutboxCall.objects.get_or_create(
        key=key, defaults={"kind": kind, "object_id": object_id, "params": params, "due_at": now, "created_at": now}
    )
    transaction.on_commit(lambda: _now(call.pk))
    return call


def _now(pk: int) -> None:
    """Try at once; what goes wrong is the sweep's."""
    try:
        run(pk)
    except Exception:
        log.exception("outbox call %s waits for the sweep", pk)


def run_due(now: datetime | None = None) -> int:
    """Make every call that is due by real time, oldest first; answers how many."""
    due = OutboxCall.objects.filter(state=CallState.PENDING, due_at__lte=timezone.now()).order_by("pk")
    ids = list(due.values_list("pk", flat=True)[:200])
    for pk in ids:
        run(pk, alone=True)
    return len(ids)


def run(pk: int, *, alone: bool = False) -> None:
    """Make one call, after those that wait before it about the same object; one that has to wait longer keeps the
    later ones waiting. `alone`: nobody looks at a page that says what came of it, so a refusal is told by letter."""
    object_id = OutboxCall.objects.values_list("object_id", flat=True).get(pk=pk)
    with locks.exclusive(f"outbox:{object_id}"):
        for call in OutboxCall.objects.filter(object_id=object_id, pk__lte=pk, state=CallState.PENDING).order_by("pk"):
            if call.due_at > timezone.now():
                return
            _make(call, unseen=alone or call.attempts > 0)
            if call.state == CallState.PENDING:
                return


def _refused(call: OutboxCall, unseen: bool) -> None:
    """What the member was promised does not come: our own rows go back, and they are told where no page told them."""
    if call.kind not in SUBSCRIPTIONS:
        return
    row = Subscription.objects.select_related("account", "plan", "price").filter(stripe_id=call.object_id).first()
    if row is None:
        return
    if call.kind == PAUSE and row.status != SubscriptionStatus.PAUSED:
        row.pauses.filter(ended_at=None).update(ended_at=clock.now())
    if unseen and row.live:
        telling.call_refused(row, call)


def _make(call: OutboxCall, unseen: bool) -> None:
    answer: object = None
    try:
        answer = _CALLS[call.kind](call)
    except gateway.GatewayAway as away:
        call.attempts += 1
        call.error, call.due_at = str(away)[:300], timezone.now() + timedelta(minutes=min(60, 2**call.attempts))
    except gateway.PaymentRefused as declined:
        call.state, call.error, call.code = CallState.FAILED, declined.said[:300], declined.code[:60]
    except gateway.GatewayError as refused:
        call.state, call.error = CallState.FAILED, str(refused)[:300]
        log.error("outbox call %s refused: %s", call.key, refused)
        if call.kind in SUBSCRIPTIONS:
            _look_again(call.object_id)
    else:
        call.state, call.error = CallState.DONE, ""
    with transaction.atomic():
        call.save()
        if call.state == CallState.FAILED:
            _refused(call, unseen)
    if call.state == CallState.DONE and call.kind in SUBSCRIPTIONS:
        sync.subscription(call.object_id)
        _receipt(call, answer)
    if call.state != CallState.PENDING and call.kind in (PAY, REFUND):
        sync.invoice(call.object_id)


def _look_again(subscription_id: str) -> None:
    """A refusal says that something is not as we thought."""
    try:
        sync.subscription(subscription_id)
    except (gateway.GatewayError, sync.Foreign) as trouble:
        log.warning("not looked at again: %s", trouble)


def _cancel(call: OutboxCall) -> object:
    """A DELETE carries no idempotency key: said twice, the second is refused, and it is over all the same."""
    try:
        return gateway.cancel_subscription(call.object_id, key=call.key, **call.params)
    except gateway.GatewayAway:
        raise
    except gateway.GatewayError:
        found = gateway.subscription(call.object_id)
        if found["status"] != SubscriptionStatus.CANCELED:
            raise
        return found


def _expire(call: OutboxCall) -> object:
    """A page that is closed already, by an earlier try or by its time, is closed."""
    try:
        return gateway.expire_checkout(call.object_id)
    except gateway.GatewayAway:
        raise
    except gateway.GatewayError:
        found = gateway.checkout(call.object_id)
        if found["status"] != "expired":
            raise
        return found


def _release(call: OutboxCall) -> object:
    """Whatever is planned at this moment; nothing planned is nothing to drop."""
    planned = gateway.subscription(call.object_id)["schedule"]
    if not planned:
        return None
    return gateway.release_schedule(planned if isinstance(planned, str) else planned["id"], key=call.key)


def _receipt(call: OutboxCall, answer: object) -> None:
    """What a change has charged is on the member's page when they come back to it; the webhook would bring it later."""
    latest = answer.get("latest_invoice") if isinstance(answer, dict) and "items" in call.params else None
    if latest:
        try:
            sync.invoice(latest if isinstance(latest, str) else latest["id"])
        except gateway.GatewayError as trouble:
            log.warning("the receipt of %s comes with the webhook: %s", call.key, trouble)


def _schedule(call: OutboxCall) -> None:
    """The running phase stays as it is; the next one begins at its end, with another price, and then runs on."""
    made = gateway.schedule_from(call.object_id, key=call.key)
    phase = made["phases"][0]
    item = phase["items"][0]
    price = item["price"]["id"] if isinstance(item["price"], dict) else item["price"]
    quantity = item.get("quantity") or 1
    wanted = call.params.get("quantity") or quantity
    # A running offer would be lost with the first phase if it were not named again in both.
    kept = [{"discount": d["discount"]} for d in phase.get("discounts") or [] if d.get("discount")]
    off: dict[str, Any] = {"discounts": kept} if kept else {}
    now = {
        "items": [{"price": price, "quantity": quantity}],
        "start_date": phase["start_date"],
        "end_date": phase["end_date"],
        **off,
    }
    then = {"items": [{"price": call.params["price"], "quantity": wanted}], **off}
    gateway.update_schedule(made["id"], key=f"{call.key}:phases", phases=[now, then], end_behavior="release")


def _refund(call: OutboxCall) -> None:
    """The payment behind the invoice is looked up at the moment of the call; what Stripe answers is mirrored at once."""
    from subscriptions.billing import returns

    payment = gateway.payment_of(call.object_id)
    if not payment:
        raise gateway.GatewayError("no payment was made for this invoice")
    made = gateway.create_refund(key=call.key, payment_intent=payment, **call.params)
    returns.refund(made["id"])


def learn(kind: str, call: Callable[[OutboxCall], object]) -> None:
    """One more kind of call, of a module that stands on this one; called once at start."""
    _CALLS[kind] = call


_CALLS: dict[str, Callable[[OutboxCall], object]] = {
    UPDATE: lambda call: gateway.update_subscription(call.object_id, key=call.key, **call.params),
    CANCEL: _cancel,
    PAUSE: lambda call: gateway.pause_subscription(call.object_id, key=call.key, **call.params),
    RESUME: lambda call: gateway.resume_subscription(call.object_id, key=call.key, **call.params),
    SCHEDULE: _schedule,
    RELEASE: _release,
    PAY: lambda call: gateway.pay_invoice(call.object_id, key=call.key, **call.params),
    REFUND: _refund,
    EXPIRE: _expire,
    CUSTOMER: lambda call: gateway.update_customer(call.object_id, key=call.key, **call.params),
    CODE: lambda call: gateway.close_promotion_code(call.object_id, key=call.key),
}
