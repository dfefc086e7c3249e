"""The hosted invoice page: what is owed, and a form to pay it."""

from sandbox import faults
from sandbox.billing import invoices, payments
from sandbox.billing.cards import MESSAGES, ON_PAGE
from sandbox.billing.checkout import Typed
from sandbox.pages import card, look
from sandbox.pages.checkout import question
from sandbox.pages.words import language, say
from sandbox.router import page
from sandbox.store import Object
from sandbox.web import Request, Response, escape
from sandbox.world import World


@page("GET", "/i/{key}")
def show(request: Request, key: str) -> Response:
    """An invoice with its lines; open ones can be paid."""
    w = request.world
    return _render(w, w.need(key, "invoice"), language(request), {}, {}, "")


@page("GET", "/i/{key}/pdf")
def printable(request: Request, key: str) -> Response:
    """The same page: the sandbox prints nothing."""
    return show(request, key)


@page("POST", "/i/{key}")
def pay(request: Request, key: str) -> Response:
    """Pay an open invoice with a new card, which becomes the subscription's."""
    w = request.world
    lang, form = language(request), request.form()
    invoice = w.need(key, "invoice")
    errors: card.Errors = {}
    typed = card.read(form, errors, w.now(w.clock_of(invoice)))
    if errors:
        return _render(w, invoice, lang, form, errors, "")
    return _try(w, key, lang, form, typed)


def _try(w: World, key: str, lang: str, form: dict[str, str], typed: Typed) -> Response:
    with w.store.write():
        invoice = w.need(key, "invoice")
        if invoice["status"] != "open":
            return _render(w, invoice, lang, {}, {}, "This invoice is not open.", 409)
        method = _method(w, invoice, typed)
        code = invoices.attempt(w, invoice, method, False, typed.authenticated)
        if code == "ok":
            _keep(w, invoice, method)
        elif code == "authentication_required" and not typed.authenticated:
            faults.take(w, "payment")
            w.save(w.need(key, "invoice"), hidden={"typed": form})
            return Response.to(f"/i/{key}/confirm?lang={lang}")
    invoice = w.need(key, "invoice")
    if code != "ok":
        return _render(w, invoice, lang, form, {}, MESSAGES.get(code, MESSAGES["generic_decline"]))
    return Response.to(f"/i/{key}?lang={lang}")


def _method(w: World, invoice: Object, typed: Typed) -> Object:
    assert typed.card is not None
    behaviour = ON_PAGE.get(typed.card.behaviour, typed.card.behaviour)
    return payments.new_method(w, typed.card, w.clock_of(invoice), exp=typed.exp, name=typed.name, behaviour=behaviour)


def _keep(w: World, invoice: Object, method: Object) -> None:
    """The card that paid becomes the one for renewals."""
    method = payments.attach(w, w.need(method["id"], "payment_method"), invoice["customer"])
    subscription = invoices.subscription_of(w, invoice)
    if subscription and subscription["status"] not in ("canceled", "incomplete_expired"):
        from sandbox.billing import subscriptions

        subscriptions.change(w, subscription, {"default_payment_method": method["id"]})
    else:
        payments.set_default(w, w.need(invoice["customer"], "customer"), method["id"])


@page("GET", "/i/{key}/confirm")
def ask(request: Request, key: str) -> Response:
    """The bank's question."""
    w = request.world
    invoice = w.need(key, "invoice")
    lang = language(request)
    total = look.money(invoice["amount_due"], invoice["currency"])
    return question(lang, f"/i/{key}/confirm?lang={lang}", total)


@page("POST", "/i/{key}/confirm")
def confirm(request: Request, key: str) -> Response:
    """The answer to the bank's question."""
    w = request.world
    lang = language(request)
    invoice = w.need(key, "invoice")
    form = w.store.hidden(key).get("typed")
    if not form:
        return Response.to(f"/i/{key}?lang={lang}")
    if request.form().get("answer") != "yes":
        text = "The bank did not confirm the payment. Try again or use another card."
        return _render(w, invoice, lang, form, {}, text)
    typed = card.read(form, {}, w.now(w.clock_of(invoice)))
    typed.authenticated = True
    return _try(w, key, lang, form, typed)


def _render(
    w: World, invoice: Object, lang: str, form: dict[str, str], errors: card.Errors, problem: str, status: int = 200
) -> Response:
    currency = invoice["currency"]
    rows = "".join(
        f'<li><div>{escape(line["description"] or "")}<small>{look.day(line["period"]["start"], lang)} – '
        f'{look.day(line["period"]["end"], lang)}</small></div><span class="num">'
        f'{look.money(line["amount"], currency)}</span></li>' for line in invoice["lines"]["data"]
    )  # fmt: skip
    pay_form = ""
    if invoice["status"] == "open":
        pay_form = (
            f'<form method="post" action="/i/{invoice["id"]}?lang={lang}" novalidate>{card.fields(lang, form, errors)}'
            f"<button data-pay>{say(lang, 'Pay now')} {look.money(invoice['amount_remaining'], currency)}</button></form>"
            f"{card.list_of_cards(lang)}"
        )
    done = (
        f'<p class="good" role="status">{say(lang, "This invoice is paid.")}</p>' if invoice["status"] == "paid" else ""
    )
    back = (
        f'<p><a href="{escape(w.config.product_url)}">← {say(lang, "Back to the house")}</a></p>'
        if w.config.product_url
        else ""
    )
    body = (
        f'<main id="main" class="two"><section>{back}<h1>{say(lang, "Invoice")} {escape(invoice["number"] or "")}</h1>'
        f"<p>{look.state(lang, invoice['status'])} {look.day(invoice['created'], lang)}</p>"
        f'<ul class="lines">{rows}</ul><dl class="totals"><dt class="strong">{say(lang, "Sum")}</dt>'
        f'<dd class="num strong">{look.money(invoice["total"], currency)}</dd></dl></section>'
        f"<section>{card.alert(lang, problem)}{done}{pay_form}</section></main>"
    )
    return look.layout(lang, f"{say(lang, 'Invoice')} {invoice['number'] or ''}", body, status, kind="invoice")
