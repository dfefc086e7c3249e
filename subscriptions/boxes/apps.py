"""What arrives at the door."""

from django.apps import AppConfig


class BoxesConfig(AppConfig):
    """Boxes on top of billing."""

    name = "subscriptions.boxes"
    label = "boxes"
    verbose_name = "Boxes"

    def ready(self) -> None:
        """Register with the ground floor's lists and billing's hooks."""
        from django.db.models.signals import post_delete, post_save, pre_delete
        from wagtail.images import get_image_model

        from subscriptions.boxes import registrations
        from subscriptions.boxes.actions import picturing

        registrations.register()
        image = get_image_model()
        post_save.connect(picturing.image_changed, sender=image, dispatch_uid="boxes.picture_changed")
        pre_delete.connect(picturing.image_goes, sender=image, dispatch_uid="boxes.picture_goes")
        cutting = image.get_rendition_model()
        post_delete.connect(picturing.cutting_goes, sender=cutting, dispatch_uid="boxes.cutting_goes")
