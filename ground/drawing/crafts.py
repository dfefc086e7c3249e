"""What hands make: dyed cloth, a carved block, carved lacquer, a cloud collar, a shadow puppet on its lit screen."""

import math

from ground.drawing.lines import Point
from ground.drawing.sheet import Sheet

# Cloth, then four tones of its folds.
CLOTHS = (("#23406e", "#1c3560", "#284a7d", "#213e6e", "#31578c"), ("#3d5a5f", "#34504f", "#47676a", "#3a585c", "#52767a"),
          ("#5a3a4d", "#4d3142", "#684558", "#573a4b", "#755066"), ("#6b4a2a", "#5d3f23", "#7a5632", "#694727", "#876139"))  # fmt: skip


def _tie(sheet: Sheet, x: float, y: float) -> str:
    """One bound knot: three rings of undyed cloth and its white heart."""
    rng, out = sheet.rng, ""
    for inset, opacity in ((0, 0.95), (14, 0.5), (26, 0.28)):
        bend = inset * 0.2
        d = (
            f"M{x} {y + 8 + inset}Q{x + 40 - inset} {y + 75 - bend:.0f} {x} {y + 142 - inset}"
            f"Q{x - 40 + inset} {y + 75 + bend:.0f} {x} {y + 8 + inset}Z"
        )
        dash = f"{rng.randint(5, 22)} {rng.randint(1, 5)} {rng.randint(9, 30)} {rng.randint(2, 6)}"
        out += (
            f'<path d="{d}" fill="none" stroke="#e6ecf0" stroke-width="{rng.uniform(1.5, 4.5):.1f}" '
            f'opacity="{opacity}" stroke-dasharray="{dash}"/>'
        )
    return out + f'<circle cx="{x}" cy="{y + 75}" r="{rng.uniform(4, 8):.1f}" fill="#eef2f2" opacity=".92"/>'


def indigo(seed: int) -> str:
    """Cloth folded, bound, dipped and opened again."""
    sheet = Sheet("indigo", seed, 1200, 900)
    cloth, *tones = CLOTHS[seed % len(CLOTHS)]
    folds = (8, 6, 10)[seed % 3]
    width = 1200 / folds
    fold = sheet.linear(
        "f", [(0, "#0d1c38", 0.55), (0.18, "#0d1c38", 0), (0.8, "#fff", 0), (1, "#fff", 0.16)], 0, 0, 1, 0
    )
    sheet.ground(cloth)
    for k in range(folds):
        x = k * width
        sheet.add(f'<rect x="{x:.0f}" width="{width + 1:.0f}" height="900" fill="{tones[k % 4]}"/>')
        for j in range(-1, 7):
            sheet.add(_tie(sheet, round(x + width / 2), j * 150 + (75 if k % 2 else 0)))
        sheet.add(f'<rect x="{x:.0f}" width="{width:.0f}" height="900" fill="{fold}"/>')
    weave = "".join(f"M0 {y}H1200" for y in range(0, 900, 5))
    sheet.add(f'<path d="{weave}" stroke="#0b1730" stroke-width="1" opacity=".14"/>')
    return sheet.svg()


def _grain(sheet: Sheet, knot: Point) -> None:
    """The rings of the wood, bending round its knot."""
    rng, (kx, ky) = sheet.rng, knot
    for k in range(58):
        y, points = k * 16 + rng.uniform(-4, 4), []
        for x in range(0, 1201, 20):
            dx, dy = (x - kx) / 190, (y - ky) / 130
            bulge = math.exp(-(dx * dx)) * (70 / (1 + dy * dy)) * (1 if dy > 0 else -1)
            points.append(f"{x} {y + bulge + 5 * math.sin(x / 210 + k * 0.13):.0f}")
        sheet.add(
            f'<path d="M{"L".join(points)}" fill="none" stroke="#6d4525" stroke-width="{rng.uniform(0.6, 2.2):.1f}" '
            f'opacity="{rng.uniform(0.2, 0.5):.2f}"/>'
        )
    sheet.add(f'<ellipse cx="{kx:.0f}" cy="{ky:.0f}" rx="46" ry="24" fill="#6d4525" opacity=".55"/>')
    sheet.add(f'<ellipse cx="{kx:.0f}" cy="{ky:.0f}" rx="24" ry="11" fill="#3d2412" opacity=".7"/>')


def _scales(columns: int, rows: int, x0: int, y0: int, right: int) -> str:
    """A river cut in relief: three ridges to each scale."""
    d = ""
    for row in range(rows):
        for column in range(columns):
            x, y = x0 + column * 66 + (33 if row % 2 else 0), y0 + row * 28
            if x <= right:
                d += "".join(f"M{x - q} {y}a{q} {q * 0.8:.0f} 0 0 1 {2 * q} 0" for q in (30, 21, 12))
    return d


