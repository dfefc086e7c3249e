"""As whom a letter can be looked at before it leaves."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from editorial.letters import composing
from editorial.letters.models import Campaign
from membership import crowd
from membership.keys import ACCOUNT

VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Eyes:
    """A kind of reader: what they may open."""

    key: str
    label: str
    rights: frozenset[str]


def eyes() -> list[Eyes]:
    """The web's visitor, somebody with an account alone, then each tier. Two queries."""
    found = [
        Eyes(VISITOR, _("A visitor of the web page"), frozenset()),
        Eyes(ACCOUNT, _("An account without a tier"), frozenset({ACCOUNT})),
    ]
    return found + [Eyes(tier.entitlement, str(tier.name), rights) for tier, rights in crowd.rights_of_tiers()]


def by_key(key: str) -> Eyes:
    """The kind of reader of this key; the visitor, who sees least, for any other."""
    known = eyes()
    return next((e for e in known if e.key == key), known[0])


def body(campaign: Campaign, language: str, as_whom: Eyes) -> composing.Composed:
    """The letter for this reader, with links that lead nowhere yet."""
    may = composing.holding(as_whom.rights)
    made = composing.compose(campaign, language, may, public=as_whom.key == VISITOR)
    return made.addressed("#", "#")
