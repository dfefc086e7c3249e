"""The dashboard, the figures and the report: true numbers, few queries, closed to others."""

import csv
import io
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from editorial.desk import demo, due, figures
from editorial.desk.models import MadeUpDay
from editorial.models import StoryPage
from editorial.readers.models import DailyReads
from ground import charts, registry
from ground.registry import OriginCounter
from ground.sheets import safe
from membership.models import Tier
from tests.desk.conftest import draft, topic
from tests.factories import editorial as pages
from tests.factories import membership
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
At = Callable[[User], Client]


def reads(
    story: Any, days_ago: int, audience: str = "visitor", n: int = 1, finished: int = 0, language: str = "en"
) -> None:
    key = story.translation_key if hasattr(story, "translation_key") else story
    DailyReads.objects.create(story=key, day=timezone.localdate() - timedelta(days=days_ago), language=language,
                              audience=audience, reads=n, finished=finished)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, 29, 0),
        ({"days": "90"}, 89, 0),
        ({"days": "0"}, 0, 0),
        ({"days": "99999999"}, 29, 0),
        ({"days": "many"}, 29, 0),
        ({"from": "2026-11-01", "to": "2026-11-10"}, 21, 12),
        ({"from": "2026-11-10", "to": "2026-11-01"}, 21, 21),
        ({"to": "2031-01-01"}, 29, 0),
        ({"from": "2026-13-45"}, 29, 0),
        ({"from": "1990-01-01"}, 365, 0),
    ],
)
def test_the_span_that_is_asked_for(asked: dict[str, str], first: int, last: int) -> None:
    today = date(2026, 11, 22)
    span = figures.Span.asked(asked, today)
    assert ((today - span.first).days, (today - span.last).days) == (first, last)


def test_reads_are_counted_by_day_audience_and_story_and_nothing_outside_the_span() -> None:
    rain, other = pages.story(title="After Rain"), pages.story()
    reads(rain, 0, "visitor", 5, 2)
    reads(rain, 0, "member", 2, 2)
    reads(rain, 3, "account", 3, 0, "zh-hans")
    reads(other, 1, "visitor", 4)
    reads(other, 30, "visitor", 100)
    span = figures.Span.asked({})
    days = figures.per_day(span)
    assert len(days) == 30 and days[-1].by == {"visitor": 5, "member": 2} and days[-1].finished == 4
    assert [one.reads for one in days[-4:]] == [3, 0, 4, 7]
    first, second = figures.top(span)
    assert (first.title, first.reads, first.percent, first.by) == (
        "After Rain",
        10,
        40,
        {"visitor": 5, "account": 3, "member": 2},
    )
    assert second.reads == 4


