"""How allauth behaves in this house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts import mails
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Mails through our outbox; the account speaks the language of the page that it was made on."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue instead of sending inside the request; codes are wiped from the row once sent."""
        message = self.render_mail(template_prefix, email, context)
        html = next((str(a[0]) for a in getattr(message, "alternatives", []) if a[1] == "text/html"), "")
        mails.queue(to=email, subject=message.subject, text=str(message.body), html=html, secret=True)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Keep the name typed at sign-up and the page's language."""
        user.language = get_language() or "zh-hans"
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)
