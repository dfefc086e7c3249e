"""Larger things: an indigo vat, a loom, a handscroll half unrolled, a bridge."""

import math

from ground.drawing.lines import brush, ridge
from ground.drawing.sheet import Sheet

# The bath from its middle to its edge, its foam, the tub.
VATS = (("#24508a", "#152e5c", "#7f6a9a", "#6a4d36"), ("#3a6b5c", "#173a44", "#a8a05c", "#565a55"), ("#1d2f5e", "#0e1a38", "#8f6f86", "#7a5a3c"),
        ("#5f7a3c", "#2a4a3a", "#c2b35a", "#4d4038"))  # fmt: skip


def _foam(sheet: Sheet, cx: int, cy: int, foam: str, bubbles: int) -> None:
    """The flower of the vat: the larger bubbles in the middle."""
    rng = sheet.rng
    fx, fy = cx + rng.randint(-130, 60), cy + rng.randint(-110, 90)
    for _ in range(bubbles):
        a, d = rng.uniform(0, math.tau), abs(rng.gauss(0, 70))
        size = max(4.0, 26 - d * 0.13 + rng.uniform(-5, 7))
        sheet.add(
            f'<circle cx="{fx + d * math.cos(a):.0f}" cy="{fy + d * 0.8 * math.sin(a):.0f}" r="{size:.0f}" fill="{foam}" stroke="#e6e3f0" stroke-width="2" stroke-opacity=".55" fill-opacity=".55"/>'
        )


def vat(seed: int) -> str:
    """A dye vat from above: the blue under its copper skin, the flower of foam, a paddle."""
    sheet = Sheet("vat", seed, 1200, 900)
    rng = sheet.rng
    mid, edge, foam, wood = VATS[seed % len(VATS)]
    cx, cy, r = 590 + rng.randint(-50, 50), 460 + rng.randint(-20, 20), 360 + rng.randint(-20, 24)
    sheet.ground(sheet.linear("f", [(0, "#cfc6b2"), (1, "#8f8570")], 0, 0, 1, 1))
    sheet.add(
        f'<ellipse cx="{cx + 40}" cy="{cy + 54}" rx="{r + 60}" ry="{r + 46}" fill="#241c14" opacity=".5" filter="{sheet.blur(40)}"/><circle cx="{cx}" cy="{cy}" r="{r + 52}" fill="{wood}"/>'
    )
    staves = "".join(
        f"M{cx + (r + 4) * math.cos(a):.0f} {cy + (r + 4) * math.sin(a):.0f}L{cx + (r + 50) * math.cos(a):.0f} {cy + (r + 50) * math.sin(a):.0f}"
        for a in (math.tau * k / 30 for k in range(30))
    )
    sheet.add(
        f'<path d="{staves}" stroke="#20160e" stroke-width="3" opacity=".7"/><circle cx="{cx}" cy="{cy}" r="{r + 26}" fill="none" stroke="#fff" stroke-width="5" opacity=".14"/>'
    )
    bath = sheet.radial("b", [(0, mid), (0.75, edge), (1, "#0a1220")])
    window = sheet.clip("k", f'<circle cx="{cx}" cy="{cy}" r="{r}"/>')
    sheet.add(f'<circle cx="{cx}" cy="{cy}" r="{r}" fill="{bath}"/><g clip-path="{window}">')
    for k in range(11):
        a0, rad = rng.uniform(0, math.tau), r * (0.25 + 0.07 * k)
        x1, y1 = cx + rad * math.cos(a0), cy + rad * math.sin(a0)
        x2, y2 = cx + rad * math.cos(a0 + 2.2), cy + rad * math.sin(a0 + 2.2)
        sheet.add(
            f'<path d="M{x1:.0f} {y1:.0f}A{rad:.0f} {rad:.0f} 0 0 1 {x2:.0f} {y2:.0f}" stroke="{foam}" stroke-width="{rng.uniform(3, 15):.0f}" fill="none" opacity="{rng.uniform(0.18, 0.5):.2f}" stroke-linecap="round"/>'
        )
    _foam(sheet, cx, cy, foam, 95 + 20 * (seed % 3))
    sheet.add(
        f'<ellipse cx="{cx - 130}" cy="{cy - 190}" rx="170" ry="60" fill="#fff" opacity=".12" filter="{sheet.blur(18)}"/></g>'
    )
    turn = -50 + rng.randint(-26, 26)
    sheet.add(f'<g transform="translate({cx + 120} {cy + 30}) rotate({turn})"><path d="M-20 10h560v30h-560z" fill="#160e08" opacity=".4" filter="{sheet.blur(18)}"/>'
              '<path d="M-150 -34q70 -16 110 20h540v28h-540q-40 36 -110 20q-26 -34 0 -68z" fill="#a57c4e"/><path d="M-40 -10h540" stroke="#d9b27e" stroke-width="6" opacity=".7"/>'
              f'<path d="M-150 -34q30 -6 60 -2q-20 34 0 70q-30 6 -60 0q-26 -34 0 -68z" fill="{edge}" opacity=".8"/></g>')  # fmt: skip
    return sheet.svg()


