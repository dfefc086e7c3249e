"""The demo's stories: read from files, laid out once, and gated sentences nowhere but behind the wall."""

from collections import Counter

import pytest
from django.test import Client
from wagtail.models import Page

from editorial import demo
from editorial.demo.parser import Art, BadStory, parse
from editorial.demo.stories import TEXTS, slugs
from editorial.models import HomePage, PersonPage, PlacePage, SeriesPage, StoryPage, TermPage
from editorial.passages.models import Passage
from tests.factories import accounts, membership

SHORT = """title: 雨过天青，<wbr>是火
standfirst: 釉。
author: 沈砚秋
art: bowl 7
alt: 盏
date: 2026-11-22

第一行
第二行，*闷*。^1

## 一节

[image] kiln 3 | 窑 | 题 | 说明

[members] stories:all | 墙 | 后面。

秘密。

[timeline]
874 年 | 封入地宫
1323 年 | 沉没

[/members]

[notes]
1 | 见[书](https://example.com/a)。
"""


def test_a_story_file_is_read() -> None:
    story = parse(SHORT, "short.zh")
    assert story.art == Art("bowl", 7)
    assert [kind for kind, _ in story.blocks] == ["text", "heading", "image", "members"]
    assert story.blocks[0][1] == "<p>第一行第二行，<i>闷</i>。^1</p>"
    assert [kind for kind, _ in story.blocks[3][1]["content"]] == ["text", "timeline"]
    assert story.notes == ['见<a href="https://example.com/a">书</a>。']


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("author: 沈砚秋\n", ""), "lacks author"),
        (("author:", "autor:"), "no such line"),
        (("bowl 7", "bowl seven"), "a drawing is a name and a number"),
        (("[/members]\n", ""), "never closed"),
        (("[image] kiln 3 | 窑 | 题 | 说明", "[film] x"), r"no such block: \[film\]"),
        (("[timeline]", "[members] a | b | c\n\n[timeline]"), "inside"),
        (("874 年 | 封入地宫", "874 年 | 封入 | 地宫"), "2 fields"),
    ],
)
def test_a_mistake_in_a_story_file_is_named(change: tuple[str, str], said: str) -> None:
    with pytest.raises(BadStory, match=said):
        parse(SHORT.replace(*change), "short.zh")


def secrets() -> list[str]:
    rows = (TEXTS / "gated.txt").read_text(encoding="utf-8").strip().split("\n")
    return [row.split("|", 3)[3].strip() for row in rows]


@pytest.mark.django_db
def test_everything_is_there_in_both_languages_and_nothing_gated_in_the_open() -> None:
    demo.seed(lambda text: None)
    assert len(slugs()) >= 24
    assert StoryPage.objects.live().count() == len(slugs()) * 2
    for model, least in ((PersonPage, 8), (TermPage, 40), (PlacePage, 8), (SeriesPage, 5)):
        assert model.objects.live().count() >= least * 2
        assert set(Counter(model.objects.values_list("translation_key", flat=True)).values()) == {2}
    before = Page.objects.count(), Passage.objects.count()
    demo.seed(lambda text: None)
    assert (Page.objects.count(), Passage.objects.count()) == before
    assert HomePage.objects.count() == 2
    leads = StoryPage.objects.filter(locale__language_code="en").values_list("lead_image__title", flat=True)
    assert len(set(leads)) == len(leads)
    assert not StoryPage.objects.filter(topics__science=True).exclude(credits__role="reviewer").exists()
    membership.tiers()
    companion, friend, free = (membership.member("companion"), membership.member("friend"), accounts.person())
    paths = [f"/{code}/stories/{slug}/" for code in ("en", "zh-hans") for slug in slugs()]
    others = [
        f"/{code}/{rest}" for code in ("en", "zh-hans") for rest in ("", "stories/", "search/?q=青", "search/?q=kiln")
    ]
    others += [f"/feeds/{name}?lang={code}" for code in ("en", "zh-hans") for name in ("atom.xml", "feed.json")]
    assert _found(None, paths + others) == set()
    assert _found(free, paths + others) == _of_accounts()
    of_friends = _found(friend, paths + others)
    assert of_friends and of_friends < set(secrets())
    assert _found(companion, paths) == set(secrets())


def _of_accounts() -> set[str]:
    """The sentences of stories that ask for an account and nothing more."""
    rows = (TEXTS / "gated.txt").read_text(encoding="utf-8").strip().split("\n")
    fields = [[part.strip() for part in row.split("|", 3)] for row in rows]
    asked = {f[0] for f in fields if "audience: account" in (TEXTS / f"{f[0]}.{f[1]}.txt").read_text(encoding="utf-8")}
    return {f[3] for f in fields if f[0] in asked}


def _found(account: object, paths: list[str]) -> set[str]:
    client = Client()
    if account:
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    bodies = [client.get(path).content.decode().replace("&#x27;", "'") for path in paths]
    assert all(len(body) > 100 for body in bodies)
    return {secret for secret in secrets() if any(secret in body for body in bodies)}
