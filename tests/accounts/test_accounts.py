"""Sign-up, sign-in, home, notices, mails, export, erasure."""

import json
import re

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from accounts import actions, mails, notices, queries
from accounts.models import Mail, Notice, User
from accounts.models.mail import MailState
from ground import facts
from membership.models import EntitlementGrant
from tests.factories.accounts import person
from tests.factories.membership import member

pytestmark = pytest.mark.django_db


def code_of(address: str) -> str:
    text = Mail.objects.filter(to=address).latest("pk").text
    return re.search(r"\b([A-Z0-9]{4}-[A-Z0-9]{4}|[A-Z0-9]{6,8})\b", text).group(1)


def sign_up(client: Client, address: str = "new@example.com", language: str = "en", next_: str = "") -> None:
    form = {"name": "New Reader", "email": address, "password1": "a-long-pass-9431", "next": next_}
    answer = client.post(f"/{language}/account/signup/", form)
    assert answer.status_code == 302, answer.content.decode()[:2000]


def test_signing_up_asks_for_the_code_of_the_mail_and_brings_back(client: Client) -> None:
    sign_up(client, language="zh-hans", next_="/zh-hans/join/")
    assert not User.objects.get(email="new@example.com").emailaddress_set.filter(verified=True).exists()
    answer = client.post("/zh-hans/account/confirm-email/", {"code": code_of("new@example.com")})
    assert answer.status_code == 302 and answer["Location"] == "/zh-hans/join/"
    user = User.objects.get(email="new@example.com")
    assert (user.name, user.language) == ("New Reader", "zh-hans")
    assert client.get("/zh-hans/account/").status_code == 200


def test_a_wrong_code_signs_nobody_in(client: Client) -> None:
    sign_up(client)
    answer = client.post("/en/account/confirm-email/", {"code": "AAAA-BBBB"})
    assert answer.status_code == 200
    assert client.get("/en/account/").status_code == 302


def test_an_address_that_is_taken_is_not_told_to_a_stranger(client: Client) -> None:
    known = person()
    sign_up(client, known.email)
    assert User.objects.filter(email=known.email).count() == 1
    assert Mail.objects.filter(to=known.email).exists()


def test_signing_in_works_by_password_whatever_the_case_and_by_code(client: Client) -> None:
    known = person(email="Ning@Example.com")
    assert client.post("/en/account/login/", {"login": "NING@example.com", "password": "yaji-demo"}).status_code == 302
    client.logout()
    client.post("/en/account/login/code/", {"email": known.email})
    answer = client.post("/en/account/login/code/confirm/", {"code": code_of(known.email)})
    assert answer.status_code == 302 and client.get("/en/account/").status_code == 200


def test_the_account_pages_are_for_their_owner_alone(client: Client) -> None:
    for path in ("", "notices/", "details/", "data/", "data/export/"):
        answer = client.get(f"/en/account/{path}")
        assert answer.status_code == 302 and "/account/login/" in answer["Location"]
    client.force_login(person())
    assert "/account/reauthenticate/" in client.get("/en/account/data/export/")["Location"]
    assert client.post("/en/account/reauthenticate/", {"password": "yaji-demo"}).status_code == 302
    for path in ("", "notices/", "details/", "data/", "data/export/"):
        answer = client.get(f"/en/account/{path}")
        assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]


