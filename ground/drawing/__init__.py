"""Every picture of the house, drawn by our own code: `draw("bowl", seed=3)` gives an SVG. Standard library only, no chance but the seed."""

from collections.abc import Callable

from ground.drawing import ceramics, crafts, gifts, places, rooms, seal, shadow, tools, vessels

SCENES: dict[str, Callable[..., str]] = {
    "block": crafts.block,
    "bowl": ceramics.bowl,
    "bridge": rooms.bridge,
    "brush": tools.brush,
    "cobalt": ceramics.cobalt,
    "collar": crafts.collar,
    "glaze": ceramics.glaze,
    "indigo": crafts.indigo,
    "item-cup": gifts.item_cup,
    "item-letter": gifts.item_letter,
    "item-print": gifts.item_print,
    "item-sound": gifts.item_sound,
    "item-tea": gifts.item_tea,
    "jian": vessels.jian,
    "kiln": places.kiln,
    "knife": tools.knife,
    "lacquer": crafts.lacquer,
    "landscape": places.landscape,
    "lattice": places.lattice,
    "loom": rooms.loom,
    "mist": places.mist,
    "paper": tools.paper,
    "parcel": gifts.parcel,
    "scroll": rooms.scroll,
    "seal": seal.seal,
    "shadow": shadow.shadow,
    "shards": ceramics.shards,
    "tea": ceramics.tea,
    "tray": tools.tray,
    "vase": vessels.vase,
    "vat": rooms.vat,
}


def draw(name: str, seed: int = 0, **options: object) -> str:
    """The scene `name` as an SVG text. The same name, seed and options always give the same picture; seed 0 is the house's own.

    Options are the scene's own (`bowl` and `glaze` take `glaze`, the number of a glaze). Raises KeyError for an unknown name.
    """
    return SCENES[name](seed, **options)
