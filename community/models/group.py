"""Groups: circles of people around a subject."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model_string

from community import reserved
from community.enums import GroupEntry, Level, Purpose, Role
from ground.localized import Localized


class Group(models.Model):
    """A circle with rooms, rules and people who look after it. Unlisted ones look missing to strangers."""

    slug = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    about_zh = models.CharField(_("about, in Chinese"), max_length=300, blank=True)
    about_en = models.CharField(_("about, in English"), max_length=300, blank=True)
    rules_zh = models.TextField(_("rules in Chinese"), blank=True)
    rules_en = models.TextField(_("rules in English"), blank=True)
    theme_zh = models.CharField(_("this week, in Chinese"), max_length=120, blank=True)
    theme_en = models.CharField(_("this week, in English"), max_length=120, blank=True)
    cover = models.ForeignKey(
        get_image_model_string(), models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("cover")
    )
    listed = models.BooleanField(_("listed"), default=True)
    purpose = models.CharField(
        _("purpose"), max_length=8, choices=Purpose.choices, default=Purpose.TALK, db_default=Purpose.TALK, editable=False
    )  # fmt: skip
    entry = models.CharField(_("who comes in"), max_length=8, choices=GroupEntry.choices, default=GroupEntry.OPEN)
    entry_key = models.CharField(
        _("which right"), max_length=80, blank=True, help_text=_("An entitlement, for groups that ask for one.")
    )
    most_people = models.PositiveIntegerField(_("at most so many people"), default=0, help_text=_("0: no limit."))
    order = models.PositiveSmallIntegerField(_("order"), default=50)
    quiet_until = models.DateTimeField(_("quiet until"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    name = Localized("name")
    about = Localized("about")
    rules = Localized("rules")
    theme = Localized("theme")

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(entry=GroupEntry.KEY) | ~models.Q(entry_key=""), name="community_entry_has_its_key"
            ),
        ]
        verbose_name = _("group")
        verbose_name_plural = _("groups")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("community:group", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        reserved.refuse(self.slug, reserved.GROUPS)


class GroupMember(models.Model):
    """Somebody's place in a group."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="members")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.MEMBER)
    badge_zh = models.CharField(max_length=20, blank=True)
    badge_en = models.CharField(max_length=20, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.MENTIONS)
    term_ends = models.DateTimeField(_("looks after the group until"), null=True, blank=True)

    badge = Localized("badge")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "account"], name="community_one_place_in_a_group")]
        verbose_name = _("group member")
        verbose_name_plural = _("group members")

    def __str__(self) -> str:
        return f"{self.account_id} in {self.group_id} as {self.role}"
