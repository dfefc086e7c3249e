"""A sheet to draw on: it keeps the definitions apart from the picture and gives every id a prefix of its own."""

from random import Random

# (offset, colour) or (offset, colour, opacity)
Stop = tuple[float, str] | tuple[float, str, float]


def _stops(stops: list[Stop]) -> str:
    out = ""
    for offset, colour, *opacity in stops:
        fade = f' stop-opacity="{opacity[0]}"' if opacity else ""
        out += f'<stop offset="{offset}" stop-color="{colour}"{fade}/>'
    return out


class Sheet:
    """One picture of w by h units. `rng` is the only source of chance, so the same name and seed give the same picture."""

    def __init__(self, name: str, seed: int, w: int, h: int) -> None:
        self.w, self.h = w, h
        self.rng = Random(f"{name}:{seed}")
        self.prefix = f"{name}-{seed}-"
        self._defs: dict[str, str] = {}
        self._body: list[str] = []

    def _define(self, key: str, text: str) -> str:
        self._defs.setdefault(key, text)
        return f"url(#{self.prefix}{key})"

    def linear(self, key: str, stops: list[Stop], x1: float = 0, y1: float = 0, x2: float = 0, y2: float = 1) -> str:
        """A linear gradient, top to bottom by default; returns what a fill takes."""
        line = f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
        return self._define(key, f'<linearGradient id="{self.prefix}{key}" {line}>{_stops(stops)}</linearGradient>')

    def radial(self, key: str, stops: list[Stop], cx: float = 0.5, cy: float = 0.5, r: float = 0.5) -> str:
        """A radial gradient; returns what a fill takes."""
        circle = f'cx="{cx}" cy="{cy}" r="{r}"'
        return self._define(key, f'<radialGradient id="{self.prefix}{key}" {circle}>{_stops(stops)}</radialGradient>')

    def blur(self, amount: int) -> str:
        """A soft edge of `amount` units; returns what filter takes."""
        key = f"b{amount}"
        return self._define(
            key,
            f'<filter id="{self.prefix}{key}" x="-40%" y="-40%" width="180%" height="180%">'
            f'<feGaussianBlur stdDeviation="{amount}"/></filter>',
        )

    def clip(self, key: str, shape: str) -> str:
        """A window of that shape; returns what clip-path takes."""
        return self._define(key, f'<clipPath id="{self.prefix}{key}">{shape}</clipPath>')

    def ground(self, fill: str) -> None:
        """Cover the whole sheet."""
        self.add(f'<rect width="{self.w}" height="{self.h}" fill="{fill}"/>')

    def add(self, *parts: str) -> None:
        """Draw on top of what is there."""
        self._body.extend(parts)

    def svg(self, more: str = "") -> str:
        """The finished picture; `more` are further attributes of its root."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.w} {self.h}" '
            f'width="{self.w}" height="{self.h}"{more}>'
            f"<defs>{''.join(self._defs.values())}</defs>{''.join(self._body)}</svg>\n"
        )