def block(seed: int) -> str:
    """A pear-wood block: the grain, and the river the knife left standing."""
    sheet = Sheet("block", seed, 1200, 900)
    rng, ink = sheet.rng, "#2a1a10"
    sheet.ground(sheet.linear("wd", [(0, "#c69a6b"), (0.5, "#b98a5b"), (1, "#a3754a")], 0, 0, 1, 0.4))
    _grain(sheet, (820 + rng.randint(-60, 160), 470 + rng.randint(-160, 160)))
    water = 438 + rng.randint(-40, 60)
    window = sheet.clip("cp", f'<rect x="150" y="{water - 28}" width="520" height="{798 - water}"/>')
    hill = f"M150 {water - 28}q70-64 130-20q30-110 150-60q90-50 130 30q60-30 112 50"
    sheet.add(
        '<rect x="130" y="110" width="560" height="680" fill="#d9b689" opacity=".85"/>'
        f'<rect x="130" y="110" width="560" height="680" fill="none" stroke="{ink}" stroke-width="9"/>'
        f'<rect x="148" y="128" width="524" height="644" fill="none" stroke="{ink}" stroke-width="2.5"/>',
        f'<path clip-path="{window}" d="{_scales(8, 14, 176, water, 640)}" fill="none" stroke="{ink}" stroke-width="3"/>',
        f'<path d="{hill}" fill="#c9a273" stroke="{ink}" stroke-width="5"/>',
        f'<circle cx="{560 + rng.randint(-60, 30)}" cy="222" r="46" fill="none" stroke="{ink}" stroke-width="5"/>',
    )
    for x, y in ((230 + rng.randint(-20, 30), 226), (380, 180 + rng.randint(0, 30))):
        cloud = f"M{x} {y}q20-34 54-14q34-22 56 10q34 4 24 30h-140q-26-8 6-26z"
        sheet.add(f'<path d="{cloud}" fill="#c9a273" stroke="{ink}" stroke-width="4"/>')
    edge = [(0.0, "#3a2414", 0.5), (0.04, "#3a2414", 0.0), (0.96, "#3a2414", 0.0), (1.0, "#3a2414", 0.55)]
    sheet.ground(sheet.linear("e", list(edge)))
    return sheet.svg()


LACQUERS = (("#a63a28", "#7c2418", "#471009", "#e58a6d"), ("#3a2620", "#251712", "#120a07", "#a5765c"),
            ("#8f5a26", "#6b3f17", "#3a1f08", "#dba765"), ("#7c2a34", "#581a23", "#2f0b11", "#cf7f80"))  # fmt: skip


def lacquer(seed: int) -> str:
    """Carved lacquer: a hundred coats, cut through."""
    sheet = Sheet("lacquer", seed, 1200, 900)
    top, low, dark, light = LACQUERS[seed % len(LACQUERS)]
    size = 100 + sheet.rng.choice((0, 20, 40)) * (seed > 0)
    rings = [size * part for part in (0.46, 0.34, 0.22, 0.1)]
    cuts = glints = ""
    sheet.ground(sheet.linear("r", [(0, top), (1, low)], 0, 0, 1, 1))
    for row in range(-1, 11):
        for column in range(-1, 14):
            x, y = column * size + (size / 2 if row % 2 else 0), row * size * 0.88
            for q in rings:
                arcs = f"A{q:.0f} {q:.0f} 0 0 1"
                cuts += f"M{x - q:.0f} {y:.0f}{arcs} {x + q:.0f} {y:.0f}{arcs} {x - q:.0f} {y:.0f}"
            for q in (rings[0], rings[2]):
                glints += f"M{x - q:.0f} {y - 3:.0f}A{q:.0f} {q:.0f} 0 0 1 {x + q:.0f} {y - 3:.0f}"
    sheet.add(
        f'<path d="{cuts}" fill="none" stroke="{dark}" stroke-width="5" opacity=".75"/>',
        f'<path d="{glints}" fill="none" stroke="{light}" stroke-width="2" opacity=".6"/>',
    )
    sheet.ground(sheet.radial("l", [(0, "#ffb59a", 0.5), (1, "#ffb59a", 0)], 0.3, 0.2, 0.55))
    return sheet.svg()


RUYI = (
    "M0-150C-60-150-70-210-130-210C-200-210-210-300-150-320C-190-390-90-450-40-400C-20-430 0-450 0-470"
    "C0-450 20-430 40-400C90-450 190-390 150-320C210-300 200-210 130-210C70-210 60-150 0-150Z"
)
RUYI_INSIDE = (
    "M0-200C-30-220-50-250-110-250C-150-256-150-292-104-296C-136-344-70-380-36-350C-14-372 0-392 0-410"
    "C0-392 14-372 36-350C70-380 136-344 104-296C150-292 150-256 110-250C50-250 30-220 0-200Z"
)
SILKS = (("#a8361f", "#f3e6cf"), ("#2b4a58", "#e6dcc2"), ("#3f5a48", "#eee3c8"), ("#5b3348", "#f0dfce"))


def collar(seed: int) -> str:
    """The cloud collar: ruyi heads round a still centre, in ink line."""
    sheet = Sheet("collar", seed, 1200, 1200)
    silk, thread = SILKS[seed % len(SILKS)]
    heads = (8, 6, 4)[seed % 3]
    sheet.ground(silk)
    for k in [*range(1, heads, 2), *range(0, heads, 2)]:
        scale = 1.12 if k % 2 == 0 else 0.86
        sheet.add(
            f'<g transform="translate(600 600) rotate({k * 360 // heads}) scale({scale})" fill="none" stroke="{thread}">'
            f'<path d="{RUYI}" stroke-width="7" fill="{silk}"/><path d="{RUYI_INSIDE}" stroke-width="3"/></g>'
        )
    for r, width in ((150, 6), (136, 2.5), (60, 4)):
        sheet.add(f'<circle cx="600" cy="600" r="{r}" fill="{silk}" stroke="{thread}" stroke-width="{width}"/>')
    return sheet.svg()
