"""Pages in memory: for visitors without a session, until something changes."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from ground import facts, pagecache
from ground.pagecache import PageCache, public


@pytest.fixture
def site():
    """The middleware over a view that counts."""
    calls = []

    def view(request):
        calls.append(request.path)
        return public(HttpResponse(f"page {len(calls)}"))

    return PageCache(view), calls


def get(site, path: str = "/en/", **extra):
    return site[0](RequestFactory().get(path, **extra))


def test_a_second_visitor_gets_the_same_bytes_without_the_view(site) -> None:
    assert get(site).content == get(site).content == b"page 1"
    assert site[1] == ["/en/"]


def test_the_path_the_query_and_the_host_are_the_key(site) -> None:
    for path, extra in (("/en/", {}), ("/zh-hans/", {}), ("/en/?q=1", {}), ("/en/", {"HTTP_HOST": "other"})):
        get(site, path, **extra)
    assert len(site[1]) == 4


def test_an_unchanged_page_is_a_304(site) -> None:
    etag = get(site)["ETag"]
    again = get(site, HTTP_IF_NONE_MATCH=etag)
    assert again.status_code == 304 and again.content == b"" and again["ETag"] == etag


def test_somebody_with_a_session_is_never_answered_from_it(site, settings) -> None:
    get(site)
    request = RequestFactory().get("/en/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    assert site[0](request).content == b"page 2"
    assert get(site).content == b"page 1"


def test_what_sets_a_cookie_or_is_not_marked_or_not_good_is_not_kept() -> None:
    answers = iter(
        [public(HttpResponse("a")), HttpResponse("b"), public(HttpResponse("c", status=404)), HttpResponse("d")]
    )
    first = next(answers)
    first.set_cookie("x", "y")
    site = PageCache(lambda request: first)
    assert "ETag" not in site(RequestFactory().get("/"))
    for _ in range(3):
        answer = next(answers)
        assert "ETag" not in PageCache(lambda request, a=answer: a)(RequestFactory().get("/"))


def test_every_page_falls_when_content_changes(site) -> None:
    get(site)
    facts.content_changed.send(sender=None, reason="test")
    assert get(site).content == b"page 2"


def test_a_page_made_while_content_changed_is_not_kept() -> None:
    calls = []

    def view(request):
        calls.append(1)
        if len(calls) == 1:
            pagecache.drop()
            pagecache._check_generation()
        return public(HttpResponse(str(len(calls))))

    site = PageCache(view)
    site(RequestFactory().get("/"))
    assert site(RequestFactory().get("/")).content == b"2"


def test_another_process_hears_of_it_within_a_second(site, monkeypatch) -> None:
    from django.core.cache import cache

    get(site)
    cache.set(pagecache.GENERATION, 12345, None)  # what another process's drop() writes
    pagecache._seen["looked"] -= pagecache.LOOK_EVERY
    assert get(site).content == b"page 2"


def test_a_post_passes(site) -> None:
    site[0](RequestFactory().post("/en/"))
    site[0](RequestFactory().post("/en/"))
    assert len(site[1]) == 2


def test_before_django_a_kept_page_is_answered_by_the_front_and_a_session_passes(site, settings) -> None:
    from ground.pagecache import front

    passed, heads = [], []

    def behind(environ, start_response):
        passed.append(environ["PATH_INFO"])
        return [b"behind"]

    def ask(**extra):
        environ = {"REQUEST_METHOD": "GET", "HTTP_HOST": "testserver", "PATH_INFO": "/en/", "QUERY_STRING": "", **extra}
        if "HTTP_HOST" not in extra:
            environ["HTTP_HOST"] = ""
        return b"".join(front(behind)(environ, lambda status, headers: heads.append((status, dict(headers)))))

    assert ask() == b"behind"
    etag = get(site)["ETag"]
    assert ask() == b"page 1" and heads[-1][0] == "200 OK" and heads[-1][1]["ETag"] == etag
    assert ask(HTTP_IF_NONE_MATCH=etag) == b"" and heads[-1][0] == "304 Not Modified"
    assert ask(HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}=x") == b"behind"
    assert ask(REQUEST_METHOD="POST") == b"behind" and ask(QUERY_STRING="q=1") == b"behind"
    facts.content_changed.send(sender=None, reason="test")
    assert ask() == b"behind"
