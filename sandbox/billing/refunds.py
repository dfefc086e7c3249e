"""Money given back."""

from typing import Any

from sandbox import shapes
from sandbox.billing.payments import transaction
from sandbox.errors import invalid
from sandbox.events import emit, update
from sandbox.expand import on_request
from sandbox.store import Object
from sandbox.world import DUE, WORK, World, copy


def create(w: World, charge: Object, given: dict[str, Any]) -> Object:
    """Give back all or part of a charge."""
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = given.get("amount", left)
    _check(w, charge, amount, left)
    clock = w.clock_of(charge)
    made = w.make(
        "Refund", "re", clock, amount=amount, charge=charge["id"], currency=charge["currency"],
        payment_intent=charge["payment_intent"], reason=given.get("reason"), status="succeeded",
        metadata=given.get("metadata") or {}, customer=charge["customer"], payment_method=charge["payment_method"],
    )  # fmt: skip
    made["destination_details"] = shapes.new("Refund.DestinationDetails", type="card")
    made["balance_transaction"] = transaction(w, clock, made, -amount, "refund")["id"]
    w.save(made, clock, {"fails": bool(w.store.hidden(charge["id"]).get("refund_fails"))})
    before = copy(charge)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    w.save(charge)
    emit(w, "refund.created", made)
    emit(w, "charge.refunded", charge, before)
    emit(w, "refund.updated", made, {**made, "balance_transaction": None})
    return made


def _check(w: World, charge: Object, amount: int, left: int) -> None:
    if charge["disputed"] and any(d["status"] != "won" for d in w.store.find("dispute", "parent=?", charge["id"])):
        raise invalid(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if not charge["paid"] or left == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if not 0 < amount <= left:
        raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).", "amount")


def fail(w: World, refund: Object) -> Object:
    """The bank sent the money back: the refund failed after all."""
    before = copy(refund)
    clock = w.clock_of(refund)
    refund.update(status="failed", failure_reason="expired_or_canceled_card")
    refund["failure_balance_transaction"] = transaction(w, clock, refund, refund["amount"], "refund_failure")["id"]
    w.save(refund, hidden={})
    charge = w.need(refund["charge"], "charge")
    old = copy(charge)
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    update(w, old, charge, "charge.updated")
    emit(w, "refund.updated", refund, before)
    emit(w, "refund.failed", refund)
    return refund


def charge_of(w: World, given: dict[str, Any]) -> Object:
    """The charge that `charge`, `payment_intent` or `invoice` names."""
    key = given.get("charge")
    if given.get("invoice"):
        paid = w.store.find("invoice_payment", "parent=?", w.need(given["invoice"], "invoice", "invoice")["id"])
        intents = [p["payment"]["payment_intent"] for p in paid if p["status"] == "paid"]
        given = {"payment_intent": intents[-1]} if intents else {}
    if given.get("payment_intent"):
        key = w.need(given["payment_intent"], "payment_intent", "payment_intent")["latest_charge"]
    if not key:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    return w.need(key, "charge", "charge")


@on_request("charge", "refunds")
def _refunds(w: World, charge: Object) -> Object:
    found = w.store.find("refund", "parent=?", charge["payment_intent"], newest=True)
    return shapes.page([r for r in found if r["charge"] == charge["id"]], f"/v1/charges/{charge['id']}/refunds")


def due(w: World, refund: Object) -> int | None:
    """When a refund to a card that takes none fails."""
    return refund["created"] + 1 if w.store.hidden(refund["id"]).get("fails") else None


DUE["refund"] = due
WORK["refund"] = fail
