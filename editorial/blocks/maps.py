"""A map of our own, with pins and a list in words."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from editorial import translations
from editorial.blocks.choosers import PlaceChooser
from editorial.blocks.words import PREVIEW
from ground.drawing.chart import HEIGHT, WIDTH, chart


class PinBlock(blocks.StructBlock):
    """A place: one of our pages, or a name with its position."""

    place = PlaceChooser(page_type="editorial.PlacePage", label=_("place"), required=False)
    name = blocks.CharBlock(
        label=_("name"), max_length=40, required=False, help_text=_("Empty: as the page is called.")
    )
    latitude = blocks.FloatBlock(label=_("latitude"), min_value=-90, max_value=90, required=False)
    longitude = blocks.FloatBlock(label=_("longitude"), min_value=-180, max_value=180, required=False)
    note = blocks.CharBlock(label=_("a word on it"), max_length=160, required=False)

    def clean(self, value: Any) -> Any:
        """A place without page needs a name and a position."""
        found = super().clean(value)
        bare = not found.get("name") or found.get("latitude") is None or found.get("longitude") is None
        if not found.get("place") and bare:
            trouble = ValidationError(_("Choose a place, or give a name with latitude and longitude."))
            raise StructBlockValidationError(block_errors={"name": trouble})
        return found

    class Meta:
        icon = "site"
        label = _("Place")


class MapBlock(blocks.StructBlock):
    """Where things are."""

    caption = blocks.CharBlock(label=_("what the map shows"), max_length=160)
    places = blocks.ListBlock(PinBlock(), label=_("places"), min_num=1, max_num=12)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`chart` with its size, and `places`: number, name, address, note."""
        places = [_place(it, number) for number, it in enumerate(value["places"], start=1)]
        drawn = chart([(p["longitude"], p["latitude"], p["name"]) for p in places])
        more = {"places": places, "chart": drawn, "width": WIDTH, "height": HEIGHT}
        return super().get_context(value, parent_context) | more

    class Meta:
        icon = "site"
        label = _("Map")
        description = _("A drawn map with places, and their list in words")
        template = "editorial/blocks/map.html"
        preview_template = PREVIEW
        preview_value = {
            "caption": "Two towns of fire",
            "places": [
                {"name": "Longquan", "latitude": 28.07, "longitude": 119.14, "note": "celadon"},
                {"name": "Jingdezhen", "latitude": 29.27, "longitude": 117.18, "note": "blue and white"},
            ],
        }


NOWHERE = 999.0  # lies on no map


def _place(value: Any, number: int) -> dict[str, Any]:
    page = value.get("place")
    latitude, longitude = value.get("latitude"), value.get("longitude")
    if page is not None:
        latitude = page.latitude if latitude is None else latitude
        longitude = page.longitude if longitude is None else longitude
    return {
        "number": number,
        "name": value.get("name") or (page.title if page is not None else ""),
        "url": translations.path_of(page) if page is not None and page.live else "",
        "note": value.get("note") or "",
        "latitude": NOWHERE if latitude is None else latitude,
        "longitude": NOWHERE if longitude is None else longitude,
    }
