"""Groups and rooms over HTTP: they read and post without scripts, and tell nobody what is not theirs."""

import uuid
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory

from accounts.actions import erase_account
from accounts.models import User
from accounts.queries import export
from community import actions, demo, queries
from community.chat import commands, protocol
from community.enums import CaseState, Reason
from community.finding import search_rooms
from community.flood import keep_calm
from community.models import Case, Group, Message, Room, RoomEvent, Seat
from community.moderation import actions as moderation
from community.moderation.team import ensure_team
from community.refusals import Refused
from ground import registry
from ground.facts import edition_announced
from ground.search import SearchQuery
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say
from tests.factories.membership import member

pytestmark = pytest.mark.django_db


def signed_in(account: User | None) -> Client:
    client = Client()
    if account is not None:
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(where: Room, rest: str = "", language: str = "en") -> str:
    return f"/{language}/groups/{where.group.slug}/{where.slug}/{rest}"


def test_a_room_reads_and_embeds_its_head_and_a_plain_form_says_something_once() -> None:
    where, ann = room(), person("Ann")
    say(person("Ben"), where, "Good *evening*.")
    client = signed_in(ann)
    page = client.get(url(where))
    html = page.content.decode()
    assert "Good <em>evening</em>." in html and 'data-head="1"' in html and f'data-epoch="{where.epoch}"' in html
    words = {"body": "Hello.", "cid": page.context["cid"]}
    for _ in range(2):  # the page sent twice says it once
        assert client.post(url(where), words).status_code == 302
    assert list(Message.objects.order_by("no").values_list("body", flat=True)) == ["Good *evening*.", "Hello."]


def test_the_unread_line_stands_where_reading_ended_and_reading_moves_it() -> None:
    where, ann = room(), person()
    actions.take_seat(actor=ann, room=where)
    say(person(), where, "new")
    client = signed_in(ann)
    assert b"data-unread" in client.get(url(where)).content.split(b"<template data-message")[0]
    assert Seat.objects.get(account=ann).last_read_no == 1
    assert queries.unread_total(ann) == 0


@pytest.mark.parametrize("rest", ["", "messages", "messages?as=html", "events?after=0", "m/1/", "m/1/source"])
def test_a_hidden_room_is_missing_and_a_locked_one_tells_no_word_from_inside(rest: str) -> None:
    hidden, locked = room(read_key="rooms:patron", listed=False), room(read_key="rooms:patron")
    for where in (hidden, locked):
        say(member("patron"), where, "xyzzy")
    client = signed_in(person())
    assert client.get(url(hidden, rest)).status_code == 404
    answer = client.get(url(locked, rest))
    assert answer.status_code == (200 if rest == "" else 404)
    assert b"xyzzy" not in answer.content
    if rest == "":
        assert b"Patron" in answer.content and b"/en/join/" in answer.content


def test_the_directory_tells_locked_from_open_and_previews_only_what_one_may_read() -> None:
    locked = room(read_key="rooms:patron", name_en="The Locked Room")
    hidden = room(listed=False, read_key="rooms:patron", name_en="The Hidden Room")
    for where in (locked, hidden):
        say(member("patron"), where, "xyzzy")
    html = signed_in(person()).get("/en/groups/").content.decode()
    assert "The Locked Room" in html and "The Hidden Room" not in html and "xyzzy" not in html
    assert "xyzzy" in signed_in(member("patron")).get("/en/groups/").content.decode()


def test_the_directory_costs_the_same_for_one_room_and_for_ten(django_assert_max_num_queries: Any) -> None:
    ann = person()
    where = room()
    for _ in range(10):
        say(ann, room(group=where.group))
    with django_assert_max_num_queries(12):
        queries.directory(User.objects.get(pk=ann.pk))


