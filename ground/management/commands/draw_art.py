"""Draws the pictures that style sheets and templates name: static/yaji/art. A test proves them fresh."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ground.drawing import draw

# What stands in static/yaji/art, each as the house's own (seed 0).
STANDING = (
    "bowl", "glaze", "indigo", "item-cup", "item-letter", "item-print", "item-sound", "item-tea", "kiln", "lacquer",
    "landscape", "lattice", "mist", "parcel", "seal", "tea",
)  # fmt: skip


def folder() -> Path:
    """Where the standing pictures are kept."""
    return Path(settings.BASE_DIR) / "static" / "yaji" / "art"


class Command(BaseCommand):
    """`manage.py draw_art`."""

    help = "Draw the standing pictures of static/yaji/art again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write every standing picture; says which ones changed."""
        folder().mkdir(parents=True, exist_ok=True)
        for name in STANDING:
            path, picture = folder() / f"{name}.svg", draw(name)
            if not path.exists() or path.read_text(encoding="utf-8") != picture:
                path.write_text(picture, encoding="utf-8")
                self.stdout.write(f"drew {name}")