@pytest.fixture
def came(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What came of stories, as whoever sells would count it: (origin, when, which)."""
    happened: list[tuple[Any, ...]] = []

    def counter(which: str) -> OriginCounter:
        def count(origins: Any, since: Any = None, until: Any = None) -> dict[str, int]:
            found: dict[str, int] = {}
            for origin, when, kind in happened:
                if kind == which and origin in origins and since <= when < until:
                    found[origin] = found.get(origin, 0) + 1
            return found

        return OriginCounter(which, which.title(), count)

    fresh: Any = registry.Registry("origin counters")
    for which in ("boxes", "joins"):
        fresh.register(counter(which))
    monkeypatch.setattr(figures, "origin_counters", fresh)
    return happened


def test_what_came_of_stories_is_counted_in_the_span_and_leads_the_rows(came: list[tuple[Any, ...]]) -> None:
    much_read, led = pages.story(title="Much read"), pages.story(title="It led to something")
    reads(much_read, 1, n=50)
    reads(led, 1, n=2)
    now = timezone.now()
    came += [(led.subject_key, now, "joins"), (led.subject_key, now, "boxes"), (led.subject_key, now - timedelta(days=40), "joins"),
             (much_read.subject_key, now - timedelta(days=40), "joins"), ("letter:frost", now, "joins")]  # fmt: skip
    first, second = figures.outcomes(figures.Span.asked({}))
    assert (first.title, first.reads, first.came) == ("It led to something", 2, {"joins": 1, "boxes": 1})
    assert (second.title, second.outcome) == ("Much read", 0)
    assert {one.title: one.outcome for one in figures.outcomes(figures.Span.asked({"days": "90"}))} == {
        "It led to something": 3, "Much read": 1}  # fmt: skip


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 2), (1, 2), (3, 4), (5, 6), (7, 8), (11, 20), (21, 40), (99, 100), (480, 600)]
)
def test_the_scale_of_a_chart_is_round(highest: int, top: int) -> None:
    assert charts.ceiling(highest) == top


def test_columns_stand_on_the_ground_and_stay_in_the_chart() -> None:
    chart = charts.columns([("1", "one", [("a", 3), ("b", 1)]), ("2", "two", [("a", 0)])])
    low, high = chart.columns[0].pieces
    assert (low.y, low.height, high.y, high.height, chart.most) == (25.0, 75.0, 0.0, 25.0, 4)
    assert chart.columns[1].pieces == () and chart.columns[1].x == 50.0
    assert charts.columns([]).columns == ()


def test_the_dashboard_draws_what_it_counts_and_carries_the_rows(wen: User, at: At) -> None:
    rain = pages.story(title="After <Rain>")
    reads(rain, 0, n=7, finished=3)
    page = at(wen).get("/cms/").content.decode()
    soup = BeautifulSoup(page, "html.parser")
    chart = soup.select_one("#desk-read-section .desk-chart > svg")
    assert chart is not None and chart.find("title").get_text() == "Reads per day"
    assert "7 reads in 30 days" in chart.find("desc").get_text()
    assert len(chart.select("rect.desk-touch")) == 30 and len(soup.select("#desk-read-section details tbody tr")) == 30
    assert "After &lt;Rain&gt;" in page and "<Rain>" not in page
    assert "style=" not in str(soup.select_one("#desk-read-section .desk-chart"))


def test_the_figures_as_csv_run_nothing_in_a_spreadsheet(wen: User, at: At, came: list[tuple[Any, ...]]) -> None:
    bad = pages.story(title="=HYPERLINK(1)")
    reads(bad, 0, n=7, finished=3)
    came.append((bad.subject_key, timezone.now(), "joins"))
    answer = at(wen).get("/cms/desk/figures.csv?days=90")
    head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[0] == "Story" and row[0] == "'=HYPERLINK(1)" and row[2] == "7" and row[-1] == "1"
    assert "attachment" in answer["Content-Disposition"]
    assert [safe(v) for v in ("+1", "@x", "-2", "\tx", "plain", -2)] == ["'+1", "'@x", "'-2", "'\tx", "plain", -2]


def test_what_is_due_is_told(wen: User, lin: User) -> None:
    from editorial.desk.gate import refuse
    from editorial.letters.models import Campaign, Newsletter

    mine, theirs = draft(wen, title="Mine"), draft(lin, title="Theirs")
    waiting = draft(lin, title="Waiting")
    waiting.get_workflow().start(waiting, lin)
    refused = draft(lin, sensitive=True, title="Refused")
    refuse(refused.latest_revision, ["second editor"])
    dated = draft(lin, title="Dated", go_live_at=timezone.now() + timedelta(days=3))
    dated.latest_revision.publish()
    late = draft(lin, title="Much later", go_live_at=timezone.now() + timedelta(days=30))
    late.latest_revision.publish()
    alone = pages.story(title="Alone")
    pair = pages.story(title="Pair")
    pages.story("zh-hans", beside=pair, title="一双")
    pages.story(title="Ending", expire_at=timezone.now() + timedelta(days=2))
    letters = Newsletter.objects.create(key="m", name_zh="信", name_en="Letter", about_zh="a", about_en="a")
    Campaign.objects.create(newsletter=letters, slug="x", subject_zh="霜", subject_en="Frost", state="scheduled",
                            scheduled_at=timezone.now() + timedelta(days=1))  # fmt: skip
    found = due.due(wen)

    def titles(name: str) -> list[str]:
        return [thing.title for thing in getattr(found, name)]

    assert titles("drafts") == ["Mine"] and "Theirs" not in titles("drafts")
    assert titles("to_agree") == ["Waiting"] and found.to_agree[0].mine and found.to_agree[0].who == "Lin"
    assert not due.due(lin).to_agree[0].mine
    assert titles("refused") == ["Refused"] and "second editor" in str(found.refused[0].reasons[0])
    assert titles("scheduled") == ["Ending", "Dated"] and found.scheduled[0].ends
    assert "Alone" in titles("untranslated") and "Pair" not in titles("untranslated") and found.alone == 2
    assert len(found.letters) == 1
    assert theirs.pk and mine.pk and late.pk and alone.pk


def test_a_story_given_back_is_told_to_whoever_submitted_it(wen: User, lin: User) -> None:
    page = draft(wen, title="Back")
    state = page.get_workflow().start(page, wen)
    state.current_task_state.reject(user=lin, comment="The date is wrong.")
    assert [(t.title, list(t.reasons)) for t in due.due(wen).returned] == [("Back", ["The date is wrong."])]
    assert due.due(lin).returned == []


def test_a_right_that_no_tier_gives_any_more_is_told_and_the_page_stays_closed(wen: User, at: At) -> None:
    membership.tiers()
    whole = pages.story(
        title="Whole",
        audience="tier:patron",
        body=[pages.text("One."), pages.text("Two."), pages.text("The end of it.")],
    )
    part = pages.story(
        title="Part", body=[pages.text("One."), pages.members(pages.text(pages.GATED), requires="tier:patron")]
    )
    assert due.due(wen).closed == []
    readers = (Client(), at(membership.member("companion")), at(person()))
    Tier.objects.filter(key="patron").update(archived=True)
    assert {t.title for t in due.due(wen).closed} == {"Whole", "Part"}
    Tier.objects.filter(key="patron").delete()
    assert {t.title: list(t.reasons) for t in due.due(wen).closed} == {
        "Whole": ["tier:patron"],
        "Part": ["tier:patron"],
    }
    for client in readers:
        for page, hidden in ((whole, "The end of it."), (part, pages.GATED)):
            answer = client.get(f"/en/stories/{page.slug}/")
            assert answer.status_code == 200 and hidden not in answer.content.decode()
    panel = at(wen).get(f"/cms/desk/findings/{part.pk}/").content.decode()
    assert "No tier that can be joined opens “tier:patron”" in panel
    assert "tier:patron" in at(wen).get("/cms/").content.decode()


def test_the_report_names_the_stories_with_findings(wen: User, at: At) -> None:
    pages.story(title="Bare", standfirst="")
    client = at(wen)
    page = client.get("/cms/desk/findings/").content.decode()
    assert "Bare" in page and "No standfirst" in page
    assert "No standfirst" not in client.get("/cms/desk/findings/?severity=error").content.decode()


def test_the_side_panel_shows_findings_of_the_newest_draft(wen: User, at: At) -> None:
    page = draft(wen, sensitive=True, standfirst="")
    edit = at(wen).get(f"/cms/pages/{page.pk}/edit/").content.decode()
    soup = BeautifulSoup(edit, "html.parser")
    panel = soup.select_one("[data-readiness]")
    assert panel is not None and "No standfirst" in panel.get_text() and "second editor" in panel.get_text()
    toggle = soup.select_one('[data-side-panel-toggle="readiness"] [data-side-panel-toggle-counter]')
    assert int(toggle.get_text()) == len(panel.select(".desk-error, .desk-warning"))


def test_the_desk_is_for_editors_alone(at: At) -> None:
    story = pages.story()
    packer = person()
    from django.contrib.auth.models import Permission

    packer.user_permissions.add(Permission.objects.get(codename="access_admin"))
    for address in ("figures/", "figures.csv", "findings/", f"findings/{story.pk}/"):
        assert at(packer).get(f"/cms/desk/{address}").status_code in (302, 403), address
        assert Client().get(f"/cms/desk/{address}").status_code in (302, 403), address
    assert "desk-due" not in at(packer).get("/cms/").content.decode()


def test_the_pages_ask_no_more_for_more_rows(wen: User, lin: User, at: At) -> None:
    client = at(wen)

    def more(n: int) -> None:
        history = topic("history", sensitive=True)
        for _ in range(n):
            story = pages.story()
            reads(story, 1)
            reads(uuid.uuid4(), 2)
            waiting = draft(lin)
            waiting.get_workflow().start(waiting, lin)
            draft(wen)
            dated = draft(lin, go_live_at=timezone.now() + timedelta(days=3))
            dated.latest_revision.publish()
            pages.story(expire_at=timezone.now() + timedelta(days=2), audience="tier:patron")
        assert history.pk

    def asked() -> dict[str, int]:
        counts = {}
        for address in ("/cms/", "/cms/desk/figures/", "/cms/desk/figures.csv", "/cms/desk/findings/"):
            client.get(address)
            with CaptureQueriesContext(connection) as found:
                assert client.get(address).status_code == 200
            counts[address] = len(found)
        return counts

    def listed() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/cms/stories/").status_code == 200
        return len(found)

    more(2)
    before, lines, all_lines = asked(), StoryPage.objects.count(), listed()
    more(4)
    assert asked() == before
    # In lists of pages wagtail-localize asks twice for each line whether it can be translated; nothing else does.
    assert listed() - all_lines <= 2 * (StoryPage.objects.count() - lines)
    with CaptureQueriesContext(connection) as found:
        due.due(User.objects.get(pk=wen.pk))
    assert len(found) <= 19


def test_the_demo_makes_up_the_same_reads_once_and_says_so(wen: User, at: At) -> None:
    slug = demo.slugs()[0]
    pages.story(slug=slug, translation_key=demo.story_key(slug))
    said: list[str] = []
    demo.seed(said.append)
    first = sorted(DailyReads.objects.values_list("day", "language", "audience", "reads", "finished"))
    assert len({row[0] for row in first}) >= 55 and all(0 <= row[4] <= row[3] for row in first) and len(said) == 1
    demo.seed(said.append)
    assert (
        sorted(DailyReads.objects.values_list("day", "language", "audience", "reads", "finished")) == first
        and len(said) == 1
    )
    DailyReads.objects.all().delete()
    MadeUpDay.objects.all().delete()
    demo.seed(said.append)
    assert sorted(DailyReads.objects.values_list("day", "language", "audience", "reads", "finished")) == first
    assert "made up" in at(wen).get("/cms/desk/figures/").content.decode()
    MadeUpDay.objects.all().delete()
    assert "made up" not in at(wen).get("/cms/desk/figures/").content.decode()
    assert StoryPage.objects.count() == 1