# Warp, weft colours of the bands, the frame.
CLOTHS = (("#e9e2cf", ("#27457f", "#a8361f", "#e3cf9b"), "#6d4a30"), ("#dfe3dc", ("#3f6b59", "#26344a", "#c9a05a"), "#4a3a2e"),
          ("#efe0cc", ("#7c2a34", "#2b4a58", "#e0b27a"), "#7c5a3a"), ("#d8dde4", ("#1f2f55", "#5f7aa6", "#eee9da"), "#3a3430"))  # fmt: skip


def loom(seed: int) -> str:
    """A loom from the weaver's seat: warp above, cloth below, the shuttle between."""
    sheet = Sheet("loom", seed, 1200, 900)
    rng = sheet.rng
    warp, bands, frame = CLOTHS[seed % len(CLOTHS)]
    sheet.ground(sheet.linear("bg", [(0, "#3b332b"), (1, "#211b16")]))
    fell = 470 + rng.randint(-40, 50)
    threads = "".join(f"M{150 + k * 6} 90L{150 + k * 6 + (4 if k % 2 else -4)} {fell}" for k in range(151))
    sheet.add(f'<path d="{threads}" stroke="{warp}" stroke-width="2.2" opacity=".85"/>')
    y, k = fell, 0
    while y < 830:
        tall = rng.choice((16, 24, 40, 60))
        tone = bands[(k + rng.randint(0, 1)) % 3]
        sheet.add(f'<rect x="140" y="{y}" width="920" height="{tall}" fill="{tone}"/>')
        if tall > 20:
            sheet.add(
                f'<path d="{_figure(seed + k, y, tall)}" fill="none" stroke="{bands[(k + 2) % 3] if tone != bands[(k + 2) % 3] else warp}" stroke-width="5"/>'
            )
        y, k = y + tall, k + 1
    weave = "".join(f"M140 {row}H1060" for row in range(fell, 840, 4))
    sheet.add(f'<path d="{weave}" stroke="#0d0a08" stroke-width="1" opacity=".22"/>')
    wood = sheet.linear("w", [(0, "#fff", 0.22), (0.4, "#fff", 0), (1, "#000", 0.45)])
    reed = fell - 120 - rng.randint(0, 40)
    teeth = "".join(f"M{150 + n * 9} {reed + 6}v50" for n in range(101))
    sheet.add(f'<path d="{teeth}" stroke="#caa66a" stroke-width="2.6" opacity=".9"/>')
    for x, top, w, h in (
        (90, reed - 26, 1020, 34),
        (90, reed + 56, 1020, 34),
        (40, 60, 1120, 50),
        (60, 820, 1080, 80),
        (70, 40, 54, 860),
        (1076, 40, 54, 860),
    ):
        sheet.add(
            f'<rect x="{x}" y="{top}" width="{w}" height="{h}" rx="8" fill="{frame}"/><rect x="{x}" y="{top}" width="{w}" height="{h}" rx="8" fill="{wood}"/>'
        )
    sx = rng.randint(220, 640)
    sheet.add(f'<g transform="translate({sx} {fell - 18}) rotate({rng.randint(-7, 5)})"><path d="M0 26q170 -60 340 0q-170 60 -340 0z" fill="#0d0806" opacity=".5" filter="{sheet.blur(18)}"/><path d="M0 8q170 -58 340 0q-170 56 -340 0z" fill="#b98a56"/>'
              f'<path d="M90 6q80 -24 160 0q-80 24 -160 0z" fill="#2a1c12"/><path d="M104 4h132M104 10h132" stroke="{bands[0]}" stroke-width="7"/></g>')  # fmt: skip
    return sheet.svg()


