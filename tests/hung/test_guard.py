"""Where the house goes when somebody names an address: only to machines of the open web, whatever the name says."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.hung.links.fetching import MOST_BYTES, Fetched, Manner, fetch
from ground import outward as guard
from tests.hung.web import Web, web

PRIVATE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "168.63.129.16", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::127.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::8.8.8.8",
    "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:53aa:64c::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "2001:db8::1", "no address",
]  # fmt: skip


@pytest.mark.parametrize("ip", PRIVATE)
def test_no_address_of_a_private_machine_is_gone_to(ip: str) -> None:
    assert not guard.is_public(ip)
    with pytest.raises(guard.Refused):
        guard.judge("https://kiln.test/", lambda host, port: [ip])


@pytest.mark.parametrize("ip", ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111"])
def test_public_machines_are(ip: str) -> None:
    assert guard.judge("https://kiln.test/a?b=c", lambda host, port: [ip]).ip == ip


def test_one_private_address_among_public_ones_is_enough_to_stay_away() -> None:
    with pytest.raises(guard.Refused):
        guard.judge("http://kiln.test/", lambda host, port: ["93.184.216.34", "127.0.0.1"])


@pytest.mark.parametrize("url", [
    "ftp://kiln.test/", "file:///etc/passwd", "gopher://kiln.test/", "http://kiln.test:8080/", "https://kiln.test:22/", "http://a:b@kiln.test/",
    "http:///path", "http://[::1", "http://kiln.test:99999/", "javascript:alert(1)", "//kiln.test/", "", "http://" + "a" * 70 + ".test/",
])  # fmt: skip
def test_only_http_and_https_on_their_own_ports_and_without_a_password(url: str) -> None:
    with pytest.raises(guard.Refused):
        guard.judge(url, lambda host, port: ["93.184.216.34"])


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"])  # fmt: skip
def test_the_systems_own_resolver_leads_no_other_way_to_this_machine(host: str) -> None:
    with pytest.raises(guard.Refused):
        guard.judge(f"http://{host}/")


@given(st.text(max_size=80), st.text(max_size=40))
def test_whatever_stands_in_an_address_the_judge_refuses_or_makes_one_plain_line_of_it(path: str, query: str) -> None:
    try:
        way = guard.judge(f"http://kiln.test/{path}?{query}", lambda host, port: ["93.184.216.34"])
    except guard.Refused:
        return
    assert way.target.isascii() and not any(c in way.target for c in " \r\n\t\x00") and way.target.startswith("/")


# --- fetching ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def there() -> Iterator[Web]:
    with web() as server:
        yield server


def manner(server: Web, seconds: float = 1.0, resolve: guard.Resolve | None = None) -> Manner:
    """Loopback may be gone to, at the server's own port alone."""
    return Manner("Test/1", resolve or (lambda host, port: ["127.0.0.1"]), lambda ip, port: (ip, port) == ("127.0.0.1", server.port), seconds)  # fmt: skip


def test_a_page_is_fetched_with_its_own_name_and_without_a_trace_of_anybody(there: Web) -> None:
    there.redirects["/old"] = "/new?a=b"
    page = fetch(there.url("/old"), manner(there))
    assert isinstance(page, Fetched)
    assert page.url == there.url("/new?a=b")
    assert page.charset == "utf-8"
    assert len(there.asked) == 2
    for request in there.asked:
        assert f"Host: kiln.test:{there.port}" in request
        assert "User-Agent: Test/1" in request
        assert "cookie" not in request.lower() and "referer" not in request.lower()


def test_without_the_seam_of_the_tests_loopback_is_not_gone_to(there: Web) -> None:
    with pytest.raises(guard.Refused):
        fetch(there.url("/"), Manner("Test/1", lambda host, port: ["127.0.0.1"]))
    assert not there.asked


def test_a_name_that_means_something_else_a_moment_later_leads_nowhere_else(there: Web) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    asked = []

    def changing(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    fetch(there.url("/"), manner(there, resolve=changing))
    assert asked == ["kiln.test"], "the name is asked once; the line goes to the answer that was judged"
    with pytest.raises(guard.Refused):
        fetch(there.url("/"), manner(there, resolve=changing))
    assert len(there.asked) == 1


def test_the_library_below_asks_no_second_time(there: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def only_numbers(host: str, *rest: object, **more: object) -> object:
        assert host == "127.0.0.1", f"the name {host} was resolved behind the judge's back"
        return real(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", only_numbers)
    assert fetch(there.url("/"), manner(there)).body


@pytest.mark.parametrize("to", ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "file:///etc/passwd", "ftp://kiln.test/"])  # fmt: skip
def test_a_redirect_is_judged_like_the_first_address(there: Web, to: str) -> None:
    there.redirects["/"] = to

    def by_number(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "kiln.test" else [host]

    with pytest.raises(guard.Refused):
        fetch(there.url("/"), manner(there, resolve=by_number))
    assert len(there.asked) == 1


def test_four_redirects_are_followed_and_no_fifth(there: Web) -> None:
    there.redirects |= {f"/{n}": f"/{n + 1}" for n in range(5)}
    assert fetch(there.url("/1"), manner(there)).url.endswith("/5")
    with pytest.raises(guard.Refused, match="too many"):
        fetch(there.url("/0"), manner(there))


@pytest.mark.parametrize("path", ["/slow-head", "/slow-body", "/continues"])
def test_who_answers_a_letter_at_a_time_is_left_when_the_time_is_over(there: Web, path: str) -> None:
    began = time.monotonic()
    with pytest.raises(guard.Refused):
        fetch(there.url(path), manner(there, seconds=0.5))
    assert time.monotonic() - began < 60, "left to itself, it would go on for minutes"


def test_a_name_server_may_be_as_slow_as_it_likes(there: Web) -> None:
    left, answered = threading.Event(), threading.Event()

    def slow(host: str, port: int) -> list[str]:
        left.wait(60)
        answered.set()
        return ["127.0.0.1"]

    try:
        with pytest.raises(guard.Refused, match="too slow"):
            fetch(there.url("/"), manner(there, seconds=0.3, resolve=slow))
        assert not answered.is_set(), "it was waited for"
    finally:
        left.set()


def test_of_an_endless_page_only_the_beginning_is_read(there: Web) -> None:
    page = fetch(there.url("/endless"), manner(there, seconds=5))
    assert len(page.body) == MOST_BYTES


@pytest.mark.parametrize("path", ["/bomb", "/picture", "/missing", "/nonsense"])
def test_what_is_packed_no_page_missing_or_nonsense_is_left(there: Web, path: str) -> None:
    with pytest.raises(guard.Refused):
        fetch(there.url(path), manner(there))


def test_a_door_that_is_shut_is_a_refusal() -> None:
    with socket.socket() as nobody, pytest.raises(guard.Refused):
        nobody.bind(("127.0.0.1", 0))  # taken, so that nobody else comes to listen there
        port = nobody.getsockname()[1]
        fetch(f"http://kiln.test:{port}/", Manner("Test/1", lambda host, at: ["127.0.0.1"], lambda ip, at: True, 1.0))