def test_history_goes_back_page_by_page_and_events_forward() -> None:
    where, ann = room(), person()
    for n in range(60):
        say(ann, where, f"Number {n}")
    client = signed_in(ann)
    newest = client.get(url(where, "messages")).json()
    assert (len(newest["messages"]), newest["head"], newest["older"]) == (50, 60, 11)
    older = client.get(url(where, f"messages?before={newest['messages'][0]['no']}")).json()
    assert [m["no"] for m in older["messages"]] == list(range(1, 11)) and not older["older"]
    caught = client.get(url(where, "events?after=57")).json()
    assert [e["seq"] for e in caught["list"]] == [58, 59, 60]
    assert client.get(url(where, f"events?after=1&epoch={uuid.uuid4()}")).status_code == 410
    assert client.get(url(where, "events?after=x")).status_code == 400


def test_strangers_read_the_parlour_and_are_asked_in_before_they_speak() -> None:
    parlour = room(read_key="", write_key="account")
    say(person(), parlour, "Come in.")
    stranger = signed_in(None)
    assert b"Come in." in stranger.get(url(parlour)).content
    answer = stranger.post(url(parlour), {"body": "x", "cid": uuid.uuid4()})
    assert answer.status_code == 302 and "/login/" in answer["Location"]


def test_stamps_edits_pins_reports_and_hiding_work_without_scripts() -> None:
    where, ann = room(), person()
    mod = moderator(where, person())
    say(ann, where, "First.")
    author, keeper = signed_in(ann), signed_in(mod)
    page = url(where, "m/1/")
    assert author.get(page).status_code == keeper.get(page).status_code == 200
    keeper.post(page, {"stamp": "妙"})
    author.post(page, {"act": "edit", "body": "Second.", "cid": uuid.uuid4()})
    keeper.post(page, {"act": "pin"})
    message = Message.objects.get()
    assert (message.body, message.pinned_at is not None, message.reactions.count()) == ("Second.", True, 1)
    keeper.post(page + "report", {"reason": "unkind", "note": ""})
    assert Case.objects.get().state == CaseState.OPEN
    keeper.post(page + "hide", {"reason": "unkind"})
    assert Case.objects.get().state == CaseState.HIDDEN
    html = author.get(url(where)).content.decode()
    assert "Hidden by a moderator: Unkind to somebody" in html and "Second." not in html


def test_a_report_from_a_script_is_answered_in_json() -> None:
    where, ann = room(), person()
    say(ann, where)
    client = signed_in(person())
    json_please = {"headers": {"Accept": "application/json"}}
    assert client.post(url(where, "m/1/report"), {"reason": ""}, **json_please).status_code == 400
    assert "done" in client.post(url(where, "m/1/report"), {"reason": "spam"}, **json_please).json()
    assert client.post(url(where, "m/1/hide"), {"reason": "spam"}, **json_please).status_code == 403


def test_joining_and_leaving_a_group() -> None:
    where, ann = room(), person()
    client = signed_in(ann)
    client.post(f"/en/groups/{where.group.slug}/join/")
    assert Seat.objects.filter(account=ann, room=where).exists()
    client.post(f"/en/groups/{where.group.slug}/leave/")
    assert not Seat.objects.filter(account=ann).exists()
    assert client.post(f"/en/groups/{where.group.slug}/join/", {"next": "https://evil.example/"})[
        "Location"
    ].startswith("/en/")


def test_an_announced_edition_opens_one_room_for_those_who_have_the_box() -> None:
    fact = {
        "edition_key": "edition:7",
        "title_zh": "冬月盒",
        "title_en": "The Winter Box",
        "entitlement": "box:monthly",
    }
    for _ in range(2):
        edition_announced.send(sender=None, opens=None, **fact)
    where = Room.objects.get(subject_key="edition:7")
    assert where.read_key == "box:monthly"
    assert signed_in(person()).get(url(where)).templates[0].name == "community/shut.html"


