"""How the demo's pieces of talk are read: small exchanges, written by hand, with places that are filled in.

$茶 = 龙井/单丛              what may stand in {茶}, the same throughout one exchange
= zh 8-10                   an exchange begins; zh, en, or mix (a, c speak Chinese, b, d English); only in these months;
                            `= en new`: a came a short while ago
a words | other words       who speaks (a to d), and the ways to say it; {3-9} is a number
b> words +善                 an answer to the line before; those who read it stamp it
?c words                    said half of the time
a words!                    taken back by its author
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ground.calendar import solar_term

_line = re.compile(
    r"^(?P<maybe>\?)?(?P<who>[a-d])(?P<answers>>)? (?P<text>.*?)(?P<gone>!)?(?: \+(?P<stamps>[妙善茶问听]+))?$"
)
_place = re.compile(r"\{([^{}]+)\}")
_NUMBERS = re.compile(r"^(\d+)-(\d+)$")
WEEK_ZH, WEEK_EN = "一二三四五六日", ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TOWNS_ZH = ("杭州", "苏州", "景德镇", "成都", "北京", "泉州", "台南", "大理", "南京", "广州")
TOWNS_EN = ("Bristol", "Portland", "Leeds", "Toronto", "Lyon", "Edinburgh", "Singapore", "Melbourne")
# What the sky does in each quarter of the year.
SKY_ZH = (("下雪了，瓦是白的", "干冷，手上裂口子", "出太阳，晒了一上午被子"), ("下着雨，细的", "回暖了，柳树一夜就绿", "刮风，满街是絮"),
          ("热得不想碰火", "雷雨，停了一小时电", "闷，漆倒是干得快"), ("起雾，早上看不见对面", "凉了，换了长袖", "天高，风大"))  # fmt: skip
SKY_EN = (("Snow, and the roofs have gone quiet", "Dry cold", "Sun on ice"), ("Fine rain", "The first warm day", "Wind, and petals in everything"),
          ("Too hot to light anything", "Thunder, then an hour without power", "Close and still"), ("Fog", "The first cold morning", "High sky and wind"))  # fmt: skip
SEARCHED = ("荫房", "晾架", "规矩", "第三遍", "配方")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an exchange, with the ways in which it can be said."""

    who: str
    ways: tuple[str, ...]
    answers: bool
    maybe: bool
    gone: bool
    stamps: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A small conversation and what may stand in its places."""

    language: str
    lines: tuple[Line, ...]
    places: Mapping[str, tuple[str, ...]] = field(compare=False)
    months: tuple[int, int] = (1, 12)
    newcomer: bool = False

    def suits(self, month: int) -> bool:
        """Whether it can be said in that month."""
        first, last = self.months
        return first <= month <= last if first <= last else month >= first or month <= last

    @property
    def people(self) -> list[str]:
        """Who speaks in it, in the order of speaking."""
        return list(dict.fromkeys(line.who for line in self.lines))

    def tongue(self, who: str) -> str:
        """The language of one of them."""
        if self.language == "mix":
            return "zh" if who in "ac" else "en"
        return self.language


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line as it is said: `answers` is the index of the line that it answers."""

    who: str
    text: str
    answers: int | None
    gone: bool
    stamps: str


def parse(text: str) -> list[Exchange]:
    """The exchanges of one text. Raises ValueError for a line that is none of the forms above."""
    places: dict[str, tuple[str, ...]] = {}
    found: list[tuple[str, list[Line]]] = []
    for raw in filter(None, (row.strip() for row in text.splitlines())):
        if raw.startswith("$"):
            name, _, values = raw[1:].partition(" = ")
            places[name] = tuple(values.split("/"))
        elif raw.startswith("= "):
            found.append((raw[2:], []))
        elif (match := _line.match(raw)) and found:
            ways = tuple(way.strip() for way in match["text"].split(" | "))
            found[-1][1].append(Line(match["who"], ways, bool(match["answers"]), bool(match["maybe"]),
                                     bool(match["gone"]), match["stamps"] or ""))  # fmt: skip
        else:
            raise ValueError(f"not a line of talk: {raw!r}")
    return [_exchange(head, tuple(lines), places) for head, lines in found]


def _exchange(head: str, lines: tuple[Line, ...], places: Mapping[str, tuple[str, ...]]) -> Exchange:
    language, _, when = head.partition(" ")
    first, _, last = when.partition("-")
    months = (int(first), int(last)) if last else (1, 12)
    return Exchange(language, lines, places, months, when == "new")


def speak(exchange: Exchange, dice: random.Random, when: datetime, names: Mapping[str, str]) -> list[Spoken]:
    """The exchange as it is said once, at that time, by people of these names. The same dice say the same."""
    chosen: dict[str, str] = {}
    said: list[Spoken] = []
    for line in exchange.lines:
        way = dice.choice(line.ways)
        if line.maybe and dice.random() < 0.5:
            continue
        chinese = exchange.tongue(line.who) == "zh"

        def fill(match: re.Match[str], chinese: bool = chinese) -> str:
            return _filled(match[1], exchange.places, chosen, dice, when, chinese)

        text = re.sub(r"@([a-d])\b", lambda m: f"@{names.get(m[1], '')}", _place.sub(fill, way))
        answers = len(said) - 1 if line.answers and said else None
        text = text[0].upper() + text[1:]
        said.append(Spoken(line.who, text, answers, line.gone, line.stamps))
    return said


def _filled(
    name: str, places: Mapping[str, tuple[str, ...]], chosen: dict[str, str], dice: random.Random, when: datetime,
    chinese: bool,
) -> str:  # fmt: skip
    numbers = _NUMBERS.match(name)
    if numbers:
        return str(dice.randint(int(numbers[1]), int(numbers[2])))
    if name not in chosen:
        chosen[name] = _of_the_day(name, dice, when, chinese) or dice.choice(places[name])
    return chosen[name]


def _of_the_day(name: str, dice: random.Random, when: datetime, chinese: bool) -> str:
    """What depends on the day: the term of the sun, the sky, a weekday some days on; empty for everything else."""
    quarter = when.month % 12 // 3
    if name == "term":
        term = solar_term(when.date())
        return term.zh if chinese else term.en
    if name in ("天气", "weather"):
        return dice.choice((SKY_ZH if chinese else SKY_EN)[quarter])
    if name in ("周几", "weekday"):
        ahead = (when + timedelta(days=dice.randint(1, 5))).weekday()
        return WEEK_ZH[ahead] if chinese else WEEK_EN[ahead]
    return {"城": lambda: dice.choice(TOWNS_ZH), "town": lambda: dice.choice(TOWNS_EN),
            "搜": lambda: dice.choice(SEARCHED)}.get(name, str)()  # fmt: skip