def test_the_home_asks_the_same_number_of_queries_whatever_there_is(client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/en/account/").status_code == 200
        return len(seen)

    account = member("patron")
    client.force_login(account)
    asked()
    bare = asked()
    for n in range(30):
        notices.notify(account=account, kind="billing.paid", context={"sum": "¥1"}, dedupe=str(n))
    assert asked() <= bare <= 34  # a panel asks a few; all apps together stay below this


def test_a_name_that_is_too_long_comes_back_with_what_was_typed(client: Client) -> None:
    client.force_login(person("Before"))
    answer = client.post("/en/account/details/", {"name": "x" * 61, "language": "en"})
    assert answer.status_code == 200 and "x" * 61 in answer.content.decode()
    assert User.objects.get(name="Before")


def test_only_a_page_that_asks_whether_one_is_seen_changes_it(client: Client) -> None:
    account = person("Ning", language="en")
    client.force_login(account)
    sent = {"name": "Ning", "language": "en"}

    def seen_after(fields: dict[str, str]) -> bool:
        assert client.post("/en/account/details/", fields).status_code == 302
        return User.objects.values_list("shows_presence", flat=True).get(pk=account.pk)

    page = client.get("/en/account/details/").content.decode()
    marks = dict(re.findall(r'<input type="hidden" name="(presence_asked)" value="(\w+)"', page))
    assert seen_after(sent), "a page from before the question"
    assert not seen_after({**sent, **marks}), "the box is there and not ticked"
    assert not seen_after(sent)
    assert seen_after({**sent, **marks, "shows_presence": "on"})


def test_whoever_leaves_presence_out_leaves_it_as_it_is() -> None:
    hidden = person(shows_presence=False)
    actions.change_details(account=hidden, name="Ning", language="en")
    assert User.objects.filter(pk=hidden.pk, name="Ning", shows_presence=False).exists()


def test_a_notice_is_told_once_per_occasion_in_the_account_and_by_mail() -> None:
    account = person(language="zh-hans")
    context = {"sum": "¥48", "plan_zh": "同席", "plan_en": "Companion"}
    assert notices.notify(account=account, kind="billing.paid", context=context, dedupe="in_1")
    assert notices.notify(account=account, kind="billing.paid", context=context, dedupe="in_1") is None
    assert Notice.objects.count() == 1 and Mail.objects.count() == 1
    letter = Mail.objects.get()
    assert "同席" in letter.text and "¥48" in letter.subject and "<html" in letter.html
    with pytest.raises(notices.UnknownNotice):
        notices.notify(account=account, kind="nobody.knows")


def test_reading_the_notices_marks_them_read_and_an_empty_page_says_so(client: Client) -> None:
    account = person()
    client.force_login(account)
    assert "Nothing yet" in client.get("/en/account/notices/").content.decode()
    notices.notify(account=account, kind="billing.paid", context={"sum": "¥7", "plan_en": "Friend"}, dedupe="1")
    assert "¥7" in client.get("/en/account/notices/").content.decode()
    assert not Notice.objects.filter(read_at=None).exists()


def test_a_mail_leaves_once_with_a_text_part_and_its_secret_is_wiped() -> None:
    mails.queue(to="a@example.com", subject="Code", text="ABCD", html="<p>ABCD</p>", secret=True)
    assert mails.send_due() == 1 and mails.send_due() == 0
    sent = outbox.outbox[0]
    assert sent.body == "ABCD" and sent.alternatives[0][0] == "<p>ABCD</p>"
    row = Mail.objects.get()
    assert row.state == MailState.SENT and row.text == "" and row.html == ""
    assert (
        str(row.message_id) in sent.extra_headers["Message-ID"]
        or row.message_id.hex in sent.extra_headers["Message-ID"]
    )


def test_a_mail_server_that_is_away_costs_time_and_no_mail(settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,
    )
    mails.queue(to="a@example.com", subject="S", text="T")
    assert mails.send_due() == 0
    row = Mail.objects.get()
    assert row.state == MailState.QUEUED and row.attempts == 1 and row.due_at > timezone.now() and row.error
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Mail.objects.update(due_at=timezone.now())
    assert mails.send_due() == 1


def test_a_worker_killed_while_sending_leaves_the_mail_for_the_next_one() -> None:
    mails.queue(to="a@example.com", subject="S", text="T")
    Mail.objects.update(state=MailState.SENDING, due_at=timezone.now() - mails.STUCK_AFTER)
    assert mails.send_due() == 1


def test_the_export_holds_every_section_and_nobody_elses(client: Client) -> None:
    account, other = member("companion"), member("patron")
    client.force_login(account)
    client.post("/en/account/reauthenticate/", {"password": "yaji-demo"})
    answer = client.get("/en/account/data/export/")
    taken = json.loads(answer.content)
    assert taken["sections"]["account"][0]["email"] == account.email
    assert [g["right"] for g in taken["sections"]["membership"]] == ["tier:companion"]
    assert other.email not in answer.content.decode()
    assert set(taken["sections"]) == set(queries.export(account)["sections"])


def test_erasing_needs_the_own_address_and_then_empties_everything(client: Client) -> None:
    account = member("companion")
    address, name = account.email, account.name
    client.force_login(account)
    client.post("/en/account/reauthenticate/", {"password": "yaji-demo"})
    answer = client.post("/en/account/data/erase/", {"email": "somebody@example.com"})
    assert answer.status_code == 422 and User.objects.filter(email=address).exists()
    answer = client.post("/en/account/data/erase/", {"email": address})
    assert answer.status_code == 302
    row = User.objects.get(pk=account.pk)
    assert not row.is_active and row.name == "" and address not in row.email and row.erased_at
    assert not EntitlementGrant.objects.filter(account=row).exists()
    assert client.get("/en/account/").status_code == 302
    assert not Mail.objects.filter(to=address).exists() and not User.objects.filter(name=name).exists()


def test_a_change_of_rights_is_told_after_commit(django_capture_on_commit_callbacks) -> None:
    account, heard = person(), []

    def hear(sender: object, account_id: int, epoch: int, **kwargs: object) -> None:
        heard.append((account_id, epoch))

    facts.rights_changed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            actions.bump_auth_epoch(account_id=account.pk)
            assert heard == []
    finally:
        facts.rights_changed.disconnect(hear)
    assert heard == [(account.pk, 1)]


def test_the_demo_people_are_refused_where_real_people_are(settings) -> None:
    from dataclasses import replace

    from accounts import demo

    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, env="production")
    with pytest.raises(demo.NotHere):
        demo.seed(lambda text: None)
    assert not User.objects.filter(email="admin@example.com").exists()