def test_the_card_of_a_room_costs_the_same_whatever_is_in_it_and_keeps_its_secrets(
    django_assert_max_num_queries: Any,
) -> None:
    where = room(subject_key="story:1", read_key="rooms:members", name_en="By the Fire")
    ann = member("companion")
    for n in range(25):
        say(ann, where, f"xyzzy {n}")
    card = Template('{% load community_tags %}{% room_card "story:1" %}')

    def shown(account: User) -> str:
        request = RequestFactory().get("/")
        request.user = User.objects.get(pk=account.pk)
        with django_assert_max_num_queries(6):
            return card.render(Context({"request": request}))

    assert "By the Fire" in shown(ann) and "xyzzy 24" in shown(ann)
    assert "By the Fire" in shown(person()) and "xyzzy" not in shown(person())
    assert not Template('{% load community_tags %}{% room_card "story:2" %}').render(Context()).strip()


def test_search_finds_rooms_by_pairs_of_characters_and_hides_hidden_ones() -> None:
    room(name_zh="开窑夜", name_en="Kiln Night")
    room(name_zh="开窑密室", listed=False, read_key="rooms:patron")
    hits = search_rooms(SearchQuery("窑夜", None, "zh-hans"))
    assert [hit.title for section in hits.sections for hit in section.hits] == ["开窑夜"]
    assert [section.total for section in search_rooms(SearchQuery("开窑", None, "zh-hans")).sections] == [1]


def test_the_queue_lists_cases_and_decides_them_for_the_team_only() -> None:
    where, ann, judge = room(), person(), person()
    message = say(ann, where, "Rude words.").message
    case = moderation.report(actor=person(), target_key=message.subject, reason=Reason.UNKIND)
    ensure_team()
    page = f"/cms/community_cases/{case.pk}/decide/"
    assert signed_in(judge).get(page).status_code in (302, 403)
    judge.groups.add(ensure_team())
    client = signed_in(User.objects.get(pk=judge.pk))
    assert b"Rude words." in client.get("/cms/community_cases/?state=open").content
    assert b"Rude words." in client.get(page).content
    client.post(page, {"decision": "hide"})
    assert Message.objects.get().hidden_by == judge


def test_what_a_person_takes_along_and_what_stays_after_they_go() -> None:
    where, ann, ben = room(), person("Ann Secretive"), person()
    first = say(ann, where, "xyzzy").message
    say(ben, where, "Indeed.", reply_to=first.pk)
    actions.react(actor=ann, message_id=Message.objects.get(no=2).pk, stamp="妙", on=True)
    moderation.report(actor=ben, target_key=first.subject, reason=Reason.OTHER)
    taken = str(export(ann)["sections"]["community"])
    assert "xyzzy" in taken and "Indeed" not in taken
    erase_account(account=ann)
    log = str(list(RoomEvent.objects.values_list("payload", "actor_id")))
    assert "xyzzy" not in log and "Ann Secretive" not in log and str(ann.public_id) not in log
    gone = Message.objects.get(no=1)
    assert (gone.sender, gone.body, gone.gone) == (None, "", "left")
    assert "has left" in signed_in(ben).get(url(where)).content.decode()


def test_the_demo_seeds_twice_the_same_and_every_room_opens_in_both_languages() -> None:
    for email, name in (
        ("member@example.com", "宁远 Ning Yuan"),
        ("reader@example.com", "Bai Lu 白露"),
        ("moderator@example.com", "柳如梳"),
    ):
        person(name, email=email)
    demo.seed(lambda text: None)
    before = (Group.objects.count(), Room.objects.count(), Message.objects.count(), RoomEvent.objects.count())
    demo.seed(lambda text: None)
    assert before == (Group.objects.count(), Room.objects.count(), Message.objects.count(), RoomEvent.objects.count())
    client = signed_in(person(is_superuser=True))
    for where in Room.objects.select_related("group"):
        for language in ("en", "zh-hans"):
            assert client.get(url(where, language=language)).status_code == 200


