"""What the provider tells of letters: bounces and complaints hold letters back, forged words do not."""

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.test import Client

from editorial.letters import queries
from editorial.letters.actions import suppressing
from editorial.letters.enums import How, Trouble
from editorial.letters.models import Campaign, Delivery, LetterChoice, Newsletter, Suppression
from tests.factories.accounts import person
from tests.letters.backends import Post
from tests.letters.conftest import compose, go, make_newsletter, readers, wants

pytestmark = pytest.mark.django_db

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailgun(settings: Any) -> Any:
    """The provider's side of the webhook: signs as Mailgun does."""
    settings.MAIL_PROVIDER = "mailgun"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "hook:very-secret", "MAILGUN_WEBHOOK_SIGNING_KEY": "signing-key"}

    def tell(event: str, to: str, *, key: str = "signing-key", secret: str = "hook:very-secret", **more: Any) -> int:
        import base64

        stamp, token = str(int(time.time())), "t" * 50
        signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
        data = {"event": event, "recipient": to, "timestamp": time.time(), "id": "e1", **more}
        body = {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": data}
        auth = "Basic " + base64.b64encode(secret.encode()).decode()
        answer = Client(enforce_csrf_checks=True).post(
            "/mail/hooks/mailgun/", json.dumps(body), content_type="application/json", HTTP_AUTHORIZATION=auth
        )
        return answer.status_code

    return tell


def test_a_bounce_told_by_the_provider_holds_letters_back(
    campaign: Campaign, newsletter: Newsletter, mailgun: Any
) -> None:
    account = readers(newsletter, 1)[0]
    go(campaign)
    delivery = Delivery.objects.get()
    named = {"user-variables": {"delivery": str(delivery.pk)}, "severity": "permanent", "reason": "bounce"}
    assert mailgun("failed", account.email.upper(), **named) == 200
    assert mailgun("failed", account.email, **named) == 200
    delivery.refresh_from_db()
    assert delivery.bounced_at and Suppression.objects.get().source == "Mailgun"
    assert queries.aftermath(campaign)["bounced"] == 1
    again = go(compose(newsletter, slug="next"))
    assert len(Post.taken) == 1 and again.candidates == 1 and queries.balance(again).excluded == 1
    assert account.email not in str(Suppression.objects.values())


def test_a_delay_holds_nothing_back(newsletter: Newsletter, mailgun: Any) -> None:
    assert mailgun("failed", "slow@example.com", severity="temporary") == 200
    assert mailgun("delivered", "fine@example.com") == 200
    assert not Suppression.objects.exists()


def test_a_complaint_ends_every_newsletter_of_that_address(
    campaign: Campaign, newsletter: Newsletter, mailgun: Any
) -> None:
    account = readers(newsletter, 1)[0]
    wants(account, make_newsletter("other"))
    go(campaign)
    assert mailgun("failed", account.email, severity="permanent") == 200
    assert mailgun("complained", account.email) == 200
    assert Suppression.objects.get().trouble == Trouble.COMPLAINED
    assert set(LetterChoice.objects.values_list("wanted", "how")) == {(False, How.COMPLAINT)}
    assert queries.aftermath(campaign)["complained"] == 1


def test_a_webhook_without_the_right_secret_or_signature_is_refused(mailgun: Any, settings: Any) -> None:
    to = {"severity": "permanent"}
    assert mailgun("failed", "a@example.com", key="wrong", **to) == 400
    assert mailgun("failed", "a@example.com", secret="hook:wrong", **to) == 400
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": ""}
    assert mailgun("failed", "a@example.com", **to) == 403
    settings.ANYMAIL, settings.MAIL_PROVIDER = {"WEBHOOK_SECRET": "hook:very-secret"}, "postmark"
    assert mailgun("failed", "a@example.com", **to) == 403
    assert not Suppression.objects.exists()


def test_the_owner_of_an_address_may_ask_to_be_tried_again(client: Client, newsletter: Newsletter) -> None:
    account = person(language="en")
    suppressing.suppress(address=account.email, trouble=Trouble.BOUNCED, source="test")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert "came back" in client.get("/en/account/letters/").content.decode()
    client.post("/en/account/letters/", {"again": "1"})
    assert not Suppression.objects.exists()


# --- one's own data ----------------------------------------------------------------------------------------------------
