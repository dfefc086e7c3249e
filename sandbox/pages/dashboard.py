"""The dashboard: the clock and its buttons, faults, customers, subscriptions, invoices, events."""

import json
from datetime import UTC, datetime
from typing import Any

from sandbox.billing.periods import shift
from sandbox.errors import ApiError, invalid
from sandbox.events import CLOCK_EVENTS
from sandbox.pages import control, look, trouble
from sandbox.pages.words import language, say
from sandbox.router import page
from sandbox.store import Object
from sandbox.web import Request, Response, escape
from sandbox.world import World

SHOWN = 25


@page("GET", "/")
def show(request: Request) -> Response:
    """The whole board."""
    w, lang = request.world, language(request)
    seen = control.snapshot(w)
    return _board(w, lang, seen, request.args().get("note", ""))


def _board(w: World, lang: str, seen: dict[str, Any], note: str = "", status: int = 200) -> Response:
    links = [f'<a href="/?lang={"en" if lang == "zh" else "zh"}" lang="{"en" if lang == "zh" else "zh-Hans"}">'
             f'{"English" if lang == "zh" else "中文"}</a>']  # fmt: skip
    if w.config.product_url:
        links.insert(0, f'<a href="{escape(w.config.product_url)}">← {say(lang, "Back to the house")}</a>')
    told = f'<p class="alert" role="alert">{escape(say(lang, note))}</p>' if note else ""
    body = (
        f'<main id="main" class="board"><header><p>{" · ".join(links)}</p><h1>{say(lang, "Sandbox")}</h1>{told}</header>'
        f"{_clock(lang, seen)}{_section(say(lang, 'Faults'), trouble.forms(lang, seen), 'faults')}"
        f"{_subscriptions(w, lang)}{_invoices(w, lang)}{_disputes(w, lang)}{_customers(w, lang)}"
        f"{_events(w, lang, seen)}</main>"
    )
    moving = seen["clock"]["advancing"]
    return look.layout(lang, say(lang, "Sandbox"), body, status, 1 if moving else 0, kind="dashboard")


def _section(title: str, html: str, name: str, wide: bool = False) -> str:
    return f'<section class="sheet{" wide" if wide else ""}" aria-labelledby="{name}"><h2 id="{name}">{title}</h2>{html}</section>'


# the clock


def _clock(lang: str, seen: dict[str, Any]) -> str:
    clock = seen["clock"]
    shown = f'<p class="clock" data-clock="{clock["now"]}">{look.day(clock["now"], lang, clock=True)} UTC</p>'
    if clock["advancing"]:
        done = clock["now"] - (clock["from"] or clock["now"])
        whole = max(1, clock["target"] - (clock["from"] or clock["now"]))
        html = (
            f'{shown}<p role="status" data-moving>{say(lang, "It moves to")} {look.day(clock["target"], lang, clock=True)}</p>'
            f'<progress max="{whole}" value="{done}" aria-label="{say(lang, "progress")}">{done * 100 // whole}%</progress>'
        )
        return _section(say(lang, "Clock"), html, "clock")
    buttons = "".join(
        f'<button name="move" value="{value}"{"" if can else " disabled"}>{say(lang, text)}</button>'
        for value, text, can in (
            ("hour", "+1 hour", True), ("day", "+1 day", True), ("week", "+1 week", True), ("month", "+1 month", True),
            ("next_renewal", "To the next renewal", clock["next_renewal"]),
            ("next_retry", "To the next retry", clock["next_retry"]),
        )
    )  # fmt: skip
    following = (
        f"{say(lang, 'Next')}: {look.day(clock['next_due'], lang, clock=True)}"
        if clock["next_due"]
        else say(lang, "Nothing is due.")
    )
    html = (
        f'{shown}<p class="quiet">{following}</p><form method="post" action="/clock?lang={lang}" class="row">{buttons}</form>'
        f'<form method="post" action="/clock?lang={lang}" class="row"><label>{say(lang, "Move to")}'
        f'<input type="date" name="date" required></label><button data-act name="move" value="date">{say(lang, "Go")}</button></form>'
    )
    return _section(say(lang, "Clock"), html, "clock")


