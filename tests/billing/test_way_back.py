"""Letters to those who left: where staff turned them on, after their days, once, and never to whoever refused."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox_of_mails
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import mails, refusing
from accounts.models import Mail, Notice, NoticeRefusal, User
from ground import clock
from membership.actions import Source, grant
from subscriptions.billing import demo, way_back
from subscriptions.billing.models import Deal, DealUse, Dispute, Invoice, PlanPrice, Subscription
from tests.billing.conftest import Till
from tests.factories.accounts import person
from tests.factories.membership import tiers

DAY = timedelta(days=1)


@pytest.fixture
def deal(db: None) -> Deal:
    """A way back that writes after thirty days."""
    tiers()
    demo.plans()
    found = Deal.objects.get(code="welcome-back")
    way_back.set_letters(deal=found, after_days=30)
    found.refresh_from_db()
    return found


def left(days: float, name: str = "Ning Yuan", **fields: Any) -> User:
    """Somebody whose seat ended so many days ago."""
    account, now = person(name, language="en"), clock.now()
    sat(account, ended_at=now - timedelta(days=days), **fields)
    return account


def sat(account: User, lookup_key: str = "companion-month", **fields: Any) -> Subscription:
    price, now = PlanPrice.objects.select_related("plan").get(lookup_key=lookup_key), clock.now()
    values = {
        "stripe_id": f"sub_{account.pk}_{Subscription.objects.count()}", "account": account, "plan": price.plan,
        "price": price, "status": "canceled", "started_at": now - 400 * DAY, "period_start": now - 60 * DAY,
        "period_end": now - 30 * DAY, "fetched_at": now,
    }  # fmt: skip
    return Subscription.objects.create(**{**values, **fields})


def letters_to(account: User) -> int:
    return Mail.objects.filter(to=account.email).count()


def test_off_until_staff_turn_it_on(deal: Deal) -> None:
    account = left(31)
    way_back.set_letters(deal=deal, after_days=None)
    assert way_back.write_to_left(clock.now()) == 0
    way_back.set_letters(deal=deal, after_days=30)
    assert way_back.write_to_left(clock.now()) == 1 and letters_to(account) == 1


def test_to_the_day_and_once(deal: Deal) -> None:
    now, account = clock.now(), left(29.9)
    assert way_back.write_to_left(now) == 0
    assert way_back.write_to_left(now + DAY) == 1
    assert way_back.write_to_left(now + DAY) == way_back.write_to_left(now + 5 * DAY) == 0
    assert letters_to(account) == 1 and way_back.written([deal]) == {"welcome-back": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(account=account, kind=way_back.KIND, dedupe="welcome-back", created_at=now)


def test_turning_it_on_does_not_wake_those_who_left_long_ago(deal: Deal) -> None:
    left(30 + 14 + 1)
    assert way_back.write_to_left(clock.now()) == 0


def sits_again(account: User) -> None:
    sat(account, status="active", ended_at=None)


def has_a_gift(account: User) -> None:
    grant(account=account, key="tier:friend", source=Source("gift", "7"), actor="test", ends=clock.now() + DAY)


def refuses(account: User) -> None:
    refusing.refuse(account=account, kind=way_back.KIND)


def took_it(account: User) -> None:
    DealUse.objects.create(deal=Deal.objects.get(code="welcome-back"), account=account, at=clock.now())


def is_gone(account: User) -> None:
    User.objects.filter(pk=account.pk).update(is_active=False)


def left_again_yesterday(account: User) -> None:
    sat(account, ended_at=clock.now() - DAY)


def asked_the_bank(account: User) -> None:
    now = clock.now()
    shared = {"account": account, "currency": "CNY", "created_at": now, "fetched_at": now}
    paid = Invoice.objects.create(stripe_id="in_1", status="paid", total=100, **shared)
    Dispute.objects.create(stripe_id="dp_1", invoice=paid, amount=100, status="lost", **shared)


@pytest.mark.parametrize(
    "happens", [sits_again, has_a_gift, refuses, took_it, is_gone, left_again_yesterday, asked_the_bank]
)
def test_nobody_is_written_to_who(deal: Deal, happens: Any) -> None:
    account, other = left(31), left(31, "Qi")
    happens(account)
    assert way_back.write_to_left(clock.now()) == 1
    assert letters_to(account) == 0 and letters_to(other) == 1


def test_a_box_is_no_seat(deal: Deal) -> None:
    sat(person("Box only"), "box-monthly", ended_at=clock.now() - 31 * DAY)
    assert way_back.write_to_left(clock.now()) == 0


@pytest.mark.parametrize("change", [{"archived": True}, {"ends_at": "2000-01-01T00:00Z"}, {"most": 0}])
def test_a_deal_that_is_over_writes_to_nobody(deal: Deal, change: dict[str, Any]) -> None:
    left(31)
    if change == {"most": 0}:
        change = {"most": 1}
        DealUse.objects.create(deal=deal, account=person("First"), at=clock.now())
    Deal.objects.filter(pk=deal.pk).update(**change)
    assert way_back.write_to_left(clock.now()) == 0


def test_killed_between_notice_and_letter_neither_is_there_and_the_next_sweep_writes(
    deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = left(31)

    def die(**words: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(mails, "queue", die)
        with pytest.raises(KeyboardInterrupt):
            way_back.write_to_left(clock.now())
    assert not Notice.objects.filter(account=account).exists() and letters_to(account) == 0
    assert way_back.write_to_left(clock.now()) == 1 and letters_to(account) == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_letter_has_the_way_back_and_the_way_out_in_both_forms_and_languages(deal: Deal, language: str) -> None:
    account = left(31)
    User.objects.filter(pk=account.pk).update(language=language)
    way_back.write_to_left(clock.now())
    mails.send_due()
    sent = outbox_of_mails.outbox[-1]
    html = sent.alternatives[0][0]
    for text in (sent.body, html):
        assert f"/{language}/billing/offers/welcome-back/" in text
        assert ("回来坐坐" if language != "en" else "Back at the table") in text
        assert f"/{language}/account/letters/stop/" in text
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (
        sent.extra_headers["List-Unsubscribe"] == f"<{refusing.link(User.objects.get(pk=account.pk), way_back.KIND)}>"
    )
    assert account.email not in sent.extra_headers["List-Unsubscribe"]


def stop_path(account: User) -> str:
    return re.sub(r"^https?://[^/]+", "", refusing.link(account, way_back.KIND))


def test_the_link_stops_them_by_a_press_and_by_the_mail_program_but_never_by_looking(deal: Deal) -> None:
    account, client = person("Left", language="en"), Client(enforce_csrf_checks=True)
    path = stop_path(account)
    assert b"No more of" in client.get(path).content and not NoticeRefusal.objects.exists()
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert NoticeRefusal.objects.get().account == account
    assert b"They come no more" in client.get(path).content
    client.post(path, {"back": "1"})
    assert not NoticeRefusal.objects.exists()
    assert b"Nothing comes by this link" in client.post(path[:-6] + "xxxx~/").content


def test_what_one_has_to_know_cannot_be_refused(deal: Deal) -> None:
    account = person("Left")
    with pytest.raises(LookupError):
        refusing.refuse(account=account, kind="billing.paid")
    client = Client()
    client.force_login(account)
    shown = client.get("/en/account/details/").content.decode()
    assert "billing.way_back" in shown and "billing.paid" not in shown
    client.post("/en/account/details/letters/", {"wanted": ["billing.paid"]})
    assert not NoticeRefusal.objects.exists()
    client.post("/en/account/details/letters/", {})
    refused = set(NoticeRefusal.objects.values_list("kind", flat=True))
    assert way_back.KIND in refused and not any(kind in refused for kind in ("billing.paid", "billing.renewal"))
    client.post("/en/account/details/letters/", {"wanted": [kind.key for kind in refusing.kinds()]})
    assert not NoticeRefusal.objects.exists()


def test_staff_turn_it_on_in_the_form_and_on_the_list(deal: Deal) -> None:
    client = Client()
    client.force_login(person("Owner", is_staff=True, is_superuser=True))
    path = f"/cms/billing/deals/{deal.pk}/letters/"
    client.post(path, {"after_days": ""})
    deal.refresh_from_db()
    assert deal.after_days is None
    for wrong in ("0", "-3", "many"):
        client.post(path, {"after_days": wrong})
    client.post(f"/cms/billing/deals/{Deal.objects.get(code='first-frost').pk}/letters/", {"after_days": "9"})
    assert not Deal.objects.filter(after_days__isnull=False).exists()
    client.post(path, {"after_days": "45"})
    deal.refresh_from_db()
    assert deal.after_days == 45 and b'value="45"' in client.get("/cms/billing/deals/").content
    form = {"code": "home", "name_zh": "回", "name_en": "Home", "kind": "trial", "trial_days": "9", "lasts": "once"}
    assert client.post("/cms/billing/deals/", {**form, "purpose": "link", "after_days": "3"}).status_code == 422
    client.post("/cms/billing/deals/", {**form, "purpose": "return", "after_days": "3"})
    assert Deal.objects.get(code="home").after_days == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        Deal.objects.filter(code="first-frost").update(after_days=3)


@pytest.mark.sandbox
@pytest.mark.django_db(transaction=True)
def test_somebody_who_really_left_is_written_to_by_the_sweep_and_comes_back_for_less(till: Till, reader: User) -> None:
    deal = Deal.objects.get(code="welcome-back")
    way_back.set_letters(deal=deal, after_days=10)
    row, client = till.join(reader), Client()
    client.force_login(reader)
    client.post(f"/en/billing/subscriptions/{row.stripe_id}/leave/", {"reason": "other", "sure": "1"})
    till.deliver()
    till.advance(until="next_renewal")
    row.refresh_from_db()
    assert row.status == "canceled"
    assert way_back.write_to_left(clock.now()) == 0
    moment: datetime = row.ended_at + 10 * DAY  # type: ignore[operator]
    assert way_back.write_to_left(moment) == 1
    text = Mail.objects.filter(to=reader.email).latest("pk").text
    assert "/billing/offers/welcome-back/" in text
    answer = client.post("/en/billing/checkout/companion-month/", {"deal": "welcome-back"})
    till.pay(answer["Location"])
    till.deliver()
    assert DealUse.objects.get().deal == deal
    assert Subscription.objects.live().get(account=reader).percent_off == 40 or reader.invoices.filter(total=2880)
