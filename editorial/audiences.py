"""For whom something is published: the entitlement key that opens it, as editors choose it.

The choices are the owner's own tiers and the stories' rights that tiers give; they are read when a form is shown and
kept until tiers or pages change. A key that is stored stays good, whatever became of the tier behind it: a form must
never open a closed page because its key is missing from a list.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail import blocks

from editorial import kept
from membership import keys
from membership.keys import ACCOUNT, PUBLIC
from membership.models import Tier
from membership.queries import tiers_for_preview

EVERYBODY = (PUBLIC, gettext_lazy("Everybody"))
SIGNED_IN = (ACCOUNT, gettext_lazy("Everybody with an account"))
STORIES = "stories:"
SEAT = "tier:"


def page_choices() -> list[tuple[str, Any]]:
    """For a whole page; the first is open."""
    return [EVERYBODY, *block_choices()]


def block_choices() -> list[tuple[str, Any]]:
    """For a section inside a page; never open."""
    return [SIGNED_IN, *(kept.get(("audiences", get_language()), _read) or ())]


def usual() -> str:
    """What a new members' section asks for: every story of the house, else the right of the most tiers' seats."""
    found = [key for key, _label in block_choices()]
    return next((key for key in ("stories:all", *found[1:]) if key in found), ACCOUNT)


def _read() -> list[tuple[str, str]] | None:
    """Three queries; None, which nobody keeps, before the tables are there."""
    try:
        with transaction.atomic():
            return _choices(tiers_for_preview(), _in_use())
    except DatabaseError:
        return None


def _in_use() -> set[str]:
    """Keys that something published asks for now."""
    rows = apps.get_model("passages", "Passage").objects.order_by()
    return set(rows.values_list("audience", flat=True).union(rows.values_list("requires", flat=True)))


def _choices(tiers: Sequence[Tier], used: set[str]) -> list[tuple[str, str]]:
    """Stories' rights, then seats, each from the most open to the most closed; last what is in use and given by none."""
    here = [tier for tier in tiers if not tier.archived]
    gives = {tier.key: tier.gives for tier in tiers}
    opened = {key for given in gives.values() for key in given if key.startswith((STORIES, SEAT))}
    offered = sorted(opened, key=lambda key: (key.startswith(SEAT), _first(key, tiers, gives), key))
    rest = sorted(used - opened - {PUBLIC, ACCOUNT})
    return [(key, _told(key, tiers, [t for t in here if key in gives[t.key]], here)) for key in (*offered, *rest)]


def _first(key: str, tiers: Sequence[Tier], gives: dict[str, frozenset[str]]) -> int:
    return next((place for place, tier in enumerate(tiers) if key in gives[tier.key]), len(tiers))


def _told(key: str, tiers: Sequence[Tier], openers: list[Tier], here: list[Tier]) -> str:
    names = {tier.key: str(tier.name) for tier in tiers}
    who = _who(openers, here)
    if key.startswith(SEAT):
        own = names.get(key.removeprefix(SEAT), key)
        return who if openers and str(openers[0].name) == own else f"{own}: {who}"
    what = key.removeprefix(STORIES)
    if key == "stories:all":
        return _("Members’ stories: %(who)s") % {"who": who}
    return _("Stories of “%(name)s”: %(who)s") % {"name": names.get(what, what), "who": who}


def _who(openers: list[Tier], here: list[Tier]) -> str:
    """The tiers that open it, by name, as shortly as it can be said."""
    if not openers:
        return _("no seat that can be joined")
    lowest = str(openers[0].name)
    if openers == here[-len(openers) :]:
        return _("%(tier)s and above") % {"tier": lowest} if len(openers) > 1 else _("%(tier)s only") % {"tier": lowest}
    return " · ".join(str(tier.name) for tier in openers)


class AudienceSelect(forms.Select):
    """What is stored can always be chosen again."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """The choices, and the stored key where they lack it."""
        known = list(self.choices)
        missing = [(one, one) for one in value if one and one not in dict(known)]
        if missing:
            self.choices = [*known, *missing]
        return super().optgroups(name, value, attrs)  # type: ignore[no-any-return]


class _Known:
    """A form's field for a key: any that can be asked for is good."""

    widget = AudienceSelect

    def valid_value(self, value: Any) -> bool:
        """As the ledger of rights sees it."""
        return keys.known(str(value))


class AudienceChoice(_Known, forms.ChoiceField):
    """In a block."""


class TypedAudienceChoice(_Known, forms.TypedChoiceField):
    """In a model's form."""


class AudienceField(models.CharField):  # type: ignore[type-arg]
    """A key chosen from the house's audiences. To migrations it is a plain field with the same choices as ever."""

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """The owner's tiers are no part of the schema."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def _check_choices(self) -> list[Any]:
        return []  # a check of the code does not read the database

    def validate(self, value: Any, model_instance: Any) -> None:
        """Any key that can be asked for: what was stored stays good. Raises `ValidationError`."""
        if keys.known(value or ""):
            return
        super().validate(value, model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        """A choice that keeps what is stored."""
        kwargs.setdefault("choices_form_class", TypedAudienceChoice)
        return super().formfield(**kwargs)


class AudienceBlock(blocks.ChoiceBlock):  # type: ignore[misc]
    """The same in a block; to migrations a plain choice. The stored key is taken as it stands, without a list."""

    def get_field(self, **kwargs: Any) -> forms.Field:
        """A choice that keeps what is stored."""
        return AudienceChoice(**{**kwargs, "widget": AudienceSelect})

    def get_default(self) -> Any:
        """What the house gives, not what the code once thought."""
        return usual()

    def to_python(self, value: Any) -> Any:
        """The key."""
        return value

    def normalize(self, value: Any) -> Any:
        """The key."""
        return value

    def clean(self, value: Any) -> Any:
        """Raises `ValidationError` for what nobody can ask for."""
        return self.field.clean(value)
