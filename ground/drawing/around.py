"""A place to look around in: equirectangular, 360 degrees wide and 180 high, so that its left edge meets its right."""

import math
from collections.abc import Callable

from ground.drawing import raster
from ground.drawing.sheet import Sheet

W, H = 3600, 1800
HORIZON = H // 2


def _hills(sheet: Sheet, fill: str, base: float, height: float, waves: tuple[tuple[int, float, float], ...]) -> None:
    """A range that closes upon itself: only whole waves around the circle."""
    points = []
    for x in range(0, W + 1, 12):
        turn = math.tau * x / W
        rise = sum(part * math.sin(times * turn + phase) for times, part, phase in waves)
        points.append(f"{x} {base - height * rise:.0f}")
    sheet.add(f'<path d="M0 {H}L{"L".join(points)}L{W} {H}Z" fill="{fill}"/>')


def _at(degrees: float) -> float:
    """Where a direction stands on the sheet; 0 is in front."""
    return (degrees % 360) / 360 * W


def _kiln(sheet: Sheet) -> None:
    """The dragon kiln climbs from the front to the left, its holes lit."""
    top, low = [], []
    for k in range(61):
        t = k / 60
        x, y = _at(-62 + 70 * t + 180), HORIZON + 20 - 250 * (1 - t) + 150 * t
        hump = 46 + 60 * t + 9 * abs(math.sin(t * math.pi * 11))
        top.append(f"{x:.0f} {y - hump:.0f}")
        low.append(f"{x:.0f} {y + 60 + 60 * t:.0f}")
    left, right = _at(-62 + 180), _at(8 + 180)
    slope = f"M{left - 330:.0f} {HORIZON + 120}Q{left - 120:.0f} {HORIZON - 130} {left:.0f} {HORIZON - 190}L{'L'.join(low)}L{right + 260:.0f} {HORIZON + 330}Q{left + 300:.0f} {HORIZON + 300} {left - 330:.0f} {HORIZON + 120}Z"
    sheet.add(f'<path d="{slope}" fill="{sheet.linear("slope", [(0, "#37443a"), (1, "#54473a")])}"/>')
    sheet.add(f'<path d="M{"L".join(top)}L{"L".join(low[::-1])}Z" fill="#3a2a22"/>')
    mouth = HORIZON + 290
    sheet.add(
        f'<path d="M{right - 6:.0f} {HORIZON + 62}q74 60 70 {mouth - HORIZON - 62}h-70z" fill="#2b1f19"/><path d="M{right + 14:.0f} {mouth}v-70a17 22 0 0 1 34 0v70z" fill="#f6c27a"/>'
    )
    sheet.add(f'<path d="M{"L".join(top)}" stroke="#8b6d57" stroke-width="6" fill="none" opacity=".8"/>')
    fire = sheet.radial("fire", [(0.0, "#ffe2ae"), (0.35, "#e58a4a"), (1.0, "#c0442a", 0.0)])
    for k in range(13):
        t = (k + 1) / 14
        x, y = _at(-62 + 70 * t + 180), HORIZON + 40 - 250 * (1 - t) + 150 * t
        sheet.add(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{26 + 26 * t:.0f}" fill="{fire}"/><circle cx="{x:.0f}" cy="{y:.0f}" r="{4 + 4 * t:.0f}" fill="#fff0cf"/>'
        )


