"""What lies on a work table: paper, a brush, a knife in its block, a tray of tea."""

import math
from random import Random

from ground.drawing.lines import brush as stroke
from ground.drawing.sheet import Sheet

# Paper from light to shade, the table from light to shade, the fibres in the sheet.
PAPERS = (
    ("#f7f1e2", "#e6dcc4", "#7a5d44", "#4e3a2b", "#b49a70"), ("#f2e7c9", "#dccb9e", "#5c6a5f", "#3b473f", "#93794a"),
    ("#f4f2ea", "#dcdcd2", "#54606a", "#353f48", "#8f9a9c"), ("#efdcc6", "#d8bd9c", "#6a4a42", "#432d29", "#a4503c"),
    ("#e9efe4", "#cbd8c8", "#8a7a5c", "#62553d", "#6f8a6a"),
)  # fmt: skip


def _deckle(rng: Random, x: float, y: float, w: float, h: float) -> str:
    """The edge of a sheet as the mould left it."""
    corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    points = []
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        steps = int(math.hypot(x2 - x1, y2 - y1) / 16)
        points += [
            f"{x1 + (x2 - x1) * k / steps + rng.uniform(-3.4, 3.4):.1f} {y1 + (y2 - y1) * k / steps + rng.uniform(-3.4, 3.4):.1f}"
            for k in range(steps)
        ]
    return f"M{'L'.join(points)}Z"


def paper(seed: int) -> str:
    """Sheets as they come from the drying wall: laid lines, fibres, a deckle edge, one corner lifted."""
    sheet = Sheet("paper", seed, 1200, 900)
    rng = sheet.rng
    light, shade, table, dark, fibre = PAPERS[seed % len(PAPERS)]
    sheet.ground(sheet.linear("t", [(0, table), (1, dark)], 0, 0, 1, 1))
    grain = "".join(f"M0 {y}q300 {rng.randint(-16, 16)} 600 0t600 {rng.randint(-10, 10)}" for y in range(10, 900, 22))
    sheet.add(f'<path d="{grain}" stroke="{dark}" stroke-width="2" fill="none" opacity=".5"/>')
    fill = sheet.linear("p", [(0, light), (1, shade)], 0, 0, 1, 1)
    for k in range(1 + seed % 3 + (seed == 0), 0, -1):
        turn = rng.uniform(-7, 7) * (k > 1) - 3 + seed % 4 * 2
        x, y = 250 + rng.randint(-26, 26), 150 + rng.randint(-16, 16)
        edge = _deckle(rng, x, y, 700, 580)
        sheet.add(f'<g transform="rotate({turn:.1f} 600 440)"><path d="{edge}" transform="translate(22 30)" fill="#1d150f" opacity=".45" filter="{sheet.blur(18)}"/>'
                  f'<path d="{edge}" fill="{fill}"/>')  # fmt: skip
        if k == 1:
            _laid(sheet, x, y, fibre)
            sheet.add(f'<path d="M{x + 704} {y + 440}q-40 110 -172 146q70 -14 96 -60q14 -52 76 -86z" fill="{shade}" opacity=".95"/>'
                      f'<path d="M{x + 704} {y + 440}q-60 40 -76 86q-26 46 -96 60" fill="none" stroke="#6a5a42" stroke-width="2" opacity=".5"/>')  # fmt: skip
        sheet.add("</g>")
    return sheet.svg()


