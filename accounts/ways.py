"""Reads on the ways in: what opens an account."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Ways:
    """What opens this account. `houses` is None where no other house is set up."""

    email: str
    confirmed: bool
    password: bool
    passkeys: int
    app: bool
    codes: int
    houses: int | None

    @property
    def guarded(self) -> bool:
        """True with a second lock."""
        return self.app or self.passkeys > 0


def of(account: User) -> Ways:
    """Three queries."""
    keys = list(Authenticator.objects.filter(user=account))
    kinds = [key.type for key in keys]
    recovery = next((key for key in keys if key.type == Authenticator.Type.RECOVERY_CODES), None)
    offered = bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"])
    return Ways(
        email=account.email,
        confirmed=EmailAddress.objects.filter(user=account, email__iexact=account.email, verified=True).exists(),
        password=account.has_usable_password(),
        passkeys=kinds.count(Authenticator.Type.WEBAUTHN),
        app=Authenticator.Type.TOTP in kinds,
        codes=len(recovery.wrap().get_unused_codes()) if recovery else 0,
        houses=SocialAccount.objects.filter(user=account).count() if offered else None,
    )
