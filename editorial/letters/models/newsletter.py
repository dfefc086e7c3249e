"""Newsletters, and who wants which."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from editorial.letters.enums import How
from ground.localized import Localized


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    """Newsletters as sentences."""

    def offered(self) -> "NewsletterQuerySet":
        """Those that people can choose."""
        return self.filter(archived=False)


class Newsletter(models.Model):
    """A kind of letter that people choose for themselves. An archived one is offered and sent no more."""

    key = models.SlugField(_("key"), unique=True, help_text=_("Mail programs sort by it: do not change it."))
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60)
    about_zh = models.CharField(_("what is in it, how often (Chinese)"), max_length=200)
    about_en = models.CharField(_("what is in it, how often (English)"), max_length=200)
    default_on = models.BooleanField(
        _("on for new accounts"), default=False,
        help_text=_("Only where the law where your readers live allows it. Off: everybody chooses it for themselves."),
    )  # fmt: skip
    archived = models.BooleanField(_("archived"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=50)

    name = Localized("name")
    about = Localized("about")
    objects = NewsletterQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "pk"]
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")

    def __str__(self) -> str:
        return str(self.name)


class LetterChoice(models.Model):
    """Whether an account wants a newsletter, since when, and how it said so.

    `token` stands in unsubscribe links, signed: it is random, so that a link tells nothing of whose it is.
    """

    newsletter = models.ForeignKey(Newsletter, models.CASCADE, related_name="choices")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="letter_choices")
    wanted = models.BooleanField(default=True)
    how = models.CharField(max_length=12, choices=How.choices)
    changed_at = models.DateTimeField()
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["newsletter", "account"], name="letters_one_choice")]
        indexes = [
            models.Index(fields=["newsletter", "account"], name="letters_wanted", condition=models.Q(wanted=True))
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {'wants' if self.wanted else 'does not want'} {self.newsletter_id}"
