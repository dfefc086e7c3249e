"""Two editors publish one story in the same moment: one version goes out, the other is kept and told."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Revision

from editorial.models import StoryPage
from tests.desk.conftest import PERSONS, editor, form_of, messages_of
from tests.factories import editorial as pages
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("round_", range(3))
def test_one_goes_out_and_the_other_is_kept_as_a_draft_and_told(round_: int) -> None:
    story = pages.story()
    people = [editor(name) for name in ("Wen", "Lin")]
    story.save_revision(user=people[0])
    clients = [Client(), Client()]
    forms: list[dict[str, Any]] = []
    for client, account in zip(clients, people, strict=True):
        client.force_login(account, backend=PERSONS)
        forms.append(form_of(client, story) | {"standfirst": f"By {account.name}.", "action-publish": "1"})
    before = Revision.objects.for_instance(story).count()

    def publish(number: int) -> str:
        return messages_of(clients[number].post(f"/cms/pages/{story.pk}/edit/", forms[number], follow=True))

    said = at_once([lambda: publish(0), lambda: publish(1)])
    assert sum("has been published" in words for words in said) == 1, said
    assert sum("saved another version while you were writing" in words for words in said) == 1, said
    winner = next(number for number, words in enumerate(said) if "has been published" in words)
    story = StoryPage.objects.get(pk=story.pk)
    assert story.standfirst == f"By {people[winner].name}."
    texts = [row.content["standfirst"] for row in Revision.objects.for_instance(story).order_by("-pk")[:2]]
    assert set(texts) == {"By Wen.", "By Lin."} and Revision.objects.for_instance(story).count() == before + 2


def test_without_the_turns_both_would_have_gone_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: it is the lock that makes them take turns."""
    monkeypatch.setattr("editorial.desk.middleware.ONE_AT_A_TIME", frozenset())
    seen = []
    for _ in range(6):
        story = pages.story()
        people = [editor(name) for name in ("Wen", "Lin")]
        story.save_revision(user=people[0])
        clients = [Client(), Client()]
        forms = []
        for client, account in zip(clients, people, strict=True):
            client.force_login(account, backend=PERSONS)
            forms.append(form_of(client, story) | {"standfirst": f"By {account.name}.", "action-publish": "1"})

        def publish(number: int, story: Any = story, clients: Any = clients, forms: Any = forms) -> str:
            return messages_of(clients[number].post(f"/cms/pages/{story.pk}/edit/", forms[number], follow=True))

        said = at_once([lambda: publish(0), lambda: publish(1)])
        seen.append(sum("has been published" in str(words) for words in said))
    assert 2 in seen
