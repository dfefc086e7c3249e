"""People, glossary, places and series of the demo, and what a story's head says of them. What is there stays as it is."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wagtail.rich_text import RichText

from editorial.actions import place, publish
from editorial.demo.convert import Converter, Pages
from editorial.demo.drawings import Drawings
from editorial.demo.media import Media
from editorial.demo.parser import Art, parse
from editorial.demo.records import Record, listed, records
from editorial.models import (
    ChannelPage,
    Craft,
    DirectoryPage,
    HomePage,
    Period,
    PersonPage,
    PlacePage,
    Region,
    Role,
    SeriesPage,
    StoryCredit,
    StoryPage,
    TermPage,
)

FOLDER = Path(__file__).parent
ENDINGS = {"en": "en", "zh-hans": "zh"}
CRAFTS = {"celadon": ("青瓷", "Celadon"), "cobalt": ("青花", "Blue and white"), "indigo": ("靛蓝", "Indigo"), "lacquer": ("漆", "Lacquer"),
          "woodblock": ("刻版", "Woodblock"), "tea": ("茶", "Tea"), "shadow": ("皮影", "Shadow figures"), "paper": ("纸", "Paper")}  # fmt: skip
PERIODS = {"tang": ("唐", "Tang"), "song": ("宋", "Song"), "yuan": ("元", "Yuan"), "ming": ("明", "Ming"), "qing": ("清", "Qing"),
           "modern": ("近世至今", "Modern")}  # fmt: skip
REGIONS = {"longquan": ("龙泉", "Longquan"), "jingdezhen": ("景德镇", "Jingdezhen"), "danzhai": ("丹寨", "Danzhai"), "yangzhou": ("扬州", "Yangzhou"),
           "huizhou": ("徽州", "Huizhou"), "wuyi": ("武夷", "Wuyi"), "huazhou": ("华州", "Huazhou"), "jing-county": ("泾县", "Jing County")}  # fmt: skip
AUTHORS = {
    "沈砚秋": "shen-yanqiu",
    "顾听澜": "gu-tinglan",
    "石阿朵": "shi-aduo",
    "汪素槽": "wang-sucao",
    "秦照": "qin-zhao",
}
PERSON = {"name", "kind", "trade", "place", "art", "alt", "standfirst", "topics"}
Step = Callable[[str], None]


def key_of(kind: str, slug: str) -> uuid.UUID:
    """The translation key of a demo page, always the same."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"https://yaji.example/{kind}/{slug}")


def lay_shelves(homes: dict[str, HomePage], step: Step) -> None:
    """Facets, directories and their pages, series; both languages of each linked."""
    _lay_facets()
    drawings = Drawings()
    for code, home in homes.items():
        shelf = {page.holds: page for page in DirectoryPage.objects.child_of(home)}
        step(f"places, series, people, glossary, {code}")
        _lay_places(shelf["places"], code, drawings)
        _lay_series(ChannelPage.objects.child_of(home).get(slug="stories"), code, drawings)
        _lay_people(shelf["people"], code, drawings)
        _lay_terms(shelf["terms"], code)


def _lay_facets() -> None:
    for model, names in ((Craft, CRAFTS), (Period, PERIODS), (Region, REGIONS)):
        for number, (slug, (zh, en)) in enumerate(names.items(), start=1):
            model.objects.get_or_create(slug=slug, defaults={"name_zh": zh, "name_en": en, "place": number * 10})


def _read(name: str, *needed: str) -> list[Record]:
    return records((FOLDER / name).read_text(encoding="utf-8"), name, frozenset({"slug", "zh", "en", *needed}))


def _there(model: Any, parent: Any) -> set[str]:
    return set(model.objects.child_of(parent).values_list("slug", flat=True))


def _common(record: Record, kind: str, code: str, parent: Any) -> dict[str, Any]:
    own = ENDINGS[code]
    return {
        "title": record[own],
        "slug": record["slug"],
        "locale": parent.locale,
        "translation_key": key_of(kind, record["slug"]),
    }


def _text(words: str) -> list[tuple[str, RichText]]:
    return [("text", RichText(f"<p>{words}</p>"))] if words else []


def _art(record: Record, code: str, drawings: Drawings, name: str) -> tuple[Any, str]:
    art, _, seed = record.get("art", "").partition(" ")
    alt = record.get(f"alt_{ENDINGS[code]}", "")
    return (drawings.get(Art(art, int(seed or 0)), name, alt), alt) if art else (None, "")


