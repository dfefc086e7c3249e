"""The board, and somebody who may work on it."""

from tests.parcels.conftest import cycle, packer

__all__ = ["cycle", "packer"]
