"""Every kind of block that the demo's story files know, from the line in the file to the block on the page."""

import pytest
from django.core.files.storage import default_storage
from wagtail.models import Locale

from editorial.actions import lay_trees, place
from editorial.demo.convert import Converter, Pages
from editorial.demo.drawings import Drawings
from editorial.demo.media import Media
from editorial.demo.parser import BadStory, parse
from editorial.files.models import HouseFile
from editorial.models import DirectoryPage, PlacePage, TermPage
from editorial.polls.models import Poll

HEAD = """title: T
standfirst: S
author: A
art: bowl 1
alt: a bowl
date: 2026-11-22
craft: celadon
period: song
region: longquan
series: glaze
part: 2
people: zhou-qilang
places: longquan
reviewer: he-yiheng
"""
BODY = """[kaolin](term:kaolin) comes from [a hill](place:longquan), says [nobody](person:nobody).

[slider] bowl 1 | bowl 2 | thin | thick | One bowl

[map] Two towns
longquan | where it is fired
nowhere | not yet written

[audio] wood-knife | A knife | Made by Yaji
A knife pushes.
A chip falls.

[video] wheel | The wheel | Made by Yaji
It turns.

[model] tea-bowl | A black bowl | Turn it

[panorama] kiln-yard | A yard | Look

[zoom] glaze 5 | Cracks | Thread | Near

[poll] Which one?
The blue
The grey

[event] Opening | 2026-12-12 15:00 | Longquan | Come

[room]

[sources]
Gao Lian | Eight Discourses | 1591 |
| A museum’s collection | Hangzhou | https://example.com/
"""


def test_every_kind_is_read() -> None:
    story = parse(f"{HEAD}\n{BODY}", "t")
    kinds = ["text", "slider", "map", "audio", "video", "model", "panorama", "zoom", "poll", "event", "room"]
    assert [kind for kind, _ in story.blocks] == kinds
    assert story.head["craft"] == "celadon"
    assert story.blocks[0][1].startswith('<p><a linktype="demo" to="term:kaolin">kaolin</a> comes')
    assert [s["title"] for s in story.sources] == ["Eight Discourses", "A museum’s collection"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("[audio] bell | Bell", "needs transcript lines"),
        ("[poll] Which?\nOnly one", "two to eight answers"),
        ("[event] Opening | tomorrow | here", "a moment such as"),
        ("[slider] bowl 1 | kiln x | a | b", "a drawing is a name and a number"),
        ("[model] | alt", "first of 3 fields is empty"),
        ("[sources]\na | b | c | d | e", "4 fields"),
    ],
)
def test_a_mistake_in_a_new_kind_is_named(bad: str, said: str) -> None:
    with pytest.raises(BadStory, match=said):
        parse(f"{HEAD}\n{bad}\n", "t")


def converter(code: str = "en") -> Converter:
    locale = Locale.objects.get(language_code=code)
    return Converter("t", code, Pages(locale), Drawings(), Media())


@pytest.mark.django_db
def test_every_kind_becomes_a_block_with_its_files() -> None:
    home = lay_trees()["en"]
    shelf = place(DirectoryPage(title="Shelf", slug="shelf", locale=home.locale), under=home)
    term = place(TermPage(title="Kaolin", slug="kaolin", short="White earth.", locale=home.locale), under=shelf)
    hill = place(
        PlacePage(title="Longquan", slug="longquan", latitude=28.07, longitude=119.14, locale=home.locale), under=shelf
    )
    story = parse(f"{HEAD}\n{BODY}", "t")
    blocks = dict(converter().body(story.blocks))
    text = blocks["text"].source
    assert f'<a linktype="page" id="{term.pk}">kaolin</a>' in text and f'id="{hill.pk}"' in text
    assert "says nobody." in text
    assert [place_["place"].pk for place_ in blocks["map"]["places"]] == [hill.pk]
    assert {f.kind for f in HouseFile.objects.all()} == {"audio", "video", "captions", "model"}
    assert blocks["panorama"]["image"].width == 2 * blocks["panorama"]["image"].height
    assert default_storage.exists(blocks["panorama"]["image"].file.name)
    assert [kind for kind, _ in converter().notes(story)] == ["source", "source"]
    before = HouseFile.objects.count()
    converter().body(story.blocks)
    assert HouseFile.objects.count() == before


@pytest.mark.django_db
def test_a_poll_is_one_for_both_languages() -> None:
    lay_trees()
    english, chinese = parse(f"{HEAD}\n{BODY}", "t"), parse(f"{HEAD}\n[poll] 哪一只？\n蓝的\n灰的\n", "t")
    converter().body(english.blocks)
    converter("zh-hans").body(chinese.blocks)
    poll = Poll.objects.get()
    assert (poll.question_en, poll.question_zh) == ("Which one?", "哪一只？")
    assert [(o.label_en, o.label_zh) for o in poll.options.all()] == [("The blue", "蓝的"), ("The grey", "灰的")]
    with pytest.raises(BadStory, match="not as many answers"):
        converter("zh-hans").body(parse(f"{HEAD}\n[poll] 哪？\n一\n二\n三\n", "t").blocks)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    [
        "[audio] gong | Gong\nIt rings.",
        "[video] kiln | Kiln\nFire.",
        "[model] teapot | A pot",
        "[panorama] moon | The moon",
    ],
)
def test_what_nobody_has_made_is_named(line: str) -> None:
    lay_trees()
    with pytest.raises(BadStory, match=r"t\.en: there is no"):
        converter().body(parse(f"{HEAD}\n{line}\n", "t").blocks)
