"""Samples of what stands inside stories: sound, film, maps, viewers, polls, events, sources."""

from datetime import UTC, datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ground.drawing.chart import HEIGHT, WIDTH, chart
from ground.samples_words import ART, Context, Words

LATE = datetime(2026, 12, 12, 7, tzinfo=UTC)


def _img(name: str, alt: str) -> SafeString:
    return format_html(
        '<img class="art" src="{}{}.svg" alt="{}" width="1200" height="900" loading="lazy">', ART, name, alt
    )


def _slider(t: Words) -> list[Context]:
    return [{
        "anchor": t.id("slider"), "first": _img("bowl", t("入窑之前", "Before the fire")), "first_label": "",
        "second": _img("glaze", t("出窑之后", "After the fire")), "second_label": "",
        "title": "", "caption": t("同一只碗，隔了一夜。", "The same bowl, one night later."), "credit": t("绘作：雅集", "Drawn by Yaji"),
    }]  # fmt: skip


def _map(t: Words) -> list[Context]:
    places: list[dict[str, Any]] = [
        {"name": t("龙泉", "Longquan"), "longitude": 119.14, "latitude": 28.07, "note": t("青瓷", "celadon")},
        {
            "name": t("景德镇", "Jingdezhen"),
            "longitude": 117.18,
            "latitude": 29.27,
            "note": t("青花", "blue and white"),
        },
        {"name": t("扬州", "Yangzhou"), "longitude": 119.41, "latitude": 32.39, "note": t("漆", "lacquer")},
    ]
    drawn = chart([(p["longitude"], p["latitude"], p["name"]) for p in places])
    listed = [{**place, "url": "#gallery" if k == 0 else ""} for k, place in enumerate(places)]
    return [{"anchor": t.id("map"), "chart": drawn, "width": WIDTH, "height": HEIGHT, "places": listed,
             "caption": t("三处用火、用漆的地方", "Three towns of fire and lacquer")}]  # fmt: skip


def _sound(t: Words) -> list[Context]:
    lines = [t("铜钟一声。", "A bronze bell, once."), t("余音散了，远处有风。", "It fades; a wind far off.")]
    return [{"anchor": t.id("sound"), "src": "/gallery-has-no-sound.wav", "title": t("窑口的钟", "The bell at the kiln"),
             "credit": t("录音：雅集", "Recorded by Yaji"), "lines": lines}]  # fmt: skip


def _film(t: Words) -> list[Context]:
    return [{"anchor": t.id("film"), "src": "/gallery-has-no-film.webm", "poster_url": f"{ART}bowl.svg", "captions": "", "captions_language": "",
             "title": t("轮子转起来", "The wheel turns"), "credit": t("摄制：雅集", "Filmed by Yaji"), "lines": [t("泥往上走。", "The clay goes up.")]}]  # fmt: skip


def _viewers(t: Words, name: str, **more: Any) -> list[Context]:
    alt = t("一只青瓷瓶", "A celadon vase") if name == "object" else t("黄昏的窑场", "A kiln yard at dusk")
    common = {"anchor": t.id(name), "alt": alt, "title": "", "caption": t("转一转，看一看。", "Have a look around."), "credit": t("绘作：雅集", "Drawn by Yaji")}  # fmt: skip
    return [common | more]


def _poll(t: Words) -> list[Context]:
    labels = [(t("天青", "Sky blue"), 21), (t("梅子青", "Plum green"), 14), (t("灰的那只", "The grey one"), 35)]
    options = [{"id": k, "label": label, "count": n, "share": n * 100 // 70, "own": k == 2} for k, (label, n) in enumerate(labels)]  # fmt: skip
    common = {"question": t.once("你留哪一只？", "Which one would you keep?"), "options": options, "total": 70, "closed": False,
              "closes_at": LATE, "action": "#gallery", "back": "#gallery", "way_in": "", "csrf_token": "sample"}  # fmt: skip
    return [
        {**common, "id": t.id("poll-a"), "told": False, "may_vote": False, "way_in": "#gallery"},
        {**common, "id": t.id("poll-b"), "told": True, "may_vote": True, "question": t.once("再问一次：哪一只？", "Once more: which one?")},
    ]  # fmt: skip


def _event(t: Words) -> list[Context]:
    return [{"anchor": t.id("event"), "title": t("开窑", "A kiln is opened"), "when": LATE, "until": None, "where": t("龙泉，坡上", "Longquan, at the slope"),
             "text": t("带一只碗来，它也许会响。", "Bring a cup; it may ring."), "calendar": "data:text/calendar,BEGIN:VCALENDAR"}]  # fmt: skip


def _sources(t: Words) -> list[Context]:
    return [{"sources": [
        {"author": t("高濂", "Gao Lian"), "title": t("遵生八笺", "Eight Discourses on the Art of Living"), "published": "1591", "url": "", "kind": t("书", "Book")},
        {"author": "", "title": t("南宋官窑博物馆馆藏", "Collection of the Southern Song Kiln Museum"), "published": t("杭州", "Hangzhou"), "url": "https://example.com/", "kind": t("馆藏", "Collection")},
    ]}]  # fmt: skip


STORY_SAMPLES = {
    "slider": _slider,
    "map": _map,
    "sound": _sound,
    "film": _film,
    "object": lambda t: _viewers(t, "object", src="/en/gallery/thing/celadon-vase.glb", poster=_img("item-cup", "")),
    "panorama": lambda t: _viewers(t, "panorama", src="/en/gallery/thing/kiln-yard.webp", picture=_img("landscape", "")),
    "zoom": lambda t: _viewers(t, "zoom", src="", picture=_img("glaze", t("釉面", "A glaze, near"))),
    "poll": _poll,
    "event_card": _event,
    "act": lambda t: [{"anchor": t.id("act"), "text": t("后半夜的话，留给同席的人。", "The rest of the evening is kept for the table."), "act": t("入席", "Take a seat"), "href": "#gallery"}],
    "sources": _sources,
    "gloss": lambda t: [{"id": t.id("gloss"), "url": "#gallery", "word": t("开片", "crackle"), "title": t("开片", "Crackle"), "reading": "kāi piàn", "short": t("釉与胎冷缩不一而生的细裂。", "Fine fissures where glaze and body cool at different rates."), "rest": t("，一响就是好几天。", " goes on for days.")}],
}  # fmt: skip
