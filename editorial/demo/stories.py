"""The six stories of the demo, read from `texts/`, each in both languages, with drawings of our own."""

import re
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from accounts import demo as people
from accounts.models import User
from editorial.actions import place, publish
from editorial.demo import shelves
from editorial.demo.convert import Converter, Pages
from editorial.demo.drawings import Drawings
from editorial.demo.media import Media
from editorial.demo.parser import BadStory, Story, parse
from editorial.demo.records import listed
from editorial.models import ChannelPage, HomePage, StoryPage, Topic

TEXTS = Path(__file__).parent / "texts"
ENDINGS = {"en": "en", "zh-hans": "zh"}
AUTHORS = {
    "en": {
        "沈砚秋": "Shen Yanqiu",
        "顾听澜": "Gu Tinglan",
        "石阿朵": "Shi Aduo",
        "汪素槽": "Wang Sucao",
        "秦照": "Qin Zhao",
    }
}
TOPICS = {
    "celadon": ("青瓷", "celadon"), "kiln": ("窑", "kilns"), "porcelain": ("瓷", "porcelain"), "cobalt": ("青花", "cobalt"),
    "blue": ("蓝", "blue"), "trade": ("商路", "trade"), "indigo": ("靛", "indigo"), "dyeing": ("染", "dyeing"), "textile": ("布", "cloth"),
    "print": ("版画", "prints"), "woodblock": ("刻版", "woodblocks"), "carving": ("雕刻", "carving"), "lacquer": ("漆", "lacquer"),
    "shadow-puppets": ("皮影", "shadow figures"), "theatre": ("戏", "theatre"), "paper": ("纸", "paper"), "cloth": ("布", "cloth"),
    "tea": ("茶", "tea"), "shadow": ("皮影", "shadow figures"), "science": ("科学", "science"), "history": ("史", "history"), "food": ("食", "food"),
    "music": ("乐", "music"), "tools": ("工具", "tools"), "water": ("水", "water"), "fire": ("火", "fire"), "ritual": ("礼", "ritual"), "design": ("图样", "design"),
}  # fmt: skip


SENSITIVE = {"history", "ritual"}
FIRST, SECOND = "editor@example.com", "admin@example.com"


def story_key(slug: str) -> uuid.UUID:
    """The translation key of a demo story, always the same, so that other apps' demo content can point at it."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"https://yaji.example/stories/{slug}")


def slugs() -> list[str]:
    """Every story of the folder."""
    return sorted({path.name.split(".")[0] for path in TEXTS.glob("*.*.txt")})


def lay_stories(homes: dict[str, HomePage], step: Callable[[str], None]) -> None:
    """All stories in all languages; a story that is there already stays as it is. Raises `BadStory`."""
    drawings, media = Drawings(), Media()
    fresh: list[tuple[StoryPage, Story, str, str]] = []
    for slug in slugs():
        for code, home in homes.items():
            file = TEXTS / f"{slug}.{ENDINGS[code]}.txt"
            channel = ChannelPage.objects.child_of(home).filter(slug="stories").first()
            if channel is None or not file.exists() or StoryPage.objects.child_of(channel).filter(slug=slug).exists():
                continue
            step(f"{slug}, {code}")
            story = parse(file.read_text(encoding="utf-8"), file.name)
            converter = Converter(slug, code, Pages(channel.locale), drawings, media)
            fresh.append((lay_story(story, slug, code, channel, converter), story, slug, code))
    step("links between stories")
    for page, story, slug, code in fresh:
        if 'to="story:' in str(story.blocks) + str(story.notes):
            _link_again(page, story, Converter(slug, code, Pages(page.locale), drawings, media))


def _link_again(page: StoryPage, story: Story, converter: Converter) -> None:
    """Now that every story is there, links from one to another find their ends."""
    page = StoryPage.objects.get(pk=page.pk)
    page.body, page.notes = converter.body(story.blocks), converter.notes(story)
    publish(page, **editors(page))


def lay_story(story: Story, slug: str, code: str, channel: ChannelPage, converter: Converter) -> StoryPage:
    """One story in one language, published."""
    head, where = story.head, f"{slug}.{code}"
    lines = re.sub(r"\s*<wbr>\s*", "|", head["title"])
    page = StoryPage(
        title=lines.replace("|", ""), title_lines=lines if "|" in lines else "", slug=slug, locale=channel.locale,
        translation_key=story_key(slug), kicker=head.get("kicker", ""), seq=head.get("seq", ""),
        standfirst=head["standfirst"], author=AUTHORS.get(code, {}).get(head["author"], head["author"]),
        lead_image=converter.drawings.get(story.art, where, head["alt"]), lead_alt=head["alt"],
        date=_date(head["date"], where),
        audience={"public": ""}.get(head.get("audience", ""), head.get("audience", "")),
        body=converter.body(story.blocks), notes=converter.notes(story),
    )  # fmt: skip
    page.topics.set([_topic(slug) for slug in listed(head.get("topics", ""))])
    shelves.describe(page, head)
    return place(page, under=channel, **editors(page))


def editors(page: StoryPage) -> dict[str, Any]:
    """Who wrote it and, where a topic asks for it, who agreed: the demo's editor and its administrator, on the record."""
    if not User.objects.filter(email=SECOND).exists():
        people.seed(lambda text: None)
    found = {user.email: user for user in User.objects.filter(email__in=(FIRST, SECOND))}
    touchy = any(topic.sensitive for topic in page.topics.all())
    return {"by": found[FIRST], "agreed_by": found[SECOND] if touchy else None}


def _topic(slug: str) -> Topic:
    zh, en = TOPICS.get(slug, (slug, slug))
    defaults = {"name_zh": zh, "name_en": en, "sensitive": slug in SENSITIVE, "science": slug == "science"}
    return Topic.objects.get_or_create(slug=slug, defaults=defaults)[0]


def _date(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as trouble:
        raise BadStory(f"{where}: {trouble}") from trouble
