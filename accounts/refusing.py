"""Refusing letters that nobody needs: in the account, and by the link at their foot.

A link carries whose and which, signed. It never expires, because the link in an old letter has to work, and it can do
one thing only: stop or bring back letters of that kind.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import NoticeRefusal, User
from ground import registry
from ground.registry import NoticeKind

_signer = Signer(salt="accounts.notices.refuse")


def kinds() -> list[NoticeKind]:
    """Kinds that can be refused, in their order."""
    return [kind for kind in registry.notice_kinds if kind.refusable]


def refused(account: User, kind: str) -> bool:
    """Whether this account wants none of these."""
    return NoticeRefusal.objects.filter(account=account, kind=kind).exists()


def refused_of(account: User) -> set[str]:
    """Every kind that this account refused. One query."""
    return set(NoticeRefusal.objects.filter(account=account).values_list("kind", flat=True))


def refuse(*, account: User, kind: str) -> None:
    """No more of these. Again changes nothing. Raises `LookupError` for a kind that cannot be refused."""
    _known(kind)
    NoticeRefusal.objects.get_or_create(account=account, kind=kind, defaults={"at": timezone.now()})


def accept(*, account: User, kind: str) -> None:
    """These may come. Raises `LookupError` as above."""
    _known(kind)
    NoticeRefusal.objects.filter(account=account, kind=kind).delete()


def link(account: User, kind: str) -> str:
    """The whole address that stops these letters, in the account's language."""
    token = _signer.sign(f"{account.public_id.hex}-{kind}").replace(":", "~")
    with override(account.language):
        return f"{settings.PUBLIC_URL}{reverse('accounts:stop', args=[token])}"


def read(token: str) -> tuple[User, NoticeKind] | None:
    """Whose letters of which kind; None for what we did not sign, and where the account or the kind has gone."""
    try:
        ident, _, key = _signer.unsign(token.replace("~", ":")).partition("-")
    except BadSignature:
        return None
    kind = registry.notice_kinds.get(key)
    account = User.objects.filter(public_id=ident, is_active=True).first()
    return (account, kind) if account and kind and kind.refusable else None


def _known(kind: str) -> None:
    found = registry.notice_kinds.get(kind)
    if found is None or not found.refusable:
        raise LookupError(kind)
