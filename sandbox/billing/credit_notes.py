"""Credit notes: less is owed of an open invoice, or some of a paid one is given back on paper."""

from typing import Any

from sandbox import shapes
from sandbox.billing import invoices, refunds
from sandbox.errors import invalid
from sandbox.events import emit, update
from sandbox.store import Object
from sandbox.world import World, copy, new_id


def create(w: World, given: dict[str, Any]) -> Object:
    """Store a credit note; for a paid invoice with its refund, for an open one with less to pay."""
    invoice = w.need(given["invoice"], "invoice", "invoice")
    note = _draft(w, invoice, given)
    after = invoice["status"] == "paid"
    (_after_payment if after else _before_payment)(w, invoice, note, given)
    w.save(note, w.clock_of(invoice))
    emit(w, "credit_note.created", note)
    if not after and invoice["amount_remaining"] == 0:
        invoices.paid(w, w.need(invoice["id"], "invoice"))
    return note


def _draft(w: World, invoice: Object, given: dict[str, Any]) -> Object:
    if invoice["status"] not in ("open", "paid"):
        raise invalid(
            f"You can only create credit notes for open or paid invoices. This one is {invoice['status']}.", "invoice"
        )
    entries = _lines(invoice, given)
    total = sum(entry["amount"] for entry in entries)
    count = len(w.store.find("credit_note", "parent=?", invoice["id"])) + 1
    now = w.now(w.clock_of(invoice))
    note = w.make(
        "CreditNote", "cn", w.clock_of(invoice), invoice=invoice["id"], customer=invoice["customer"], amount=total,
        currency=invoice["currency"], subtotal=total, subtotal_excluding_tax=total, total=total, total_excluding_tax=total,
        number=f"{invoice['number']}-CN-{count:02d}", status="issued", reason=given.get("reason"), memo=given.get("memo"),
        metadata=given.get("metadata") or {}, effective_at=given.get("effective_at") or now, total_taxes=[],
        pdf=f"{w.config.public_url}/i/{invoice['id']}/pdf", out_of_band_amount=given.get("out_of_band_amount"),
    )  # fmt: skip
    note["lines"] = shapes.page(entries, f"/v1/credit_notes/{note['id']}/lines")
    return note


def _lines(invoice: Object, given: dict[str, Any]) -> list[Object]:
    if ("amount" in given) == bool(given.get("lines")):
        raise invalid("You must pass one of `amount` or `lines`.", "amount")
    wanted = given.get("lines") or [{"type": "custom_line_item", "unit_amount": given["amount"], "quantity": 1}]
    made = []
    for i, entry in enumerate(wanted):
        source = _source(invoice, entry.get("invoice_line_item"), f"lines[{i}][invoice_line_item]")
        quantity = entry.get("quantity", 1)
        amount = entry.get("amount", entry["unit_amount"] * quantity if "unit_amount" in entry else None)
        if amount is None:
            amount = source["amount"] if source else 0
        if amount <= 0:
            raise invalid("A credit note is for a positive amount.", f"lines[{i}]")
        made.append(shapes.new(
            "CreditNoteLineItem", id=new_id("cnli"), amount=amount, quantity=quantity, type=entry["type"],
            description=entry.get("description") or (source["description"] if source else None), taxes=[],
            invoice_line_item=source["id"] if source else None, unit_amount=entry.get("unit_amount"), metadata={},
            unit_amount_decimal=str(entry["unit_amount"]) if "unit_amount" in entry else None,
        ))  # fmt: skip
    return made


def _source(invoice: Object, key: str | None, param: str) -> Object | None:
    if not key:
        return None
    found = next((line for line in invoice["lines"]["data"] if line["id"] == key), None)
    if found is None:
        raise invalid(f"No such invoice line item: '{key}'", param, "resource_missing")
    return found


