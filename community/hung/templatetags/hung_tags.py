"""Words about files, for templates."""

from django import template

register = template.Library()
STEP = 1024


@register.filter
def weight(size: int) -> str:
    """`1.2 MB`, as parts/file.js says it: the same in every language."""
    if size < STEP:
        return f"{size} B"
    return f"{size / STEP:.0f} KB" if size < STEP * STEP else f"{size / STEP / STEP:.1f} MB"


@register.filter
def ending(name: str) -> str:
    """`PDF`."""
    return name.rpartition(".")[2].upper()
