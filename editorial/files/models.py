"""Files, and where they stand."""

import secrets
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.search import index

from editorial import audiences
from editorial.files.enums import Kind
from editorial.files.examining import BadFile, examine


def private_storage() -> Storage:
    """Never under a public address: `editorial.files.views.serve` is the only way out."""
    return storages["private"]


def new_key() -> str:
    """What nobody guesses."""
    return secrets.token_urlsafe(12)


class HouseFile(AbstractDocument):
    """A file with its kind by content, and the entitlement that opens it beside what its places ask for."""

    file = models.FileField(_("file"), upload_to="files", storage=private_storage)
    key = models.CharField(max_length=24, unique=True, default=new_key, editable=False)
    audience = audiences.AudienceField(
        _("audience"), max_length=80, blank=True, default="", choices=audiences.page_choices,
        help_text=_("Who may open it. In a members’ section it is never more open than the section."),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OTHER, editable=False)
    mime = models.CharField(max_length=80, default="application/octet-stream", editable=False)
    words = models.TextField(blank=True, editable=False)

    admin_form_fields = ("title", "file", "audience", "collection", "tags")
    search_fields: ClassVar = [*AbstractDocument.search_fields, index.FilterField("kind")]

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        permissions: ClassVar = [("choose_housefile", "Can choose file")]

    def clean(self) -> None:
        """Refuses, with a sentence, what is not what it says; what was kept before stays."""
        super().clean()
        if self.file and not self.file._committed:
            try:
                self._take(examine(self.file, self.file.name))
            except BadFile as trouble:
                raise ValidationError({"file": str(trouble)}) from trouble

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A file that comes in without a form is looked at, too. Raises `BadFile`."""
        if self.file and not self.file._committed:
            self._take(examine(self.file, self.file.name))
            self.file_size = self.file.size
        super().save(*args, **kwargs)

    def _take(self, found: Any) -> None:
        self.kind, self.mime, self.words = found.kind, found.mime, found.words

    @property
    def url(self) -> str:
        """The one address."""
        return reverse("files:serve", args=[self.key, self.filename])

    @property
    def content_type(self) -> str:
        """By content."""
        return self.mime


class Placement(models.Model):
    """On which page something stands, and which rights lead there: `needs` are keys parted by commas, none if open.

    `subject` is `file:<id>` or `poll:<id>`. When the page is deleted the row stays: what stood behind the wall does not
    fall open because its page is gone.
    """

    subject = models.CharField(max_length=40)
    page = models.ForeignKey("wagtailcore.Page", models.SET_NULL, null=True, related_name="+")
    needs = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "page", "needs"], name="placement_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["page"], name="placement_page")]

    def __str__(self) -> str:
        return f"{self.subject} on {self.page_id}"
