"""Names and days in billing's letters."""

from datetime import datetime

from django import template
from django.utils.translation import get_language

from ground.templatetags.yaji import reading_date

register = template.Library()


@register.simple_tag(takes_context=True)
def plan_name(context: template.Context) -> str:
    """The plan's name in the letter's language."""
    first, second = ("plan_en", "plan_zh") if (get_language() or "en") == "en" else ("plan_zh", "plan_en")
    return str(context.get(first) or context.get(second) or "")


@register.filter
def iso_day(value: str) -> str:
    """A moment in ISO form as a day that people read."""
    return reading_date(datetime.fromisoformat(value)) if value else ""


@register.simple_tag(takes_context=True)
def next_name(context: template.Context) -> str:
    """The name of what somebody goes over to, in the letter's language."""
    first, second = ("next_en", "next_zh") if (get_language() or "en") == "en" else ("next_zh", "next_en")
    return str(context.get(first) or context.get(second) or "")
