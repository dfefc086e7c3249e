"""Sign-ins and devices: noted in words, ended one by one or together, told of when new."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts import devices
from accounts.models import Mail, Notice, SignIn
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
DESK = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


def come_in(user, agent: str = DESK, address: str = "203.0.113.77", client: Client | None = None) -> Client:
    client = client or Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert client.post("/en/account/login/", {"login": user.email, "password": "yaji-demo"}).status_code == 302
    return client


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (DESK, ("Chrome", "Linux")),
        (PHONE, ("Safari", "iPhone")),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", ("Firefox", "Windows")),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0", ("WeChat", "Android")),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130 Safari/537.36 Edg/130.0", ("Edge", "Windows")),
        ("", ("", "")),
    ],
)  # fmt: skip
def test_a_device_is_told_in_words(agent: str, said: tuple[str, str]) -> None:
    assert devices.words(agent) == said


@pytest.mark.parametrize(
    ("address", "kept"),
    [("203.0.113.77", "203.0.113.x"), ("2001:db8:1:2::9", "2001:0db8:0001:…"), (None, ""), ("nonsense", "")],
)
def test_only_the_first_part_of_an_address_is_kept(address: str | None, kept: str) -> None:
    assert devices.network_of(address) == kept


def test_the_page_tells_every_device_and_signs_one_out_at_once() -> None:
    user = person()
    desk, phone = come_in(user), come_in(user, PHONE)
    page = desk.get("/en/account/ways/").content.decode()
    assert "Chrome on Linux" in page and "Safari on iPhone" in page and "203.0.113.x" in page and ".77" not in page
    other = SignIn.objects.get(system="iPhone")
    desk.post("/en/account/ways/out/", {"device": other.pk})
    assert phone.get("/en/account/").status_code == 302
    assert desk.get("/en/account/").status_code == 200
    assert "iPhone" not in desk.get("/en/account/ways/").content.decode()


def test_everywhere_else_can_be_signed_out_together() -> None:
    user = person()
    here, others = come_in(user), [come_in(user, PHONE), come_in(user)]
    here.post("/en/account/ways/out/", {"device": "others"})
    assert here.get("/en/account/").status_code == 200
    assert all(other.get("/en/account/").status_code == 302 for other in others)


def test_nobody_signs_out_anybody_elses_device() -> None:
    mine, theirs = come_in(person()), come_in(person())
    row = SignIn.objects.latest("pk")
    mine.post("/en/account/ways/out/", {"device": row.pk})
    mine.post("/en/account/ways/out/", {"device": "-1 OR 1"})
    assert theirs.get("/en/account/").status_code == 200


def test_a_new_device_is_told_by_letter_the_first_and_a_known_one_are_not() -> None:
    user = person()
    first = come_in(user)
    assert not Notice.objects.filter(account=user, kind="accounts.new_device").exists()
    first.logout()
    come_in(user, client=first)
    come_in(user)  # the same browser, system and network without its cookie
    assert not Notice.objects.filter(account=user, kind="accounts.new_device").exists()
    come_in(user, PHONE, "198.51.100.4")
    notice = Notice.objects.get(account=user, kind="accounts.new_device")
    letter = Mail.objects.filter(to=user.email).latest("pk")
    assert "iPhone" in letter.text and "198.51.100.x" in letter.text and "/account/ways/" in letter.text
    assert notice.context["system"] == "iPhone"
    assert "iPhone" in first.get("/en/account/notices/").content.decode()


def test_a_new_password_signs_every_other_device_out() -> None:
    user = person()
    here, there = come_in(user), come_in(user, PHONE)
    form = {"oldpassword": "yaji-demo", "password1": "another-pass-7731", "password2": "another-pass-7731"}
    assert here.post("/en/account/password/change/", form).status_code == 302
    assert here.get("/en/account/").status_code == 200
    assert there.get("/en/account/").status_code == 302
    assert [d.system for d in devices.of(user)] == ["Linux"]


def test_signing_out_takes_the_device_off_the_list_and_looking_costs_no_write_each_time(
    django_assert_num_queries,
) -> None:
    user = person()
    client = come_in(user)
    client.get("/en/account/ways/")
    SignIn.objects.update(seen_at=timezone.now() - 3 * devices.NOTED_EVERY)
    client.get("/en/account/details/")
    assert SignIn.objects.get().seen_at < timezone.now() - devices.NOTED_EVERY, "noted lately, so not again"
    client.post("/en/account/logout/")
    assert SignIn.objects.get().ended_at and devices.of(user) == []


def test_old_sign_ins_are_forgotten() -> None:
    come_in(person())
    SignIn.objects.update(seen_at=timezone.now() - devices.FORGOTTEN_AFTER * 2)
    assert devices.sweep(timezone.now()) == 1
