"""What is in the box, and the box: a cup, a print, a tin of tea, letter paper, a recording."""

import math

from ground.drawing.lines import crack_paths, crackle
from ground.drawing.sheet import Sheet


def _table(name: str, seed: int, light: str, dark: str) -> Sheet:
    """A plain ground for one thing."""
    sheet = Sheet(name, seed, 900, 900)
    sheet.ground(sheet.linear("p", [(0, light), (1, dark)], 0, 0, 0.3, 1))
    return sheet


CUP_GLAZES = (("#dbe6da", "#adc8b8", "#7ea491", "#cddccf", "#8fb2a1"), ("#e3e9d2", "#b9c69a", "#8b9b68", "#d5ddbd", "#9caa78"),
              ("#dfe9ee", "#b3cbd6", "#82a2b1", "#d0dfe5", "#94b3c0"), ("#f3efe4", "#ddd6c6", "#b3a993", "#e6e0d1", "#c0b59e"))  # fmt: skip
CUP = "M270 380c4 180 70 268 120 292h120c50-24 116-112 120-292z"


def item_cup(seed: int) -> str:
    """A small cup of this autumn's firing."""
    sheet = _table("item-cup", seed, "#e9e4d6", "#c8cdbd")
    light, mid, dark, lip, inside = CUP_GLAZES[seed % len(CUP_GLAZES)]
    fill = sheet.linear("c", [(0, light), (0.5, mid), (1, dark)], 0, 0, 1, 0.2)
    window = sheet.clip("k", f'<path d="{CUP}"/>')
    cracks = crack_paths(
        crackle(380, 320, sheet.rng, 1500, 0.6, 260, 370), sheet.rng, 4, "#51665a", "#8a8a5e", (1.8, 0.8)
    )
    sheet.add(
        f'<ellipse cx="470" cy="700" rx="210" ry="30" fill="#2e3a31" opacity=".45" filter="{sheet.blur(18)}"/><path d="{CUP}" fill="{fill}"/>',
        f'<g clip-path="{window}" opacity=".55">{cracks}</g><path d="M396 670h108l6 24h-120z" fill="#6e5543"/>',
        f'<ellipse cx="450" cy="380" rx="180" ry="42" fill="{lip}"/><ellipse cx="450" cy="386" rx="162" ry="32" fill="{inside}"/>',
        '<ellipse cx="450" cy="380" rx="180" ry="42" fill="none" stroke="#7a5f49" stroke-width="5"/>',
        f'<path d="M312 450q10 100 54 160" stroke="#fff" stroke-width="14" opacity=".5" fill="none" stroke-linecap="round" filter="{sheet.blur(7)}"/>',
    )
    return sheet.svg()


PRINTS = (
    ("#a8361f", "#6f9483", "#27457f"),
    ("#d9b871", "#8a9a6a", "#3f6b59"),
    ("#b5452c", "#9c8f7a", "#4a463e"),
    ("#e0cf9c", "#7f94a8", "#2b4a6a"),
)


def item_print(seed: int) -> str:
    """A water-printed sheet: sun, hills, a river."""
    sheet = _table("item-print", seed, "#d9cdb4", "#b7a684")
    sun, hill, river = PRINTS[seed % len(PRINTS)]
    rng, rows = sheet.rng, ""
    for row in range(9):
        for column in range(7):
            x, y = 262 + column * 58 + (29 if row % 2 else 0), 560 + row * 22
            rows += "".join(f"M{x - q} {y}a{q} {q * 0.7:.0f} 0 0 1 {2 * q} 0" for q in (27, 17, 8))
    window = sheet.clip("k", '<rect x="254" y="188" width="380" height="520"/>')
    hills = f"M240 560q60-{110 + rng.randint(0, 50)} 130-70q60-{120 + rng.randint(0, 60)} 150-40q70-60 140 110z"
    sheet.add(
        f'<g transform="rotate({-4 + seed % 3 * 4} 450 450)"><rect x="236" y="176" width="440" height="580" fill="#3a2f20" opacity=".4" filter="{sheet.blur(18)}"/>',
        '<rect x="224" y="158" width="440" height="580" fill="#f7f1e3"/>',
        f'<g clip-path="{window}"><rect x="254" y="188" width="380" height="520" fill="#e9e6d6"/><circle cx="{540 - rng.randint(0, 180)}" cy="{286 + rng.randint(-20, 30)}" r="44" fill="{sun}" opacity=".86"/>',
        f'<path d="{hills}" fill="{hill}" opacity=".8"/><rect x="254" y="548" width="380" height="170" fill="#d6e0d8"/><path d="{rows}" stroke="{river}" stroke-width="3" fill="none"/></g>',
        '<rect x="254" y="188" width="380" height="520" fill="none" stroke="#2a251f" stroke-width="4"/></g>',
    )
    return sheet.svg()


