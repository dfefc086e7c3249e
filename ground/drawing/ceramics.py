"""Fired clay: a bowl, its glaze, shards, cobalt under the glaze, a cup of tea."""

import math
from dataclasses import dataclass

from ground.drawing.lines import Point, brush, crack_paths, crackle
from ground.drawing.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Glaze:
    """What a fire left: the ground behind the pot, the glaze from its well to its rim, and its two kinds of cracks."""

    ground: tuple[str, str, str]
    well: tuple[str, str, str]
    wall: tuple[str, str, str, str]
    iron: str
    gold: str


# The first is the house's own celadon; a seed takes one after the other.
GLAZES = (
    Glaze(("#e9e8dd", "#dadfd3", "#c3cec2"), ("#b4cdbf", "#a9c6b7", "#8fb2a2"),
          ("#a5c4b5", "#bdd3c6", "#cddcd0", "#b9cabb"), "#54695c", "#8a8a5e"),
    Glaze(("#ece7db", "#dfdccb", "#c9c8b2"), ("#bccaa2", "#adbf92", "#8ea777"),
          ("#a8bb8f", "#bfcda8", "#d3dbc0", "#bcc6a4"), "#5a6244", "#93834c"),
    Glaze(("#e6e8e6", "#d6dde0", "#bccad0"), ("#b3cbd4", "#a4c0cc", "#88a8b6"),
          ("#9fbcc8", "#b9d0d9", "#cfdfe4", "#b5c8cf"), "#52636b", "#8c8667"),
    Glaze(("#efe9dc", "#e4dccb", "#cfc4ae"), ("#d9c9a0", "#cdbb8d", "#ab9867"),
          ("#c5b487", "#d7c9a3", "#e4dabc", "#cabf9f"), "#6b5736", "#a06f3a"),
    Glaze(("#dfdcd4", "#cdc8bd", "#aaa499"), ("#4a3a30", "#3d2f28", "#2a201c"),
          ("#4b382c", "#6b4a33", "#8d643f", "#5a4232"), "#1b1412", "#c08a4c"),
)  # fmt: skip


def glaze_of(seed: int, name: int | None) -> Glaze:
    """The glaze asked for, or the seed's own."""
    return GLAZES[(seed if name is None else name) % len(GLAZES)]


def _window(sheet: Sheet, cx: float, cy: float) -> str:
    """The light of a window on the wall of a bowl."""
    corners = ((cx - 330, cy - 250), (cx - 250, cy - 270), (cx - 322, cy - 150), (cx - 244, cy - 168))
    panes = "".join(f'<path d="M{x:.0f} {y:.0f}q18 -10 64 -16l4 86q-36 4 -62 14z"/>' for x, y in corners)
    return f'<g fill="#fff" opacity=".5" filter="{sheet.blur(3)}">{panes}</g>'


def _bowl_body(sheet: Sheet, glaze: Glaze, at: Point, r: int) -> None:
    (cx, cy), rng = at, sheet.rng
    well, wall = glaze.well, glaze.wall
    fill = sheet.radial("g", [(0, well[0]), (0.3, well[1]), (0.36, well[2]), (0.44, wall[0]), (0.78, wall[1]),
                              (0.94, wall[2]), (1, wall[3])])  # fmt: skip
    shade = sheet.radial("sh", [(0, "#000", 0), (0.7, "#10231b", 0), (1, "#10231b", 0.34)], 0.42, 0.38, 0.68)
    window = sheet.clip("c", f'<circle cx="{cx}" cy="{cy}" r="{r - 6}"/>')
    cracks = crackle(2 * r, 2 * r, rng, 1500, 0.6, cx - r, cy - r)
    sheet.add(
        f'<ellipse cx="{cx + 70}" cy="{cy + 90}" rx="{r}" ry="{r - 10}" fill="#3d4d43" opacity=".42" '
        f'filter="{sheet.blur(40)}"/><circle cx="{cx}" cy="{cy}" r="{r}" fill="{fill}"/>',
        f'<g clip-path="{window}" opacity=".62">{crack_paths(cracks, rng, 5, glaze.iron, glaze.gold, (2, 0.8))}</g>',
        f'<circle cx="{cx}" cy="{cy}" r="{r}" fill="{shade}"/>',
    )


