"""Who did what for a story."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.models import Orderable


class Role(models.TextChoices):
    """What somebody did."""

    AUTHOR = "author", _("Words")
    PICTURES = "pictures", _("Pictures")
    TRANSLATOR = "translator", _("Translation")
    EDITOR = "editor", _("Editing")
    REVIEWER = "reviewer", _("Reviewed by")
    THANKS = "thanks", _("With thanks to")


class StoryCredit(Orderable):
    """A name on a story: a person's page, or words alone."""

    story = ParentalKey("editorial.StoryPage", on_delete=models.CASCADE, related_name="credits")
    role = models.CharField(_("did"), max_length=12, choices=Role, default=Role.AUTHOR)
    person = models.ForeignKey(
        "editorial.PersonPage", models.SET_NULL, null=True, blank=True, related_name="credits", verbose_name=_("person")
    )
    words = models.CharField(
        _("name"), max_length=80, blank=True, help_text=_("For somebody without a page, or with another name here.")
    )

    panels: ClassVar = [
        FieldRowPanel([FieldPanel("role"), FieldPanel("words")]),
        PageChooserPanel("person", "editorial.PersonPage"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("credit")
        verbose_name_plural = _("credits")

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.name}"

    @property
    def name(self) -> str:
        """As it is printed."""
        return self.words or (self.person.title if self.person else "")

    def clean(self) -> None:
        """A credit names somebody."""
        super().clean()
        if not self.words and self.person_id is None:
            raise ValidationError({"words": _("Choose a person or write a name.")})
