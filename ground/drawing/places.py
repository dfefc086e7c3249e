"""Where things come from: a dragon kiln at night, a lattice window, hills in ink, mist."""

import math
from dataclasses import dataclass

from ground.drawing.lines import Point, along, brush, crackle, ridge
from ground.drawing.sheet import Sheet, Stop

NIGHTS = (("#26313a", "#4a5a5c", "#97a394"), ("#1f2a40", "#3f4d68", "#8d97a6"), ("#33303c", "#5c5560", "#a89a94"),
          ("#2c3a3a", "#6b6a58", "#c79a6a"))  # fmt: skip
FIRE: list[Stop] = [(0.0, "#ffe2ae"), (0.35, "#e58a4a"), (1.0, "#c0442a", 0.0)]


def _slope(t: float) -> Point:
    """A point of the kiln's floor, from the chimney (0) to the mouth (1)."""
    return 250 + 1120 * t, 420 + 330 * t + 26 * math.sin(t * 3.1)


def _kiln_body(sheet: Sheet, fire: str) -> None:
    top, bottom = [], []
    for k in range(61):
        t = k / 60
        x, y = _slope(t)
        hump = 40 + 46 * t + 7 * abs(math.sin(t * math.pi * 9))
        top.append(f"{x:.0f} {y - hump:.0f}")
        bottom.append(f"{x:.0f} {y + 34 + 20 * t:.0f}")
    sheet.add(
        f'<path d="M-10 900V372C90 392 180 430 250 452L{"L".join(bottom)}L1640 900Z" fill="#1b2421"/>'
        f'<path d="M{"L".join(top)}L{"L".join(bottom[::-1])}Z" fill="#120f0e"/>'
        f'<path d="M{"L".join(top)}" stroke="#8b6d57" stroke-width="3" fill="none" opacity=".7"/>'
    )
    lit = 11 + sheet.rng.randint(0, 4)
    for k in range(lit):
        t = (k + 0.8) / 16
        x, y = _slope(t)
        r = 7 + 5 * t
        sheet.add(f'<circle cx="{x:.0f}" cy="{y - 8:.0f}" r="{r * 4.2:.0f}" fill="{fire}" opacity=".8"/>')
        sheet.add(f'<circle cx="{x:.0f}" cy="{y - 8:.0f}" r="{r * 0.62:.1f}" fill="#fff0cf"/>')


def kiln(seed: int) -> str:
    """A dragon kiln climbing its hill at night."""
    sheet = Sheet("kiln", seed, 1600, 900)
    rng, (high, mid, low) = sheet.rng, NIGHTS[seed % len(NIGHTS)]
    sheet.ground(sheet.linear("sky", [(0, high), (0.55, mid), (1, low)]))
    fire = sheet.radial("fire", FIRE)
    moon = sheet.radial("m", [(0, "#eef2e4"), (0.9, "#dfe8da"), (1, "#dfe8da", 0.0)])
    hills = [
        sheet.linear(f"h{k}", [(0, colour, a), (1, colour, b)])
        for k, (colour, a, b) in enumerate((("#33413f", 0.75, 0.25), ("#27322f", 0.9, 0.5)))
    ]
    mx, my, mr = 1250 + rng.randint(-160, 120), 190 + rng.randint(-60, 40), 74 - rng.randint(0, 20)
    sheet.add(f'<circle cx="{mx}" cy="{my}" r="{mr}" fill="{moon}"/>')
    sheet.add(ridge(1600, 900, 420, 60, rng, hills[0]), ridge(1600, 900, 540, 56, rng, hills[1]))
    smoke = ""
    for k in range(3):
        drift = [(560 + k * 90, -60), (380 + k * 50, 120), (200 + k * 30, 210), (258, 384)]
        smoke += brush(drift, 190 - k * 40, "#e8ece2", rng, 0.1, 0.12)
    sheet.add(f'<g filter="{sheet.blur(18)}">{smoke}</g>')
    _kiln_body(sheet, fire)
    sheet.add(f'<circle cx="1392" cy="792" r="150" fill="{fire}" opacity=".7"/>')
    sheet.add(
        '<path d="M1340 830v-52a34 34 0 0 1 68 0v66z" fill="#f6c27a"/>', ridge(1600, 900, 850, 22, rng, "#0e1211")
    )
    return sheet.svg()


