"""The dashboard's buttons for what goes wrong: faults, refunds, disputes, lost events."""

from typing import Any

from sandbox import faults
from sandbox.billing import disputes, refunds
from sandbox.errors import ApiError
from sandbox.pages import control, look
from sandbox.pages.words import language, say
from sandbox.router import page
from sandbox.store import Object
from sandbox.web import Request, Response
from sandbox.world import World

MODES = {
    "payment": ("Next payment", {"card_declined": "Declined", "insufficient_funds": "Insufficient funds",
                                 "authentication_required": "Needs authentication"}),
    "delivery": ("Delivery of events", {"twice": "Twice", "reversed": "Out of order", "late": "Late", "hold": "Not at all (hold)",
                                        "lose": "Lost for good", "swallow": "Lost, yet reported as delivered"}),
    "api": ("Next API call", {"error": "Answers 500 after the work", "timeout": "Drops the connection after the work",
                              "rate_limit": "Answers 429 before the work", "unavailable": "Answers 503 before the work"}),
}  # fmt: skip
PATHS = (
    ("", "Any"), ("/v1/checkout", "Checkout"), ("/v1/subscriptions", "Changes of subscriptions"),
    ("/v1/subscription_schedules", "Schedules"), ("/v1/invoices", "Invoices and payments"), ("/v1/refunds", "Refunds"),
    ("/v1/customers", "Customers"), ("/v1/billing_portal", "Portal"),
)  # fmt: skip
ALLOWED = {"payment": faults.PAYMENT, "api": faults.API, "delivery": faults.DELIVERY}


def forms(lang: str, seen: dict[str, Any]) -> str:
    """A form for each kind of fault, and the button that lets held events go."""
    parts = [_form(lang, name, seen["faults"][name] or {}) for name in MODES]
    held = seen["deliveries"]["held"]
    if held:
        parts.append(
            f'<form method="post" action="/release?lang={lang}"><button data-act>{say(lang, "Release")} ({held})</button></form>'
        )
    return "".join(parts)


def _form(lang: str, name: str, fault: Object) -> str:
    title, modes = MODES[name]
    now = fault.get("mode", "")
    choices = {"none": "Normal" if name == "delivery" else "None", **modes}
    chosen = _select(lang, name, title, choices, now, look.state(lang, "pending", "set") if now in modes else "")
    more = ""
    if name == "api":
        more = _select(lang, "path", "Calls to", dict(PATHS), fault.get("path", ""))
    if name == "delivery":
        more = _number(lang, "seconds", "Seconds late", fault.get("seconds", 10), 3600)
    else:
        more += _number(lang, "times", "How many", fault.get("times", 1), 99)
    return f'<form method="post" action="/faults?lang={lang}" class="row">{chosen}{more}<button>{say(lang, "Set")}</button></form>'


def _select(lang: str, name: str, title: str, choices: dict[str, str], now: str, mark: str = "") -> str:
    options = "".join(
        f'<option value="{value}"{" selected" if value == now else ""}>{say(lang, text)}</option>'
        for value, text in choices.items()
    )
    return f'<label>{say(lang, title)} {mark}<select name="{name}">{options}</select></label>'


def _number(lang: str, name: str, title: str, value: Any, most: int) -> str:
    return (
        f'<label class="few">{say(lang, title)}'
        f'<input name="{name}" type="number" min="1" max="{most}" value="{int(value)}"></label>'
    )


@page("POST", "/faults")
def set_fault(request: Request) -> Response:
    """Set or clear one fault."""
    form = request.form()
    given: dict[str, Any] = {k: form[k] for k in ("seconds", "path") if form.get(k)}
    if form.get("times") and "delivery" not in form:
        given["times"] = form["times"]
    for name, allowed in ALLOWED.items():
        if name in form:
            control.set_fault(request.world, name, form[name], allowed, given)
    return Response.to(f"/?lang={language(request)}#faults")


@page("POST", "/release")
def release(request: Request) -> Response:
    """Let held events go."""
    control.let_go(request.world)
    return Response.to(f"/?lang={language(request)}#events")


# money back


def for_invoice(w: World, lang: str, invoice: Object) -> str:
    """Buttons that refund or dispute a paid invoice, or what became of it."""
    charge = _charge(w, invoice)
    if charge is None:
        return "–"
    if charge["disputed"]:
        return look.state(lang, "failed", "disputed")
    if charge["refunded"]:
        return look.state(lang, "paused", "refunded")
    partly = f"{look.state(lang, 'paused', 'partly refunded')} " if charge["amount_refunded"] else ""
    buttons = "".join(
        f'<button name="what" value="{what}">{say(lang, text)}</button>'
        for what, text in (("refund", "Refund"), ("half", "Refund half"), ("dispute", "Customer disputes"))
    )
    return (
        f'{partly}<form method="post" action="/money?lang={lang}" class="row">'
        f'<input type="hidden" name="charge" value="{charge["id"]}">{buttons}</form>'
    )


def _charge(w: World, invoice: Object) -> Object | None:
    if invoice["status"] != "paid" or not invoice["amount_paid"]:
        return None
    try:
        return refunds.charge_of(w, {"invoice": invoice["id"]})
    except ApiError:
        return None  # settled without a charge


def for_dispute(lang: str, dispute: Object) -> str:
    """Buttons that let the bank decide."""
    if dispute["status"] not in disputes.OPEN:
        return "–"
    return (
        f'<form method="post" action="/verdict?lang={lang}" class="row">'
        f'<input type="hidden" name="dispute" value="{dispute["id"]}">'
        f'<button name="close" value="won">{say(lang, "Won")}</button>'
        f'<button name="close" value="lost">{say(lang, "Lost")}</button></form>'
    )


@page("POST", "/money")
def money_back(request: Request) -> Response:
    """Refund a charge, or half of what is left of it, or let the customer dispute it."""
    w, form = request.world, request.form()
    with w.store.write():
        charge = w.need(form.get("charge", ""), "charge")
        left = charge["amount_captured"] - charge["amount_refunded"]
        if form.get("what") == "dispute":
            disputes.create(w, charge)
            return Response.to(f"/?lang={language(request)}#disputes")
        refunds.create(w, charge, {"amount": (left + 1) // 2} if form.get("what") == "half" else {})
    return Response.to(f"/?lang={language(request)}#invoices")


@page("POST", "/verdict")
def verdict(request: Request) -> Response:
    """The bank decides a dispute."""
    w, form = request.world, request.form()
    with w.store.write():
        disputes.close(w, w.need(form.get("dispute", ""), "dispute"), form.get("close", ""))
    return Response.to(f"/?lang={language(request)}#disputes")
