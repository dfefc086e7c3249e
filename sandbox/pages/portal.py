"""The billing portal: change the card, see invoices, cancel and take back."""

from sandbox.billing import payments, schedules, subscriptions
from sandbox.billing.cards import ON_PAGE
from sandbox.billing.checkout import Refused
from sandbox.errors import ApiError
from sandbox.pages import card, look
from sandbox.pages.words import language, say
from sandbox.router import page
from sandbox.store import Object
from sandbox.web import Request, Response, escape
from sandbox.world import World


def _open(request: Request, key: str) -> tuple[World, Object, Object, str]:
    w = request.world
    session = w.need(key, "billing_portal.session")
    return w, session, w.need(session["customer"], "customer"), language(request, session["locale"])


@page("GET", "/p/session/{key}")
def show(request: Request, key: str) -> Response:
    """The customer's page."""
    w, session, customer, lang = _open(request, key)
    return _render(w, session, customer, lang, {}, {}, "", "saved" in request.args())


@page("POST", "/p/session/{key}/card")
def save_card(request: Request, key: str) -> Response:
    """Save a card as the customer's default and as that of every subscription."""
    w, session, customer, lang = _open(request, key)
    form = request.form()
    errors: card.Errors = {}
    typed = card.read(form, errors, w.now(w.clock_of(customer)))
    if errors:
        return _render(w, session, customer, lang, form, errors, "")
    assert typed.card is not None
    behaviour = ON_PAGE.get(typed.card.behaviour, typed.card.behaviour)
    try:
        with w.store.write():
            _change_card(
                w, w.need(customer["id"], "customer"), typed, "ok" if behaviour == "authenticate" else behaviour
            )
    except (Refused, ApiError) as refused:
        return _render(w, session, customer, lang, form, {}, str(refused))
    return _leave(session, key, lang, "payment_method_update")


def _change_card(w: World, customer: Object, typed: card.Typed, behaviour: str) -> None:
    clock = w.clock_of(customer)
    setup = payments.new_setup(w, clock, customer["id"], metadata={})
    assert typed.card is not None
    method = payments.new_method(w, typed.card, clock, exp=typed.exp, name=typed.name, behaviour=behaviour)
    method = payments.attach(w, method, customer["id"])
    payments.finish_setup(w, setup, method)
    payments.set_default(w, customer, method["id"])
    for subscription in _live(w, customer):
        if subscription["default_payment_method"]:
            subscriptions.change(w, subscription, {"default_payment_method": method["id"]})


def _leave(session: Object, key: str, lang: str, kind: str) -> Response:
    flow = session["flow"]
    if flow and flow["type"] == kind:
        after = flow["after_completion"]
        url = (after.get("redirect") or {}).get("return_url") if after["type"] == "redirect" else None
        if url:
            return Response.to(url)
    return Response.to(f"/p/session/{key}?saved=1&lang={lang}")


@page("POST", "/p/session/{key}/cancel")
def cancel(request: Request, key: str) -> Response:
    """Cancel a subscription at the end of its period, or take that back."""
    w, session, customer, lang = _open(request, key)
    form = request.form()
    with w.store.write():
        subscription = w.need(form.get("subscription", ""), "subscription")
        if subscription["customer"] == customer["id"]:
            end = form.get("keep") != "1"
            if plan := schedules.of(w, subscription):  # what was planned gives way to what is wished now
                schedules.release(w, plan)
                subscription = w.need(subscription["id"], "subscription")
            subscriptions.change(w, subscription, {"cancel_at_period_end": end})
    return _leave(session, key, lang, "subscription_cancel")


def _live(w: World, customer: Object) -> list[Object]:
    found = w.store.find("subscription", "customer=?", customer["id"], newest=True)
    return [s for s in found if s["status"] not in ("canceled", "incomplete_expired", "incomplete")]


