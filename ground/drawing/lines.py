"""Lines: split, bent and swept. Nothing here is traced or borrowed; everything is a pure function of its arguments."""

import math
from collections.abc import Sequence
from random import Random

Point = tuple[float, float]
Segment = tuple[Point, Point]
Polygon = list[Point]
Cubic = Sequence[Point]


def _ring(polygon: Polygon, start: int, end: int) -> Polygon:
    """The corners met when walking from `start` to `end`, both included."""
    out, k = [], start
    while True:
        out.append(polygon[k])
        if k == end:
            return out
        k = (k + 1) % len(polygon)


def _far_side(polygon: Polygon, skip: int, start: Point, angle: float) -> tuple[int, Point] | None:
    """Where a line from `start` at `angle` leaves the polygon: the number of the edge, and the point on it."""
    direction = (math.cos(angle), math.sin(angle))
    best: tuple[float, int, Point] | None = None
    for j, corner in enumerate(polygon):
        if j == skip:
            continue
        following = polygon[(j + 1) % len(polygon)]
        ex, ey = following[0] - corner[0], following[1] - corner[1]
        across = direction[0] * ey - direction[1] * ex
        if abs(across) < 1e-9:
            continue
        dx, dy = corner[0] - start[0], corner[1] - start[1]
        along = (dx * ey - dy * ex) / across
        on_edge = (dx * direction[1] - dy * direction[0]) / across
        if 0 <= on_edge <= 1 and (best is None or abs(along) < best[0]):
            best = (abs(along), j, (start[0] + direction[0] * along, start[1] + direction[1] * along))
    return best[1:] if best else None


def cut(polygon: Polygon, rng: Random, skew: float = 0.5) -> tuple[Polygon, Polygon, Segment] | None:
    """Split a convex polygon from its longest edge, nearly at a right angle: ice-crackle."""
    n = len(polygon)
    i = max(range(n), key=lambda k: math.dist(polygon[k], polygon[(k + 1) % n]))
    a, b = polygon[i], polygon[(i + 1) % n]
    t = rng.uniform(0.34, 0.66)
    start = (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
    angle = math.atan2(b[1] - a[1], b[0] - a[0]) + math.pi / 2 + rng.uniform(-skew, skew)
    found = _far_side(polygon, i, start, angle)
    if found is None:
        return None
    j, end = found
    one = [start, *_ring(polygon, (i + 1) % n, j), end]
    two = [end, *_ring(polygon, (j + 1) % n, i), start]
    return one, two, (start, end)


def area(polygon: Polygon) -> float:
    """The area of a polygon, whichever way round it is written."""
    pairs = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def crackle(
    w: float, h: float, rng: Random, small: float = 900, skew: float = 0.5, x: float = 0, y: float = 0
) -> dict[int, list[Segment]]:
    """Crack lines by level: the first are the old iron wires, the last the golden threads. `small` is the area that cracks no more."""
    sheet: Polygon = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    todo: list[tuple[Polygon, int]] = [(sheet, 0)]
    levels: dict[int, list[Segment]] = {}
    while todo:
        polygon, level = todo.pop()
        if area(polygon) < small * rng.uniform(0.6, 1.8) or level > 13:
            continue
        parts = cut(polygon, rng, skew)
        if parts is None:
            continue
        one, two, segment = parts
        levels.setdefault(level, []).append(segment)
        todo += [(one, level + 1), (two, level + 1)]
    return levels


def wobble(segment: Segment, rng: Random, amount: float = 0.03) -> str:
    """A segment as a path that is not quite straight."""
    (x1, y1), (x2, y2) = segment
    k = math.dist(*segment) * amount
    mx, my = (x1 + x2) / 2 + rng.uniform(-k, k), (y1 + y2) / 2 + rng.uniform(-k, k)
    return f"M{x1:.0f} {y1:.0f}Q{mx:.0f} {my:.0f} {x2:.0f} {y2:.0f}"


def crack_paths(
    levels: dict[int, list[Segment]],
    rng: Random,
    split: int,
    iron: str,
    gold: str,
    widths: tuple[float, float] = (2.2, 0.9),
    amount: float = 0.06,
) -> str:
    """Cracks as two paths: levels before `split` in iron, the others in gold."""
    coarse = "".join(wobble(s, rng, amount) for level, found in levels.items() if level < split for s in found)
    fine = "".join(wobble(s, rng, amount) for level, found in levels.items() if level >= split for s in found)
    return (
        f'<path d="{fine}" stroke="{gold}" stroke-width="{widths[1]}" fill="none"/>'
        f'<path d="{coarse}" stroke="{iron}" stroke-width="{widths[0]}" fill="none" stroke-linecap="round"/>'
    )


def along(cubic: Cubic, t: float) -> Point:
    """The point of a cubic Bézier at `t`, 0 to 1."""
    a, b, c, d = cubic
    u = 1 - t
    x = u**3 * a[0] + 3 * u * u * t * b[0] + 3 * u * t * t * c[0] + t**3 * d[0]
    y = u**3 * a[1] + 3 * u * u * t * b[1] + 3 * u * t * t * c[1] + t**3 * d[1]
    return x, y


def brush(
    cubic: Cubic, width: float, fill: str, rng: Random, opacity: float = 1.0, lead: float = 0.18, steps: int = 44
) -> str:
    """One loaded brush stroke along a cubic: presses in over `lead`, swells, lifts off."""
    left: list[Point] = []
    right: list[Point] = []
    for k in range(steps + 1):
        t = k / steps
        x, y = along(cubic, t)
        x2, y2 = along(cubic, min(1, t + 0.01))
        x1, y1 = along(cubic, max(0, t - 0.01))
        angle = math.atan2(y2 - y1, x2 - x1) + math.pi / 2
        press = min(1, t / lead) ** 0.6 * (1 - t) ** 0.75 * 1.25
        w = width * press * (1 + rng.uniform(-0.06, 0.06)) / 2 + 0.15
        left.append((x + math.cos(angle) * w, y + math.sin(angle) * w))
        right.append((x - math.cos(angle) * w, y - math.sin(angle) * w))
    outline = "L".join(f"{x:.1f} {y:.1f}" for x, y in left + right[::-1])
    return f'<path d="M{outline}Z" fill="{fill}" opacity="{opacity}"/>'


def ridge(w: int, h: int, y: float, height: float, rng: Random, fill: str, step: int = 16) -> str:
    """A range of hills from one side of the sheet to the other, filled down to its foot."""
    phase = [rng.uniform(0, 6) for _ in range(4)]
    points = []
    for x in range(0, w + step + 4, step):
        rise = math.sin(x / 260 + phase[0]) + 0.5 * math.sin(x / 97 + phase[1]) + 0.2 * math.sin(x / 33 + phase[2])
        points.append(f"{x} {y + height * rise:.0f}")
    return f'<path d="M0 {h}L{"L".join(points)}L{w} {h}Z" fill="{fill}"/>'