def test_what_the_community_registers_is_there() -> None:
    assert "rooms" in registry.account_panels and "rooms" in registry.nav_badges
    assert {"community.mention", "community.report_decided"} <= {kind.key for kind in registry.notice_kinds}
    assert signed_in(member()).get("/en/groups/").status_code == 200


@pytest.mark.parametrize("page", ["new/", "edit/{}/", "delete/{}/", "copy/{}/", "history/{}/", "usage/{}/"])
def test_a_case_is_decided_and_never_edited_by_hand_least_of_all_by_whom_it_is_about(page: str) -> None:
    where, judge = room(), person()
    judge.groups.add(ensure_team())
    message = say(judge, where, "Rude words.").message
    case = moderation.report(actor=person(), target_key=message.subject, reason=Reason.UNKIND)
    client = signed_in(User.objects.get(pk=judge.pk))
    address = f"/cms/community_cases/{page.format(case.pk)}"
    forged = {"state": "dismissed", "text": "Kind words.", "reason": "other", "author": "", "room": where.pk}
    assert client.get(address, follow=True).status_code == 404
    assert client.post(address, forged, follow=True).status_code == 404
    client.post(f"/cms/community_cases/{case.pk}/decide/", {"decision": "dismiss"})
    listing = client.get("/cms/community_cases/").content.decode()
    assert "Rude words." in listing and "/edit/" not in listing
    case.refresh_from_db()
    assert (case.state, case.text, case.author) == (CaseState.OPEN, "Rude words.", judge)


def test_rooms_of_an_unlisted_group_are_for_its_people_alone() -> None:
    secret = Group.objects.create(slug="secret", name_zh="密", name_en="Secret", listed=False)
    where = room(group=secret)
    ann = moderator(where, person())
    say(ann, where, "xyzzy")
    for rest in ("", "messages", "events?after=0"):
        assert signed_in(person()).get(url(where, rest)).status_code == 404
        assert signed_in(None).get(url(where, rest)).status_code == 404
        assert signed_in(ann).get(url(where, rest)).status_code == 200
    outsider = person()
    actions.take_seat(actor=outsider, room=where)
    say(ann, where)
    assert queries.unread_total(outsider) == 0
    assert "xyzzy" not in signed_in(outsider).get("/en/groups/").content.decode()


def test_pages_and_sockets_share_one_limit_and_a_page_above_it_keeps_what_was_typed(monkeypatch: Any) -> None:
    monkeypatch.setattr("community.flood.time.time", lambda: 1_000_003.0)
    where, ann = room(), person()
    client = signed_in(ann)
    for n in range(10):
        frame = protocol.Send(id=n, r=where.pk, cid=uuid.uuid4(), body=f"{n}")
        commands.write(ann.pk, frame)
        assert client.post(url(where), {"body": f"{n}", "cid": uuid.uuid4()}).status_code == 302
    answer = client.post(url(where), {"body": "xyzzy", "cid": uuid.uuid4(), "reply": Message.objects.get(no=3).pk})
    html = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (429, "8")
    assert "a lot at once" in html and "xyzzy</textarea>" in html and "answering" in html
    assert answer.context["reply_to"].no == 3
    edit = client.post(url(where, "m/1/"), {"act": "edit", "body": "plugh", "cid": uuid.uuid4()})
    assert edit.status_code == 429 and "plugh</textarea>" in edit.content.decode()
    assert client.post(url(where, "m/1/"), {"stamp": "妙"}).status_code == 429
    with pytest.raises(Refused) as refused:
        commands.write(ann.pk, frame)
    assert (refused.value.code, refused.value.after) == (protocol.Code.FLOOD, 8)
    assert Message.objects.count() == 20 and Message.objects.get(no=1).body == "0"
    assert signed_in(person()).post(url(where), {"body": "x", "cid": uuid.uuid4()}).status_code == 302


def test_a_cache_that_is_away_holds_nobody_up(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "ground.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    ann = person()
    for _ in range(25):
        keep_calm(ann)
