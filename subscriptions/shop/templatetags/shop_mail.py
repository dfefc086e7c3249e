"""Names and moments in the shop's letters."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from ground.templatetags.yaji import reading_date

register = template.Library()


@register.simple_tag(takes_context=True)
def thing_name(context: template.Context) -> str:
    """What it is about, in the letter's language; several of it with their number."""
    english = (get_language() or "en") == "en"
    one = str(
        context.get("name_en" if english else "name_zh") or context.get("names_en" if english else "names_zh") or ""
    )
    count = str(context.get("count") or "")
    return f"{count} × {one}" if count not in ("", "1") else one


@register.filter
def iso_moment(value: str) -> str:
    """A moment in ISO form as day and time that people read."""
    if not value:
        return ""
    moment = timezone.localtime(datetime.fromisoformat(value))
    return f"{reading_date(moment)} {moment:%H:%M}"
