"""Seeing the house with a member's eyes: with a reason, told to the member, never over staff, never with money."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts import queries, visits
from accounts.models import StaffVisit, User
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db


def staff(*names: str) -> User:
    user = person("Helper Zhou")
    codes = ("access_admin", *names)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return User.objects.get(pk=user.pk)


def visiting(member: User) -> tuple[Client, User]:
    helper, client = staff("visit_members"), Client()
    client.force_login(helper)
    visit = visits.begin(staff=helper, account=member, reason="She cannot open the story")
    session = client.session
    session[visits.MARK] = visit.pk
    session.save()
    return client, helper


def test_a_visit_shows_the_members_account_with_a_strip_and_a_way_out() -> None:
    member = person("Lin")
    client, helper = visiting(member)
    for path in ("/en/account/", "/en/account/notices/", "/en/join/"):
        answer = client.get(path)
        text = answer.content.decode()
        assert answer.status_code == 200 and text.count("visit-banner") == 1 and answer["Cache-Control"] == "no-store"
        assert "Be myself again" in text
    assert "Lin" in client.get("/en/account/").content.decode()
    assert client.post("/en/account/visit/end/")["Location"] == f"/cms/members/{member.pk}/"
    assert "visit-banner" not in client.get("/en/account/").content.decode()
    assert helper.name in client.get("/en/account/").content.decode()
    assert StaffVisit.objects.get().ended_at


@pytest.mark.parametrize(
    "path",
    ["ways/", "data/", "data/export/", "email/", "password/change/", "2fa/", "2fa/webauthn/add/", "3rdparty/", "logout/", "reauthenticate/"],
)  # fmt: skip
def test_sign_in_settings_and_data_are_closed_while_visiting(path: str) -> None:
    client, _helper = visiting(person())
    assert client.get(f"/en/account/{path}").status_code == 403
    assert client.post(f"/en/account/{path}", {}).status_code == 403


def test_money_is_closed_and_nothing_is_written_in_a_members_name() -> None:
    client, _helper = visiting(person())
    assert client.get("/en/billing/portal/").status_code == 403
    assert client.post("/en/billing/checkout/companion-month/").status_code == 403
    assert client.post("/en/account/data/erase/", {"email": "x@example.com"}).status_code == 403


def test_every_address_of_the_site_that_writes_is_closed_unless_it_is_named() -> None:
    assert not visits.allows("community:room", "POST")
    assert not visits.allows("billing:checkout", "GET")
    assert visits.allows("accounts:details", "POST")
    assert visits.allows("community:room", "GET")
    assert not visits.allows("", "POST") and not visits.allows("account_email", "GET")


def test_the_admin_stays_the_staffs_own_while_visiting() -> None:
    client, _helper = visiting(person())
    answer = client.get("/cms/")
    assert answer.status_code == 200 and "visit-banner" not in answer.content.decode()


def test_a_visit_needs_permission_and_a_reason_and_is_never_to_staff_or_oneself() -> None:
    helper, member = staff("visit_members"), person()
    for who, whom, reason in (
        (staff(), member, "why"),
        (helper, staff(), "why"),
        (helper, helper, "why"),
        (helper, person(is_superuser=True), "why"),
        (helper, person(is_active=False), "why"),
        (helper, member, "   "),
    ):
        with pytest.raises(visits.NotAllowed):
            visits.begin(staff=who, account=whom, reason=reason)
    assert not StaffVisit.objects.exists()


def test_a_visit_ends_by_itself_when_its_hour_or_the_permission_is_over() -> None:
    member = person("Lin")
    client, helper = visiting(member)
    helper.user_permissions.remove(Permission.objects.get(codename="visit_members"))
    assert "visit-banner" not in client.get("/en/account/").content.decode()
    client, helper = visiting(member)
    StaffVisit.objects.update(ends=timezone.now())
    assert "visit-banner" not in client.get("/en/account/").content.decode()


def test_a_mark_in_somebody_elses_session_opens_nothing() -> None:
    member, other = person("Lin"), person("Other")
    visiting(member)
    thief = Client()
    thief.force_login(other)
    session = thief.session
    session[visits.MARK] = StaffVisit.objects.latest("pk").pk
    session.save()
    text = thief.get("/en/account/").content.decode()
    assert "visit-banner" not in text and "Other" in text


def test_the_member_reads_who_looked_in_and_why_on_the_page_and_in_the_export() -> None:
    member, client = person(), Client()
    visiting(member)
    client.force_login(member)
    page = client.get("/en/account/ways/").content.decode()
    assert "She cannot open the story" in page and "Helper Zhou" in page
    taken = queries.export(member)["sections"]["visits"]
    assert taken[0]["because"] == "She cannot open the story" and taken[0]["by"] == "Helper Zhou"