TINS = (
    ("#2f2a25", "#4a433b", "#3a342d", "#5b5348"),
    ("#33493f", "#4b6458", "#3c5549", "#5d7a6c"),
    ("#7c2a1c", "#9a4432", "#8a3424", "#b0604c"),
    ("#8a7a5c", "#a5967a", "#96876a", "#b8aa8e"),
)


def item_tea(seed: int) -> str:
    """A tin of tea with a pasted slip."""
    sheet = _table("item-tea", seed, "#c9b694", "#a58c66")
    body, shoulder, lid, top = TINS[seed % len(TINS)]
    sheet.add(
        f'<ellipse cx="470" cy="736" rx="190" ry="30" fill="#2a1c10" opacity=".5" filter="{sheet.blur(18)}"/>',
        f'<path d="M290 300h320v420q-160 34-320 0z" fill="{body}"/><ellipse cx="450" cy="300" rx="160" ry="34" fill="{shoulder}"/>',
        f'<path d="M284 210h332v96q-166 36-332 0z" fill="{lid}"/><ellipse cx="450" cy="210" rx="166" ry="36" fill="{top}"/>',
        '<rect x="400" y="372" width="100" height="280" fill="#f3ecdc"/><rect x="408" y="380" width="84" height="264" fill="none" stroke="#2a251f" stroke-width="2"/>',
        '<path d="M450 410v120M428 440h44M432 480h36M450 540l-18 26M450 540l18 26" stroke="#2a251f" stroke-width="7" fill="none"/><rect x="434" y="596" width="32" height="32" fill="#a8361f"/>',
        '<path d="M312 330v370" stroke="#fff" stroke-width="10" opacity=".14"/>',
    )
    return sheet.svg()


def item_letter(seed: int) -> str:
    """Ruled letter paper, written on from the right."""
    sheet = _table("item-letter", seed, "#d8cfc0", "#b9aa94")
    rng, rule = sheet.rng, ("#a8361f", "#3f6b59", "#33518a", "#735314")[seed % 4]
    lines = "".join(f"M{300 + k * 44} 210V690" for k in range(8))
    written = "".join(
        f'<path d="M{322 + k * 44} {240 + rng.randint(0, 20)}v{rng.randint(180, 400)}" stroke="#2a251f" stroke-width="9" '
        f'stroke-dasharray="{rng.randint(12, 22)} 9 {rng.randint(14, 26)} 10" opacity=".82"/>'
        for k in range(6)
    )
    sheet.add(
        f'<rect x="276" y="196" width="372" height="530" fill="#3b2b20" opacity=".4" filter="{sheet.blur(18)}"/><rect x="264" y="176" width="372" height="530" fill="#f8f3e6"/>',
        f'<rect x="290" y="200" width="320" height="482" fill="none" stroke="{rule}" stroke-width="3"/><path d="{lines}" stroke="{rule}" stroke-width="1.4" opacity=".75"/>',
        f'{written}<rect x="304" y="610" width="40" height="52" fill="#a8361f"/>',
    )
    return sheet.svg()


