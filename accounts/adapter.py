"""How allauth behaves in this house."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.utils import filter_users_by_email, get_next_redirect_url
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from accounts import links, mails
from accounts.models import User

# Letters with a code that lets somebody in; each has a link beside its code. A code for a changed address has none:
# that one is typed by somebody who is in already.
ENTERING = {"account/email/login_code", "account/email/email_confirmation_signup"}


class AccountAdapter(DefaultAccountAdapter):
    """Mails through our outbox; the account speaks the language of the page that it was made on."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue instead of sending inside the request; codes are wiped from the row once sent."""
        if template_prefix in ENTERING and context.get("code"):
            context = {**context, "link": self._link(email)}
        message = self.render_mail(template_prefix, email, context)
        html = next((str(a[0]) for a in getattr(message, "alternatives", []) if a[1] == "text/html"), "")
        mails.queue(to=email, subject=message.subject, text=str(message.body), html=html, secret=True)

    def _link(self, email: str) -> str:
        found = filter_users_by_email(email, is_active=True, prefer_verified=True)
        if not found:
            return ""
        onward = get_next_redirect_url(self.request) or ""
        token = links.make(account=found[0], email=email, onward=onward)
        return f"{settings.PUBLIC_URL}{reverse('accounts:link', args=[token])}"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Before something that matters we ask once more, unless somebody has come in just now."""
        records = get_authentication_records(self.request, self.request.user)
        newest = records[-1]["at"] if records else 0.0
        if time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Keep the name typed at sign-up and the page's language."""
        user.language = get_language() or "zh-hans"
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)


class OtherHouseAdapter(DefaultSocialAccountAdapter):
    """Signing in by another house's account (OIDC)."""

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """An account of ours is taken for the same person only when both houses have seen the address answer."""
        found = super().authenticate_by_email(sociallogin)
        if found and found[0].emailaddress_set.filter(email__iexact=found[1], verified=True).exists():
            return found
        return None

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Take the name over as the other house writes it, and the page's language."""
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name") or "", data.get("last_name") or "")
        user.name = (data.get("name") or " ".join(p for p in parts if p))[:60]
        user.language = get_language() or "zh-hans"
        return user


class SecondFactorAdapter(DefaultMFAAdapter):
    """Passkeys and codes of an app."""

    def get_totp_issuer(self) -> str:
        """The name that stands in the authenticator app."""
        return str(settings.SITE_NAME)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The house, as the passkey's dialog names it; the id is the host that people use."""
        return {**super().get_public_key_credential_rp_entity(), "name": str(settings.WAGTAIL_SITE_NAME)}

    def encrypt(self, text: str) -> str:
        """Secrets of apps and recovery codes lie signed and sealed in the database; SECRET_KEY opens them."""
        from accounts import sealing

        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The other way."""
        from accounts import sealing

        return sealing.unseal(encrypted_text)
