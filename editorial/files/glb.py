"""Reads a GLB (binary glTF 2.0) far enough to know that it is whole, sane, and asks nobody for anything. Pure."""

import json
import re
import struct
from collections.abc import Iterator
from typing import Any

MOST_JSON = 4 * 1024 * 1024  # bytes
MOST_VERTICES = 500_000
MOST_PARTS = 2000  # entries of any list of the scene
_address = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//|^\s*(?:https?|file|ftp|blob|javascript):", re.IGNORECASE)
_component = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}  # glTF's component types, and their bytes
_width = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}


class BadModel(ValueError):
    """Why a file cannot be shown as a model: a sentence for people (English, a message id)."""


def check(data: bytes) -> None:
    """Silent when the file is a self-contained GLB that the viewer can show. Raises `BadModel`."""
    scene, binary = _chunks(data)
    _asks_nobody(scene)
    if scene.get("extensionsRequired"):
        raise BadModel("The model needs extensions that our viewer does not have. Export it without compression.")
    try:
        _within(scene, len(binary))
    except (KeyError, IndexError, TypeError, AttributeError, OverflowError) as trouble:
        raise BadModel("The model’s parts do not fit together.") from trouble


def _chunks(data: bytes) -> tuple[dict[str, Any], bytes]:
    if len(data) < 20 or data[:4] != b"glTF":
        raise BadModel("This is no GLB file.")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2 or length != len(data):
        raise BadModel("The model is cut short, or of another version than glTF 2.0.")
    size, kind = struct.unpack_from("<I4s", data, 12)
    if kind != b"JSON" or size > min(MOST_JSON, len(data) - 20):
        raise BadModel("The model’s description is missing or too long.")
    try:
        scene = json.loads(data[20 : 20 + size])
    except (ValueError, RecursionError) as trouble:
        raise BadModel("The model’s description cannot be read.") from trouble
    if not isinstance(scene, dict):
        raise BadModel("The model’s description cannot be read.")
    rest = 20 + size
    if rest + 8 > len(data):
        return scene, b""
    size, kind = struct.unpack_from("<I4s", data, rest)
    if kind != b"BIN\x00" or rest + 8 + size > len(data):
        raise BadModel("The model’s parts do not fit together.")
    return scene, data[rest + 8 : rest + 8 + size]


def _asks_nobody(scene: dict[str, Any]) -> None:
    """No address in buffers, pictures or anywhere in an extension: what the viewer reads lies in the file."""
    for path, value in _strings(scene):
        if path[-1].lower() in ("uri", "url") and not value.startswith("data:"):
            raise BadModel("The model names files outside of itself. Export it as one self-contained GLB.")
        if "extensions" in path and _address.match(value):
            raise BadModel("The model names files outside of itself. Export it as one self-contained GLB.")


def _strings(value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    todo: list[tuple[tuple[str, ...], Any]] = [(("",), value)]
    while todo:
        path, found = todo.pop()
        if isinstance(found, str):
            yield path, found
        elif isinstance(found, dict):
            todo += [((*path, str(key)), inner) for key, inner in found.items()]
        elif isinstance(found, list):
            todo += [(path, inner) for inner in found]


def _within(scene: dict[str, Any], binary: int) -> None:
    """Every part lies inside what it is a part of; nothing is larger than a page can bear."""
    if any(len(part) > MOST_PARTS for part in scene.values() if isinstance(part, list)):
        raise BadModel("The model has too many parts.")
    buffers = scene.get("buffers", [])
    if len(buffers) > 1 or any("uri" in buffer for buffer in buffers):
        raise BadModel("The model names files outside of itself. Export it as one self-contained GLB.")
    views = scene.get("bufferViews", [])
    for view in views:
        if (
            view.get("byteOffset", 0) < 0
            or view["byteLength"] < 0
            or view.get("byteOffset", 0) + view["byteLength"] > binary
        ):
            raise BadModel("The model’s parts do not fit together.")  # fmt: skip
    for accessor in scene.get("accessors", []):
        _accessor(accessor, views)
    if not any(mesh.get("primitives") for mesh in scene.get("meshes", [])):
        raise BadModel("There is nothing to see in the model.")
    shown = [p["attributes"]["POSITION"] for mesh in scene["meshes"] for p in mesh["primitives"]]
    if sum(scene["accessors"][number]["count"] for number in shown) > MOST_VERTICES:
        raise BadModel("The model has too many points. Make it simpler and try again.")


def _accessor(accessor: dict[str, Any], views: list[dict[str, Any]]) -> None:
    item = _component[accessor["componentType"]] * _width[accessor["type"]]
    view = views[accessor["bufferView"]]
    step = view.get("byteStride") or item
    count, offset = accessor["count"], accessor.get("byteOffset", 0)
    if count < 1 or offset < 0 or step < item or offset + step * (count - 1) + item > view["byteLength"]:
        raise BadModel("The model’s parts do not fit together.")