def item_sound(seed: int) -> str:
    """A recording: its wave across the rings of a bell."""
    light, dark = (("#31463e", "#1d2a26"), ("#3a3c52", "#22232f"), ("#4d3a30", "#2c211b"), ("#2f4652", "#1b2930"))[
        seed % 4
    ]
    sheet = _table("item-sound", seed, light, dark)
    fast, slow, bars = 0.42 + seed % 5 * 0.03, 0.11 + seed % 3 * 0.02, ""
    for k in range(41):
        height = abs(math.sin(k * fast) * math.sin(k * slow + 0.4)) * 190 + 14
        bars += f"M{130 + k * 16} {450 - height / 2:.0f}v{height:.0f}"
    sheet.add(
        f'<path d="{bars}" stroke="#e9e2d2" stroke-width="5" stroke-linecap="round" opacity=".9"/>',
        '<circle cx="450" cy="450" r="330" fill="none" stroke="#e9e2d2" stroke-width="2" opacity=".35"/><circle cx="450" cy="450" r="250" fill="none" stroke="#e9e2d2" stroke-width="1.4" opacity=".3"/>',
    )
    return sheet.svg()


# Lid from light to shade, side from light to shade, its dark face, the line of the lid on it.
LIDS = (("#c3d5c8", "#9dbcac", "#83a493", "#5f8372", "#4d6e5f", "#3f5d50"), ("#c8d6de", "#9fb7c4", "#829fae", "#5f7e8e", "#4c6877", "#3f5a68"),
        ("#e2d6bb", "#c9b78f", "#b09c72", "#8a7650", "#71603f", "#5f5034"), ("#a8877c", "#8a5f54", "#73473d", "#573229", "#462720", "#3a1f19"))  # fmt: skip
CORD = "M735 400c-40-44-92-30-70 4c14 20 50 10 70-4c30-36 96-40 84-4c-8 22-56 18-84 4zl-36 52m36-52l44 40"


def parcel(seed: int) -> str:
    """The monthly box: grey board, a glazed lid, a pasted title slip, one cord."""
    sheet = Sheet("parcel", seed, 1400, 1000)
    l1, l2, s1, s2, face, line = LIDS[seed % len(LIDS)]
    sheet.ground(sheet.linear("p", [(0, "#ece6d8"), (1, "#d5ccb9")]))
    lid = sheet.linear("lid", [(0, l1), (1, l2)], 0, 0, 1, 1)
    side = sheet.linear("side", [(0, s1), (1, s2)])
    window = sheet.clip("k", '<path d="M330 300L980 220L1180 470L470 600Z"/>')
    cracks = crack_paths(
        crackle(900, 420, sheet.rng, 2200, 0.7, 310, 200), sheet.rng, 5, "#54695c", "#8a8a5e", (2.4, 1)
    )
    cord = 'fill="none" stroke="#a8361f" stroke-width="7"'
    sheet.add(
        f'<path d="M360 820L520 900L1240 720L1240 640Z" fill="#463c2c" opacity=".5" filter="{sheet.blur(40)}"/>',
        f'<path d="M330 300L470 600V850L330 520Z" fill="{face}"/><path d="M470 600L1180 470V700L470 850Z" fill="{side}"/><path d="M330 300L980 220L1180 470L470 600Z" fill="{lid}"/>',
        f'<g clip-path="{window}" opacity=".6">{cracks}</g><path d="M470 672L1180 538M330 372L470 672" stroke="{line}" stroke-width="3"/>',
        f'<path d="M640 262L822 534V779" {cord}/><path d="M398 447L1084 350" {cord}/><path d="M398 447V690" {cord}/><path d="{CORD}" {cord} stroke-linecap="round"/>',
        '<g transform="matrix(.98 -.17 .5 .86 850 300)"><rect width="88" height="190" fill="#f6f0e1"/><rect x="7" y="7" width="74" height="176" fill="none" stroke="#2a251f" stroke-width="2"/>',
        '<path d="M44 26v42M28 40h32M30 58h28M44 84v44M30 98h28M34 116h20" stroke="#2a251f" stroke-width="6" fill="none"/><rect x="31" y="142" width="26" height="28" fill="#a8361f"/></g>',
    )
    return sheet.svg()
