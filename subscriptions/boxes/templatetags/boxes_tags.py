"""Boxes inside other apps' templates."""

from typing import Any

from django import template
from django.core.files.storage import default_storage
from django.templatetags.static import static
from django.utils.translation import get_language

from ground.ids import row_id
from ground.registry import SubjectCard, resolve_subjects
from subscriptions.boxes import flags, hooks, queries
from subscriptions.boxes.enums import CycleState
from subscriptions.boxes.models import BoxOrder, Cycle

register = template.Library()
DRAWN = {"item-cup", "item-letter", "item-tea", "item-sound", "item-print", "lacquer", "indigo", "parcel", "bowl", "glaze",
         "kiln", "lattice", "seal", "tea"}  # fmt: skip


@register.filter
def item_art(item: Any) -> str:
    """Address of an item's picture, else of its drawing; the parcel where it has neither. No query."""
    if shown := getattr(item, "shown", ""):
        return str(default_storage.url(shown))
    drawn = getattr(item, "art", "")  # an edition without compartments has no first item
    return static(f"yaji/art/{drawn if drawn in DRAWN else 'parcel'}.svg")


@register.filter
def carrier_name(key: str) -> str:
    """A carrier as people know it; the key where nobody named it."""
    return next((name for ask in hooks.carrier_names if (name := ask(key))), key)


@register.filter
def flag_words(flag: str) -> str:
    """What an order is flagged with, in the reader's language."""
    return flags.shown(flag)


@register.simple_tag
def tracking_link(order: BoxOrder) -> str:
    """Where the parcel can be followed, empty where its carrier has no such page. No query."""
    return next((url for ask in hooks.tracking_links if (url := ask(order.carrier, order.tracking))), "")


@register.simple_tag(takes_context=True)
def subject_card(context: template.Context, key: str) -> SubjectCard | None:
    """The thing of another part behind a subject key, as far as the reader may know of it; None where there is none."""
    request = context.get("request")
    account = getattr(request, "user", None)
    return resolve_subjects([key], get_language() or "en", account).get(key) if key else None


@register.inclusion_tag("boxes/box_card.html", takes_context=True)
def box_card(context: template.Context, edition_key: str = "") -> dict[str, Any]:
    """A card of one edition (`edition:<id>`), or of the open one when the key is empty; nothing when there is none.

    Four queries for a page, however often the card stands on it: what was found is kept on the request.
    """
    request = context.get("request")
    kept = request.__dict__.setdefault("_box_cards", {}) if request else {}
    if edition_key not in kept:
        kept[edition_key] = _find(edition_key)
    return {"edition": kept[edition_key], "origin": context.get("subject_key", ""), "request": request}


def _find(edition_key: str) -> queries.Edition | None:
    plan = queries.main_plan()
    if not edition_key:
        return queries.open_edition(plan)
    number = row_id(edition_key.removeprefix("edition:"))
    cycle = Cycle.objects.exclude(state=CycleState.PLANNED).select_related("plan").filter(pk=number).first()  # type: ignore[misc]
    return queries.edition_of(cycle, cycle.plan) if cycle else None
