"""A carrier that works with lists: we hand over a sheet, its numbers come back as a sheet."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from subscriptions.parcels.carriers.port import CarrierRefused, Label


class Manifest:
    """The post office with a counter: nothing is bought by machine."""

    key = "post"
    label = _("Post, by list")
    buys = False

    def buy(self, body: dict[str, Any], key: str) -> Label:
        """Never: its numbers come with the list. Raises `CarrierRefused`."""
        raise CarrierRefused(str(_("This carrier’s numbers come back with its list.")))

    def track_url(self, tracking: str) -> str:
        """Nowhere that we know."""
        return ""
