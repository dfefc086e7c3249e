"""What the tests of the pages share."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from editorial.models import StoryPage
from tests.factories import accounts, membership
from tests.factories import editorial as pages

READERS = ("visitor", "free", "friend", "companion", "patron")


@pytest.fixture
def reader() -> Callable[[str], Client]:
    """A browser of one of READERS."""

    def open_as(kind: str) -> Client:
        client = Client()
        membership.tiers()
        if kind == "free":
            client.force_login(accounts.person(), backend="django.contrib.auth.backends.ModelBackend")
        elif kind != "visitor":
            client.force_login(membership.member(kind), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return open_as


@pytest.fixture
def gated_story(db: Any) -> StoryPage:
    """Free text, a members' section for companions, a last free paragraph."""
    return pages.story(slug="after-rain", title="After Rain")


def address(page: Any) -> str:
    """The path of a page."""
    from editorial.translations import path_of

    return path_of(page)


# Asked whatever the page: the session, and the sandbox's clock (in production there is none).
BESIDE = {"billing_clockoffset", "django_session"}


def tables(asked: CaptureQueriesContext) -> list[str]:
    """The main table of each query: a fingerprint that says what is asked, not only how often."""
    flat = [re.sub(r"\((?:EXISTS\()?SELECT .*?LIMIT 1\)", "", query["sql"]) for query in asked.captured_queries]
    found = [hit[1] for sql in flat if (hit := re.search(r'(?:FROM|INTO|UPDATE) "(\w+)"', sql))]
    return [table for table in found if table not in BESIDE]
