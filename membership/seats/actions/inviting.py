"""Invitations by e-mail, and domains whose people come by themselves."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import mails
from accounts.models import User
from membership.seats.actions.sitting import NoSeat, locked, sit
from membership.seats.enums import PUBLIC_MAIL, Invited, Outcome
from membership.seats.models import DomainRule, Invitation, SeatBlock, SeatHolder

GOOD_FOR = timedelta(days=14)
MOST = 200  # lines at once


class NotAcceptable(Exception):
    """The invitation is not there, was used, was taken back or is too old; or the domain is not one's own."""


@dataclass(frozen=True, slots=True)
class Line:
    """One e-mail of many, and what became of it."""

    email: str
    outcome: Outcome


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(*, block: SeatBlock, emails: Sequence[str], actor: str) -> list[Line]:
    """Invite up to two hundred e-mails; one line of report for each, in their order. A waiting invitation keeps a seat."""
    block = locked(block)
    sits = SeatHolder.objects.filter(block=block, released_at=None)
    taken = sits.count() + _waiting(block).count()
    lines = []
    for email in list(dict.fromkeys(e.strip().lower() for e in emails if e.strip()))[:MOST]:
        outcome = _outcome(block, email, block.seats - taken)
        if outcome is Outcome.INVITED:
            _send(Invitation(block=block, email=email))
            taken += 1
        lines.append(Line(email, outcome))
    return lines


def _waiting(block: SeatBlock) -> QuerySet[Invitation]:
    return Invitation.objects.filter(block=block, state=Invited.WAITING, expires_at__gt=timezone.now())


def _outcome(block: SeatBlock, email: str, left: int) -> Outcome:
    try:
        validate_email(email)
    except ValidationError:
        return Outcome.BAD
    if SeatHolder.objects.filter(block=block, released_at=None, account__email__iexact=email).exists():
        return Outcome.SITS
    if _waiting(block).filter(email__iexact=email).exists():
        return Outcome.AGAIN
    Invitation.objects.filter(block=block, state=Invited.WAITING, email__iexact=email).update(state=Invited.REVOKED)
    return Outcome.INVITED if left > 0 else Outcome.FULL


def _send(invitation: Invitation) -> None:
    """A fresh token: what was sent before opens nothing any more."""
    token, now = secrets.token_urlsafe(32), timezone.now()
    invitation.token_hash, invitation.sent_at, invitation.expires_at = hashed(token), now, now + GOOD_FOR
    invitation.save()
    block, language = invitation.block, invitation.block.owner.language
    with override(language):
        path = reverse("seats:accept", args=[token])
    context = {"owner": block.owner.display_name, "tier_zh": block.tier.name_zh, "tier_en": block.tier.name_en,
               "path": path, "until": invitation.expires_at.isoformat()}  # fmt: skip
    mails.post(to=invitation.email, template="seats/mails/invitation", context=context, language=language)


@transaction.atomic
def resend(*, invitation: Invitation) -> bool:
    """Send it once more with a new link; answers whether it still waited."""
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("block__tier", "block__owner")
        .get(pk=invitation.pk)
    )
    if row.state != Invited.WAITING:
        return False
    _send(row)
    return True


def withdraw(*, invitation: Invitation) -> bool:
    """Take it back; answers whether it still waited."""
    rows = Invitation.objects.filter(pk=invitation.pk, state=Invited.WAITING)
    return bool(rows.update(state=Invited.REVOKED))


def find(token: str) -> Invitation | None:
    """A waiting, fresh invitation by its token."""
    rows = Invitation.objects.select_related("block__tier", "block__owner")
    return rows.filter(token_hash=hashed(token), state=Invited.WAITING, expires_at__gt=timezone.now()).first()


@transaction.atomic
def accept(*, token: str, account: User) -> SeatHolder:
    """Take the seat that the link offers; the link is used up. Raises `NotAcceptable` or `NoSeat`."""
    found = find(token)
    if found is None:
        raise NotAcceptable
    locked(found.block)
    used = Invitation.objects.filter(pk=found.pk, state=Invited.WAITING)
    if not used.update(state=Invited.ACCEPTED, accepted_by=account):
        raise NotAcceptable
    return sit(block=found.block, account=account, actor=f"invitation:{found.pk}")


def domains_of(account: User) -> frozenset[str]:
    """Domains at which somebody has a verified address."""
    rows = EmailAddress.objects.filter(user=account, verified=True).values_list("email", flat=True)
    return frozenset(email.rpartition("@")[2].lower() for email in rows)


def add_domain(*, block: SeatBlock, domain: str, actor: User) -> DomainRule:
    """Let a domain's people in. Raises `ValidationError` for public mail and for a domain that is not the owner's own."""
    name = domain.strip().lower().removeprefix("@")
    if name in PUBLIC_MAIL:
        raise ValidationError(
            _("Anybody can have an address at %(domain)s: invite people one by one.") % {"domain": name}
        )
    if name not in domains_of(actor):
        raise ValidationError(_("Verify an address of your own at %(domain)s first.") % {"domain": name})
    return DomainRule.objects.get_or_create(block=block, domain=name)[0]


def remove_domain(*, rule: DomainRule) -> None:
    """Nobody comes by it any more; who sits stays."""
    rule.delete()


def join_by_domain(*, block: SeatBlock, account: User) -> SeatHolder:
    """Take a seat by a verified address. Raises `NotAcceptable` or `NoSeat`."""
    if not DomainRule.objects.filter(block=block, domain__in=domains_of(account)).exists():
        raise NotAcceptable
    if block.seats == 0:
        raise NoSeat
    return sit(block=block, account=account, actor="domain")
