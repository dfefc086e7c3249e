"""The hosted checkout page."""

import re
from typing import Any

from sandbox import faults
from sandbox.billing import basket, checkout
from sandbox.billing.checkout import Refused, Typed
from sandbox.errors import ApiError
from sandbox.pages import card, look
from sandbox.pages.words import language, say
from sandbox.router import page
from sandbox.store import Object
from sandbox.web import Request, Response, escape
from sandbox.world import World

NAMES = {
    "CN": ("China", "中国"), "HK": ("Hong Kong", "中国香港"), "TW": ("Taiwan", "中国台湾"), "MO": ("Macao", "中国澳门"),
    "SG": ("Singapore", "新加坡"), "JP": ("Japan", "日本"), "KR": ("South Korea", "韩国"), "US": ("United States", "美国"),
    "CA": ("Canada", "加拿大"), "GB": ("United Kingdom", "英国"), "DE": ("Germany", "德国"), "FR": ("France", "法国"),
    "AU": ("Australia", "澳大利亚"), "NZ": ("New Zealand", "新西兰"), "CH": ("Switzerland", "瑞士"), "AT": ("Austria", "奥地利"),
    "NL": ("Netherlands", "荷兰"), "IT": ("Italy", "意大利"), "ES": ("Spain", "西班牙"), "MY": ("Malaysia", "马来西亚"),
}  # fmt: skip


@page("GET", "/c/pay/{key}")
def show(request: Request, key: str) -> Response:
    """The page of an open session, or a plain message."""
    w = request.world
    session = w.need(key, "checkout.session")
    lang = language(request, session["locale"])
    if closed := _closed(lang, session):
        return closed
    return _render(w, session, lang, _prefilled(w, session), {}, "")


def _closed(lang: str, session: Object) -> Response | None:
    if session["status"] == "complete":
        return look.message(lang, "This checkout is paid.", "You can close this page.", target(session))
    if session["status"] == "expired":
        return look.message(lang, "This checkout has ended.", "Start again from the shop.", session["cancel_url"] or "")
    return None


def target(session: Object) -> str:
    """Where the browser goes after paying."""
    url = session["success_url"] or ""
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"]).replace("%7BCHECKOUT_SESSION_ID%7D", session["id"])


def _prefilled(w: World, session: Object) -> dict[str, str]:
    form = {"email": session["customer_email"] or "", "country": "CN"}
    customer = w.store.get(session["customer"] or "")
    if customer:
        form |= {"email": customer["email"] or "", "name": customer["name"] or ""}
        shipping = customer["shipping"] or {}
        address = shipping.get("address") or {}
        form |= {"address_line1": address.get("line1") or ""}
        form |= {k: address.get(k) or form.get(k, "") for k in ("city", "state", "postal_code", "country")}
    return form


@page("POST", "/c/pay/{key}")
def pay(request: Request, key: str) -> Response:
    """Pay, or put a promotion code on the session."""
    w = request.world
    session = w.need(key, "checkout.session")
    lang = language(request, session["locale"])
    if closed := _closed(lang, session):
        return closed
    form = request.form()
    with w.store.write():
        session = w.need(key, "checkout.session")  # another tab may have paid it since
        if closed := _closed(lang, session):
            return closed
        basket.recount(w, session, form)
    if "recount" in form:
        return _render(w, session, lang, form, {}, "")
    if "apply" in form:
        return _promote(w, session, lang, form)
    errors: card.Errors = {}
    typed = _read(w, session, form, errors)
    if errors:
        return _render(w, session, lang, form, errors, "")
    return _finish(w, session, lang, form, typed)


def _promote(w: World, session: Object, lang: str, form: dict[str, str]) -> Response:
    try:
        with w.store.write():
            session = w.need(session["id"], "checkout.session")
            if closed := _closed(lang, session):
                return closed
            basket.promote(w, session, form.get("promotion_code", ""))
    except ApiError as error:
        session = w.need(session["id"], "checkout.session")
        return _render(w, session, lang, form, {"promotion_code": str(error)}, "")
    return _render(w, session, lang, form, {}, "")


def _read(w: World, session: Object, form: dict[str, str], errors: card.Errors) -> Typed:
    now = w.now(w.clock_of(session))
    typed = card.read(form, errors, now) if needs_card(session) else Typed(None, name=form.get("name", ""))
    typed.email = form.get("email", "").strip()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", typed.email):
        errors["email"] = "This is not an e-mail address."
    collection = session["shipping_address_collection"]
    if collection:
        typed.ship_to = _address(form, errors, collection["allowed_countries"])
    return typed


