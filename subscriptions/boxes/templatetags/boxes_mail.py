"""Names in the letters about boxes."""

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag(takes_context=True)
def theme_name(context: template.Context) -> str:
    """The edition's theme in the letter's language."""
    first, second = ("theme_en", "theme_zh") if (get_language() or "en") == "en" else ("theme_zh", "theme_en")
    return str(context.get(first) or context.get(second) or "")