@page("POST", "/clock")
def move(request: Request) -> Response:
    """Set the clock moving; the board shows its progress."""
    w, lang, form = request.world, language(request), request.form()
    try:
        w.engine.advance_default(_target(w, form), wait=False)
    except ApiError as error:
        return _board(w, lang, control.snapshot(w), str(error), 400)
    return Response.to(f"/?lang={lang}")


def _target(w: World, form: dict[str, str]) -> int:
    kind, now = form.get("move", ""), w.now()
    if kind in ("hour", "day", "week", "month"):
        return now + 3600 if kind == "hour" else shift(now, kind, 1)
    if kind == "date":
        try:
            day = datetime.strptime(form.get("date", ""), "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            raise invalid("Something is wrong.") from None
        return int(day.timestamp())
    return control.target_of(w, {"until": kind})


# what there is


def _newest(w: World, kind: str) -> list[Object]:
    return w.store.find(kind, newest=True, limit=SHOWN)


def _name(w: World, key: str | None) -> str:
    customer = w.store.get(key or "")
    return escape((customer["email"] or customer["name"] or key) if customer else key or "–")


def _raw(key: str) -> str:
    return f'<a href="/objects/{key}"><small>{escape(key[:18])}</small></a>'


def _subscriptions(w: World, lang: str) -> str:
    rows = []
    for s in _newest(w, "subscription"):
        item = s["items"]["data"][0]
        product = w.store.get(item["price"]["product"]) or {"name": "–"}
        notes = look.state(lang, s["status"])
        notes += f" {look.state(lang, 'pending', 'ends')}" if s["cancel_at"] and s["status"] != "canceled" else ""
        notes += f" {look.state(lang, 'paused', 'collection paused')}" if s["pause_collection"] else ""
        notes += f" {look.state(lang, 'pending', 'will change')}" if s["schedule"] or s["pending_update"] else ""
        price = (
            f"{look.money(item['price']['unit_amount'], s['currency'])} {look.rhythm(lang, item['price']['recurring'])}"
        )
        rows.append(
            look.cell(lang, "Customer", _name(w, s["customer"])) + look.cell(lang, "Price", f"{escape(product['name'])}<br>{price}")
            + look.cell(lang, "State", notes) + look.cell(lang, "Period ends", look.day(item["current_period_end"], lang))
            + look.cell(lang, "Plain data", _raw(s["id"]))
        )  # fmt: skip
    heads = ("Customer", "Price", "State", "Period ends", "Plain data")
    return _section(
        say(lang, "Subscriptions"), look.table(lang, "Subscriptions", heads, rows), "subscriptions", wide=True
    )


def _invoices(w: World, lang: str) -> str:
    rows = []
    for i in _newest(w, "invoice"):
        number = escape(i["number"] or say(lang, "draft"))
        shown = f'<a href="/i/{i["id"]}?lang={lang}">{number}</a>'
        again = (
            f"<br><small>{say(lang, 'Next attempt')} {look.day(i['next_payment_attempt'], lang)}</small>"
            if i["next_payment_attempt"]
            else ""
        )
        rows.append(
            look.cell(lang, "Number", shown) + look.cell(lang, "Customer", _name(w, i["customer"]))
            + look.cell(lang, "Sum", look.money(i["total"], i["currency"]), "num")
            + look.cell(lang, "State", look.state(lang, i["status"]) + again) + look.cell(lang, "Date", look.day(i["created"], lang))
            + look.cell(lang, "Try", trouble.for_invoice(w, lang, i))
        )  # fmt: skip
    heads = ("Number", "Customer", "Sum", "State", "Date", "Try")
    return _section(say(lang, "Invoices"), look.table(lang, "Invoices", heads, rows), "invoices", wide=True)


def _disputes(w: World, lang: str) -> str:
    rows = []
    for d in _newest(w, "dispute"):
        charge = w.store.get(d["charge"]) or {"customer": None}
        rows.append(
            look.cell(lang, "Customer", _name(w, charge["customer"])) + look.cell(lang, "Sum", look.money(d["amount"], d["currency"]), "num")
            + look.cell(lang, "State", look.state(lang, d["status"])) + look.cell(lang, "Reason", look.state(lang, d["reason"]))
            + look.cell(lang, "Plain data", _raw(d["id"])) + look.cell(lang, "Try", trouble.for_dispute(lang, d))
        )  # fmt: skip
    heads = ("Customer", "Sum", "State", "Reason", "Plain data", "Try")
    return (
        _section(say(lang, "Disputes"), look.table(lang, "Disputes", heads, rows), "disputes", wide=True)
        if rows
        else ""
    )


def _customers(w: World, lang: str) -> str:
    rows = [
        look.cell(lang, "Customer", _name(w, c["id"])) + look.cell(lang, "Date", look.day(c["created"], lang))
        + look.cell(lang, "Plain data", _raw(c["id"])) for c in _newest(w, "customer")
    ]  # fmt: skip
    return _section(
        say(lang, "Customers"), look.table(lang, "Customers", ("Customer", "Date", "Plain data"), rows), "customers"
    )


def _events(w: World, lang: str, seen: dict[str, Any]) -> str:
    words = {"delivered": "Delivered", "pending": "Waiting", "held": "Held", "failed": "Failed", "dropped": "Dropped"}
    rows = []
    marks = ",".join("?" * len(CLOCK_EVENTS))
    found = w.store.find("event", f"(parent IS NULL OR parent NOT IN ({marks}))", *CLOCK_EVENTS, limit=40, newest=True)
    for event in found:
        tries = w.store.rows("SELECT state, attempts, problem FROM deliveries WHERE event=? ORDER BY seq", event["id"])
        shown = " ".join(
            look.state(lang, state, words.get(state, state)) + (f" <small>{escape(problem)} ×{attempts}</small>" if problem else "")
            for state, attempts, problem in tries
        ) or look.state(lang, "none", "Nobody listens")  # fmt: skip
        button = (
            f'<form method="post" action="/resend?lang={lang}"><button name="event" value="{event["id"]}">'
            f"{say(lang, 'Send again')}</button></form>"
        )
        when = datetime.fromtimestamp(event["created"], UTC)
        rows.append(
            look.cell(lang, "Type", f'<a href="/objects/{event["id"]}">{escape(event["type"])}</a>')
            + look.cell(lang, "Real time", f"{when:%m-%d %H:%M:%S}", "num") + look.cell(lang, "Delivery", shown) + f"<td>{button}</td>"
        )  # fmt: skip
    waiting = f'<p class="quiet">{seen["deliveries"]["pending"]} {say(lang, "Events wait to be delivered")}</p>'
    html = waiting + look.table(lang, "Events", ("Type", "Real time", "Delivery", "Try"), rows)
    return _section(say(lang, "Events"), html, "events", wide=True)


@page("POST", "/resend")
def resend(request: Request) -> Response:
    """Deliver an event again."""
    control.send_again(request.world, request.form().get("event", ""))
    return Response.to(f"/?lang={language(request)}#events")


@page("GET", "/objects/{key}")
def raw(request: Request, key: str) -> Response:
    """An object as the API gives it."""
    found = request.world.store.get(key)
    if found is None:
        return look.not_found(request)
    return Response(json.dumps(found, ensure_ascii=False, indent=2).encode(), kind="application/json; charset=utf-8")


@page("GET", "/receipts/{key}")
def receipt(request: Request, key: str) -> Response:
    """A charge as plain data: the sandbox prints no receipts."""
    return raw(request, key)
