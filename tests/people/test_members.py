"""The staff's list of members: filters, columns, kept filters, sheets out, one member's page."""

import csv
import io

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts import queries as account_queries
from accounts.actions import erase_account
from accounts.models import SignIn, User
from ground import registry
from membership.actions import Source, give_comp, grant
from membership.models import Comp, EntitlementGrant
from membership.people import actions, queries
from membership.people.models import MemberTag, Note, SavedFilter, Tag
from tests.factories.accounts import person
from tests.factories.membership import member, tiers

pytestmark = pytest.mark.django_db
CODES = ("access_admin", "see_members", "change_members", "change_comp", "visit_members")


def staff(*codes: str) -> User:
    user = person("Zhou Qi", language="en")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes or CODES))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(staff())
    return client


def names(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/cms/members/?{query}")
    assert page.status_code == 200
    return [row["account"].name for row in page.context["listing"].rows]


def test_only_those_with_the_permission_see_members_and_only_others_change_them() -> None:
    for codes, sees, changes in ((("access_admin",), False, False), (("access_admin", "see_members"), True, False)):
        client, someone = Client(), person()
        client.force_login(staff(*codes))
        for path in ("/cms/members/", "/cms/members/members.csv", f"/cms/members/{someone.pk}/"):
            assert (client.get(path).status_code == 200) is sees, path
        assert (client.get("/cms/members/import/").status_code == 200) is changes
        for path in ("bulk/", "keep/", f"{someone.pk}/tag/", f"{someone.pk}/note/", f"{someone.pk}/comp/", f"{someone.pk}/visit/", f"{someone.pk}/sign-out/"):  # fmt: skip
            client.post(f"/cms/members/{path}", {"name": "x", "text": "x", "reason": "x"})
        assert not Tag.objects.exists() and not Note.objects.exists() and not Comp.objects.exists()


def test_words_find_by_the_beginning_of_the_address_and_anything_in_the_name(desk: Client) -> None:
    person("陶知白", email="tao@example.com"), person("Wen Di", email="wen@example.com")
    assert names(desk, "q=TAO@") == ["陶知白"]
    assert names(desk, "q=知白") == ["陶知白"]
    assert names(desk, "q=en d") == ["Wen Di"]
    assert names(desk, "q=nobody") == []


def test_filters_stand_together(desk: Client) -> None:
    free, friend, lapsed = person("Free"), member("friend"), member("companion")
    EntitlementGrant.objects.filter(account=lapsed).update(
        starts=timezone.now() - timezone.timedelta(9), ends=timezone.now()
    )
    given = person("Given")
    give_comp(account=given, tier_key="friend", ends=timezone.now() + timezone.timedelta(30), reason="kiln", actor="t")
    actions.put_tag(account=friend, name="Kiln", actor="t")
    tag = Tag.objects.get()
    assert set(names(desk, "status=seated")) == {friend.name, "Given"}
    assert names(desk, "status=complimentary") == ["Given"]
    assert names(desk, "status=lapsed") == [lapsed.name]
    assert "Free" in names(desk, "status=free") and lapsed.name not in names(desk, "status=free")
    assert set(names(desk, "tier=friend")) == {friend.name, "Given"}
    assert names(desk, f"tier=friend&tag={tag.pk}") == [friend.name]
    assert names(desk, "status=staff") == ["Zhou Qi"]
    free.is_active = False
    free.save()
    assert names(desk, "status=closed") == ["Free"]


def test_filters_by_day_and_language_and_last_seen(desk: Client) -> None:
    old, new = person("Old", language="en"), person("New", language="zh-hans")
    User.objects.filter(pk=old.pk).update(created_at=timezone.now() - timezone.timedelta(400))
    day = (timezone.localdate() - timezone.timedelta(30)).isoformat()
    assert names(desk, f"joined_before={day}") == ["Old"]
    assert "Old" not in names(desk, f"joined_since={day}")
    assert names(desk, "language=zh-hans") == ["New"]
    SignIn.objects.create(account=new, session_key="k", device="d", created_at=timezone.now(), seen_at=timezone.now())
    assert "New" in names(desk, f"seen_since={day}") and "New" not in names(desk, f"unseen_since={day}")
    assert "Old" in names(desk, f"unseen_since={day}")


@pytest.mark.parametrize(
    "query",
    ["tag=x", "tag=99999999999999999999999", "joined_since=never", "status=none", "tier=none", "after=!!", "after=W10=", "sort=x", "column=none", "seen_since=99999-99-99", "after=WyIxIiwgMV0="],
)  # fmt: skip
def test_nonsense_in_the_address_is_an_empty_or_a_whole_list_never_an_error(desk: Client, query: str) -> None:
    assert desk.get(f"/cms/members/?{query}").status_code == 200


def test_paging_by_the_last_row_shows_everybody_once_in_every_order(desk: Client, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    at = timezone.now()
    for n in range(10):
        account = person(f"P{n}")
        User.objects.filter(pk=account.pk).update(created_at=at)  # the same moment: the id decides
    for sort in queries.SORTS:
        seen, after = [], ""
        while True:
            listing = queries.listing(queries.Asked(sort=sort, after=after))
            seen += [row["account"].pk for row in listing.rows]
            after = listing.onward
            if not after:
                break
        assert len(seen) == len(set(seen)) == User.objects.count(), sort


def test_the_list_asks_the_same_number_of_queries_whatever_its_length(desk: Client, django_assert_num_queries) -> None:
    def asked() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert desk.get("/cms/members/").status_code == 200
        return len(seen)

    member("friend")
    desk.get("/cms/members/")
    few = asked()
    for n in range(12):
        actions.put_tag(account=member("companion"), name=f"tag {n % 3}", actor="t")
    assert asked() <= few


def test_the_number_is_counted_up_to_a_bound_and_then_told_as_more(desk: Client, monkeypatch) -> None:
    monkeypatch.setattr(queries, "COUNTED", 3)
    for _n in range(5):
        person()
    assert "More than 3 members" in desk.get("/cms/members/").content.decode()


def test_a_filter_is_kept_under_a_name_and_forgotten(desk: Client) -> None:
    desk.post("/cms/members/keep/", {"name": "Friends  lapsed", "query": "status=lapsed&q=a%26b"})
    kept = SavedFilter.objects.get()
    assert kept.name == "Friends lapsed" and kept.query == "status=lapsed&q=a%26b"
    desk.post("/cms/members/keep/", {"name": "friends LAPSED", "query": "status=free"})
    assert SavedFilter.objects.get().query == "status=free"
    assert "?status=free" in desk.get("/cms/members/").content.decode()
    desk.post(f"/cms/members/keep/{kept.pk}/forget/")
    assert not SavedFilter.objects.exists()


def test_the_sheet_holds_the_filtered_members_and_no_formula(desk: Client, monkeypatch) -> None:
    monkeypatch.setattr(queries, "CHUNK", 2)
    for n in range(5):
        actions.put_tag(account=person(f'=HYPERLINK("{n}")'), name="-cmd", actor="t")
    person("Other")
    tag = Tag.objects.get().pk
    text = b"".join(desk.get(f"/cms/members/members.csv?tag={tag}").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 5
    for row in rows:
        assert row["name"].startswith("'=") and row["tags"] == "'-cmd"
        assert set(row) == {"email", "name", *(c.key for c in registry.staff_columns)}


def test_a_members_page_tells_rights_with_reasons_and_what_happened(desk: Client) -> None:
    account = person("Lin")
    grant(account=account, key="tier:friend", source=Source("plan", "sub_1"), actor="stripe") if tiers() else None
    actions.add_note(account=account, text="Likes celadon", author=staff())
    page = desk.get(f"/cms/members/{account.pk}/")
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("tier:friend", "plan:sub_1", "by stripe", "Likes celadon", "Zhou Qi", account.email):
        assert words in text, words


def test_tags_notes_and_seats_are_given_and_taken_on_the_page(desk: Client) -> None:
    account = person()
    tiers()
    at = f"/cms/members/{account.pk}/"
    desk.post(f"{at}tag/", {"name": "Kiln"})
    desk.post(f"{at}tag/", {"name": "kiln"})
    assert MemberTag.objects.filter(account=account).count() == 1
    desk.post(f"{at}tag/", {"off": "KILN"})
    assert not MemberTag.objects.exists() and not Tag.objects.exists()
    desk.post(f"{at}note/", {"text": "A note"})
    assert Note.objects.get().author.name == "Zhou Qi"
    day = (timezone.localdate() + timezone.timedelta(20)).isoformat()
    desk.post(f"{at}comp/", {"tier": "friend", "until": day, "reason": "thanks"})
    comp = Comp.objects.get()
    assert comp.account == account and comp.given_by.startswith("staff:")
    assert desk.post(f"{at}comp/", {"tier": "friend", "until": "2001-01-01", "reason": "x"}).status_code == 422
    desk.post(f"{at}comp/{comp.pk}/end/")
    comp.refresh_from_db()
    assert comp.closed_at


def test_a_visit_begins_from_the_page_with_a_reason_and_ends_there(desk: Client) -> None:
    account = person("Lin", language="en")
    at = f"/cms/members/{account.pk}/visit/"
    assert desk.post(at, {"reason": ""})["Location"] == f"/cms/members/{account.pk}/"
    assert desk.post(at, {"reason": "cannot read"})["Location"] == "/en/account/"
    assert "visit-banner" in desk.get("/en/account/").content.decode()
    other = staff("access_admin")
    assert desk.post(f"/cms/members/{other.pk}/visit/", {"reason": "x"})["Location"] == f"/cms/members/{other.pk}/"


def test_signing_a_member_out_works_and_not_for_staff(desk: Client) -> None:
    account, client = person(), Client()
    client.force_login(account)
    desk.post(f"/cms/members/{account.pk}/sign-out/")
    assert client.get("/en/account/").status_code == 302
    boss, theirs = staff("access_admin"), Client()
    theirs.force_login(boss)
    desk.post(f"/cms/members/{boss.pk}/sign-out/")
    assert theirs.get("/en/account/").status_code == 200


def test_members_get_what_was_written_about_them_and_erasing_takes_it(desk: Client) -> None:
    account = person()
    actions.add_note(account=account, text="Likes celadon", author=None)
    actions.put_tag(account=account, name="Kiln", actor="t")
    taken = str(account_queries.export(account)["sections"]["people"])
    assert "Likes celadon" in taken and "Kiln" in taken
    erase_account(account=account)
    assert not Note.objects.exists() and not MemberTag.objects.exists()
    assert account.pk not in [row["account"].pk for row in queries.listing(queries.Asked()).rows]