WINDOWS = (("#e7ecdf", "#cfdccf", "#b3c7b8"), ("#efe6da", "#e2d3bf", "#cbb79d"), ("#dfe6ea", "#c5d2d9", "#a5b8c2"),
           ("#efe0d8", "#e0c4ba", "#c9a39c"))  # fmt: skip
BRANCHES: tuple[tuple[tuple[Point, ...], int], ...] = (
    (((-40, 1180), (240, 1020), (420, 980), (760, 640)), 46), (((420, 960), (560, 900), (800, 900), (1040, 760)), 24),
    (((560, 850), (600, 720), (560, 600), (640, 430)), 20), (((200, 1050), (260, 860), (220, 760), (300, 600)), 20),
)  # fmt: skip


def _blossom(sheet: Sheet, x: float, y: float) -> str:
    rng, out = sheet.rng, ""
    r = rng.uniform(10, 17)
    for k in range(5):
        a = math.tau * k / 5 + rng.random()
        out += (
            f'<circle cx="{x + r * math.cos(a):.0f}" cy="{y + r * math.sin(a):.0f}" r="{r * 0.8:.0f}" fill="#f8f2e6" '
            'stroke="#a7493a" stroke-width="1.4" stroke-opacity=".6"/>'
        )
    return out + f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#a8361f"/>'


def lattice(seed: int) -> str:
    """An ice-crackle window, and the plum branch outside."""
    sheet = Sheet("lattice", seed, 1200, 1500)
    rng, (a, b, c) = sheet.rng, WINDOWS[seed % len(WINDOWS)]
    sheet.ground(sheet.linear("s", [(0, a), (0.6, b), (1, c)]))
    sheet.add(
        f'<circle cx="{820 + rng.randint(-120, 60)}" cy="{420 + rng.randint(-60, 80)}" r="150" fill="#f6f4e6" opacity=".9"/>'
    )
    blossoms = ""
    for branch, width in BRANCHES:
        bent = [(x + rng.uniform(-40, 40), y + rng.uniform(-40, 40)) for x, y in branch]
        sheet.add(brush(bent, width, "#3b3a34", rng, 0.82, 0.04))
        for _ in range(rng.randint(3, 7)):
            x, y = along(bent, rng.uniform(0.35, 0.98))
            blossoms += _blossom(sheet, x + rng.uniform(-16, 16), y + rng.uniform(-16, 16))
    sheet.add(blossoms)
    cracks = crackle(1080, 1380, rng, 26000, 0.7, 60, 60)
    d = "".join(f"M{p[0]:.0f} {p[1]:.0f}L{q[0]:.0f} {q[1]:.0f}" for found in cracks.values() for p, q in found)
    sheet.add(
        f'<path d="{d}" transform="translate(5 8)" stroke="#26332b" stroke-width="14" opacity=".22" fill="none"/>'
        f'<path d="{d}" stroke="#3a2a1f" stroke-width="13" fill="none" stroke-linecap="square"/>'
        f'<path d="{d}" stroke="#6a4f3b" stroke-width="3" fill="none" opacity=".8"/>',
        '<rect x="30" y="30" width="1140" height="1440" fill="none" stroke="#33241a" stroke-width="60"/>'
        '<rect x="62" y="62" width="1076" height="1376" fill="none" stroke="#6a4f3b" stroke-width="4"/>',
    )
    return sheet.svg()


def mist(seed: int) -> str:
    """Ink hills for the quiet places: sign-up, empty rooms, the foot of the page. Transparent, stretched by its place."""
    sheet = Sheet("mist", seed, 1600, 520)
    shift = seed * 1.7
    for k, (y, height, s, opacity) in enumerate(((210, 70, 1.0, 0.22), (290, 60, 2.4, 0.32), (380, 44, 4.1, 0.5))):
        fill = sheet.linear(f"m{k}", [(0, "#5c6a62", opacity), (1, "#5c6a62", 0)])
        points = []
        for x in range(0, 1620, 14):
            t = s + shift
            rise = math.sin(x / 210 + t) * 0.7 + math.sin(x / 83 + t * 2) * 0.35 + math.sin(x / 31 + t) * 0.1
            points.append(f"{x} {y - height * rise:.0f}")
        sheet.add(f'<path d="M0 520L{"L".join(points)}L1600 520Z" fill="{fill}"/>')
    return sheet.svg(' preserveAspectRatio="none"')