def bowl(seed: int, glaze: int | None = None) -> str:
    """A bowl from above, the window's light on its glaze."""
    sheet = Sheet("bowl", seed, 1600, 1400)
    kind = glaze_of(seed, glaze)
    g1, g2, g3 = kind.ground
    sheet.ground(sheet.linear("bg", [(0, g1), (0.55, g2), (1, g3)], 0, 0, 0.6, 1))
    cx, cy, r = 860 + sheet.rng.randint(-40, 20), 700 + sheet.rng.randint(-20, 20), 560 - sheet.rng.randint(0, 50)
    _bowl_body(sheet, kind, (cx, cy), r)
    sheet.add(
        f'<circle cx="{cx}" cy="{cy}" r="{r * 0.37:.0f}" fill="none" stroke="{kind.iron}" stroke-width="10" '
        f'opacity=".4" filter="{sheet.blur(7)}"/>',
        f'<circle cx="{cx - 3}" cy="{cy - 4}" r="{r * 0.385:.0f}" fill="none" stroke="#eef5ee" stroke-width="4" '
        f'opacity=".55" filter="{sheet.blur(3)}"/>',
        f'<circle cx="{cx}" cy="{cy}" r="{r - 3}" fill="none" stroke="#7a5f49" stroke-width="7" opacity=".75"/>',
        f'<circle cx="{cx}" cy="{cy}" r="{r - 10}" fill="none" stroke="#f2f4e8" stroke-width="3" opacity=".7"/>',
        _window(sheet, cx, cy),
    )
    return sheet.svg()


def glaze(seed: int, glaze: int | None = None) -> str:
    """Iron wire and golden thread: a close look at a crackled glaze."""
    sheet = Sheet("glaze", seed, 1200, 900)
    kind, rng = glaze_of(seed, glaze), sheet.rng
    colours = ("#d7dccb", "#c4d0c0", "#a4bcae") if kind is GLAZES[0] else (kind.wall[2], kind.wall[1], kind.well[1])
    sheet.ground(sheet.linear("bg", [(0, colours[0]), (0.5, colours[1]), (1, colours[2])], 0, 0, 1, 1))
    cracks = crackle(1200, 900, rng, 1700 + rng.randint(-300, 700), 0.75)
    sheet.add(crack_paths(cracks, rng, 6, "#4a4a40", "#a58d5a", (3.2, 1.3), 0.1))
    sheet.ground(sheet.radial("l", [(0, "#fff", 0.6), (1, "#fff", 0)], 0.28, 0.22, 0.5))
    return sheet.svg()


SHARD_COLOURS = (("#c7d9d6", "#9ebdb9"), ("#b8cda8", "#7f9f7b"), ("#c6bd92", "#9c8f5e"), ("#b9cfd8", "#86a7b5"),
                 ("#d8c9a9", "#a98f63"), ("#a9c6b7", "#6f9483"))  # fmt: skip
SHARDS: tuple[tuple[Point, ...], ...] = (
    ((140, 260), (330, 190), (455, 330), (400, 560), (210, 610), (120, 440)),
    ((520, 330), (700, 230), (820, 380), (770, 640), (600, 660), (500, 520)),
    ((880, 300), (1010, 250), (1090, 400), (1060, 580), (930, 640), (850, 480)),
)


def _shard(sheet: Sheet, key: int, corners: list[Point], colours: tuple[str, str]) -> None:
    points = " ".join(f"{x:.0f},{y:.0f}" for x, y in corners)
    xs, ys = [p[0] for p in corners], [p[1] for p in corners]
    cracks = crackle(max(xs) - min(xs), max(ys) - min(ys), sheet.rng, 1400, 0.6, min(xs), min(ys))
    window = sheet.clip(f"k{key}", f'<polygon points="{points}"/>')
    fill = sheet.linear(f"s{key}", [(0, colours[0]), (1, colours[1])], 0, 0, 1, 1)
    lines = crack_paths(cracks, sheet.rng, 4, "#4d5a4d", "#7d7a50", (1.8, 0.8))
    sheet.add(
        f'<polygon points="{points}" transform="translate(16 26)" fill="#4b4030" opacity=".4" filter="{sheet.blur(18)}"/>',
        f'<polygon points="{points}" transform="translate(5 11)" fill="#8c7c66"/>',
        f'<polygon points="{points}" fill="{fill}"/><g clip-path="{window}" opacity=".55">{lines}</g>',
        f'<polygon points="{points}" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="3"/>',
    )


