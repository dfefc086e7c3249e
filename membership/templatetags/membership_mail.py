"""What membership's notices read from their context: names in both languages and moments as text. `{% load membership_mail %}`."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import get_language

from ground.templatetags.yaji import reading_date

register = template.Library()


@register.simple_tag(takes_context=True)
def named(context: dict[str, Any], field: str) -> str:
    """`{% named "tier" as tier %}`: `tier_zh` or `tier_en` of the context, whichever the reader speaks."""
    first = "zh" if (get_language() or "").startswith("zh") else "en"
    second = "en" if first == "zh" else "zh"
    return str(context.get(f"{field}_{first}") or context.get(f"{field}_{second}") or "")


@register.filter
def iso_day(value: str) -> str:
    """A moment that a notice keeps as text, as a day of the reader's language."""
    return reading_date(datetime.fromisoformat(value)) if value else ""