@dataclass(frozen=True, slots=True)
class Weather:
    """A sky from top to bottom, the ink of the hills, and the colour of the sun or moon."""

    sky: tuple[str, str, str]
    ink: str
    light: str


WEATHERS = (
    Weather(("#eceade", "#e2e6da", "#f3eee0"), "#4f655c", "#c8684a"),
    Weather(("#d9dfe0", "#e4e4dc", "#f0ebe0"), "#4a5a68", "#f7f3e6"),
    Weather(("#efe0cf", "#f2e7d6", "#f6eee0"), "#6d5a4a", "#b5452c"),
    Weather(("#c9d4d4", "#d9ded8", "#e9e6da"), "#3f5450", "#f2efe2"),
    Weather(("#39434c", "#59646a", "#8c948e"), "#1f2a2c", "#eef0e2"),
)


def _rain(sheet: Sheet, ink: str) -> str:
    d = "".join(
        f"M{x} {y}l-14 64" for x, y in ((sheet.rng.randint(0, 1640), sheet.rng.randint(-40, 900)) for _ in range(150))
    )
    return f'<path d="{d}" stroke="{ink}" stroke-width="1.5" opacity=".16"/>'


def _boat(sheet: Sheet, ink: str, x: float, y: float) -> str:
    return (
        f'<g transform="translate({x:.0f} {y:.0f})" fill="{ink}" stroke="{ink}">'
        '<path d="M-70 0Q0 26 84-6Q60 22-4 22Q-50 20-70 0Z"/><path d="M-22 2Q4-34 34 0Z"/>'
        '<path d="M54 0v-40M54-30q10-6 4-18q-12-2-12 8z" stroke-width="3"/><path d="M60-26L112 30" stroke-width="2.5"/>'
        f'</g><path d="M{x - 90:.0f} {y + 34:.0f}h190M{x - 40:.0f} {y + 46:.0f}h120" stroke="{ink}" stroke-width="2" opacity=".4"/>'
    )


def landscape(seed: int) -> str:
    """Hills behind hills, their feet in mist; water, a boat or rain: the cover of a group."""
    sheet = Sheet("landscape", seed, 1600, 900)
    rng, weather = sheet.rng, WEATHERS[seed % len(WEATHERS)]
    high, mid, low = weather.sky
    sheet.ground(sheet.linear("sky", [(0, high), (0.5, mid), (1, low)]))
    sx, sy = rng.randint(260, 1340), rng.randint(130, 260)
    sheet.add(f'<circle cx="{sx}" cy="{sy}" r="{rng.randint(44, 70)}" fill="{weather.light}" opacity=".88"/>')
    ranges = 3 + seed % 3
    for k in range(ranges):
        depth = (k + 1) / ranges
        fill = sheet.linear(
            f"r{k}",
            [(0, weather.ink, round(0.16 + 0.62 * depth**1.6, 2)), (0.75, weather.ink, 0.02), (1, weather.ink, 0)],
        )
        y = 330 + 250 * depth
        sheet.add(ridge(1600, round(y + 330), y, 96 - 44 * depth + rng.randint(-14, 14), rng, fill, 12))
    water = "".join(f"M{rng.randint(0, 1300)} {y}h{rng.randint(60, 420)}" for y in range(770, 890, 14))
    sheet.add(f'<path d="{water}" stroke="{weather.ink}" stroke-width="2" opacity=".22"/>')
    sheet.add(_boat(sheet, weather.ink, rng.randint(300, 1300), rng.randint(740, 800)))
    if weather is WEATHERS[3]:
        sheet.add(_rain(sheet, weather.ink))
    reach = [(-60, 900), (120, 820), (260, 700), (430 + rng.randint(0, 90), 640)]
    sheet.add(brush(reach, 30, weather.ink, rng, 0.9, 0.05))
    for _ in range(26):  # leaves at the tips, dabbed with a dry brush
        x, y = along(reach, rng.uniform(0.45, 1))
        rx, ry = x + rng.gauss(0, 34), y + rng.gauss(0, 26)
        sheet.add(
            f'<ellipse cx="{rx:.0f}" cy="{ry:.0f}" rx="{rng.uniform(6, 16):.0f}" ry="5" fill="{weather.ink}" opacity=".7"/>'
        )
    return sheet.svg()
