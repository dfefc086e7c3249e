"""One mail to one reader: bodies, and the headers that mail programs and their servers go by."""

from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import override

from accounts.models import User
from editorial.letters import tokens
from editorial.letters.composing import Composed
from editorial.letters.models import Campaign, Delivery, LetterChoice


@dataclass(frozen=True, slots=True)
class Links:
    """A reader's own links, whole."""

    leave: str
    choices: str


def links(choice: LetterChoice | None, campaign: Campaign, language: str) -> Links:
    """Where this reader leaves the newsletter, and chooses; without a choice (a test mail) both lead to the account."""
    with override(language):
        choices = f"{settings.PUBLIC_URL}{reverse('letter_choices')}"
        if choice is None:
            return Links(choices, choices)
        leave = reverse("letters:leave", args=[tokens.make(choice.token, campaign.pk)])
        return Links(f"{settings.PUBLIC_URL}{leave}", choices)


def build(*, delivery: Delivery, account: User, choice: LetterChoice, campaign: Campaign, body: Composed) -> EmailMultiAlternatives:  # fmt: skip
    """The mail. Its Message-ID is the delivery's own, so that a mail that is sent again is dropped as a double."""
    own = links(choice, campaign, delivery.language)
    filled = body.addressed(own.leave, own.choices)
    to = formataddr((" ".join(account.name.split()), account.email))
    message = EmailMultiAlternatives(filled.subject, filled.text, to=[to])
    message.attach_alternative(filled.html, "text/html")
    message.extra_headers |= headers(campaign, delivery.language, own.leave)
    message.extra_headers["Message-ID"] = f"<{_ident(delivery)}@{_host()}>"
    message.metadata = {"delivery": str(delivery.pk)}  # type: ignore[attr-defined]  # comes back in anymail's webhooks
    return message


def headers(campaign: Campaign, language: str, leave: str) -> dict[str, str]:
    """What a letter carries beside From, To and Subject. One click of the mail program's button unsubscribes (RFC 8058).

    `Precedence` keeps holiday notices away; `Auto-Submitted` would be wrong: people wrote it.
    """
    with override(language):
        name = str(campaign.newsletter.name)
    return {
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": formataddr((name, f"{campaign.newsletter.key}.letters.{_host()}")),
        "Precedence": "bulk",
        "Content-Language": language,
    }


def _ident(delivery: Delivery) -> str:
    return "letter." + salted_hmac("editorial.letters.message", str(delivery.pk)).hexdigest()[:32]


def _host() -> str:
    """The sender's domain; where there is none, the site's."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return domain or urlsplit(settings.PUBLIC_URL).hostname or "localhost"