def shards(seed: int) -> str:
    """Three shards and the colours the fire gave them."""
    sheet = Sheet("shards", seed, 1200, 900)
    sheet.ground(sheet.linear("p", [(0, "#efeade"), (1, "#ded7c6")]))
    for k, shape in enumerate(SHARDS):
        corners = [(x + sheet.rng.uniform(-26, 26), y + sheet.rng.uniform(-26, 26)) for x, y in shape]
        _shard(sheet, k, corners, SHARD_COLOURS[(seed + k) % len(SHARD_COLOURS)])
    return sheet.svg()


# The blue, the leaf, the dark of the leaf, the flower.
BLUES = (("#2b4a86", "#24407c", "#142650", "#3c62a6"), ("#33518a", "#2c4a80", "#1a2e58", "#5b7fb5"),
         ("#3a4664", "#323e5c", "#1c2439", "#5c6d92"), ("#9a3a28", "#8c3022", "#551a12", "#b95a40"))  # fmt: skip
LEAVES: tuple[tuple[Point, Point, Point, int], ...] = (
    ((300, 470), (540, 640), (420, 480), 26), ((420, 360), (560, 620), (470, 470), 24),
    ((640, 320), (590, 640), (600, 480), 26), ((830, 430), (620, 620), (740, 440), 28),
    ((905, 600), (640, 640), (800, 500), 22), ((345, 640), (540, 690), (430, 590), 20),
)  # fmt: skip


def _rim(sheet: Sheet, blue: str) -> None:
    """Rings thrown on the wheel, and waves round the rim."""
    cx = cy = 600
    for r, width in ((505, 5), (488, 2), (372, 2), (360, 5)):
        sheet.add(
            f'<circle cx="{cx}" cy="{cy}" r="{r}" fill="none" stroke="{blue}" stroke-width="{width}" opacity=".85"/>'
        )
    for k in range(36):
        a = math.tau * k / 36
        for q in range(3):
            r = 388 + q * 26
            turns = ((r, 0.0), (r + 34, 0.06), (r + 34, 0.13), (r, 0.17))
            stroke = [(cx + d * math.cos(a + turn), cy + d * math.sin(a + turn)) for d, turn in turns]
            sheet.add(brush(stroke, 7, blue, sheet.rng, round(sheet.rng.uniform(0.45, 0.9), 2), 0.3, 10))


def _orchid(sheet: Sheet, colours: tuple[str, str, str, str]) -> None:
    _, leaf, dark, petal = colours
    rng, base = sheet.rng, (585.0, 800.0)
    for tip, c1, c2, width in LEAVES:
        end = (tip[0] + rng.uniform(-50, 50), tip[1] + rng.uniform(-50, 50))
        sheet.add(brush([base, c1, c2, end], width, leaf, rng, 0.88, 0.12))
        inner = [(base[0] + 3, base[1]), (c1[0] + 5, c1[1]), (c2[0] + 4, c2[1]), end]
        sheet.add(brush(inner, width * 0.35, dark, rng, 0.55, 0.12))
    for fx, fy in ((520 + rng.randint(-40, 40), 500), (690, 560 + rng.randint(-40, 40))):
        for a in (-2.6, -1.9, -1.2, -0.5, 2.2):
            steps = ((0, 0.0), (20, -0.4), (44, 0.0), (62, 0.2))
            stroke = [(fx + d * math.cos(a + turn), fy + d * math.sin(a + turn)) for d, turn in steps]
            sheet.add(brush(stroke, 22, petal, rng, 0.75, 0.4, 20))
        sheet.add(f'<circle cx="{fx}" cy="{fy}" r="6" fill="{dark}"/>')


