"""Looking into the values of blocks."""

from typing import Any


def inside(value: Any, model: type) -> list[Any]:
    """Every instance of `model` inside a block's value, however deep."""
    if isinstance(value, model):
        return [value]
    if hasattr(value, "values"):
        return [found for v in value.values() for found in inside(v, model)]
    if isinstance(value, list | tuple) or hasattr(value, "bound_blocks") or hasattr(value, "stream_block"):
        return [found for v in value for found in inside(getattr(v, "value", v), model)]
    return []
