"""What the tests of the desk share: two editors, stories on touchy subjects, forms as the admin sends them."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.rich_text import RichText

from accounts.models import User
from editorial.models import StoryCredit, StoryPage, Topic
from editorial.team import ensure_team
from tests.factories import editorial as pages
from tests.factories.accounts import person

PERSONS = "django.contrib.auth.backends.ModelBackend"
SOURCE = ("source", {"kind": "book", "title": "The Kiln Book"})


@pytest.fixture
def wen(db: Any) -> User:
    """The first editor."""
    return editor("Wen")


@pytest.fixture
def lin(db: Any) -> User:
    """The second."""
    return editor("Lin")


def editor(name: str) -> User:
    account = person(name, language="en")
    account.groups.add(ensure_team())
    return account


@pytest.fixture
def at() -> Callable[[User], Client]:
    """A browser of somebody."""

    def open_as(account: User) -> Client:
        client = Client()
        client.force_login(account, backend=PERSONS)
        return client

    return open_as


def topic(slug: str, **flags: bool) -> Topic:
    return Topic.objects.get_or_create(slug=slug, defaults={"name_zh": slug, "name_en": slug, **flags})[0]


def draft(by: User | None = None, *, sensitive: bool = False, science: bool = False, source: bool = False, reviewer: bool = False, **fields: Any) -> StoryPage:  # fmt: skip
    """An unpublished story with the topics asked for; its revision is by `by`."""
    notes = [("note", RichText("<p>From a late notebook.</p>"))] + ([SOURCE] if source else [])
    page = StoryPage(**{**story_fields(), "notes": notes, "live": False, **fields})
    page.topics.set(
        [t for t in (sensitive and topic("history", sensitive=True), science and topic("science", science=True)) if t]
    )
    if reviewer:
        page.credits.add(StoryCredit(role="reviewer", words="He Yiheng"))
    pages.channel().add_child(instance=page)
    page.save_revision(user=by)
    return StoryPage.objects.get(pk=page.pk)


def story_fields() -> dict[str, Any]:
    number = next(pages._numbers)
    return {"title": f"Story {number}", "slug": f"story-{number}", "standfirst": "Iron and ash.", "author": "Shen",
            "body": pages.free_body()}  # fmt: skip


def form_of(client: Client, page: StoryPage) -> dict[str, Any]:
    """Everything that the page's edit form would send, as the browser would."""
    answer = client.get(f"/cms/pages/{page.pk}/edit/")
    assert answer.status_code == 200
    return fields_of(answer)


def fields_of(answer: Any) -> dict[str, Any]:
    """The form's data as Wagtail's own widgets have it: read from the bound form, streams and formsets included."""
    from wagtail.test.utils.form_data import querydict_from_html

    sent = querydict_from_html(answer.content.decode(), form_id="page-edit-form")
    data: dict[str, Any] = {name: values if len(values) > 1 else values[0] for name, values in sent.lists()}
    form = answer.context["form"]
    for name in ("body", "notes"):
        if name in form.fields:
            data |= stream_data(name, form.initial.get(name) or getattr(form.instance, name))
    return data


def stream_data(name: str, stream: Any) -> dict[str, Any]:
    """A stream as its form fields."""
    from wagtail.admin.rich_text import get_rich_text_editor_widget

    found: dict[str, Any] = {f"{name}-count": str(len(stream))}

    def put(prefix: str, block: Any, value: Any) -> None:
        from wagtail import blocks

        if isinstance(block, blocks.StreamBlock):
            found[f"{prefix}-count"] = str(len(value))
            for number, child in enumerate(value):
                item(prefix, number, child)
        elif isinstance(block, blocks.StructBlock):
            for key, inner in block.child_blocks.items():
                put(f"{prefix}-{key}", inner, value.get(key))
        elif isinstance(block, blocks.ListBlock):
            found[f"{prefix}-count"] = str(len(value.bound_blocks))
            for number, child in enumerate(value.bound_blocks):
                found.update({f"{prefix}-{number}-deleted": "", f"{prefix}-{number}-order": str(number),
                              f"{prefix}-{number}-id": child.id or "", f"{prefix}-{number}-type": "item"})  # fmt: skip
                put(f"{prefix}-{number}-value", block.child_block, child.value)
        elif isinstance(block, blocks.RichTextBlock):
            widget = get_rich_text_editor_widget("default", features=block.features)
            found[prefix] = widget.format_value(value.source if value else "")
        else:
            plain = block.get_form_state(value)
            plain = plain[0] if isinstance(plain, list) and plain else plain
            found[prefix] = plain.get("id", "") if isinstance(plain, dict) else ("" if plain is None else str(plain))

    def item(prefix: str, number: int, child: Any) -> None:
        base = f"{prefix}-{number}"
        found.update(
            {
                f"{base}-deleted": "",
                f"{base}-order": str(number),
                f"{base}-type": child.block_type,
                f"{base}-id": child.id or "",
            }
        )
        put(f"{base}-value", child.block, child.value)

    for number, child in enumerate(stream):
        item(name, number, child)
    return found


def messages_of(answer: Any) -> str:
    """What the admin said, as text."""
    soup = BeautifulSoup(answer.content.decode(), "html.parser")
    return " ".join(node.get_text(" ", strip=True) for node in soup.select(".messages li"))
