"""Bringing members in: each line judged without a write, then done in a transaction of its own. Never a letter.

An account that is there keeps what it has: an import adds, it takes nothing away and renames nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from ground import clock, facts
from membership.actions import give_comp
from membership.models import Comp, Tier
from membership.people import sheet
from membership.people.actions.marking import add_note, put_tag
from membership.people.enums import Verdict
from membership.people.models import JobLine, MemberTag, Note

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Terms:
    """What staff chose for the whole import: the tier for complimentary seats whose own is not ours, their end, and the
    language of accounts that name none."""

    tier: str = ""
    until: str = ""
    language: str = "zh-hans"
    actor: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """What is there already, for the addresses of one chunk."""

    accounts: Mapping[str, User]
    tags: Mapping[int, set[str]]
    notes: Mapping[int, set[str]]
    comps: Mapping[int, set[str]]
    tiers: Mapping[str, str]


def judge_all(rows: Sequence[sheet.Row], terms: Terms) -> list[tuple[Verdict, str, User | None]]:
    """What each row would do; a handful of queries for every thousand. Writes nothing."""
    doubles, judged = sheet.doubles(rows), []
    for begin in range(0, len(rows), CHUNK):
        part = rows[begin : begin + CHUNK]
        house = look(part)
        for place, row in enumerate(part, start=begin):
            judged.append(judge(row, house, terms, doubles.get(place)))
    return judged


def look(rows: Sequence[sheet.Row]) -> House:
    """Read what is there: five queries."""
    found = {u.email.lower(): u for u in User.objects.filter(email__in=[r.email for r in rows])}
    ids = [u.pk for u in found.values()]
    tags: dict[int, set[str]] = {}
    for account_id, name in MemberTag.objects.filter(account__in=ids).values_list("account_id", "tag__name"):
        tags.setdefault(account_id, set()).add(name.lower())
    notes: dict[int, set[str]] = {}
    for account_id, text in Note.objects.filter(account__in=ids).values_list("account_id", "text"):
        notes.setdefault(account_id, set()).add(text)
    comps: dict[int, set[str]] = {}
    for account_id, tier in Comp.objects.filter(account__in=ids, closed_at=None).values_list("account_id", "tier__key"):
        comps.setdefault(account_id, set()).add(tier)
    return House(found, tags, notes, comps, _tiers())


def judge(row: sheet.Row, house: House, terms: Terms, double: int | None = None) -> tuple[Verdict, str, User | None]:
    """Pure over what was read: verdict, sentence, account."""
    account = house.accounts.get(row.email)
    refused = _refusal(row, house, terms, double, account)
    if refused:
        return Verdict.REFUSED, refused, account
    if row.gone:
        return Verdict.NOTHING, _("Deleted there."), account
    doing = _doing(row, house, terms, account)
    if account is None:
        return Verdict.CREATE, "; ".join(doing), None
    return (Verdict.CHANGE if doing else Verdict.NOTHING), "; ".join(doing), account


def _refusal(row: sheet.Row, house: House, terms: Terms, double: int | None, account: User | None) -> str:
    if not sheet.is_address(row.email):
        return _("“%(text)s” is no e-mail address.") % {"text": row.email[:80]}
    if double is not None:
        return _("Stands in line %(n)s already.") % {"n": double + 2}
    if account is not None and not account.is_active:
        return _("This account is closed.")
    if row.language and row.language not in dict(settings.LANGUAGES):
        return _("No such language: %(text)s.") % {"text": row.language[:20]}
    if row.complimentary and not _tier(row, house, terms):
        return _("No such tier: %(text)s. Choose one for the whole import.") % {"text": row.tier[:40] or "—"}
    if row.complimentary and _until(row, terms) is None:
        return _("A complimentary seat needs an end that is still to come.")
    return ""


def _doing(row: sheet.Row, house: House, terms: Terms, account: User | None) -> list[str]:
    pk = account.pk if account else 0
    new_tags = [t for t in row.tags if t.lower() not in house.tags.get(pk, set())]
    doing = [_("tags: %(tags)s") % {"tags": ", ".join(new_tags)}] if new_tags else []
    if row.note and row.note[:4000] not in house.notes.get(pk, set()):
        doing.append(_("a note"))
    if account is not None and row.name and not account.name:
        doing.append(_("a name"))
    tier = _tier(row, house, terms) if row.complimentary else ""
    if tier and tier not in house.comps.get(pk, set()):
        doing.append(_("a complimentary seat: %(tier)s") % {"tier": tier})
    if account is None and row.letters:
        doing.append(_("asks for letters"))
    if account is None and row.customer:
        doing.append(_("pays elsewhere as %(customer)s; not brought along") % {"customer": row.customer[:60]})
    return doing


@transaction.atomic
def bring(line: JobLine, terms: Terms) -> User | None:
    """Do one line, judged once more as things stand now; the same line again changes nothing. Answers the account."""
    row = sheet.Row(**{**line.data, "tags": tuple(line.data.get("tags", ()))})
    house = look([row])
    verdict, line.says, account = judge(row, house, terms)
    line.verdict = verdict
    if verdict not in (Verdict.CREATE, Verdict.CHANGE):
        return account
    account = account or _create(row, terms)
    if row.name and not account.name:
        account.name = row.name
        account.save(update_fields=["name"])
    for tag in row.tags:
        put_tag(account=account, name=tag, actor=terms.actor)
    add_note(account=account, text=row.note, author=None)
    tier, until = (_tier(row, house, terms), _until(row, terms)) if row.complimentary else ("", None)
    if tier and until and tier not in house.comps.get(account.pk, set()):
        give_comp(account=account, tier_key=tier, ends=until, reason="import", actor=terms.actor)
    return account


def _create(row: sheet.Row, terms: Terms) -> User:
    """An account without a password, its address not confirmed: the first letter that its owner asks for does that."""
    since = sheet.moment(row.since)
    account = User.objects.create_user(
        row.email, None, name=row.name, language=row.language or terms.language,
        created_at=_aware(since) if since else timezone.now(),
    )  # fmt: skip
    EmailAddress.objects.create(user=account, email=account.email, verified=False, primary=True)
    if row.letters:
        pk = account.pk
        transaction.on_commit(lambda: facts.letters_asked_for.send(sender=User, account_id=pk, how="import"))
    return account


def _aware(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(aware, timezone.now())


def _tiers() -> dict[str, str]:
    """Every name that a tier goes by -> its key."""
    names: dict[str, str] = {}
    for tier in Tier.objects.filter(archived=False):
        names |= {n.lower(): tier.key for n in (tier.key, tier.name_zh, tier.name_en)}
    return names


def _tier(row: sheet.Row, house: House, terms: Terms) -> str:
    return house.tiers.get(row.tier.lower(), "") or terms.tier


def _until(row: sheet.Row, terms: Terms) -> datetime | None:
    """The last moment of the day in the house's time; None when there is none or it has passed."""
    day = sheet.moment(row.until or terms.until)
    if day is None:
        return None
    ends = timezone.make_aware(datetime.combine(day.date() + timedelta(days=1), time.min))
    return ends if ends > clock.now() else None


def terms_of(chosen: Mapping[str, Any], actor: str) -> Terms:
    """Terms as a job keeps them."""
    return Terms(chosen.get("tier", ""), chosen.get("until", ""), chosen.get("language", "zh-hans"), actor)
