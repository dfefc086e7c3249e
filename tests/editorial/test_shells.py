"""A page that is kept for a set of rights shows what those rights open, whoever asked first and whatever changed since."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from editorial import shells
from editorial.models import StoryPage
from tests.editorial.conftest import address
from tests.factories import editorial as pages
from tests.factories.membership import member

pytestmark = pytest.mark.django_db


def test_a_shell_is_made_from_its_key_and_not_from_who_asked_first(gated_story: StoryPage) -> None:
    request = RequestFactory().get(address(gated_story), HTTP_HOST="localhost")
    request.user, request.session, request.htmx = member("patron"), SessionStore(), False
    path = address(gated_story).removeprefix("/en/")
    closed = shells._make(request, "en", path, frozenset())
    opened = shells._make(request, "en", path, frozenset({"stories:all"}))
    assert closed is not None and pages.GATED not in "".join(closed.fixed)
    assert opened is not None and pages.GATED in "".join(opened.fixed)