def _laid(sheet: Sheet, x: int, y: int, fibre: str) -> None:
    rng = sheet.rng
    laid = "".join(f"M{x + 6} {y + k}h688" for k in range(10, 576, 7))
    chain = "".join(f"M{x + k} {y + 6}v568" for k in range(60, 690, 74))
    sheet.add(
        f'<path d="{laid}" stroke="#8a7a5c" stroke-width="1" opacity=".2"/><path d="{chain}" stroke="#8a7a5c" stroke-width="2" opacity=".22"/>'
    )
    for _ in range(130):
        fx, fy = x + rng.uniform(20, 670), y + rng.uniform(20, 550)
        sheet.add(f'<path d="M{fx:.0f} {fy:.0f}q{rng.uniform(-18, 18):.0f} {rng.uniform(-18, 18):.0f} {rng.uniform(-34, 34):.0f} {rng.uniform(-26, 26):.0f}" '
                  f'stroke="{fibre}" stroke-width="{rng.uniform(0.6, 1.8):.1f}" fill="none" opacity="{rng.uniform(0.2, 0.6):.2f}"/>')  # fmt: skip


# Cloth or table under the brush, the handle, the ink.
DESKS = (("#e9e2d1", "#cfc5ae", "#b98f56", "#26211d"), ("#dfe5dd", "#bccabd", "#7a5a3c", "#26211d"), ("#e6dccb", "#c3b292", "#4a3a30", "#27457f"),
         ("#ece6e0", "#cfc2b6", "#a8643a", "#8c2a17"))  # fmt: skip


def brush(seed: int) -> str:
    """A brush laid down beside what it has just written."""
    sheet = Sheet("brush", seed, 1200, 900)
    rng = sheet.rng
    light, dark, handle, ink = DESKS[seed % len(DESKS)]
    sheet.ground(sheet.linear("d", [(0, light), (1, dark)], 0, 0, 1, 1))
    for k in range(3 + seed % 3):
        x, y = 130 + k * 62 + rng.randint(-16, 16), 180 + k * 120 + rng.randint(-20, 20)
        bent = [
            (x, y),
            (x + rng.randint(120, 240), y - rng.randint(30, 110)),
            (x + rng.randint(220, 360), y + rng.randint(20, 150)),
            (x + rng.randint(320, 520), y + rng.randint(-10, 60)),
        ]
        sheet.add(stroke(bent, rng.randint(34, 74), ink, rng, rng.uniform(0.72, 0.94), 0.1))
    for _ in range(14):
        sheet.add(
            f'<circle cx="{rng.randint(120, 720)}" cy="{rng.randint(150, 800)}" r="{rng.uniform(1, 5):.1f}" fill="{ink}" opacity=".55"/>'
        )
    cane = sheet.linear("c", [(0, "#fff", 0.45), (0.3, "#fff", 0.05), (1, "#000", 0.4)])
    angle = -36 + rng.randint(-8, 8)
    sheet.add(
        f'<g transform="translate({600 + rng.randint(-30, 30)} {560 + rng.randint(-20, 20)}) rotate({angle})">'
        f'<path d="M-330 18L-190 -8L480 -8L480 44L-190 44Z" fill="#1d150f" opacity=".4" filter="{sheet.blur(18)}"/>'
        f'<path d="M-360 0Q-300 -34 -188 -30L-188 30Q-300 34 -360 0Z" fill="{ink}"/>'
        f'<path d="M-250 -30Q-216 -34 -188 -30L-188 30Q-216 34 -250 30Q-232 0 -250 -30Z" fill="#e7dfcd"/>'
        + "".join(f'<path d="M-190 {o}Q-280 {o * 0.8:.0f} -346 {o * 0.1:.0f}" stroke="#0d0b0a" stroke-width="1.4" fill="none" opacity=".5"/>' for o in range(-26, 27, 6))
        + f'<rect x="-192" y="-32" width="40" height="64" fill="#caa25e"/><rect x="-152" y="-23" width="630" height="46" fill="{handle}"/><rect x="-192" y="-32" width="670" height="64" fill="{cane}"/>'
        + "".join(f'<path d="M{x} -23v46" stroke="#2a1c10" stroke-width="3" opacity=".4"/>' for x in (20, 214, 388))
        + '<path d="M478 -23q26 23 0 46z" fill="#3a2a1c"/></g>'
    )  # fmt: skip
    return sheet.svg()


