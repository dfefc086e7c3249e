"""A day's measure of files under several hands at once, on PostgreSQL."""

import uuid
from functools import partial
from typing import Any

import pytest

from community.hung import actions
from community.hung.models import Upload
from community.hung.refusing import BadUpload
from tests.factories.accounts import person
from tests.factories.community import room
from tests.hung import samples
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_the_last_file_of_a_day_is_taken_once(settings: Any) -> None:
    settings.FILES_A_DAY = 1
    for _ in range(4):
        where, ann = room(), person(uuid.uuid4().hex[:12])
        bring = partial(actions.take_in, actor=ann, room=where, name="a.txt", data=samples.TEXT)
        results = at_once([bring] * 6)
        assert Upload.objects.filter(owner=ann).count() == 1
        assert sum(isinstance(r, BadUpload) and r.why == "quota" for r in results) == 5
