"""Credit notes."""

from sandbox import listing
from sandbox.api import Call
from sandbox.billing import credit_notes
from sandbox.events import update
from sandbox.router import api
from sandbox.store import Object
from sandbox.world import copy


@api("POST", "/credit_notes", "CreditNoteCreateParams")
def create(call: Call) -> Object:
    """A credit note, with its refund when one is asked for."""
    return credit_notes.create(call.w, call.data)


@api("GET", "/credit_notes/preview", "CreditNotePreviewParams")
def preview(call: Call) -> Object:
    """The credit note that these parameters would make."""
    with call.w.store.rehearsal():
        return credit_notes.create(call.w, call.data)


@api("GET", "/credit_notes/{key}", "CreditNoteRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One credit note."""
    return call.w.need(key, "credit_note")


@api("POST", "/credit_notes/{key}", "CreditNoteUpdateParams")
def change(call: Call, key: str) -> Object:
    """Change its memo or metadata."""
    note = call.w.need(key, "credit_note")
    before = copy(note)
    call.lay(note, call.data)
    return update(call.w, before, note, "credit_note.updated")


@api("GET", "/credit_notes", "CreditNoteListParams")
def list_all(call: Call) -> Object:
    """Credit notes, newest first."""
    return listing.answer(call, "credit_note", {k: call.data.get(k) for k in ("customer", "invoice")})


@api("GET", "/credit_notes/{key}/lines", "CreditNoteListLinesParams")
def lines(call: Call, key: str) -> Object:
    """Its lines."""
    return listing.cut(call, call.w.need(key, "credit_note")["lines"]["data"])


@api("POST", "/credit_notes/{key}/void", "CreditNoteVoidCreditNoteParams")
def void(call: Call, key: str) -> Object:
    """Take it back."""
    return credit_notes.void(call.w, call.w.need(key, "credit_note"))
