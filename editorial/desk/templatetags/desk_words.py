"""Words of the desk's templates."""

from django import template

from editorial.reading_time import spoken as said

register = template.Library()


@register.filter
def spoken(minutes: int) -> str:
    """A time of reading, as it is spoken."""
    return said(minutes)