def _figure(kind: int, y: int, tall: int) -> str:
    """One row of a woven figure: waves, lozenges or steps."""
    mid, up = y + tall / 2, tall * 0.36
    if kind % 3 == 0:
        return "".join(f"M{140 + k * 40} {mid:.0f}l20 {-up:.0f}l20 {up:.0f}l-20 {up:.0f}z" for k in range(23))
    if kind % 3 == 1:
        return f"M140 {mid:.0f}" + "".join(f"q20 {-up * 2 if k % 2 else up * 2:.0f} 40 0" for k in range(23))
    return f"M140 {mid + up:.0f}" + "".join(f"h20v{-up * 2 if k % 2 == 0 else up * 2:.0f}h20" for k in range(23))


MOUNTS = (
    ("#8a9a8c", "#c9b98e", "#a8361f"),
    ("#6d4a3c", "#d4bf95", "#27457f"),
    ("#3f5566", "#c9bfa6", "#8c2a17"),
    ("#8f7a54", "#b8c4b0", "#3a2a1c"),
)
INKS = ("#2b332f", "#33312c", "#26343f", "#3a2f28")


def scroll(seed: int) -> str:
    """A handscroll, half unrolled: hills, water, an empty place for the eye."""
    sheet = Sheet("scroll", seed, 1600, 900)
    rng = sheet.rng
    silk, border, knob = MOUNTS[seed % len(MOUNTS)]
    ink = INKS[seed // 2 % len(INKS)]
    sheet.ground(sheet.linear("t", [(0, "#5b4636"), (1, "#33261c")], 0, 0, 1, 1))
    left, right = 210 + rng.randint(-40, 60), 1330 + rng.randint(-60, 50)
    window = sheet.clip("k", f'<rect x="{left + 120}" y="236" width="{right - left - 120}" height="430"/>')
    sheet.add(f'<rect x="{left - 20}" y="196" width="{right - left + 90}" height="560" fill="#140d08" opacity=".5" filter="{sheet.blur(40)}"/>'
              f'<rect x="{left}" y="170" width="{right - left}" height="560" fill="{silk}"/><rect x="{left + 100}" y="216" width="{right - left - 100}" height="470" fill="{border}"/>'
              f'<rect x="{left + 120}" y="236" width="{right - left - 120}" height="430" fill="{sheet.linear("p", [(0, "#f1e9d4"), (1, "#e2d6b8")])}"/><g clip-path="{window}">')  # fmt: skip
    for k in range(3 + seed % 2):
        depth = (k + 1) / 4
        fill = sheet.linear(f"r{k}", [(0, ink, round(0.2 + 0.5 * depth, 2)), (0.6, ink, 0.06), (1, ink, 0)])
        sheet.add(ridge(1600, 640, 420 + 70 * k + rng.randint(-30, 30), 96 - 18 * k, rng, fill, 14))
    for _ in range(4):
        x = rng.randint(left + 160, right - 120)
        trunk = [
            (x, 660),
            (x + rng.randint(-20, 20), 600),
            (x + rng.randint(-40, 40), 560),
            (x + rng.randint(-60, 60), 500 + rng.randint(-40, 30)),
        ]
        sheet.add(brush(trunk, 16, ink, rng, 0.85, 0.05))
        for _ in range(16):
            sheet.add(
                f'<ellipse cx="{trunk[3][0] + rng.gauss(0, 36):.0f}" cy="{trunk[3][1] + rng.gauss(0, 26):.0f}" rx="{rng.uniform(8, 20):.0f}" ry="5" fill="{ink}" opacity=".6"/>'
            )
    sx = right - 190
    writing = "".join(f"M{sx + k * 36} {262 + rng.randint(0, 16)}v{rng.randint(70, 150)}" for k in range(3))
    sheet.add(
        f'<path d="{writing}" stroke="{ink}" stroke-width="9" stroke-dasharray="14 8 20 9"/><rect x="{sx - 46}" y="376" width="30" height="36" fill="#a8361f"/></g>'
    )
    cloth = sheet.linear(
        "c", [(0, "#000", 0.45), (0.3, "#fff", 0.28), (0.6, "#000", 0.05), (1, "#000", 0.5)], 0, 0, 1, 0
    )
    for x, w in ((right - 6, 96 + rng.randint(-10, 40)), (left - 44, 46)):
        sheet.add(f'<rect x="{x}" y="160" width="{w}" height="580" fill="{silk}"/><rect x="{x}" y="160" width="{w}" height="580" fill="{cloth}"/>'
                  + "".join(f'<rect x="{x + w / 2 - 16:.0f}" y="{y}" width="32" height="40" fill="{knob}"/>' for y in (122, 738)))  # fmt: skip
    return sheet.svg()


# Sky from top to water, stone, its shade, ink of the branch.
DAYS = (("#dfe4dc", "#efe9da", "#a9b8ac", "#b9b09c", "#776f60", "#3b4a3c"), ("#2f3a48", "#6a7480", "#26323c", "#7f8078", "#4a4c4a", "#161c20"),
        ("#f0d9c0", "#f3e7d3", "#c8b49a", "#a98f78", "#6d5848", "#4a3a2c"), ("#cdd6d8", "#e3e4dd", "#93a5aa", "#9aa09c", "#5f6866", "#2f3f44"))  # fmt: skip


def bridge(seed: int) -> str:
    """A stone bridge and itself in the water."""
    sheet = Sheet("bridge", seed, 1600, 900)
    rng = sheet.rng
    sky, low, water, stone, shade, ink = DAYS[seed % len(DAYS)]
    sheet.ground(sheet.linear("s", [(0, sky), (0.55, low)]))
    light = "#f2efe2" if seed % len(DAYS) == 1 else "#c8684a"
    sheet.add(
        f'<circle cx="{rng.randint(200, 1400)}" cy="{rng.randint(120, 250)}" r="{rng.randint(38, 60)}" fill="{light}" opacity=".85"/>'
    )
    for k in range(2):
        fill = sheet.linear(f"h{k}", [(0, ink, 0.3 + 0.2 * k), (1, ink, 0.04)])
        sheet.add(ridge(1600, 570, 400 + 60 * k + rng.randint(-20, 20), 60, rng, fill))
    sheet.add(f'<rect y="556" width="1600" height="344" fill="{sheet.linear("w", [(0, water), (1, shade)])}"/>')
    arches = (1, 3, 1, 5, 3)[seed % 5]
    span = _arches(arches, 800 + rng.randint(-110, 110))
    paint = sheet.linear("b", [(0, stone), (1, shade)])
    sheet.add(
        f'<g transform="translate(0 1112) scale(1 -1)" opacity=".45" filter="{sheet.blur(3)}"><path d="{span}" fill="{paint}" fill-rule="evenodd"/></g>'
    )
    sheet.add(
        f'<path d="{span}" fill="{paint}" fill-rule="evenodd"/><path d="{span}" fill="none" stroke="{shade}" stroke-width="4"/>'
    )
    ripples = "".join(f"M{rng.randint(-60, 1500)} {y}h{rng.randint(60, 360)}" for y in range(580, 890, 9))
    sheet.add(f'<path d="{ripples}" stroke="{low}" stroke-width="2.4" opacity=".4"/>')
    side = rng.choice((-1, 1))
    for _ in range(17):  # a willow over the near bank
        x = (150 if side < 0 else 1450) + rng.randint(-170, 170)
        bent = [
            (x, -30),
            (x + rng.randint(-30, 30), 120),
            (x + side * -rng.randint(0, 60), 260),
            (x + side * -rng.randint(0, 90), rng.randint(300, 620)),
        ]
        sheet.add(brush(bent, 7, ink, rng, 0.75, 0.02))
        for leaf in range(9):
            lx, ly = bent[3][0] + (bent[1][0] - bent[3][0]) * leaf / 10, bent[3][1] * (1 - leaf / 11)
            sheet.add(
                f'<path d="M{lx:.0f} {ly:.0f}q{side * 9} 14 {side * -3} 34q{side * -9} -16 {side * 3} -34z" fill="{ink}" opacity=".6"/>'
            )
    return sheet.svg()


def _arches(count: int, cx: int) -> str:
    """The outline of the bridge with its openings cut out."""
    half, top = (470, 232) if count == 1 else (640, 268)
    d = f"M{cx - half} 560Q{cx - half * 0.5:.0f} {top + 40} {cx} {top}Q{cx + half * 0.5:.0f} {top + 40} {cx + half} 560Z"
    width = 2 * half * (0.5 if count == 1 else 0.74) / count
    for k in range(count):
        offset = (k - (count - 1) / 2) * width * 1.12
        r = width * 0.5 * (1 - 0.24 * abs(k - (count - 1) / 2))
        x = cx + offset
        d += f"M{x - r:.0f} 562A{r:.0f} {r:.0f} 0 0 1 {x + r:.0f} 562Z"
    return d
