"""A session's row is the truth; its copy saves a query and never outlives a sign-out."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from accounts.sessions import SessionStore
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db


def made(**data: object) -> SessionStore:
    store = SessionStore()
    store.update(data)
    store.create()
    return store


def test_a_second_look_asks_no_row_and_gives_the_same(django_assert_num_queries) -> None:
    key = made(x=1).session_key
    with django_assert_num_queries(0):
        assert SessionStore(key)["x"] == 1
    cache.clear()
    with django_assert_num_queries(1):
        assert SessionStore(key)["x"] == 1
    with django_assert_num_queries(0):
        assert SessionStore(key)["x"] == 1


def test_what_is_written_is_read_at_once_and_stands_in_the_row() -> None:
    store = made(x=1)
    store["x"] = 2
    store.save()
    assert SessionStore(store.session_key)["x"] == 2
    cache.clear()
    assert SessionStore(store.session_key)["x"] == 2


def test_signing_out_ends_it_at_once(client: Client) -> None:
    client.force_login(person())
    assert client.get("/en/account/").status_code == 200
    stolen = Client()
    stolen.cookies = client.cookies.copy()
    assert stolen.get("/en/account/").status_code == 200
    client.logout()
    assert stolen.get("/en/account/").status_code == 302


def test_a_slow_request_cannot_bring_an_ended_session_back() -> None:
    store = made(x=1)
    key = store.session_key
    cache.clear()
    slow = SessionStore(key)
    row = super(SessionStore, slow).load()  # it has read the row …
    SessionStore(key).delete()  # … when somebody signs out …
    cache.add(slow._copy, row, 30)  # … and copies it only now
    assert SessionStore(key).load() == {}
    assert not Session.objects.filter(pk=key).exists()


def test_without_a_cache_everything_works_on_the_rows(monkeypatch, settings) -> None:
    from accounts import sessions
    from ground.cache import ForgivingRedisCache

    monkeypatch.setattr(sessions, "cache", ForgivingRedisCache("redis://127.0.0.1:9/0", {}))
    store = made(x=1)
    assert SessionStore(store.session_key)["x"] == 1
    SessionStore(store.session_key).delete()
    assert SessionStore(store.session_key).load() == {}