def _address(form: dict[str, str], errors: card.Errors, allowed: list[str]) -> dict[str, str]:
    for name in ("address_line1", "city", "postal_code"):
        if not form.get(name, "").strip():
            errors[name] = "Please fill this in."
    if form.get("country", "") not in allowed:
        errors["country"] = "We do not ship there."
    made = {k: form.get(k, "").strip() for k in ("city", "state", "postal_code", "country")}
    return {**made, "line1": form.get("address_line1", "").strip(), "line2": "",
            "name": (form.get("shipping_name") or form.get("name", "")).strip()}  # fmt: skip


def needs_card(session: Object) -> bool:
    """Whether a card is asked for: not when nothing is due and the session says `if_required`."""
    free = session["amount_total"] == 0
    return not (free and (session["payment_method_collection"] == "if_required" or session["mode"] == "payment"))


def _finish(w: World, session: Object, lang: str, form: dict[str, str], typed: Typed) -> Response:
    key = session["id"]
    try:
        with w.store.write():
            session = w.need(key, "checkout.session")
            if closed := _closed(lang, session):
                return closed
            done = checkout.complete(w, session, typed)
    except ApiError as error:
        return _render(w, w.need(key, "checkout.session"), lang, form, {}, str(error))
    except Refused as refused:
        with w.store.write():
            session = w.need(key, "checkout.session")
            faults.take(w, "payment")
            if refused.code == "authentication_required" and not typed.authenticated:
                w.save(session, hidden={**w.store.hidden(key), "typed": form})
                return Response.to(f"/c/pay/{key}/confirm?lang={lang}")
        return _render(w, session, lang, form, {}, str(refused))
    return Response.to(target(done))


@page("GET", "/c/pay/{key}/confirm")
def ask(request: Request, key: str) -> Response:
    """The bank's question."""
    w = request.world
    session = w.need(key, "checkout.session")
    lang = language(request, session["locale"])
    if closed := _closed(lang, session):
        return closed
    if "typed" not in w.store.hidden(key):
        return Response.to(f"/c/pay/{key}")
    total = look.money(session["amount_total"] or 0, session["currency"]) if session["amount_total"] else ""
    return question(lang, f"/c/pay/{key}/confirm?lang={lang}", total)


def question(lang: str, action: str, total: str) -> Response:
    """A page on which the payer approves or refuses, as a bank shows it."""
    body = (
        f'<main id="main" class="single sheet"><h1>{say(lang, "Confirm the payment")}</h1><p class="due">{total}</p>'
        f'<p>{say(lang, "Your bank asks whether it is you who pays.")}</p><form method="post" action="{escape(action)}">'
        f'<div class="row"><button data-act data-confirm name="answer" value="yes">{say(lang, "Approve")}</button>'
        f'<button data-refuse name="answer" value="no">{say(lang, "Refuse")}</button></div></form></main>'
    )
    return look.layout(lang, say(lang, "Confirm the payment"), body, kind="confirm")


@page("POST", "/c/pay/{key}/confirm")
def confirm(request: Request, key: str) -> Response:
    """The answer to the bank's question."""
    w = request.world
    session = w.need(key, "checkout.session")
    lang = language(request, session["locale"])
    if closed := _closed(lang, session):
        return closed
    form = w.store.hidden(key).get("typed")
    if not form:
        return Response.to(f"/c/pay/{key}")
    if request.form().get("answer") != "yes":
        text = "The bank did not confirm the payment. Try again or use another card."
        return _render(w, session, lang, form, {}, text)
    typed = _read(w, session, form, {})
    typed.authenticated = True
    return _finish(w, session, lang, form, typed)


# what is shown


def _render(
    w: World, session: Object, lang: str, form: dict[str, str], errors: card.Errors, problem: str, status: int = 200
) -> Response:
    back = ""
    if session["cancel_url"]:
        back = f'<p><a href="{escape(session["cancel_url"])}" data-back>← {say(lang, "Back")}</a></p>'
    email = card.one(lang, "email", "E-mail", form, errors, "email", "wide")
    body = (
        f'<main id="main" class="two"><section>{back}{_summary(w, session, lang)}</section><section>'
        f'{card.alert(lang, problem)}<form id="pay" method="post" action="/c/pay/{session["id"]}?lang={lang}" novalidate>'
        f"<fieldset><legend>{say(lang, 'Contact')}</legend>{email}</fieldset>"
        f"{_shipping(session, lang, form, errors)}"
        f"{card.fields(lang, form, errors) if needs_card(session) else ''}"
        f'<button data-pay name="pay" value="1">{escape(_verb(w, session, lang))}</button>'
        f"{_code(session, lang, form, errors)}</form>{card.list_of_cards(lang)}</section></main>"
    )
    return look.layout(lang, f"{_verb(w, session, lang)} · {say(lang, 'Sandbox')}", body, status, kind="checkout")