def _shed(sheet: Sheet, degrees: float, wide: float) -> None:
    """An open shed with boards of drying bowls."""
    x, y, w = _at(degrees), HORIZON + 60, wide / 360 * W
    sheet.add(
        f'<path d="M{x - w / 2 - 50:.0f} {y - 210:.0f}L{x:.0f} {y - 320:.0f}L{x + w / 2 + 50:.0f} {y - 210:.0f}Z" fill="#2c2520"/>',
        f'<rect x="{x - w / 2:.0f}" y="{y - 212:.0f}" width="{w:.0f}" height="330" fill="#4a3d31"/>',
    )
    for row in range(3):
        shelf = y - 140 + row * 84
        sheet.add(f'<path d="M{x - w / 2 + 14:.0f} {shelf:.0f}h{w - 28:.0f}" stroke="#8b6d57" stroke-width="9"/>')
        for cup in range(int(w // 46)):
            cx = x - w / 2 + 36 + cup * 44
            tone = ("#cfe0d2", "#b7cfbf", "#dcd6c4")[(cup + row) % 3]
            sheet.add(f'<path d="M{cx - 15:.0f} {shelf - 26:.0f}h30q-2 20-10 22h-10q-8-2-10-22z" fill="{tone}"/>')
    for post in (-w / 2, w / 2 - 16):
        sheet.add(f'<rect x="{x + post:.0f}" y="{y - 220:.0f}" width="16" height="352" fill="#2c2520"/>')


def _pots(sheet: Sheet) -> None:
    """Jars and firewood on the ground, all around; the nearer, the lower."""
    rng = sheet.rng
    for k in range(34):
        x, near = _at(k * 360 / 34 + rng.uniform(-4, 4)), rng.random()
        y, s = HORIZON + 190 + 200 * near, 22 + 34 * near
        if not 90 < x < W - 90:
            continue
        if k % 3:
            tone = rng.choice(("#7fa391", "#9dbcac", "#6b4a34", "#b9a888"))
            sheet.add(
                f'<ellipse cx="{x + s * 0.4:.0f}" cy="{y + s * 1.3:.0f}" rx="{s * 1.3:.0f}" ry="{s * 0.3:.0f}" fill="#2a221b" opacity=".4"/>',
                f'<path d="M{x - s * 0.5:.0f} {y - s:.0f}h{s:.0f}q{s * 0.9:.0f} {s * 0.9:.0f} 0 {s * 2.3:.0f}h{-s:.0f}q{-s * 0.9:.0f} {-s * 1.4:.0f} 0 {-s * 2.3:.0f}z" fill="{tone}"/>',
                f'<ellipse cx="{x:.0f}" cy="{y - s:.0f}" rx="{s * 0.5:.0f}" ry="{s * 0.14:.0f}" fill="#33291f"/>',
            )
        else:
            for log in range(7):
                lx, ly = x + (log % 4 - 1.5) * s * 0.9, y + s * 0.9 - (log // 4) * s * 0.8
                sheet.add(
                    f'<circle cx="{lx:.0f}" cy="{ly:.0f}" r="{s * 0.45:.0f}" fill="#a07a52" stroke="#5b412a" stroke-width="4"/>'
                )


def kiln_yard() -> str:
    """The yard of a kiln at dusk: the kiln, a shed, hills all around, pots and pine wood on the ground."""
    sheet = Sheet("kiln-yard", 0, W, H)
    sheet.ground(sheet.linear("sky", [(0, "#26333c"), (0.3, "#4b6068"), (0.46, "#c9a77f"), (0.52, "#d9b98e")]))
    moon = _at(95)
    sheet.add(
        f'<circle cx="{moon:.0f}" cy="560" r="46" fill="#f3efdd"/><circle cx="{moon:.0f}" cy="560" r="120" fill="#f3efdd" opacity=".12"/>'
    )
    stars = "".join(
        f'<circle cx="{sheet.rng.randint(0, W)}" cy="{sheet.rng.randint(40, 520)}" r="2.4"/>' for _ in range(150)
    )
    sheet.add(f'<g fill="#f3efdd" opacity=".7">{stars}</g>')
    _hills(sheet, "#56676a", HORIZON - 60, 90, ((3, 1.0, 0.4), (7, 0.4, 2.0), (13, 0.2, 1.0)))
    _hills(sheet, "#3f5150", HORIZON - 10, 80, ((4, 1.0, 2.4), (9, 0.4, 0.6), (17, 0.16, 3.0)))
    _hills(sheet, "#2b3936", HORIZON + 40, 50, ((5, 1.0, 4.4), (11, 0.5, 1.6)))
    sheet.add(
        f'<rect y="{HORIZON + 70}" width="{W}" height="{H - HORIZON - 70}" fill="{sheet.linear("ground", [(0, "#5a4937"), (0.3, "#6d5a45"), (1, "#3b3026")])}"/>'
    )
    rakes = "".join(f"M0 {y}Q{W / 4:.0f} {y + 10} {W / 2:.0f} {y}T{W} {y}" for y in range(HORIZON + 130, H, 46))
    sheet.add(f'<path d="{rakes}" stroke="#2f261d" stroke-width="3" fill="none" opacity=".25"/>')
    _kiln(sheet)
    _shed(sheet, 280, 44)
    _shed(sheet, 50, 30)
    _pots(sheet)
    return sheet.svg()


SCENES: dict[str, Callable[[], str]] = {"kiln-yard": kiln_yard}


def webp(name: str) -> bytes:
    """The place as a WebP picture. Raises KeyError for an unknown name."""
    return raster.webp(SCENES[name](), W, 78)
