"""A quiet map of the country between the Yellow River and the South Sea: coast, rivers, lakes, and pins with names.

Drawn by hand from memory, coarse on purpose; no borders. Pure: degrees in, units of a drawing out.
"""

import math
from dataclasses import dataclass

Place = tuple[float, float]  # longitude, latitude
WIDTH, HEIGHT = 600, 400  # units of every map
WEST, EAST, SOUTH, NORTH = 98.0, 126.0, 18.0, 42.0
SMALLEST = 5.0  # degrees of longitude across: closer than this the coast would show how coarse it is
MARGIN = 1.6  # degrees around the outermost pins
LETTER, LINE = 9.5, 22  # units: about the width of a Latin letter (Han: twice) and the height of a label

COAST: list[Place] = [
    (124.3, 39.9), (123.0, 39.6), (121.7, 38.9), (121.4, 39.6), (122.1, 40.6), (121.0, 40.9), (119.8, 40.0), (118.3, 39.1),
    (117.7, 39.0), (117.8, 38.4), (118.9, 38.0), (119.2, 37.7), (119.0, 37.3), (119.9, 37.3), (120.8, 37.8), (122.2, 37.5),
    (122.6, 37.3), (122.2, 36.9), (120.7, 36.4), (120.3, 36.0), (119.5, 35.4), (119.3, 34.8), (120.3, 34.2), (120.7, 33.3),
    (120.9, 32.7), (121.8, 32.0), (121.9, 31.7), (121.1, 31.8), (121.5, 31.5), (121.9, 31.0), (121.3, 30.7), (120.7, 30.4),
    (121.1, 30.25), (121.7, 30.0), (122.0, 29.7), (121.9, 29.2), (121.6, 28.6), (121.1, 28.1), (120.8, 27.6), (120.4, 27.1),
    (119.9, 26.6), (119.7, 26.0), (119.3, 25.4), (118.8, 24.8), (118.2, 24.4), (117.7, 23.8), (116.8, 23.3), (115.5, 22.8),
    (114.4, 22.6), (114.0, 22.4), (113.6, 22.8), (113.4, 22.1), (112.3, 21.8), (110.9, 21.4), (110.5, 21.0), (110.3, 20.3),
    (109.9, 20.4), (109.7, 21.3), (109.1, 21.5), (108.4, 21.7),
]  # fmt: skip
INLAND: list[Place] = [(104.0, 21.0), (90.0, 21.0), (90.0, 50.0), (126.0, 50.0)]
ISLANDS: list[list[Place]] = [
    [(108.7, 19.2), (109.3, 19.9), (110.3, 20.1), (111.0, 19.6), (110.4, 18.7), (109.5, 18.2), (108.7, 18.6)],
    [(121.5, 25.3), (122.0, 25.0), (121.6, 24.0), (121.2, 22.8), (120.8, 21.9), (120.3, 22.5), (120.1, 23.5), (120.6, 24.4), (121.0, 25.05)],
    [(122.0, 30.2), (122.4, 30.1), (122.3, 29.9), (121.9, 30.0)],
]  # fmt: skip
RIVERS: list[list[Place]] = [
    [(98.0, 33.5), (100.0, 30.0), (102.2, 26.6), (104.6, 28.8), (106.5, 29.6), (108.4, 30.8), (110.3, 31.0), (111.3, 30.6),
     (112.2, 30.1), (113.1, 29.5), (114.3, 30.6), (115.9, 29.8), (117.0, 30.5), (118.4, 31.3), (118.7, 32.1), (119.4, 32.2),
     (120.3, 31.95), (121.1, 31.8)],
    [(98.0, 35.0), (101.5, 35.5), (103.8, 36.1), (105.0, 37.5), (106.7, 39.3), (107.0, 40.7), (109.8, 40.6), (111.2, 40.3),
     (110.5, 38.0), (110.4, 35.6), (110.3, 34.6), (112.5, 34.8), (114.3, 34.9), (115.5, 35.7), (117.0, 36.7), (119.0, 37.75)],
    [(106.0, 34.5), (107.2, 34.3), (109.0, 34.3), (110.3, 34.6)],
    [(106.0, 25.2), (107.6, 24.6), (109.4, 23.8), (111.3, 23.5), (112.8, 23.1), (113.6, 22.8)],
    [(118.9, 28.0), (119.6, 28.25), (120.3, 28.2), (121.0, 27.95)],
    [(118.0, 29.8), (118.9, 29.55), (119.6, 29.8), (120.2, 30.2), (120.7, 30.4)],
    [(117.9, 27.8), (118.2, 26.7), (119.0, 26.2), (119.65, 26.05)],
    [(114.9, 25.9), (115.0, 27.1), (115.8, 28.6), (116.1, 29.0)],
    [(117.2, 29.3), (116.7, 29.0), (116.4, 29.1)],
    [(112.9, 26.8), (112.9, 28.2), (112.8, 28.9)],
    [(107.7, 26.3), (109.2, 27.0), (110.2, 28.0), (111.5, 28.9), (112.5, 29.0)],
]  # fmt: skip
LAKES: list[list[Place]] = [
    [(116.0, 29.75), (116.35, 29.4), (116.6, 28.95), (116.2, 28.8), (116.05, 29.2)],
    [(112.4, 29.1), (112.8, 29.4), (113.1, 29.4), (112.95, 28.8)],
    [(119.95, 31.3), (120.2, 31.5), (120.5, 31.2), (120.3, 30.95), (120.0, 31.0)],
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pin:
    """A place on the sheet: where its mark is, and where its name stands."""

    number: int
    name: str
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Paths and pins, in units of a sheet of WIDTH by HEIGHT."""

    land: str
    coast: str
    rivers: str
    lakes: str
    pins: tuple[Pin, ...]


class _Frame:
    """The piece of the country that all pins fit into, in the sheet's proportions."""

    def __init__(self, places: list[Place]) -> None:
        lngs, lats = [p[0] for p in places], [p[1] for p in places]
        self.squeeze = math.cos(math.radians((min(lats) + max(lats)) / 2))
        across = max(
            SMALLEST,
            max(lngs) - min(lngs) + 2 * MARGIN,
            (max(lats) - min(lats) + 2 * MARGIN) * WIDTH / HEIGHT / self.squeeze,
        )
        self.scale = WIDTH / across  # units for a degree of longitude
        self.west = (min(lngs) + max(lngs)) / 2 - across / 2
        self.north = (min(lats) + max(lats)) / 2 + HEIGHT / (self.scale / self.squeeze) / 2

    def at(self, place: Place) -> Place:
        return (place[0] - self.west) * self.scale, (self.north - place[1]) * self.scale / self.squeeze

    def line(self, places: list[Place]) -> str:
        return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in map(self.at, places))