def _verb(w: World, session: Object, lang: str) -> str:
    if session["mode"] == "setup":
        return say(lang, "Save card")
    total = look.money(session["amount_total"], session["currency"])
    if session["mode"] == "payment":
        return f"{say(lang, 'Pay')} {total}"
    data = w.store.hidden(session["id"])["subscription_data"]
    if data.get("trial_period_days") or data.get("trial_end"):
        return say(lang, "Start trial")
    return f"{say(lang, 'Subscribe')} {total}"


def _summary(w: World, session: Object, lang: str) -> str:
    if session["mode"] == "setup":
        return f"<h1>{say(lang, 'Save card')}</h1>"
    currency = session["currency"]
    rows = "".join(_item(w, item, lang, i) for i, item in enumerate(basket.line_items(w, session)))
    if any(e.get("adjustable") for e in w.store.hidden(session["id"])["lines"]):
        rows += f'<li><button name="recount" value="1" form="pay">{say(lang, "Update quantity")}</button></li>'
    off = session["total_details"]["amount_discount"]
    taken = f"<dt>{say(lang, 'Discount')}</dt><dd class=num>{look.money(-off, currency)}</dd>" if off else ""
    later = f'<p class="quiet">{say(lang, "Free until the first charge")}</p>' if basket.deferred(w, session) else ""
    return (
        f'<h1 class="quiet">{say(lang, "Total due today")}</h1><p class="due num" data-total>'
        f'{look.money(session["amount_total"], currency)}</p>{later}<ul class="lines">{rows}</ul><dl class="totals">'
        f'<dt>{say(lang, "Subtotal")}</dt><dd class="num">{look.money(session["amount_subtotal"], currency)}</dd>{taken}'
        f'<dt class="strong">{say(lang, "Total due today")}</dt>'
        f'<dd class="num strong">{look.money(session["amount_total"], currency)}</dd></dl>'
    )


def _item(w: World, item: Object, lang: str, place: int) -> str:
    product = w.need(item["price"]["product"], "product")
    text = escape(product["description"] or "")
    price = look.money(item["price"]["unit_amount"], item["currency"])
    count = f"{say(lang, 'Quantity')} {item['quantity']} · " if item["quantity"] != 1 else ""
    if rule := item["adjustable_quantity"]:
        count = (
            f'<label for="quantity_{place}">{say(lang, "Quantity")}</label> <input id="quantity_{place}" type="number"'
            f' name="quantity_{place}" form="pay" class="few" min="{max(1, rule["minimum"])}" max="{rule["maximum"]}"'
            f' value="{item["quantity"]}"> '
        )
    return (
        f"<li><div>{escape(item['description'])}<small>{text}</small><small>{count}{price} · "
        f'{look.rhythm(lang, item["price"]["recurring"])}</small></div><span class="num">'
        f"{look.money(item['amount_subtotal'], item['currency'])}</span></li>"
    )


def _shipping(session: Object, lang: str, form: dict[str, str], errors: card.Errors) -> str:
    collection: dict[str, Any] | None = session["shipping_address_collection"]
    if not collection:
        return ""
    allowed = collection["allowed_countries"]
    chosen = form.get("country") if form.get("country") in allowed else allowed[0]
    options = "".join(
        f'<option value="{code}"{" selected" if code == chosen else ""}>'
        f"{NAMES.get(code, (code, code))[lang == 'zh']}</option>" for code in allowed
    )  # fmt: skip
    note = f'<p class="error" id="country-error">{say(lang, errors["country"])}</p>' if "country" in errors else ""
    return (
        f'<fieldset><legend>{say(lang, "Shipping address")}</legend><div class="fields">'
        + card.one(lang, "shipping_name", "Full name", form, errors, "shipping name", "wide")
        + f'<div class="wide"><label for="country">{say(lang, "Country")}</label><select id="country" name="country"'
        f' autocomplete="shipping country">{options}</select>{note}</div>'
        + card.one(lang, "address_line1", "Address", form, errors, "shipping address-line1", "wide")
        + card.one(lang, "city", "City", form, errors, "shipping address-level2")
        + card.one(lang, "state", "State or province", form, errors, "shipping address-level1")
        + card.one(lang, "postal_code", "Postal code", form, errors, "shipping postal-code")
        + "</div></fieldset>"
    )


def _code(session: Object, lang: str, form: dict[str, str], errors: card.Errors) -> str:
    if not session["allow_promotion_codes"]:
        return ""
    field = card.one(lang, "promotion_code", "Promotion code", form, errors, "off")
    return f'<div class="row">{field}<button name="apply" value="1">{say(lang, "Apply")}</button></div>'
