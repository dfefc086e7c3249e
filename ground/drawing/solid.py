"""Vessels turned on a lathe, as GLB (binary glTF 2.0): one mesh, one glaze, all of it in one file."""

import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from ground.drawing import raster
from ground.drawing.lines import crack_paths, crackle
from ground.drawing.sheet import Sheet

Point = tuple[float, float]  # radius and height, in decimetres
AROUND = 64  # corners of each ring
TEXTURE = (1024, 512)  # points
FLOAT, SHORT = 5126, 5123  # glTF's names for number types
VERTICES, INDICES = 34962, 34963


@dataclass(frozen=True, slots=True)
class Vessel:
    """A profile from the foot round the lip to the inside's bottom, its glaze, and how glossy it is (0 to 1)."""

    profile: list[Point]
    skin: Callable[[], str]
    rough: float


def smooth(points: list[Point], steps: int = 5) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    out: list[Point] = []
    for k in range(len(points) - 1):
        a, b, c, d = (points[max(0, min(len(points) - 1, k + o))] for o in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            x, y = (_spline(a[i], b[i], c[i], d[i], t) for i in (0, 1))
            out.append((max(0.0, x), y))
    return [*out, points[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def _skin(name: str, colours: tuple[str, str, str], iron: str, gold: str, small: float) -> str:
    """Glaze and its crackle, unrolled: darker where it pools at the foot, thin at the lip."""
    sheet = Sheet(name, 0, *TEXTURE)
    top, middle, foot = colours
    sheet.ground(sheet.linear("g", [(0, top), (0.12, middle), (0.8, middle), (1, foot)]))
    rng = Random(name)
    for _ in range(60):
        x, y, r = rng.randint(0, 1024), rng.randint(0, 512), rng.randint(20, 90)
        sheet.add(
            f'<ellipse cx="{x}" cy="{y}" rx="{r}" ry="{r * 0.6:.0f}" fill="{rng.choice((top, foot))}" opacity=".05"/>'
        )
    sheet.add(f'<g opacity=".5">{crack_paths(crackle(*TEXTURE, rng, small, 0.6), rng, 5, iron, gold, (1.6, 0.8))}</g>')
    return sheet.svg()


VASE = [(0.0, 0.0), (0.3, 0.0), (0.34, 0.02), (0.33, 0.08), (0.4, 0.3), (0.58, 0.72), (0.68, 1.1), (0.66, 1.42), (0.5, 1.66),
        (0.27, 1.78), (0.2, 1.9), (0.19, 2.1), (0.22, 2.2), (0.31, 2.28), (0.33, 2.31), (0.3, 2.33), (0.2, 2.24), (0.16, 2.1),
        (0.16, 1.9), (0.22, 1.76), (0.44, 1.6)]  # fmt: skip
BOWL = [(0.0, 0.06), (0.2, 0.06), (0.22, 0.0), (0.27, 0.0), (0.29, 0.03), (0.29, 0.09), (0.42, 0.16), (0.6, 0.36), (0.7, 0.6),
        (0.73, 0.74), (0.71, 0.77), (0.68, 0.74), (0.65, 0.6), (0.55, 0.38), (0.38, 0.22), (0.2, 0.16), (0.0, 0.145)]  # fmt: skip

SOLIDS: dict[str, Vessel] = {
    "celadon-vase": Vessel(smooth(VASE), lambda: _skin("vase", ("#c9ddcf", "#9dc0b0", "#6f9c8a"), "#5d6b5e", "#b7c4a8", 1500), 0.18),
    "tea-bowl": Vessel(smooth(BOWL), lambda: _skin("bowl-skin", ("#6b4a2c", "#2b211c", "#14100f"), "#8a6a43", "#5a4632", 900), 0.28),
}  # fmt: skip


def glb(name: str) -> bytes:
    """The vessel as a GLB file, standing on its foot at the origin. Raises KeyError for an unknown name."""
    vessel = SOLIDS[name]
    positions, normals, coordinates = _turned(vessel.profile)
    faces = _faces(len(vessel.profile))
    parts = [
        struct.pack(f"<{len(positions)}f", *positions), struct.pack(f"<{len(normals)}f", *normals),
        struct.pack(f"<{len(coordinates)}f", *coordinates), struct.pack(f"<{len(faces)}H", *faces),
        raster.jpeg(vessel.skin(), TEXTURE[0], 82),
    ]  # fmt: skip
    views, binary = _packed(parts)
    count = len(positions) // 3
    corners = list(zip(*[iter(positions)] * 3, strict=True))
    scene = {
        "asset": {"version": "2.0", "generator": "Yaji"},
        "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0, "name": name}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1, "TEXCOORD_0": 2}, "indices": 3, "material": 0}]}],
        "materials": [{"doubleSided": True, "pbrMetallicRoughness": {
            "baseColorTexture": {"index": 0}, "metallicFactor": 0, "roughnessFactor": vessel.rough}}],
        "textures": [{"source": 0}], "images": [{"bufferView": 4, "mimeType": "image/jpeg"}],
        "accessors": [
            {"bufferView": 0, "componentType": FLOAT, "count": count, "type": "VEC3",
             "min": [min(c[i] for c in corners) for i in range(3)], "max": [max(c[i] for c in corners) for i in range(3)]},
            {"bufferView": 1, "componentType": FLOAT, "count": count, "type": "VEC3"},
            {"bufferView": 2, "componentType": FLOAT, "count": count, "type": "VEC2"},
            {"bufferView": 3, "componentType": SHORT, "count": len(faces), "type": "SCALAR"},
        ],
        "bufferViews": views, "buffers": [{"byteLength": len(binary)}],
    }  # fmt: skip
    return _file(scene, binary)


def _turned(profile: list[Point]) -> tuple[list[float], list[float], list[float]]:
    """Positions, normals and texture coordinates of every ring; the seam has its corners twice."""
    positions: list[float] = []
    normals: list[float] = []
    coordinates: list[float] = []
    for k, (r, y) in enumerate(profile):
        before, after = profile[max(0, k - 1)], profile[min(len(profile) - 1, k + 1)]
        dr, dy = after[0] - before[0], after[1] - before[1]
        long = math.hypot(dr, dy) or 1.0
        nr, ny = dy / long, -dr / long
        for corner in range(AROUND + 1):
            a = math.tau * corner / AROUND
            positions += [r * math.cos(a), y, r * math.sin(a)]
            normals += [nr * math.cos(a), ny, nr * math.sin(a)]
            coordinates += [corner / AROUND, 1 - k / (len(profile) - 1)]
    return positions, normals, coordinates


def _faces(rings: int) -> list[int]:
    faces: list[int] = []
    for ring in range(rings - 1):
        for corner in range(AROUND):
            a = ring * (AROUND + 1) + corner
            b = a + AROUND + 1
            faces += [a, b, a + 1, a + 1, b, b + 1]
    return faces


def _packed(parts: list[bytes]) -> tuple[list[dict[str, int]], bytes]:
    """Buffer views, and the buffer; each part begins at a multiple of four bytes."""
    views: list[dict[str, int]] = []
    binary = b""
    for k, part in enumerate(parts):
        view = {"buffer": 0, "byteOffset": len(binary), "byteLength": len(part)}
        target = {3: INDICES, 4: 0}.get(k, VERTICES)
        views.append(view | ({"target": target} if target else {}))
        binary += part + b"\0" * (-len(part) % 4)
    return views, binary


def _file(scene: dict[str, object], binary: bytes) -> bytes:
    told = json.dumps(scene, separators=(",", ":")).encode()
    told += b" " * (-len(told) % 4)
    body = struct.pack("<I4s", len(told), b"JSON") + told + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body
