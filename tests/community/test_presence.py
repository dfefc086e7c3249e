"""Whoever does not want to be seen is not seen: not here, not writing, in no window."""

import pytest

from accounts.actions import change_details
from accounts.models import User
from community.chat.database import run
from tests.community.wire import Dial
from tests.factories.accounts import person
from tests.factories.community import room


def shows(account: User, shown: bool) -> None:
    change_details(account=User.objects.get(pk=account.pk), name=account.name, language="en", shows_presence=shown)


async def test_who_hides_vanishes_at_once_and_is_not_seen_writing(dial: Dial) -> None:
    where = await run(room)
    ann, ben = await run(person, "Ann"), await run(person, "Ben")
    await run(shows, ben, False)
    a, b = await dial(ann), await dial(ben)
    await b.enter(where.pk)
    await a.enter(where.pk)
    assert [p["name"] for p in (await a.take("pres"))["ids"]] == ["Ann"]
    await b.send(t="typing", r=where.pk)
    with pytest.raises(TimeoutError):
        await a.take("eph", n=1, within=2.5)
    assert all(frame["n"] == 1 for frame in a.seen if frame["t"] == "pres")
    await run(shows, ben, True)
    assert [p["name"] for p in (await a.take("pres", n=2))["ids"]] == ["Ann", "Ben"]
    await run(shows, ben, False)
    assert [p["name"] for p in (await a.take("pres", n=1))["ids"]] == ["Ann"]
