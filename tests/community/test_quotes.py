"""Where the words of a message may go besides its room: to those who are named, into answers, into notices."""

import uuid
from typing import Any

import pytest

from accounts.actions import erase_account
from accounts.models import Mail, Notice
from community import actions
from community.actions import send
from community.enums import CaseState, Reason
from community.models import Mention, Message, RoomEvent
from community.moderation import actions as moderation
from membership.actions import Source, grant, revoke
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say

pytestmark = pytest.mark.django_db
PAID = Source("test", "paid")


def test_who_has_a_seat_but_no_right_any_more_is_not_told_what_was_said() -> None:
    where, ann, ben = room(read_key="rooms:members"), person("Ann"), person("Ben")
    for account in (ann, ben):
        grant(account=account, key="rooms:members", source=PAID, actor="test")
        actions.take_seat(actor=account, room=where)
    say(ann, where, "@Ben first")
    revoke(account=ben, source=PAID, actor="test")
    told = say(ann, where, "@Ben xyzzy").message
    actions.edit_message(actor=ann, message_id=told.pk, cid=uuid.uuid4(), body="@Ben xyzzy plugh")
    assert [notice.context["text"] for notice in Notice.objects.filter(account=ben)] == ["@Ben first"]
    assert not Mail.objects.filter(text__contains="xyzzy").exists()
    assert list(Mention.objects.filter(account=ben).values_list("no", flat=True)) == [1]


@pytest.mark.parametrize(
    "forged", ['data-person="x"', 'data-person="{}"', '<span class="at" data-person="{}">', '`data-person="{}"`']
)
def test_a_mention_cannot_be_forged_by_typing_its_mark(forged: str) -> None:
    where, ann, ben = room(), person("Ann"), person("Ben")
    actions.take_seat(actor=ben, room=where)
    message = say(ann, where, forged.format(ben.public_id)).message
    actions.edit_message(
        actor=ann, message_id=message.pk, cid=uuid.uuid4(), body=f"again {forged.format(ben.public_id)}"
    )
    assert Message.objects.count() == 1 and not Notice.objects.exists()


def test_a_name_in_an_address_is_part_of_the_address() -> None:
    where, ben = room(), person("Ben")
    actions.take_seat(actor=ben, room=where)
    html = say(person(), where, "https://example.com/@Ben and @Ben").message.html
    assert (
        '<a href="https://example.com/@Ben" rel="nofollow noopener ugc">https://example.com/@Ben</a> and <span' in html
    )


@pytest.mark.parametrize("way", ["delete", "hide"])
def test_what_goes_while_somebody_answers_does_not_come_back_in_the_quote(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, ann, ben = room(), person("Ann"), person("Ben")
    mod = moderator(where, person())
    gone = say(ann, where, "xyzzy").message
    render = send.render

    def meanwhile(*args: Any) -> str:
        if way == "delete":
            actions.delete_message(actor=ann, message_id=gone.pk)
        else:
            moderation.hide_message(actor=mod, message_id=gone.pk, reason=Reason.SPAM)
        return render(*args)

    monkeypatch.setattr(send, "render", meanwhile)  # between reading what is answered and the room's lock
    say(ben, where, "Indeed.", reply_to=gone.pk)
    assert "xyzzy" not in str(list(RoomEvent.objects.values_list("payload", flat=True)))


@pytest.mark.parametrize("way", ["delete", "hide", "decide", "erase"])
def test_notices_of_others_do_not_keep_words_that_are_gone(way: str) -> None:
    where, ann, ben = room(), person("Ann Secretive"), person("Ben")
    mod = moderator(where, person(is_superuser=True))
    actions.take_seat(actor=ben, room=where)
    message = say(ann, where, "@Ben xyzzy").message
    stays = say(ann, where, "@Ben plugh").message
    case = moderation.report(actor=ben, target_key=message.subject, reason=Reason.UNKIND)
    if way in ("delete", "erase"):  # a notice of the decision quotes it too
        moderation.decide(actor=mod, case_id=case.pk, state=CaseState.DISMISSED)
    {
        "delete": lambda: actions.delete_message(actor=ann, message_id=message.pk),
        "hide": lambda: moderation.hide_message(actor=mod, message_id=message.pk, reason=Reason.UNKIND),
        "decide": lambda: moderation.decide(actor=mod, case_id=case.pk, state=CaseState.HIDDEN),
        "erase": lambda: erase_account(account=ann),
    }[way]()
    kept = str(list(Notice.objects.filter(account=ben).values_list("context", flat=True)))
    assert Notice.objects.filter(account=ben).count() == 3
    assert "xyzzy" not in kept
    assert ("plugh" in kept and "Ann Secretive" in kept) is (way != "erase")
    assert stays.pk != message.pk