def _lay_places(shelf: DirectoryPage, code: str, drawings: Drawings) -> None:
    known, own = _there(PlacePage, shelf), ENDINGS[code]
    for record in _read("places.txt", "lat", "lng"):
        if record["slug"] in known:
            continue
        picture, alt = _art(record, code, drawings, "places.txt")
        page = PlacePage(
            **_common(record, "place", code, shelf), short=record[f"short_{own}"], picture=picture, picture_alt=alt,
            latitude=float(record["lat"]), longitude=float(record["lng"]), body=_text(record.get(f"more_{own}", "")),
            region=Region.objects.filter(slug=record.get("region", "")).first(),
        )  # fmt: skip
        place(page, under=shelf)


def _lay_series(channel: ChannelPage, code: str, drawings: Drawings) -> None:
    known = _there(SeriesPage, channel)
    for record in _read("series.txt"):
        if record["slug"] in known:
            continue
        picture, alt = _art(record, code, drawings, "series.txt")
        words = record[f"short_{ENDINGS[code]}"]
        place(
            SeriesPage(**_common(record, "series", code, channel), standfirst=words, picture=picture, picture_alt=alt),
            under=channel,
        )


def _lay_people(shelf: DirectoryPage, code: str, drawings: Drawings) -> None:
    known, media = _there(PersonPage, shelf), Media()
    for file in sorted((FOLDER / "people").glob(f"*.{ENDINGS[code]}.txt")):
        slug = file.name.split(".")[0]
        if slug in known:
            continue
        person = parse(file.read_text(encoding="utf-8"), file.name, PERSON, PERSON - {"trade", "place", "topics"})
        head = person.head
        converter = Converter(slug, code, Pages(shelf.locale), drawings, media)
        page = PersonPage(
            title=head["name"], slug=slug, locale=shelf.locale, translation_key=key_of("person", slug), calling=head["kind"],
            trade=head.get("trade", ""), short=head["standfirst"], body=converter.body(person.blocks),
            picture=drawings.get(person.art, file.name, head["alt"]), picture_alt=head["alt"],
            home=PlacePage.objects.filter(locale=shelf.locale, slug=head.get("place", "")).first(),
        )  # fmt: skip
        place(page, under=shelf)


def _lay_terms(shelf: DirectoryPage, code: str) -> None:
    known, own, other = _there(TermPage, shelf), ENDINGS[code], {"en": "zh", "zh-hans": "en"}[code]
    fresh = []
    for record in _read("terms.txt", "short_zh", "short_en"):
        if record["slug"] in known:
            continue
        page = TermPage(
            **_common(record, "term", code, shelf), short=record[f"short_{own}"], reading=record.get("pinyin", ""),
            other_name=record[other], body=_text(record.get(f"more_{own}", "")),
            craft=Craft.objects.filter(slug=record.get("craft", "")).first(),
        )  # fmt: skip
        DirectoryPage.objects.get(pk=shelf.pk).add_child(instance=page)
        fresh.append((page, listed(record.get("see", ""))))
    by_slug = {page.slug: page for page in TermPage.objects.child_of(shelf)}
    for page, see in fresh:  # now that every term is there
        again = TermPage.objects.get(pk=page.pk)
        again.see.set([by_slug[slug] for slug in see if slug in by_slug])
        publish(again)


def describe(page: StoryPage, head: dict[str, str]) -> None:
    """What the head of a story's file says of craft, period, region, series, people and places, and who did what."""
    for name, model in (("craft", Craft), ("period", Period), ("region", Region)):
        setattr(page, name, model.objects.filter(slug=head.get(name, "")).first())
    page.series = SeriesPage.objects.filter(locale=page.locale, slug=head.get("series", "")).first()
    page.part = int(head["part"]) if head.get("part", "").isdigit() and page.series else None
    page.people.set(PersonPage.objects.filter(locale=page.locale, slug__in=listed(head.get("people", ""))))
    page.places.set(PlacePage.objects.filter(locale=page.locale, slug__in=listed(head.get("places", ""))))
    for role, slug in ((Role.AUTHOR, AUTHORS.get(head["author"], "")), (Role.REVIEWER, head.get("reviewer", ""))):
        _credit(page, role, slug)


def _credit(page: StoryPage, role: Role, slug: str) -> None:
    person = PersonPage.objects.filter(locale=page.locale, slug=slug).first()
    if person:
        page.credits.add(StoryCredit(role=role, person=person))
    elif slug and role == Role.REVIEWER:
        page.credits.add(StoryCredit(role=role, words=slug))
