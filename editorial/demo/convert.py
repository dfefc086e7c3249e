"""From a parsed story to blocks: drawings drawn, sounds made, links to terms, people, places and stories found."""

import re
from datetime import datetime
from typing import Any

from django.utils import timezone
from wagtail.models import Locale
from wagtail.rich_text import RichText

from editorial.demo.drawings import Drawings
from editorial.demo.media import Media
from editorial.demo.parser import Art, BadStory, Block, Story
from editorial.models import PersonPage, PlacePage, StoryPage, TermPage
from editorial.polls.models import Option, Poll
from ground.localized import SUFFIXES

CREDITS = {"en": "Drawn by Yaji", "zh-hans": "绘作：雅集"}
TARGETS: dict[str, Any] = {"term": TermPage, "person": PersonPage, "place": PlacePage, "story": StoryPage}
_link = re.compile(r'<a linktype="demo" to="(\w+):([\w-]+)">(.*?)</a>')
POSTERS = {"celadon-vase": Art("vase", 0), "tea-bowl": Art("jian", 0), "wheel": Art("bowl", 11)}


class Pages:
    """Ids of the pages of one language by kind and slug, read once."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self.ids: dict[str, dict[str, int]] = {}

    def find(self, kind: str, slug: str) -> int | None:
        """The id, or None for a page that is not there (yet)."""
        if kind not in self.ids:
            rows = TARGETS[kind].objects.filter(locale=self.locale).values_list("slug", "pk")
            self.ids[kind] = dict(rows)
        return self.ids[kind].get(slug)

    def linked(self, markup: str) -> str:
        """Rich text with its links; where the target is missing the words stay without one."""

        def one(found: "re.Match[str]") -> str:
            number = self.find(found[1], found[2])
            return f'<a linktype="page" id="{number}">{found[3]}</a>' if number else found[3]

        return _link.sub(one, markup)


class Converter:
    """Makes the blocks of one file. `slug` names its polls, `where` stands in messages."""

    def __init__(self, slug: str, code: str, pages: Pages, drawings: Drawings, media: Media) -> None:
        self.slug, self.code, self.pages = slug, code, pages
        self.drawings, self.media = drawings, media
        self.where = f"{slug}.{code}"
        self.polls = 0

    def body(self, blocks: list[Block]) -> list[tuple[str, Any]]:
        """All blocks of a stream."""
        return [(kind, self.value(kind, value)) for kind, value in blocks]

    def notes(self, story: Story) -> list[tuple[str, Any]]:
        """Notes, then sources."""
        notes = [("note", RichText(f"<p>{self.pages.linked(note)}</p>")) for note in story.notes]
        return [*notes, *(("source", {**source, "kind": _kind_of(source)}) for source in story.sources)]

    def value(self, kind: str, value: Any) -> Any:
        """The value of one block."""
        if kind == "text":
            return RichText(self.pages.linked(value))
        if kind == "members":
            return {**value, "content": self.body(value["content"])}
        if kind == "gallery":
            return {**value, "pictures": [self._picture(p, "") for p in value["pictures"]]}
        made = getattr(self, f"_{kind}", None)
        return made(value) if made else value

    def _picture(self, value: dict[str, Any], credit: str | None = None) -> dict[str, Any]:
        rest = {k: v for k, v in value.items() if k != "art"}
        image = self.drawings.get(value["art"], self.where, value["alt"])
        return {"image": image, **rest, "credit": CREDITS[self.code] if credit is None else credit}

    _image = _zoom = _picture

    def _slider(self, value: dict[str, Any]) -> dict[str, Any]:
        drawn = {name: self.drawings.get(value[name], self.where, value[f"{name}_alt"]) for name in ("first", "second")}
        return {**value, **drawn, "first_label": "", "second_label": "", "credit": CREDITS[self.code]}

    def _map(self, value: dict[str, Any]) -> dict[str, Any]:
        places = []
        for place in value["places"]:
            number = self.pages.find("place", place["slug"])
            if number:
                page = PlacePage.objects.get(pk=number)
                places.append({"place": page, "name": "", "note": place["note"]})
        return {"caption": value["caption"], "places": places}

    def _audio(self, value: dict[str, Any]) -> dict[str, Any]:
        file = self.media.sound(value["name"], self.where)
        return {
            "file": file,
            "title": value["title"],
            "credit": value["credit"],
            "transcript": "\n".join(value["lines"]),
        }

    def _video(self, value: dict[str, Any]) -> dict[str, Any]:
        file = self.media.film(value["name"], self.where)
        poster = self.drawings.get(POSTERS.get(value["name"], Art("bowl", 0)), self.where, value["title"])
        captions = self.media.captions(f"{self.slug}-{value['name']}-{self.code}", value["lines"])
        return {"file": file, "title": value["title"], "credit": value["credit"], "poster": poster,
                "captions": captions, "transcript": "\n".join(value["lines"])}  # fmt: skip

    def _model(self, value: dict[str, Any]) -> dict[str, Any]:
        poster = self.drawings.get(POSTERS.get(value["name"], Art("item-cup", 0)), self.where, value["alt"])
        file = self.media.model(value["name"], self.where)
        return {"file": file, "poster": poster, "alt": value["alt"], "caption": value["caption"], "credit": CREDITS[self.code]}  # fmt: skip

    def _panorama(self, value: dict[str, Any]) -> dict[str, Any]:
        image = self.media.around(value["name"], self.where)
        return {"image": image, "alt": value["alt"], "caption": value["caption"], "credit": CREDITS[self.code]}

    def _event(self, value: dict[str, Any]) -> dict[str, Any]:
        when = timezone.make_aware(datetime.strptime(value["when"], "%Y-%m-%d %H:%M"))
        return {**value, "when": when}

    def _poll(self, value: dict[str, Any]) -> dict[str, Any]:
        """The nth poll of a story is one poll in both languages."""
        self.polls += 1
        language, questions = SUFFIXES[self.code], {"question_zh": value["question"], "question_en": value["question"]}
        poll, made = Poll.objects.get_or_create(key=f"{self.slug}-{self.polls}", defaults=questions)
        if made:
            for place, label in enumerate(value["options"]):
                Option.objects.create(poll=poll, sort_order=place, label_zh=label, label_en=label)
            return {"poll": poll}
        options = list(Option.objects.filter(poll=poll).order_by("sort_order"))
        if len(options) != len(value["options"]):
            raise BadStory(f"{self.where}: the poll has not as many answers as in the other language")
        Poll.objects.filter(pk=poll.pk).update(**{f"question_{language}": value["question"]})
        for option, label in zip(options, value["options"], strict=True):
            Option.objects.filter(pk=option.pk).update(**{f"label_{language}": label})
        return {"poll": poll}


def _kind_of(source: dict[str, str]) -> str:
    told = f"{source['title']} {source['published']}".lower()
    if any(word in told for word in ("interview", "conversation", "谈", "访")):
        return "talk"
    if any(word in told for word in ("museum", "archive", "collection", "博物", "馆藏", "档案")):
        return "archive"
    if any(word in told for word in ("journal", "vol.", "no.", "学报", "期")):
        return "article"
    return "web" if source["url"] and not re.search(r"\d{4}", source["published"]) else "book"
