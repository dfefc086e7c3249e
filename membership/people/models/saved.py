"""Filters with a name."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """A filter of the list of members that staff keep and share. `query` is what stands in the list's address."""

    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1000)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="people_filter_any_case")]

    def __str__(self) -> str:
        return self.name
