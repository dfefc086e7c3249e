"""Our own drawings as pictures of the admin: one for each name and seed, drawn once."""

from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.models import Collection

from editorial.demo.parser import Art, BadStory
from ground.drawing import SCENES, draw

COLLECTION = "Drawings"


class Drawings:
    """Draws on demand and remembers."""

    def __init__(self) -> None:
        root = Collection.get_first_root_node()
        self.collection = Collection.objects.filter(name=COLLECTION).first() or root.add_child(name=COLLECTION)
        rows = get_image_model().objects.filter(collection=self.collection)
        self.known = {image.title: image for image in rows}

    def get(self, art: Art, where: str = "", words: str = "") -> object:
        """The picture. Raises `BadStory` for a drawing that nobody can draw."""
        if art.name not in SCENES:
            raise BadStory(f"{where}: there is no drawing {art.name!r}")
        title = f"{art.name} {art.seed}"
        if title not in self.known:
            stored = ContentFile(draw(art.name, art.seed).encode(), name=f"{art.name}-{art.seed}.svg")
            self.known[title] = get_image_model().objects.create(
                title=title, file=stored, collection=self.collection, description=words[:255]
            )
        return self.known[title]
