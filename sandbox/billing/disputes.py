"""Disputes: a customer asks the bank for the money back."""

from typing import Any

from sandbox import shapes
from sandbox.api import complete, merge
from sandbox.billing.payments import transaction
from sandbox.billing.periods import DAY
from sandbox.errors import invalid
from sandbox.events import emit, update
from sandbox.store import Object
from sandbox.world import DUE, WORK, World, copy

ANSWER_SECONDS = 9 * DAY
FEE = 1500
OPEN = ("needs_response", "under_review")
REASONS = ("fraudulent", "product_not_received", "duplicate", "subscription_canceled", "unrecognized", "general")
VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost"}


def create(w: World, charge: Object, reason: str = "fraudulent") -> Object:
    """Dispute a charge: what is left of it is withdrawn at once."""
    if reason not in REASONS:
        raise invalid(f"reason must be one of {', '.join(REASONS)}.", "reason")
    if charge["disputed"] or not charge["paid"] or charge["refunded"]:
        raise invalid(f"Charge {charge['id']} cannot be disputed.", "charge")
    clock = w.clock_of(charge)
    made = w.make(
        "Dispute", "dp", clock, charge=charge["id"], payment_intent=charge["payment_intent"], currency=charge["currency"],
        amount=charge["amount_captured"] - charge["amount_refunded"], reason=reason, status="needs_response", metadata={},
        is_charge_refundable=False,
    )  # fmt: skip
    made["evidence_details"].update(due_by=w.now(clock) + ANSWER_SECONDS, submission_method="not_submitted")
    made["payment_method_details"] = shapes.new("Dispute.PaymentMethodDetails", type="card")
    brand = ((charge["payment_method_details"] or {}).get("card") or {}).get("brand") or "visa"
    made["payment_method_details"]["card"] = shapes.new(
        "Dispute.PaymentMethodDetails.Card", brand=brand, case_type="chargeback", network_reason_code="10"
    )
    w.save(made, clock)
    before = copy(charge)
    charge["disputed"] = True
    w.save(charge, hidden={})
    emit(w, "charge.updated", charge, before)
    emit(w, "charge.dispute.created", made)
    old = copy(made)
    made["balance_transactions"] = [transaction(w, clock, made, -made["amount"] - FEE, "adjustment")]
    w.save(made)
    emit(w, "charge.dispute.funds_withdrawn", made, old)
    return made


def answer(w: World, dispute: Object, given: dict[str, Any]) -> Object:
    """The update call: evidence; `winning_evidence` or `losing_evidence` as its text decides, as in Stripe's tests."""
    if dispute["status"] not in OPEN:
        raise invalid("This dispute is already closed.")
    before = copy(dispute)
    if "metadata" in given:
        dispute["metadata"] = merge(dispute["metadata"], given["metadata"])
    if evidence := given.get("evidence"):
        filled = complete("dispute", "evidence", evidence)
        dispute["evidence"].update({k: filled[k] for k in evidence if k in filled})
        dispute["evidence_details"]["has_evidence"] = True
    if given.get("submit", True) and given.get("evidence"):
        dispute["status"] = "under_review"
        dispute["evidence_details"].update(submission_method="manual")
        dispute["evidence_details"]["submission_count"] += 1
    update(w, before, dispute, "charge.dispute.updated")
    verdict = VERDICTS.get(dispute["evidence"]["uncategorized_text"] or "")
    return close(w, dispute, verdict) if verdict and dispute["status"] == "under_review" else dispute


def close(w: World, dispute: Object, status: str = "lost") -> Object:
    """The bank decided: `won` gives the money back to us, `lost` to the customer."""
    if dispute["status"] not in OPEN:
        raise invalid("This dispute is already closed.")
    if status not in ("won", "lost"):
        raise invalid("A dispute is won or lost.", "close")
    before = copy(dispute)
    dispute["status"] = status
    if status == "won":
        paid = transaction(w, w.clock_of(dispute), dispute, dispute["amount"] + FEE, "adjustment")
        dispute["balance_transactions"] = [*dispute["balance_transactions"], paid]
    w.save(dispute)
    emit(w, "charge.dispute.updated", dispute, before)
    emit(w, "charge.dispute.closed", dispute)
    if status == "won":
        emit(w, "charge.dispute.funds_reinstated", dispute, None)
    return dispute


def due(w: World, dispute: Object) -> int | None:
    """When an unanswered dispute is lost."""
    return dispute["evidence_details"]["due_by"] if dispute["status"] == "needs_response" else None


def charge_due(w: World, charge: Object) -> int | None:
    """When a charge by a card that disputes is disputed."""
    waits = w.store.hidden(charge["id"]).get("disputed") and not charge["disputed"]
    return charge["created"] + 1 if waits else None


DUE["dispute"] = due
WORK["dispute"] = close
DUE["charge"] = charge_due
WORK["charge"] = create
