"""A shadow play: leather cut thin, coloured, and held against a lit screen."""

import math

from ground.drawing.sheet import Sheet

# Robe, sash, the light that comes through the cuts.
LEATHERS = (("#7a2c1c", "#2f4a3c", "#f9dfa4"), ("#3c2a1c", "#8a3a22", "#f8dca0"), ("#2f4a44", "#8c5a1e", "#f6e0ac"),
            ("#6b4420", "#5a2030", "#fae2ac"))  # fmt: skip


def _petals(x: float, y: float, r: float, light: str, count: int = 6) -> str:
    """A flower cut out with a round knife."""
    out = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r * 0.22:.1f}" fill="{light}"/>'
    for k in range(count):
        turn = 360 * k / count
        out += (
            f'<ellipse cx="{x:.0f}" cy="{y - r * 0.66:.1f}" rx="{r * 0.2:.1f}" ry="{r * 0.34:.1f}" fill="{light}" '
            f'transform="rotate({turn:.0f} {x:.0f} {y:.0f})"/>'
        )
    return out


def _scallops(x: float, y: float, width: float, count: int, light: str) -> str:
    """A row of crescents along a hem."""
    step = width / count
    d = "".join(
        f"M{x + k * step + 3:.1f} {y:.1f}a{step / 2 - 3:.1f} {step / 2:.1f} 0 0 0 {step - 6:.1f} 0"
        f"a{step / 2 - 3:.1f} {step / 4:.1f} 0 0 1 {6 - step:.1f} 0z"
        for k in range(count)
    )
    return f'<path d="{d}" fill="{light}"/>'


def _head(ink: str, sash: str, light: str) -> str:
    """A face in profile, looking right: cut away but for its outline, as gentle characters are; the neck ends at the origin."""
    face = (
        "M-16 2C-18-22-44-40-46-84C-46-128-14-152 20-148C46-146 54-126 53-106C60-96 66-86 68-80C66-76 60-76 56-74"
        "C58-66 56-58 50-56C52-46 44-36 26-34C18-26 18-12 20 2Z"
    )
    crown = "M-50-92C-66-150-36-190 6-186C38-206 70-180 62-150C46-158 30-156 14-148C-10-146-30-128-34-100Z"
    return (
        '<path d="M-40-60C-92-64-104-120-72-144C-56-150-40-140-36-120C-40-96-40-80-30-52Z" fill="#1f1712"/>'
        f'<path d="{face}" fill="{light}" stroke="#1f1712" stroke-width="4" stroke-linejoin="round"/>'
        '<path d="M14-108q16-9 30-1M24-95q9-4 17 0M50-57q-9 4-16 1" stroke="#1f1712" stroke-width="3.5" fill="none"/>'
        '<path d="M-34-100C-34-60-30-50-20-44C-24-70-18-120 14-148L-20-146Z" fill="#1f1712"/>'
        f'<path d="{crown}" fill="{sash}"/><path d="M-52-96C-84-80-92-40-84-4C-76-36-64-58-46-74Z" fill="{sash}"/>'
        f"{_petals(-12, -156, 19, light)}{_petals(32, -168, 15, light)}"
        f'<path d="M-30-176C-60-250-150-262-196-190C-150-232-84-226-44-166Z" fill="{ink}"/>'
    )


def _robe(ink: str, sash: str, light: str) -> str:
    """A long robe that hangs from the origin."""
    body = (
        "M-50-6C-86 20-96 90-84 160C-118 250-134 350-150 452C-60 480 70 482 168 446C140 350 116 250 82 160"
        "C92 92 84 20 52-6C20 8-22 8-50-6Z"
    )
    cuts = "".join(
        _petals(x, y, r, light)
        for x, y, r in (
            (-40, 70, 24),
            (38, 66, 24),
            (-74, 300, 34),
            (6, 270, 36),
            (84, 306, 34),
            (-30, 368, 28),
            (52, 372, 28),
        )
    )
    return (
        f'<path d="{body}" fill="{ink}" fill-opacity=".9"/><path d="M-88 146Q0 176 86 146L90 186Q0 216-94 186Z" fill="{sash}"/>'
        f'<path d="M-4 6V150M-20 4Q-30 80-24 150M16 4Q28 80 22 150" stroke="{light}" stroke-width="3" fill="none"/>'
        f"{cuts}{_scallops(-140, 424, 290, 12, light)}{_scallops(-84, 160, 168, 9, light)}"
        f'<path d="M-16 200L-44 420M18 200L52 420" stroke="{sash}" stroke-width="12"/>'
    )


