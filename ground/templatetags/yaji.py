"""What every template of the house may load: icons, the seal, money, dates, faces. `{% load yaji %}`."""

import re
import zlib
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils import formats, timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ground import calendar, clock
from ground.icons import icon_svg, seal_mark_svg
from ground.money import Money

register = template.Library()

TINTS = ("", "gold", "seal", "ink", "paper")


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "search" %}`: an icon of ground/icons.py; an unknown name is an error, not a gap."""
    return mark_safe(icon_svg(name))  # noqa: S308 - our own constant


@register.simple_tag
def seal_mark() -> SafeString:
    """`{% seal_mark %}`: the seal of the house."""
    return mark_safe(seal_mark_svg())  # noqa: S308 - our own constant


@register.filter
def money(value: Money) -> str:
    """`{{ price|money }}`: the sum in the reader's language, such as ¥178.20."""
    return value.format(translation.get_language() or "en")


def interval_label(interval: str) -> str:
    """How long a price lasts, as it stands behind it; an unknown interval says nothing."""
    labels = {
        "month": gettext("a month"),
        "quarter": gettext("a quarter"),
        "year": gettext("a year"),
        "once": gettext("once"),
        "box": gettext("a box"),
    }
    return labels.get(interval, "")


@register.simple_tag
def price(value: Money, interval: str = "", size: str = "") -> SafeString:
    """`{% price money "month" %}`, small with size "s": the symbol, the sum, and for how long."""
    written = value.format(translation.get_language() or "en")
    found = re.fullmatch(r"(\D*)(\d[\d.,]*)(.*)", written)
    before, figure, after = found.groups() if found else ("", written, "")
    label = " ".join(part for part in (after.strip(), interval_label(interval)) if part)
    return format_html(
        '<span class="price{}">{}<b>{}</b>{}</span>',
        " price--s" if size == "s" else "",
        format_html("<small>{}</small>", before) if before else "",
        figure,
        format_html("<small>{}</small>", label) if label else "",
    )


@register.filter
def initial(name: str) -> str:
    """The one character of a face: the first of the name, as a capital where it is Latin; a dot for nobody."""
    return next((letter.upper() for letter in str(name) if letter.isalnum()), "·")


@register.filter
def tint(seed: Any) -> str:
    """The colour of somebody's face, always the same for the same seed (an id or a name)."""
    return TINTS[zlib.crc32(str(seed).encode()) % len(TINTS)]


@register.simple_tag
def avatar(name: str, tint: str = "", size: str = "", here: bool = False) -> SafeString:
    """`{% avatar name tint size here %}`: a face; size "s" or "l".

    It is decoration: the name stands beside it in words.
    """
    return format_html(
        '<span class="avatar{}"{}{} aria-hidden="true">{}</span>',
        f" avatar--{size}" if size in ("s", "l") else "",
        format_html(' data-tint="{}"', tint) if tint in TINTS[1:] else "",
        mark_safe(" data-here") if here else "",
        initial(name),
    )


def _day(value: date | datetime) -> date:
    if not isinstance(value, datetime):
        return value
    return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()


@register.filter
def reading_date(value: date | datetime | None) -> str:
    """二〇二六年十一月二十二日 for a Chinese reader, 22 November 2026 for an English one."""
    if not value:
        return ""
    if (translation.get_language() or "").startswith("zh"):
        return calendar.han_date(_day(value))
    return formats.date_format(_day(value), "j F Y")


@register.filter
def day_month(value: date | datetime | None) -> str:
    """十一月二十八日, or 28 November: where the year is plain."""
    if not value:
        return ""
    day = _day(value)
    if (translation.get_language() or "").startswith("zh"):
        return f"{calendar.han_number(day.month)}月{calendar.han_number(day.day)}日"
    return formats.date_format(day, "j F")


@register.filter
def solar_term(value: date | datetime | None) -> str:
    """The term of the sun that the day lies in: 小雪, Lesser Snow."""
    if not value:
        return ""
    term = calendar.solar_term(_day(value))
    return term.zh if (translation.get_language() or "").startswith("zh") else term.en


@register.inclusion_tag("components/countdown.html")
def countdown(until: datetime, labelled_by: str = "") -> dict[str, Any]:
    """`{% countdown until "id-of-its-words" %}`: days, hours and minutes of business time left.

    The server writes them, site.js keeps them true.
    """
    now = clock.now()
    minutes = max(0, int((until - now).total_seconds() // 60))
    return {
        "until": until.isoformat(),
        "now": now.isoformat(),
        "labelled_by": labelled_by,
        "days": minutes // 1440,
        "hours": minutes // 60 % 24,
        "minutes": minutes % 60,
    }


@register.filter
def html_lang(code: str | None) -> str:
    """A language code as HTML wants it: zh-Hans, en."""
    return "zh-Hans" if (code or "").lower().startswith("zh") else "en"


@register.filter
def add_class(field: Any, name: str) -> SafeString:
    """A bound field's control with one more class, its other attributes kept.

    A placeholder that only says what the label says is left out: it goes away when one types, the label stays.
    """
    own = field.field.widget.attrs
    attrs: dict[str, Any] = {"class": " ".join(part for part in (own.get("class", ""), name) if part)}
    if "placeholder" in own:
        repeats = own["placeholder"] == field.label or getattr(field.field.widget, "input_type", "") in (
            "email",
            "password",
            "tel",
        )
        attrs["placeholder"] = False if repeats else own["placeholder"]
    return field.as_widget(attrs=attrs)


@register.filter
def control(field: Any) -> str:
    """What kind of control a bound field has: input, area, select, check, choices, file or hidden."""
    if field.is_hidden:
        return "hidden"
    kinds = {
        "checkbox": "check",
        "radioselect": "choices",
        "checkboxselectmultiple": "choices",
        "select": "select",
        "selectmultiple": "select",
        "textarea": "area",
        "clearablefile": "file",
        "file": "file",
    }
    return kinds.get(field.widget_type, "input")


@register.simple_tag
def unread_label(count: int) -> str:
    """What a badge says to somebody who does not see it."""
    return gettext("%(count)s unread") % {"count": count}


@register.simple_tag
def page_numbers(page: Page) -> list[int | str]:
    """The numbers to offer around a page of a paginator, with an ellipsis for what is left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
