"""What the group of editors reaches in the admin, what it does not, and how its lists are narrowed down."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Page, Workflow, WorkflowPage

from accounts.models import User
from editorial.desk.models import SecondEditorTask
from editorial.models import Craft, SeriesPage
from editorial.team import EDITORS, ensure_team, made
from tests.desk.conftest import draft
from tests.factories import editorial as pages

pytestmark = pytest.mark.django_db
At = Callable[[User], Client]
OPEN = ["", "desk/figures/", "desk/findings/", "stories/", "people/", "terms/", "places/", "series/", "images/", "documents/",
        "letters/", "snippets/polls/poll/", "snippets/polls/poll/add/", "snippets/letters/campaign/add/",
        *(f"snippets/editorial/{name}/{page}" for name in ("topic", "craft", "period", "region") for page in ("", "add/"))]  # fmt: skip
SHUT = [
    "billing/events/",
    "billing/drift/",
    "boxes/",
    "snippets/boxes/item/",
    "users/",
    "groups/",
    "workflows/list/",
    "settings/",
]


@pytest.mark.parametrize("address", OPEN)
def test_editors_reach_it(wen: User, at: At, address: str) -> None:
    assert at(wen).get(f"/cms/{address}").status_code == 200


@pytest.mark.parametrize("address", SHUT)
def test_editors_do_not_reach_it(wen: User, at: At, address: str) -> None:
    assert at(wen).get(f"/cms/{address}").status_code in (302, 403, 404)


def test_the_menu_has_one_group_for_everything_written_and_none_for_money(wen: User, at: At) -> None:
    page = at(wen).get("/cms/").content.decode()
    for word in ("Editorial", "Stories", "Glossary", "Crafts", "Periods", "Regions", "Polls", "Reads and joins"):
        assert word in page, word
    assert "/cms/billing/" not in page and "/cms/boxes/" not in page


def test_laying_the_team_out_again_changes_nothing_and_takes_nothing_back(db: None) -> None:
    team = ensure_team()
    before = (
        team.permissions.count(),
        team.page_permissions.count(),
        team.collection_permissions.count(),
        Workflow.objects.count(),
    )
    ensure_team()
    assert made() and Group.objects.filter(name=EDITORS).count() == 1 and SecondEditorTask.objects.count() == 1
    assert before == (
        team.permissions.count(),
        team.page_permissions.count(),
        team.collection_permissions.count(),
        Workflow.objects.count(),
    )


def test_stories_everywhere_have_the_second_editors_workflow_unless_staff_laid_another(wen: User) -> None:
    assert SecondEditorTask.objects.get() in [task.specific for task in draft(wen).get_workflow().tasks]
    own = Workflow.objects.create(name="Ours")
    WorkflowPage.objects.filter(page=Page.objects.get(depth=1)).update(workflow=own)
    ensure_team()
    assert WorkflowPage.objects.get(page__depth=1).workflow == own


def test_the_list_of_stories_is_narrowed_down_by_craft_series_audience_and_language(wen: User, at: At) -> None:
    celadon = Craft.objects.create(slug="celadon", name_zh="青瓷", name_en="Celadon")
    series = SeriesPage(title="Notes on Glaze", slug="notes-on-glaze")
    pages.channel().add_child(instance=series)
    pages.story(title="One of celadon", craft=celadon)
    pages.story(title="One of a series", series=series, part=1)
    pages.story(title="One for accounts", audience="account")
    pages.story("zh-hans", title="一篇中文")
    client = at(wen)

    def listed(query: str) -> set[str]:
        answer = client.get(f"/cms/stories/?{query}")
        assert answer.status_code == 200
        return {page.title for page in answer.context["object_list"]}

    everything = listed("")
    assert everything == {"One of celadon", "One of a series", "One for accounts", "一篇中文"}
    assert listed(f"craft={celadon.pk}") == {"One of celadon"}
    assert listed(f"series={series.pk}") == {"One of a series"}
    assert listed("audience=account") == {"One for accounts"}
    assert listed("audience=open") == everything - {"One for accounts"}
    from wagtail.models import Locale

    assert listed(f"language={Locale.objects.get(language_code='zh-hans').pk}") == {"一篇中文"}
    heads = [
        th.get_text(strip=True)
        for th in BeautifulSoup(client.get("/cms/stories/").content, "html.parser").select("thead th")
    ]
    assert {"Language", "Series", "For whom", "State", "Date", "Reads"} <= {head.split("  ")[0] for head in heads}
    for order in ("reads", "-reads", "date", "audience", "craft__place", "locale"):
        assert client.get(f"/cms/stories/?ordering={order}").status_code == 200


def test_a_story_s_form_chooses_its_craft_with_wagtails_own_chooser(wen: User, at: At) -> None:
    assert "/cms/snippets/choose/editorial/craft/" in at(wen).get(f"/cms/pages/{draft(wen).pk}/edit/").content.decode()


def test_the_form_explains_what_is_not_plain(wen: User, at: At) -> None:
    form = at(wen).get(f"/cms/pages/{draft(wen).pk}/edit/").context["form"]
    for name in ("title_lines", "standfirst", "date", "notes", "audience", "room_subject", "edition_subject"):
        assert form.fields[name].help_text, name