def _arm(ink: str, light: str, lift: float) -> str:
    """Two joints and a sleeve, raised by `lift` degrees, with the rod that moves it."""
    return (
        f'<g transform="translate(44 24) rotate({-lift:.0f})"><path d="M-14-16L110-12L112 14L-12 20Z" fill="{ink}"/>'
        f'<g transform="translate(106 2) rotate({-lift * 0.4:.0f})">'
        f'<path d="M-8-16L96-34C130-10 136 44 120 92C98 62 60 34-4 18Z" fill="{ink}"/>'
        f'{_petals(78, 12, 22, light)}<path d="M96-30L120-42L128-34L118-26L128-22L112-14Z" fill="{ink}"/>'
        f'<path d="M118-30L230 460" stroke="#2a1c12" stroke-width="5" opacity=".55"/></g>'
        f'<circle r="6" fill="{light}"/><circle cx="106" r="5" fill="{light}"/></g>'
    )


def _figure(colours: tuple[str, str, str], x: float, y: float, scale: float, facing: int, lift: float) -> str:
    ink, sash, light = colours
    return (
        f'<g transform="translate({x:.0f} {y:.0f}) scale({scale * facing:.2f} {scale:.2f})">'
        f'<path d="M-10 20L-60 760" stroke="#2a1c12" stroke-width="6" opacity=".5"/>'
        f"{_robe(ink, sash, light)}{_head(ink, sash, light)}{_arm(ink, light, lift)}</g>"
    )


def _pine(sheet: Sheet, x: float, lean: int) -> str:
    """A stage tree: a bent trunk and fans of needles, each cut through."""
    out = f'<path d="M{x} 900C{x + 20 * lean} 720 {x - 70 * lean} 600 {x + 30 * lean} 420" stroke="#3c2a1c" stroke-width="34" fill="none"/>'
    for k in range(7):
        cx, cy = x + lean * sheet.rng.uniform(-60, 170), 250 + k * 44 + sheet.rng.uniform(-20, 20)
        needles = ""
        for ray in range(15):
            a = math.pi + math.pi * ray / 14
            needles += f"M{cx:.0f} {cy:.0f}L{cx + 92 * math.cos(a):.0f} {cy + 74 * math.sin(a):.0f}"
        out += f'<path d="{needles}" stroke="#2f4a3c" stroke-width="7" stroke-linecap="round" opacity=".9"/>'
        out += f'<circle cx="{cx:.0f}" cy="{cy:.0f}" r="9" fill="#3c2a1c"/>'
    return out


def shadow(seed: int) -> str:
    """One or two puppets and a pine against the lit screen; the lamp stands behind it, a little to the left."""
    sheet = Sheet("shadow", seed, 1200, 900)
    rng, count = sheet.rng, 1 + (seed + 1) % 2
    sheet.ground("#2a1a10")
    lamp = sheet.radial("lamp", [(0, "#fff3cf"), (0.4, "#f8dda0"), (0.8, "#dca75c"), (1, "#a86c34")], 0.44, 0.44, 0.66)
    sheet.add(f'<rect x="46" y="40" width="1108" height="812" rx="6" fill="{lamp}"/>')
    weave = "".join(f"M46 {y}H1154" for y in range(44, 852, 6))
    sheet.add(f'<path d="{weave}" stroke="#8a5a28" stroke-width="1" opacity=".12"/>')
    window = sheet.clip("screen", '<rect x="46" y="40" width="1108" height="812" rx="6"/>')
    side = rng.choice((1, -1))
    scene = _pine(sheet, 170 if side > 0 else 1030, side)
    places = ((390, 1), (830, -1)) if count == 2 else ((620, side),)
    for k, (x, facing) in enumerate(places):
        scene += _figure(LEATHERS[(seed + k) % len(LEATHERS)], x + rng.randint(-24, 24), 352 + rng.randint(-16, 16),
                         rng.uniform(0.94, 1.04), facing, rng.uniform(4, 36))  # fmt: skip
    sheet.add(f'<g clip-path="{window}">{scene}</g>')
    frame = sheet.linear("wood", [(0, "#4a3222"), (1, "#2a1a10")])
    sheet.add(f'<path d="M0 0H1200V900H0ZM46 40V852H1154V40Z" fill="{frame}" fill-rule="evenodd"/>')
    return sheet.svg()
