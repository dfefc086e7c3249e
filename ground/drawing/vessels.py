"""The vessels of the lathe as they stand on a table: pictures for those who do not turn them."""

from ground.drawing.lines import crack_paths, crackle
from ground.drawing.sheet import Sheet
from ground.drawing.solid import BOWL, VASE, Point, smooth

# Light, middle and dark of the glaze, the ground from light to dark, cracks in iron and gold.
GLAZES = (("#d5e4d9", "#9dc0b0", "#5f8a78", "#ebe6da", "#c3c9ba", "#5d6b5e", "#a9b69a"), ("#dfe8ee", "#a9c3cf", "#6b8f9f", "#e9e6de", "#bfc7c9", "#56666d", "#a09c80"),
          ("#e4e6cf", "#b6c296", "#7e8e5c", "#efe9da", "#cfc7ae", "#5f6644", "#a38f52"), ("#f4f0e6", "#ddd5c4", "#a99c83", "#dcd8cc", "#b1ada0", "#7a6a50", "#b79a62"),
          ("#8a5f3f", "#3d2c22", "#15100e", "#e2d8c6", "#b3a58c", "#8a6a43", "#6a5236"))  # fmt: skip


def _side(profile: list[Point], cx: float, foot: float, scale: float) -> tuple[str, list[Point]]:
    """The outline from the foot up to the lip on the right, and back down on the left."""
    rim = max(range(len(profile)), key=lambda k: profile[k][1])
    floor = max(k for k in range(rim) if profile[k][1] < 0.005)  # what is hollow under the foot is not seen
    right = [(cx + r * scale, foot - y * scale) for r, y in profile[floor : rim + 1]]
    left = [(2 * cx - x, y) for x, y in reversed(right)]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in right + left) + "Z", right


def _stand(name: str, seed: int, profile: list[Point], tall: float, glaze: int) -> str:
    sheet = Sheet(name, seed, 1200, 900)
    rng = sheet.rng
    light, middle, dark, near, far, iron, gold = GLAZES[glaze % len(GLAZES)]
    sheet.ground(sheet.linear("bg", [(0, near), (1, far)], 0, 0, 0.7, 1))
    smoothed = smooth(profile)
    height = max(y for _, y in smoothed)
    scale, cx, foot = tall / height, 600 + rng.randint(-30, 30), 800 - rng.randint(0, 14)
    outline, right = _side(smoothed, cx, foot, scale)
    lip_x, lip_y = right[-1]
    wide = max(x for x, _ in right) - cx
    window = sheet.clip("k", f'<path d="{outline}"/>')
    cracks = crack_paths(
        crackle(2 * wide, tall, rng, 1300 + 300 * (seed % 3), 0.6, cx - wide, foot - tall),
        rng,
        5,
        iron,
        gold,
        (1.8, 0.8),
    )
    lip = lip_x - cx
    sheet.add(
        f'<ellipse cx="{cx + 70:.0f}" cy="{foot + 6:.0f}" rx="{wide * 1.05:.0f}" ry="{wide * 0.17:.0f}" fill="#29251d" opacity=".5" filter="{sheet.blur(18)}"/>',
        f'<path d="{outline}" fill="{sheet.linear("g", [(0, light), (0.28, middle), (0.7, middle), (1, dark)], 0, 0, 1, 0.12)}"/>',
        f'<g clip-path="{window}"><g opacity=".5">{cracks}</g>'
        f'<rect x="{cx - wide:.0f}" y="{foot - 46:.0f}" width="{2 * wide:.0f}" height="60" fill="{dark}" opacity=".35" filter="{sheet.blur(18)}"/>'
        f'<ellipse cx="{cx - wide * 0.48:.0f}" cy="{foot - tall * 0.52:.0f}" rx="{wide * 0.13:.0f}" ry="{tall * 0.22:.0f}" fill="#fff" opacity=".5" filter="{sheet.blur(18)}"/></g>',
        f'<ellipse cx="{cx:.0f}" cy="{lip_y:.0f}" rx="{lip:.0f}" ry="{lip * 0.17:.0f}" fill="{middle}" stroke="{dark}" stroke-width="3"/>',
        f'<ellipse cx="{cx:.0f}" cy="{lip_y + 3:.0f}" rx="{lip * 0.86:.0f}" ry="{lip * 0.12:.0f}" fill="{dark}" opacity=".85"/>',
    )
    return sheet.svg()


def vase(seed: int) -> str:
    """A bottle with a shoulder, celadon unless the seed says otherwise."""
    return _stand("vase", seed, VASE, 660, seed % 4)


def jian(seed: int) -> str:
    """A tea bowl, black unless the seed says otherwise."""
    return _stand("jian", seed, BOWL, 430, 4 if seed % 4 == 0 else seed)
