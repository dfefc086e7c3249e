"""Tags and notes: what staff keep in mind about a member."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """A word that members can be found by; the same word in another case is the same tag."""

    name = models.CharField(_("tag"), max_length=60)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        verbose_name = _("member tag")
        verbose_name_plural = _("member tags")
        constraints = [models.UniqueConstraint(Lower("name"), name="people_tag_any_case")]

    def __str__(self) -> str:
        return self.name


class MemberTag(models.Model):
    """A tag on an account; once."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="member_tags")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="members")
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "tag"], name="people_tag_once")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.account_id}"


class Note(models.Model):
    """What somebody of the house wrote about a member, and who and when. Members get it with their data."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_notes")
    text = models.TextField(_("note"), max_length=4000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="notes_written")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "-created_at"], name="people_note_newest")]

    def __str__(self) -> str:
        return self.text[:60]
