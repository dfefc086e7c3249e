"""App of the ground floor: template tags and commands, no models."""

from django.apps import AppConfig


class GroundConfig(AppConfig):
    """Holds what every floor stands on."""

    name = "ground"

    def ready(self) -> None:
        """Connect the page cache to the facts that make cached pages fall."""
        from ground import facts, pagecache

        for fact in (facts.content_changed, facts.offers_changed):
            fact.connect(pagecache.on_change, dispatch_uid="ground.pagecache")