def cobalt(seed: int) -> str:
    """A brush under the glaze: rings thrown on the wheel, an orchid in a few strokes."""
    sheet = Sheet("cobalt", seed, 1200, 1200)
    colours, rng = BLUES[seed % len(BLUES)], sheet.rng
    sheet.ground(sheet.linear("bg", [(0, "#e8e2d4"), (1, "#d5cdbb")]))
    plate = sheet.radial("g", [(0, "#fbfcf8"), (0.6, "#f1f4f0"), (0.9, "#dfe7e8"), (1, "#c9d4d8")])
    sheet.add(f'<circle cx="640" cy="660" r="520" fill="#4a4436" opacity=".4" filter="{sheet.blur(40)}"/>')
    sheet.add(f'<circle cx="600" cy="600" r="520" fill="{plate}"/>')
    _rim(sheet, colours[0])
    _orchid(sheet, colours)
    for _ in range(46):  # the heaped spots of iron-rich cobalt
        x, y = rng.choice([(420, 480), (600, 520), (740, 480), (560, 640)])
        sheet.add(
            f'<circle cx="{x + rng.gauss(0, 70):.0f}" cy="{y + rng.gauss(0, 60):.0f}" '
            f'r="{rng.uniform(0.8, 3.4):.1f}" fill="{colours[2]}" opacity="{0.25 + 0.4 * rng.random():.2f}"/>'
        )
    sheet.add(
        '<path d="M250 330q60-110 170-160" stroke="#fff" stroke-width="22" fill="none" opacity=".75" '
        f'stroke-linecap="round" filter="{sheet.blur(3)}"/>'
    )
    return sheet.svg()


# The cup from light to shade, and the tea in it.
CUPS = (("#c9dacb", "#9dbbaa", "#6f9483", "#c99a4a", "#8a5a22"), ("#e9e4d6", "#cfc7b3", "#a2967c", "#b7bd62", "#7f8a36"),
        ("#6a4f3d", "#4a362a", "#2d211b", "#a5491f", "#6b2a12"), ("#cbdbe2", "#9fbac6", "#6f8d9b", "#d6b968", "#a8823a"))  # fmt: skip


def tea(seed: int) -> str:
    """A cup, a breath of steam."""
    sheet = Sheet("tea", seed, 1200, 900)
    light, mid, shade, clear, deep = CUPS[seed % len(CUPS)]
    rng = sheet.rng
    sheet.ground(sheet.linear("p", [(0, "#e6e0d1"), (0.62, "#dcd4c2"), (0.63, "#b9a98c"), (1, "#a18f72")]))
    cup = sheet.linear("c", [(0, light), (0.6, mid), (1, shade)], 0, 0, 1, 0.3)
    liquor = sheet.linear("t", [(0, clear), (1, deep)])
    sheet.add(
        f'<ellipse cx="640" cy="742" rx="280" ry="34" fill="#3b2f20" opacity=".5" filter="{sheet.blur(18)}"/>',
        f'<path d="M378 452c10 170 84 250 150 276h144c66-26 140-106 150-276z" fill="{cup}"/>',
        '<path d="M536 726h128l8 26h-144z" fill="#7a5f49"/><ellipse cx="600" cy="452" rx="222" ry="52" fill="#dfe9dd"/>',
        f'<ellipse cx="600" cy="458" rx="204" ry="42" fill="{liquor}"/>',
        '<path d="M420 448q180-54 360 0" stroke="#f4e2b4" stroke-width="5" fill="none" opacity=".5"/>',
        '<ellipse cx="600" cy="452" rx="222" ry="52" fill="none" stroke="#7a5f49" stroke-width="5" opacity=".8"/>',
        '<path d="M430 520q16 110 78 160" stroke="#fff" stroke-width="16" stroke-linecap="round" fill="none" '
        f'opacity=".45" filter="{sheet.blur(7)}"/>',
    )
    for k, (x, width) in enumerate(((540, 30), (610, 44), (672, 26))):
        bend = rng.randint(-40, 40)
        steam = [(x, 430), (x - 90 + bend, 320), (x + 110 + bend, 240), (x - 10 + k * 20, 60)]
        sheet.add(f'<g filter="{sheet.blur(7)}">{brush(steam, width, "#fffdf5", rng, 0.62, 0.4)}</g>')
    return sheet.svg()
