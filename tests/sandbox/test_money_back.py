"""Refunds that hold and that fail, credit notes, disputes."""

from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import Running, until

DAY = 86_400


def _paid(box: Running, card: str = "pm_card_visa") -> Any:
    customer = box.customer(card=card)
    box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": box.price().id}]})
    return box.v1.invoices.list({"customer": customer.id}).data[0]


def _intent(box: Running, invoice: str) -> str:
    return box.v1.invoice_payments.list({"invoice": invoice, "status": "paid"}).data[0].payment.payment_intent


def test_refunds_in_parts_tell_of_each_part(box: Running) -> None:
    intent = _intent(box, _paid(box).id)
    box.v1.refunds.create({"payment_intent": intent, "amount": 1000, "metadata": {"order": "7"}})
    box.v1.refunds.create({"payment_intent": intent, "amount": 3800})
    charge = box.v1.charges.retrieve(box.v1.payment_intents.retrieve(intent).latest_charge, {"expand": ["refunds"]})
    assert (charge.amount_refunded, charge.refunded, len(charge.refunds.data)) == (4800, True, 2)
    box.flush()
    kinds = [t for t in box.receiver.types() if t.startswith(("refund.", "charge.refunded"))]
    assert kinds == ["refund.created", "charge.refunded", "refund.updated"] * 2
    seen = [e["data"] for e in box.receiver.events if e["type"] == "charge.refunded"]
    assert [d["previous_attributes"]["amount_refunded"] for d in seen] == [0, 1000]


def test_a_refund_that_the_bank_sends_back_fails_a_moment_later(box: Running) -> None:
    intent = _intent(box, _paid(box, "pm_card_refundFail").id)
    refund = box.v1.refunds.create({"payment_intent": intent})
    assert refund.status == "succeeded"
    until(lambda: box.v1.refunds.retrieve(refund.id).status == "failed")
    assert box.v1.charges.retrieve(refund.charge).amount_refunded == 0
    until(lambda: "refund.failed" in box.receiver.types())


def test_a_credit_note_gives_money_back_with_its_paper(box: Running) -> None:
    invoice = _paid(box)
    with pytest.raises(stripe.InvalidRequestError, match="must equal"):
        box.v1.credit_notes.create({"invoice": invoice.id, "amount": 1000})
    preview = box.v1.credit_notes.preview({"invoice": invoice.id, "amount": 1000, "refund_amount": 1000})
    assert preview.amount == 1000 and box.v1.refunds.list().data == []
    note = box.v1.credit_notes.create({
        "invoice": invoice.id, "refund_amount": 1000, "credit_amount": 500, "reason": "product_unsatisfactory", "memo": "Chipped",
        "lines": [{"type": "invoice_line_item", "invoice_line_item": invoice.lines.data[0].id, "amount": 1500, "quantity": 1}]})  # fmt: skip
    assert (note.type, note.amount, note.status) == ("post_payment", 1500, "issued")
    assert box.v1.refunds.retrieve(note.refunds[0].refund).amount == 1000
    assert box.v1.customers.retrieve(invoice.customer).balance == -500
    assert box.v1.invoices.retrieve(invoice.id).post_payment_credit_notes_amount == 1500
    assert [n.id for n in box.v1.credit_notes.list({"invoice": invoice.id}).data] == [note.id]
    with pytest.raises(stripe.InvalidRequestError, match="exceeds"):
        box.v1.credit_notes.create({"invoice": invoice.id, "amount": 4000, "refund_amount": 4000})
    box.flush()
    assert "credit_note.created" in box.receiver.types()


def test_a_credit_note_lowers_or_settles_an_open_invoice(box: Running) -> None:
    invoice = _paid(box)
    box.card(invoice.customer, "pm_card_chargeCustomerFail")
    box.control("advance", until="next_renewal")
    open_ = box.v1.invoices.list({"status": "open"}).data[0]
    note = box.v1.credit_notes.create({"invoice": open_.id, "amount": 800})
    assert (note.type, box.v1.invoices.retrieve(open_.id).amount_remaining) == ("pre_payment", 4000)
    assert box.v1.credit_notes.void_credit_note(note.id).status == "void"
    assert box.v1.invoices.retrieve(open_.id).amount_remaining == 4800
    box.v1.credit_notes.create({"invoice": open_.id, "amount": 4800})
    assert box.v1.invoices.retrieve(open_.id).status == "paid"
    assert box.v1.subscriptions.list().data[0].status == "active"


def test_a_dispute_is_opened_by_a_card_and_won_with_evidence(box: Running) -> None:
    invoice = _paid(box, "pm_card_createDispute")
    dispute = until(lambda: box.v1.disputes.list().data)[0]
    assert (dispute.status, dispute.amount, dispute.payment_intent) == (
        "needs_response",
        4800,
        _intent(box, invoice.id),
    )
    assert box.v1.charges.retrieve(dispute.charge).disputed is True
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        box.v1.refunds.create({"charge": dispute.charge})
    won = box.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert won.status == "won"
    with pytest.raises(stripe.InvalidRequestError):
        box.v1.disputes.close(dispute.id)
    box.flush()
    kinds = [t for t in box.receiver.types() if t.startswith("charge.dispute")]
    assert kinds == ["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.updated",
                     "charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_reinstated"]  # fmt: skip


def test_a_dispute_is_opened_and_closed_by_the_control_api_and_lost_without_an_answer(box: Running) -> None:
    first, second = _paid(box), _paid(box)
    dispute = box.control("dispute", invoice=first.id, reason="product_not_received")
    assert box.control("dispute", dispute=dispute["id"], close="lost")["status"] == "lost"
    other = box.control("dispute", payment_intent=_intent(box, second.id))
    box.control("advance", seconds=9 * DAY + 5)
    assert box.v1.disputes.retrieve(other["id"]).status == "lost"
    for wrong in ({"invoice": first.id}, {"dispute": other["id"], "close": "won"}, {"charge": "ch_none"}, {}):
        assert box.api("POST", "/_control/dispute", str(wrong).replace("'", '"'))[0] in (400, 404)