def _render(
    w: World, session: Object, customer: Object, lang: str, form: dict[str, str], errors: card.Errors, problem: str,
    saved: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    url = session["return_url"]
    back = f'<p><a href="{escape(url)}" data-back>← {say(lang, "Back")}</a></p>' if url else ""
    done = f'<p class="good" role="status">{say(lang, "Save")} ✓</p>' if saved else ""
    body = (
        f'<main id="main" class="two"><section>{back}<h1>{say(lang, "Billing")}</h1><p class="quiet">'
        f"{escape(customer['email'] or customer['name'] or '')}</p>{done}{_rest(w, session, customer, lang)}</section><section>"
        f"<h2>{say(lang, 'Payment method')}</h2>{_saved(w, customer, lang)}{card.alert(lang, problem)}"
        f'<form method="post" action="/p/session/{session["id"]}/card?lang={lang}" novalidate>'
        f"{card.fields(lang, form, errors)}<button data-pay>{say(lang, 'Update card')}</button></form>"
        f"{card.list_of_cards(lang)}</section></main>"
    )
    return look.layout(lang, say(lang, "Billing"), body, status, kind="portal")


def _rest(w: World, session: Object, customer: Object, lang: str) -> str:
    """Plans and invoices; not shown to somebody who came to change the card only."""
    if session["flow"] and session["flow"]["type"] == "payment_method_update":
        return ""
    plans = "".join(_plan(w, session, s, lang) for s in _live(w, customer)) or f"<p>{say(lang, 'No subscription.')}</p>"
    return f"<h2>{say(lang, 'Your plan')}</h2>{plans}<h2>{say(lang, 'Invoices')}</h2>{_invoices(w, customer, lang)}"


def _plan(w: World, session: Object, subscription: Object, lang: str) -> str:
    item = subscription["items"]["data"][0]
    name = w.need(item["price"]["product"], "product")["name"]
    ends = subscription["cancel_at"]
    words = say(lang, "Ends on" if ends else "Renews on")
    button = (
        f'<button name="keep" value="1" data-keep>{say(lang, "Keep it")}</button>' if ends
        else f'<button name="end" value="1" data-cancel>{say(lang, "Cancel")}</button>'
    )  # fmt: skip
    return (
        f'<form method="post" action="/p/session/{session["id"]}/cancel?lang={lang}" data-subscription="{subscription["id"]}">'
        f"<p><strong>{escape(name)}</strong> {look.state(lang, subscription['status'])}<br>"
        f"{look.money(item['price']['unit_amount'], subscription['currency'])} "
        f"{look.rhythm(lang, item['price']['recurring'])}<br>{words} {look.day(ends or item['current_period_end'], lang)}"
        f'</p><input type="hidden" name="subscription" value="{subscription["id"]}"><p>{button}</p></form>'
    )


def _invoices(w: World, customer: Object, lang: str) -> str:
    rows = []
    for invoice in w.store.find("invoice", "customer=?", customer["id"], newest=True, limit=24):
        number = invoice["number"] or say(lang, "draft")
        link = invoice["hosted_invoice_url"]
        shown = f'<a href="{escape(link)}">{escape(number)}</a>' if link else escape(number)
        rows.append(
            look.cell(lang, "Number", shown) + look.cell(lang, "Date", look.day(invoice["created"], lang))
            + look.cell(lang, "Sum", look.money(invoice["total"], invoice["currency"]), "num")
            + look.cell(lang, "State", look.state(lang, invoice["status"]))
        )  # fmt: skip
    return look.table(lang, "Invoices", ("Number", "Date", "Sum", "State"), rows)


def _saved(w: World, customer: Object, lang: str) -> str:
    live = _live(w, customer)
    method = payments.default_method(w, customer, live[0] if live else None)
    if method is None:
        return f'<p class="quiet">{say(lang, "No card is saved.")}</p>'
    shown = method["card"]
    return (
        f'<p data-card="{shown["last4"]}">{escape(shown["brand"].title())} •••• {shown["last4"]}, '
        f"{shown['exp_month']:02d} / {shown['exp_year'] % 100:02d}</p>"
    )
