"""Addresses that get no letters."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from editorial.letters.enums import Trouble


class Suppression(models.Model):
    """An address, as a hash, that mail came back from or that complained: it outlives the account.

    Only letters are held back by it; receipts and sign-in codes still go out.
    """

    address_hash = models.CharField(max_length=64, unique=True)
    trouble = models.CharField(_("why"), max_length=12, choices=Trouble.choices)
    source = models.CharField(_("told by"), max_length=40)
    note = models.CharField(max_length=250, blank=True)
    at = models.DateTimeField(_("since"))

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        indexes = [models.Index(fields=["-at"], name="letters_suppressed_at")]

    def __str__(self) -> str:
        return f"{self.address_hash[:8]}… {self.trouble}"
