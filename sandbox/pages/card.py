"""The fields of a card, shared by checkout, invoice and portal: shown, read, checked."""

import re
from datetime import UTC, datetime

from sandbox.billing.cards import BY_NUMBER, Card
from sandbox.billing.checkout import Typed
from sandbox.pages.words import say
from sandbox.web import escape

SHOWN = (
    ("4242 4242 4242 4242", "works"), ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 9995", "has insufficient funds"), ("4000 0025 0000 3155", "asks for confirmation"),
    ("4000 0000 0000 0341", "works now, fails at the renewal"), ("4000 0000 0000 0259", "works, and the customer disputes"),
    ("4000 0000 0000 5126", "works, and refunds to it fail"),
)  # fmt: skip
Errors = dict[str, str]


def one(lang: str, name: str, label: str, form: dict[str, str], errors: Errors, auto: str, wide: str = "") -> str:
    """An input with its label and, when there is one, its error."""
    error = errors.get(name, "")
    mode = ' inputmode="numeric"' if name in ("card_number", "exp", "cvc") else ""
    kind = "email" if name == "email" else "text"
    hint = {"card_number": "4242 4242 4242 4242", "exp": "12 / 34", "cvc": "123"}.get(name, "")
    note = f'<p class="error" id="{name}-error">{escape(say(lang, error))}</p>' if error else ""
    marks = f' aria-invalid="true" aria-describedby="{name}-error"' if error else ""
    return (
        f'<div class="{wide}"><label for="{name}">{say(lang, label)}</label><input id="{name}" name="{name}" type="{kind}"'
        f' value="{escape(form.get(name, ""))}" autocomplete="{auto}" placeholder="{hint}"{mode}{marks}>{note}</div>'
    )


def fields(lang: str, form: dict[str, str], errors: Errors) -> str:
    """Number, expiry, code and name."""
    return (
        f'<fieldset><legend>{say(lang, "Card")}</legend><div class="fields">'
        + one(lang, "card_number", "Card number", form, errors, "cc-number", "wide")
        + one(lang, "exp", "Expiry (MM / YY)", form, errors, "cc-exp")
        + one(lang, "cvc", "CVC", form, errors, "cc-csc")
        + one(lang, "name", "Name on card", form, errors, "cc-name", "wide")
        + "</div></fieldset>"
    )


def list_of_cards(lang: str) -> str:
    """The test cards, to read and copy."""
    rows = "".join(f"<dt>{number}</dt><dd>{say(lang, text)}</dd>" for number, text in SHOWN)
    return (
        f"<details open><summary>{say(lang, 'Test cards')}</summary><dl>{rows}</dl>"
        f'<p class="quiet">{say(lang, "Any expiry in the future and any three digits go with them.")}</p></details>'
    )


def alert(lang: str, text: str) -> str:
    """What went wrong, announced."""
    return f'<p class="alert" role="alert" data-error>{escape(say(lang, text))}</p>' if text else ""


def read(form: dict[str, str], errors: Errors, now: int) -> Typed:
    """What was typed of a card; puts what is wrong with it into `errors`."""
    number = re.sub(r"[\s-]", "", form.get("card_number", ""))
    card: Card | None = BY_NUMBER.get(number)
    if card is None:
        errors["card_number"] = "This is not a card number that the sandbox knows. Use one of the test cards below."
    exp = _expiry(form.get("exp", ""), now)
    if exp is None:
        errors["exp"] = "Write the expiry as MM / YY, in the future."
    if not re.fullmatch(r"\d{3,4}", form.get("cvc", "").strip()):
        errors["cvc"] = "The security code has three or four digits."
    if not form.get("name", "").strip():
        errors["name"] = "Please fill this in."
    return Typed(card, exp or (12, 2034), form.get("name", "").strip())


def _expiry(text: str, now: int) -> tuple[int, int] | None:
    match = re.fullmatch(r"\s*(\d{1,2})\s*[/ -]?\s*(\d{2}|\d{4})\s*", text)
    if not match:
        return None
    month, year = int(match[1]), int(match[2]) + (2000 if len(match[2]) == 2 else 0)
    here = datetime.fromtimestamp(now, UTC)
    return (month, year) if 1 <= month <= 12 and (year, month) >= (here.year, here.month) else None
