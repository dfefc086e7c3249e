"""Pages go live and come down on their dates, by the sweep."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ground import clock
from ground.tasks import run_due
from tests.factories.editorial import story

pytestmark = pytest.mark.django_db


def test_a_story_whose_last_day_has_passed_comes_down_with_the_sweep() -> None:
    page = story()
    page.expire_at = timezone.now() - timedelta(minutes=1)
    page.save_revision().publish()
    type(page).objects.filter(pk=page.pk).update(expire_at=page.expire_at, live=True, expired=False)
    run_due(clock.now())
    page.refresh_from_db()
    assert not page.live and page.expired


def test_one_piece_of_due_work_that_fails_does_not_stop_the_others(monkeypatch, caplog) -> None:
    from ground import registry
    from ground.registry import DueWork

    ran = []
    monkeypatch.setattr(
        registry, "due_work", [DueWork("bad", lambda now: 1 / 0), DueWork("good", lambda now: ran.append(1) or 1)]
    )
    assert run_due(clock.now()) == {"good": 1} and ran == [1]
    assert "due work failed: bad" in caplog.text