def _after_payment(w: World, invoice: Object, note: Object, given: dict[str, Any]) -> None:
    linked = [e for e in given.get("refunds") or [] if e.get("refund")]
    parts = [given.get(n, 0) for n in ("refund_amount", "credit_amount", "out_of_band_amount")]
    old = [w.need(e["refund"], "refund", "refunds") for e in linked]
    shown = [e.get("amount_refunded", r["amount"]) for e, r in zip(linked, old, strict=True)]
    if sum(parts) + sum(shown) != note["amount"]:
        raise invalid(
            f"The sum of credit amount, refund amount, and out of band amount ({sum(parts) + sum(shown)}) must equal the "
            f"credit note amount ({note['amount']}).", "amount",
        )  # fmt: skip
    left = invoice["amount_paid"] - invoice["post_payment_credit_notes_amount"]
    if note["amount"] > left:
        raise invalid(
            f"The credit note amount ({note['amount']}) exceeds what is left of the invoice ({left}).", "amount"
        )
    entries = list(zip(old, shown, strict=True))
    if given.get("refund_amount"):
        charge = refunds.charge_of(w, {"invoice": invoice["id"]})
        reason = {"duplicate": "duplicate", "fraudulent": "fraudulent"}.get(
            note["reason"] or "", "requested_by_customer"
        )
        wanted = {"amount": given["refund_amount"], "reason": reason, "metadata": note["metadata"]}
        entries.append((refunds.create(w, charge, wanted), given["refund_amount"]))
    note.update(type="post_payment", post_payment_amount=note["amount"])
    note["refunds"] = [
        shapes.new("CreditNote.Refund", amount_refunded=amount, refund=r["id"], type="refund") for r, amount in entries
    ]
    if given.get("credit_amount"):
        note["customer_balance_transaction"] = _credit(w, invoice, given["credit_amount"])
    before = copy(invoice)
    invoice["post_payment_credit_notes_amount"] += note["amount"]
    update(w, before, invoice, "invoice.updated")


def _credit(w: World, invoice: Object, amount: int) -> str:
    customer = w.need(invoice["customer"], "customer")
    before = copy(customer)
    customer["balance"] = (customer["balance"] or 0) - amount
    update(w, before, customer, "customer.updated")
    made = w.make(
        "CustomerBalanceTransaction", "cbtxn", w.clock_of(customer), amount=-amount, currency=invoice["currency"],
        customer=customer["id"], ending_balance=customer["balance"], invoice=invoice["id"], type="credit_note", metadata={},
    )  # fmt: skip
    return str(w.save(made, w.clock_of(customer))["id"])


def _before_payment(w: World, invoice: Object, note: Object, given: dict[str, Any]) -> None:
    if any(given.get(n) for n in ("refund_amount", "credit_amount", "out_of_band_amount", "refunds")):
        raise invalid("An invoice that is not paid has nothing to give back.", "invoice")
    if note["amount"] > invoice["amount_remaining"]:
        raise invalid("The credit note amount exceeds what is left to pay of the invoice.", "amount")
    note.update(type="pre_payment", pre_payment_amount=note["amount"])
    _shift(w, invoice, note["amount"])


def _shift(w: World, invoice: Object, amount: int) -> None:
    """Let so much less be owed of an open invoice."""
    before = copy(invoice)
    invoice["pre_payment_credit_notes_amount"] += amount
    for name in ("amount_due", "amount_remaining"):
        invoice[name] -= amount
    intent = invoices.intent_of(w, invoice)
    if intent and invoice["amount_due"]:
        intent["amount"] = invoice["amount_due"]
        w.save(intent)
    update(w, before, invoice, "invoice.updated")


def void(w: World, note: Object) -> Object:
    """Take a credit note on an open invoice back."""
    invoice = w.need(note["invoice"], "invoice")
    if note["status"] == "void" or note["type"] != "pre_payment" or invoice["status"] != "open":
        raise invalid("You can only void credit notes on open invoices.")
    before = copy(note)
    note.update(status="void", voided_at=w.now(w.clock_of(note)))
    w.save(note)
    _shift(w, invoice, -note["amount"])
    emit(w, "credit_note.updated", note, before)
    emit(w, "credit_note.voided", note)
    return note
