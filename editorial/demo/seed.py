"""Front pages, channels, plain pages, stories and the editors' permissions of the demo. Running it again changes nothing."""

from collections.abc import Callable
from typing import Any

from editorial.actions import lay_directories, lay_trees, publish
from editorial.demo.drawings import Drawings
from editorial.demo.parser import Art
from editorial.demo.plain import lay_plain_pages
from editorial.demo.shelves import lay_shelves
from editorial.demo.stories import lay_stories
from editorial.models import HomePage, StoryPage
from editorial.team import ensure_team

CHANNEL = {
    "en": ("Stories", "Where things come from, and the hands that make them."),
    "zh-hans": ("故事", "写器物的来处，也写做它的手。"),
}
DATELINES = {"en": "Rainbows hide, the sky and the earth close. A day for tea and a long read.",
             "zh-hans": "虹藏不见，天地闭塞。宜煮茶，宜读长文。"}  # fmt: skip
COVER, TRIO, SAID = "celadon-after-rain", ("cobalt-line", "indigo-seasons", "pear-wood-river"), "indigo-seasons"
ROOMS = ("celadon-after-rain", "pear-wood-river", "cobalt-line")
WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "slip": "This issue", "trio": "Three stories", "said": "The vat knows its people. I was gone three days, and when I came back it would not turn blue.",
        "who": "Shi Aduo", "what": "indigo dyer, Danzhai", "more": "Read her seasons", "rooms": "Rooms with a lamp lit tonight",
        "people": "Hands with work in them",
        "persons": [("kiln", 2, "Zhou Qilang", "Longquan. Thirty-one years of firing, and will not say that he can read a flame.", "celadon-after-rain"),
                    ("lacquer", 6, "Lacquer Granny", "Yangzhou, carved red. One coat a day, a hundred days before the knife.", "lacquer-hundred-coats"),
                    ("shadow", 4, "Qin Zhao", "Huazhou, shadow figures. The rods, he says, hold the heart.", "shadow-puppet-back")],
        "invite": ("Join", "We have kept you a seat", "Every story to its end, every room, and a box each month. Three kinds of seats, from eighteen yuan; leave whenever you like.", "Take a seat"),
    },
    "zh-hans": {
        "slip": "本期卷首", "trio": "本期三篇", "said": "染缸认人。我出门三天，回来它就不蓝了。",
        "who": "石阿朵", "what": "贵州丹寨，染娘", "more": "读她的四季", "rooms": "今晚有人在的房间",
        "people": "手上有活的人",
        "persons": [("kiln", 2, "周其朗", "龙泉，烧窑三十一年，不肯说自己会看火。", "celadon-after-rain"),
                    ("lacquer", 6, "漆婆婆", "扬州，剔红。一天一道漆，一百天才动刀。", "lacquer-hundred-coats"),
                    ("shadow", 4, "秦照", "华州，刻皮影。他说，心是给签子拿的。", "shadow-puppet-back")],
        "invite": ("入会", "给你留了个位子", "读全每一篇，走进每一间房，每月收一只盒。三种席位，从十八元起，随时可退。", "入席"),
    },
}  # fmt: skip


def seed(step: Callable[[str], None]) -> None:
    """All of it, with a word on each step."""
    step("front pages")
    homes = lay_trees(channel=CHANNEL)
    lay_plain_pages(homes)
    ensure_team()
    lay_directories(homes)
    lay_shelves(homes, step)
    lay_stories(homes, step)
    for code, home in homes.items():
        if not home.body:
            step(f"front page, {code}")
            _compose(home, code)


def _compose(home: HomePage, code: str) -> None:
    home = HomePage.objects.get(pk=home.pk)  # as the tree is now: publishing writes the count of children too
    words, drawings = WORDS[code], Drawings()
    story = {p.slug: p for p in StoryPage.objects.descendant_of(home)}
    if COVER not in story:
        return
    kicker, title, text, act = words["invite"]
    people = [
        {"image": drawings.get(Art(art, number)), "name": name, "text": line, "story": story.get(slug)}
        for art, number, name, line, slug in words["persons"]
    ]
    home.dateline = DATELINES[code]
    home.body = [
        ("cover", {"story": story[COVER], "slip": words["slip"]}),
        ("trio", {"heading": words["trio"], "stories": [story[s] for s in TRIO if s in story]}),
        ("quote", {"text": words["said"], "who": words["who"], "what": words["what"], "story": story.get(SAID), "more": words["more"]}),
        ("rooms", {"heading": words["rooms"], "stories": [story[s] for s in ROOMS if s in story]}),
        ("box", {"edition": ""}),
        ("people", {"heading": words["people"], "people": people}),
        ("invite", {"image": drawings.get(Art("lattice", 3)), "kicker": kicker, "title": title, "text": text, "act": act}),
    ]  # fmt: skip
    publish(home)
