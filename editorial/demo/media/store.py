"""Makes a file when it is first asked for, and remembers it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.models import Collection

from editorial.demo.media import sounds
from editorial.demo.parser import BadStory
from editorial.files import vtt
from editorial.files.models import HouseFile
from ground.drawing import around, solid

COLLECTION = "Sounds and objects"
FILMS = Path(__file__).parent
FILM_SECONDS = 6.0


class Media:
    """One file for each name."""

    def __init__(self) -> None:
        root = Collection.get_first_root_node()
        found = Collection.objects.filter(name=COLLECTION).first()
        self.collection = found or root.add_child(name=COLLECTION)
        self.known: dict[str, Any] = {f.title: f for f in HouseFile.objects.filter(collection=self.collection)}

    def _file(self, title: str, name: str, make: Callable[[], bytes]) -> Any:
        if title not in self.known:
            stored = ContentFile(make(), name=name)
            self.known[title] = HouseFile.objects.create(title=title, file=stored, collection=self.collection)
        return self.known[title]

    def sound(self, name: str, where: str) -> Any:
        """A recording that was never recorded. Raises `BadStory` for a name that nobody makes."""
        if name not in sounds.SOUNDS:
            raise BadStory(f"{where}: there is no sound {name!r}")
        return self._file(name, f"{name}.wav", lambda: sounds.wav(name))

    def model(self, name: str, where: str) -> Any:
        """An object on the lathe. Raises `BadStory`."""
        if name not in solid.SOLIDS:
            raise BadStory(f"{where}: there is no object {name!r}")
        return self._file(name, f"{name}.glb", lambda: solid.glb(name))

    def film(self, name: str, where: str) -> Any:
        """A film that `record_wheel.py` made. Raises `BadStory`."""
        path = FILMS / f"{name}.webm"
        if not path.exists():
            raise BadStory(f"{where}: there is no film {name!r}")
        return self._file(name, path.name, path.read_bytes)

    def captions(self, name: str, lines: list[str]) -> Any:
        """The lines, spread over the film."""
        return self._file(f"captions {name}", f"{name}.vtt", lambda: vtt.write(lines, FILM_SECONDS).encode())

    def around(self, name: str, where: str) -> Any:
        """A picture all around. Raises `BadStory`."""
        if name not in around.SCENES:
            raise BadStory(f"{where}: there is no place {name!r} to look around in")
        images = get_image_model().objects
        title = f"all around: {name}"
        found = images.filter(title=title, collection=self.collection).first()
        return found or images.create(
            title=title, file=ContentFile(around.webp(name), name=f"{name}.webp"), collection=self.collection
        )