WOODS = (
    ("#c99d6c", "#a77a4d", "#6d4525"),
    ("#b07f55", "#8a5d3b", "#4e2f19"),
    ("#d3b184", "#b08a5c", "#7a5532"),
    ("#9a7a5c", "#765a42", "#45321f"),
)


def _curl(rng: Random, x: float, y: float, size: float) -> str:
    """A shaving: a spiral seen from the side."""
    turn, points = rng.uniform(0, math.tau), []
    for k in range(34):
        r, a = size * (1 - k / 42), turn + k * 0.33
        points.append(f"{x + r * math.cos(a):.0f} {y + r * 0.7 * math.sin(a):.0f}")
    return f"M{'L'.join(points)}"


def knife(seed: int) -> str:
    """A carving knife in a half cut block, its shavings round it."""
    sheet = Sheet("knife", seed, 1200, 900)
    rng = sheet.rng
    light, dark, line = WOODS[seed % len(WOODS)]
    sheet.ground(sheet.linear("w", [(0, light), (1, dark)], 0, 0, 1, 0.5))
    for k in range(44):
        y = k * 21 + rng.uniform(-5, 5)
        sheet.add(f'<path d="M0 {y:.0f}q300 {rng.uniform(-26, 26):.0f} 600 {rng.uniform(-6, 6):.0f}t600 {rng.uniform(-12, 12):.0f}" stroke="{line}" '
                  f'stroke-width="{rng.uniform(0.8, 2.6):.1f}" fill="none" opacity="{rng.uniform(0.2, 0.5):.2f}"/>')  # fmt: skip
    x0, y0, rows = 130 + rng.randint(-20, 30), 240 + rng.randint(-30, 40), 5 + seed % 3
    for row in range(rows):
        cut = "".join(
            f"M{x0 + k * 92 + (46 if row % 2 else 0)} {y0 + row * 88}q46 {-64 + rng.randint(-8, 8)} 92 0"
            for k in range(5 - row // 3)
        )
        sheet.add(
            f'<path d="{cut}" stroke="{line}" stroke-width="16" fill="none" opacity=".85"/><path d="{cut}" transform="translate(0 6)" stroke="#f0dcb8" stroke-width="4" fill="none" opacity=".7"/>'
        )
    for _ in range(9 + seed % 5):
        d = _curl(rng, rng.uniform(90, 1100), rng.uniform(90, 830), rng.uniform(18, 46))
        sheet.add(
            f'<path d="{d}" transform="translate(7 10)" stroke="#2a1c10" stroke-width="9" fill="none" opacity=".3"/><path d="{d}" stroke="#ecd2a4" stroke-width="9" fill="none" stroke-linecap="round"/>'
        )
    steel = sheet.linear("s", [(0, "#f4f5f2"), (0.5, "#b9c0c0"), (1, "#6d7678")])
    wrap = ("#3a2a20", "#5b2b22", "#26342f", "#2b3346")[seed % 4]
    sheet.add(
        f'<g transform="translate({640 + rng.randint(-40, 40)} {500 + rng.randint(-40, 30)}) rotate({-34 + rng.randint(-12, 12)})">'
        f'<path d="M-190 34L40 -10L470 -6L470 84L40 80Z" fill="#1d120a" opacity=".45" filter="{sheet.blur(18)}"/>'
        f'<path d="M-210 6L-110 -34L70 -34L70 34L-60 34Z" fill="{steel}"/><path d="M-210 6L-60 34L70 34L70 20L-50 20Z" fill="#fff" opacity=".5"/>'
        f'<rect x="60" y="-40" width="26" height="80" fill="#b08d57"/><rect x="84" y="-36" width="380" height="72" rx="18" fill="{wrap}"/>'
        + "".join(f'<path d="M{x} -36l40 72" stroke="#000" stroke-width="5" opacity=".35"/><path d="M{x + 5} -36l40 72" stroke="#fff" stroke-width="2" opacity=".16"/>' for x in range(96, 420, 26))
        + '<path d="M84 -30h372" stroke="#fff" stroke-width="8" opacity=".16"/></g>'
    )  # fmt: skip
    return sheet.svg()


# Leaf from light to dark, cane from light to dark, the floor.
TRAYS = (("#7f9a5a", "#47603a", "#d9bd86", "#a88850", "#e4ddcc"), ("#a08a58", "#5f4a2c", "#cfae78", "#97743f", "#d7d2c6"),
         ("#5c4636", "#2f231b", "#dcc394", "#ab8a54", "#c9cdbf"), ("#b9c29a", "#77875a", "#c59f66", "#8a6737", "#e8e0d4"))  # fmt: skip


def tray(seed: int) -> str:
    """Leaves spread to wither on a round tray of split bamboo."""
    sheet = Sheet("tray", seed, 1200, 900)
    rng = sheet.rng
    leaf, deep, cane, rim, floor = TRAYS[seed % len(TRAYS)]
    cx, cy, r = 610 + rng.randint(-70, 70), 450 + rng.randint(-30, 30), 372 + rng.randint(-30, 20)
    sheet.ground(sheet.linear("f", [(0, floor), (1, "#9c927e")], 0, 0, 1, 1))
    window = sheet.clip("k", f'<circle cx="{cx}" cy="{cy}" r="{r}"/>')
    sheet.add(f'<ellipse cx="{cx + 34}" cy="{cy + 46}" rx="{r + 22}" ry="{r + 14}" fill="#2a2115" opacity=".5" filter="{sheet.blur(40)}"/>'
              f'<circle cx="{cx}" cy="{cy}" r="{r + 22}" fill="{rim}"/><circle cx="{cx}" cy="{cy}" r="{r}" fill="{cane}"/>')  # fmt: skip
    step, weave = (26, 20, 32)[seed % 3], ""
    for i, x in enumerate(range(cx - r, cx + r, step)):
        for j, y in enumerate(range(cy - r, cy + r, step)):
            across = (i + j // 2) % 2 == 0
            weave += f"M{x} {y + 3}h{step}" if across else f"M{x + 3} {y}v{step}"
    sheet.add(f'<g clip-path="{window}"><path d="{weave}" stroke="{rim}" stroke-width="4" opacity=".75"/></g>')
    leaves = ""
    for _ in range(430):
        a, d = rng.uniform(0, math.tau), r * 0.86 * math.sqrt(rng.random())
        left, top, size = cx + d * math.cos(a), cy + d * math.sin(a), rng.uniform(15, 30)
        tone = leaf if rng.random() < 0.6 else deep
        leaves += (f'<g transform="translate({left:.0f} {top:.0f}) rotate({rng.randint(0, 360)})"><path d="M{-size:.0f} 0Q0 {-size * 0.5:.0f} {size:.0f} 0Q0 {size * 0.42:.0f} {-size:.0f} 0Z" fill="{tone}"/>'
                   f'<path d="M{-size:.0f} 0Q0 {-size * 0.1:.0f} {size:.0f} 0" stroke="{deep}" stroke-width="1.4" fill="none" opacity=".7"/></g>')  # fmt: skip
    sheet.add(
        f'<g transform="translate(6 9)" opacity=".28" filter="{sheet.blur(3)}"><circle cx="{cx}" cy="{cy}" r="{r * 0.84:.0f}" fill="#20190f"/></g>',
        leaves,
    )
    sheet.add(f'<circle cx="{cx}" cy="{cy}" r="{r + 11}" fill="none" stroke="{cane}" stroke-width="9" opacity=".8"/>'
              + "".join(f'<path d="M{cx + (r + 22) * math.cos(a):.0f} {cy + (r + 22) * math.sin(a):.0f}L{cx + (r - 2) * math.cos(a + 0.05):.0f} {cy + (r - 2) * math.sin(a + 0.05):.0f}" stroke="#5a4222" stroke-width="4"/>' for a in (math.tau * k / 28 for k in range(28))))  # fmt: skip
    return sheet.svg()