def known(longitude: float, latitude: float) -> bool:
    """True for what lies on the sheet that we can draw."""
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH


def chart(places: list[tuple[float, float, str]]) -> Chart | None:
    """The map of these `(longitude, latitude, name)`, numbered in their order; None when we can draw none of them."""
    shown = [(number, p) for number, p in enumerate(places, start=1) if known(p[0], p[1])]
    if not shown:
        return None
    frame = _Frame([(p[0], p[1]) for _, p in shown])
    return Chart(
        land="".join(frame.line(ring) + "Z" for ring in [COAST + INLAND, *ISLANDS]),
        coast=frame.line(COAST) + "".join(frame.line(ring) + "Z" for ring in ISLANDS),
        rivers="".join(frame.line(river) for river in RIVERS),
        lakes="".join(frame.line(lake) + "Z" for lake in LAKES),
        pins=_pins([(number, p[2], *frame.at((p[0], p[1]))) for number, p in shown]),
    )


def _pins(marks: list[tuple[int, str, float, float]]) -> tuple[Pin, ...]:
    """Each name beside its mark, on the first side where it meets no other name and no mark."""
    taken = [(x - 9, y - 9, x + 9, y + 9) for _, _, x, y in marks]
    pins = []
    for number, name, x, y in marks:
        width = LETTER * sum(2 if ord(c) > 0x2E80 else 1 for c in name)
        sides = [(x + 14, y + 6, "start", x + 14), (x - 14, y + 6, "end", x - 14 - width),
                 (x, y - 16, "middle", x - width / 2), (x, y + 30, "middle", x - width / 2)]  # fmt: skip
        boxes = [(left, ly - LINE + 4, left + width, ly + 4) for _, ly, _, left in sides]
        free = [k for k, box in enumerate(boxes) if _inside(box) and not any(_meet(box, other) for other in taken)]
        k = free[0] if free else 0
        taken.append(boxes[k])
        pins.append(
            Pin(number, name, round(x, 1), round(y, 1), round(sides[k][0], 1), round(sides[k][1], 1), sides[k][2])
        )
    return tuple(pins)


def _inside(box: tuple[float, float, float, float]) -> bool:
    return box[0] > 4 and box[1] > 4 and box[2] < WIDTH - 4 and box[3] < HEIGHT - 4


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
