"""The frame of every page: one layout, one style sheet, no script."""

from datetime import UTC, datetime
from pathlib import Path

from sandbox.pages.words import language, say
from sandbox.router import page
from sandbox.store import Object
from sandbox.web import Request, Response, escape

STYLE = (Path(__file__).parent / "look.css").read_bytes()
ICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="3" y="3" width="26" height="26" rx="3"'
    b' fill="#a8361f"/><path d="M9 11h14M9 16h14M9 21h8" stroke="#fff8f0" stroke-width="2.5"/></svg>'
)
ZERO_DECIMALS = {
    "jpy",
    "krw",
    "vnd",
    "clp",
    "xof",
    "xaf",
    "pyg",
    "ugx",
    "rwf",
    "gnf",
    "kmf",
    "bif",
    "djf",
    "vuv",
    "xpf",
}
SIGNS = {"cny": "¥", "usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "hkd": "HK$"}


@page("GET", "/look.css")
def style(request: Request) -> Response:
    """The style sheet."""
    return Response(STYLE, kind="text/css; charset=utf-8", headers={"Cache-Control": "max-age=300"})


@page("GET", "/icon.svg")
def icon(request: Request) -> Response:
    """A small red seal."""
    return Response(ICON, kind="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


@page("GET", "/healthz")
def health(request: Request) -> Response:
    """The process is up."""
    return Response(b"ok\n", kind="text/plain; charset=utf-8")


def layout(lang: str, title: str, body: str, status: int = 200, refresh: int = 0, kind: str = "") -> Response:
    """A whole page. `body` is HTML, `title` is text; `refresh` seconds reload it."""
    again = f'<meta http-equiv="refresh" content="{refresh}">' if refresh else ""
    text = (
        f'<!doctype html><html lang="{"zh-Hans" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark">{again}'
        f'<title>{escape(title)}</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/look.css"></head><body data-page="{kind}">'
        f'<a class="skip" href="#main">{say(lang, "Skip to content")}</a>'
        f'<header class="banner"><strong>{say(lang, "Sandbox")}</strong> '
        f"{say(lang, 'Test mode: no money moves here.')}</header>{body}</body></html>"
    )
    return Response(text.encode(), status)


def message(lang: str, title: str, text: str, link: str = "", status: int = 200) -> Response:
    """A page that says one thing."""
    back = f'<p><a class="button" href="{escape(link)}">{say(lang, "Back")}</a></p>' if link else ""
    body = (
        f'<main id="main" class="single sheet"><h1>{say(lang, title)}</h1><p>{escape(say(lang, text))}</p>{back}</main>'
    )
    return layout(lang, say(lang, title), body, status)


def problem(request: Request, status: int, text: str) -> Response:
    """A page for an error."""
    return message(language(request), "Something is wrong.", text, "", status)


def not_found(request: Request) -> Response:
    """404, as JSON below /_control/."""
    if request.path.startswith("/_control/"):
        return Response.json({"error": {"message": f"No such control: {request.method} {request.path}"}}, 404)
    return message(language(request), "Nothing is here.", request.path, "", 404)


def money(amount: int, currency: str | None) -> str:
    """Minor units as people write them: ¥48, ¥178.20."""
    currency = (currency or "").lower()
    sign = "−" if amount < 0 else ""
    mark = SIGNS.get(currency, currency.upper() + " ")
    if currency in ZERO_DECIMALS:
        return f"{sign}{mark}{abs(amount):,}"
    whole, part = divmod(abs(amount), 100)
    return f"{sign}{mark}{whole:,}" + (f".{part:02d}" if part else "")


def day(moment: int | None, lang: str, clock: bool = False) -> str:
    """A time (UTC) as a date, with the time of day when wanted."""
    if moment is None:
        return "–"
    when = datetime.fromtimestamp(moment, UTC)
    text = f"{when.year} 年 {when.month} 月 {when.day} 日" if lang == "zh" else f"{when.day} {when:%B} {when.year}"
    return f'<time datetime="{when:%Y-%m-%dT%H:%M:%SZ}">{text}{f" {when:%H:%M}" if clock else ""}</time>'


def rhythm(lang: str, recurring: Object | None) -> str:
    """How often a price is charged."""
    if not recurring:
        return say(lang, "once")
    unit, count = recurring["interval"], recurring["interval_count"]
    if unit == "month" and count == 3:
        return say(lang, "every quarter")
    return say(lang, f"every {unit}") if count == 1 else say(lang, f"every {{n}} {unit}s", n=count)


def state(lang: str, name: str, text: str = "") -> str:
    """A state as a small mark with its word."""
    return f'<span class="state" data-state="{escape(name)}">{escape(say(lang, text or name).replace("_", " "))}</span>'


def cell(lang: str, label: str, html: str, extra: str = "") -> str:
    """A table cell that names its column on a phone."""
    return f'<td data-label="{escape(say(lang, label))}" class="{extra}">{html}</td>'


def table(lang: str, caption: str, heads: tuple[str, ...], rows: list[str]) -> str:
    """A table with a caption for those who listen; one sentence when it is empty."""
    if not rows:
        return f'<p class="quiet">{say(lang, "Nothing is there yet.")}</p>'
    head = "".join(f'<th scope="col">{say(lang, text)}</th>' for text in heads)
    return (
        f'<table aria-label="{escape(say(lang, caption))}"><thead><tr>{head}</tr></thead><tbody>'
        + "".join(f"<tr>{row}</tr>" for row in rows)
        + "</tbody></table>"
    )
