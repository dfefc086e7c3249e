"""Sounds out of arithmetic: struck, rubbed, poured. Mono, 16 bit; the same every time. Standard library only."""

import io
import math
import wave
from array import array
from collections.abc import Callable
from random import Random

RATE = 16_000  # samples a second: 12 seconds stay below 400 kB
LOUD = 30_000
TAU = math.tau

Samples = list[float]


def _chance(name: str) -> Random:
    """The sound's own chance: the same every time."""
    return Random(name)  # noqa: S311 - nothing secret


def _silence(seconds: float) -> Samples:
    return [0.0] * int(RATE * seconds)


def _ring(into: Samples, at: float, partials: list[tuple[float, float, float]], loud: float = 1.0) -> None:
    """Something struck: partials as (hertz, loudness, seconds until it has nearly gone)."""
    start = int(at * RATE)
    for hertz, part, lasts in partials:
        step, fall = TAU * hertz / RATE, math.exp(-5 / (lasts * RATE))
        level, end = part * loud, min(len(into), start + int(lasts * RATE))
        for k in range(start, end):
            into[k] += level * math.sin(step * (k - start))
            level *= fall


def _rub(
    into: Samples, at: float, lasts: float, rng: Random, bright: float, loud: float = 1.0, grain: float = 0.0
) -> None:
    """Noise through a simple filter, swelling and falling: a scrape, water, cloth. `bright` 0 (dull) to 1 (hiss)."""
    start, count = int(at * RATE), int(lasts * RATE)
    low = band = 0.0
    for k in range(min(count, len(into) - start)):
        noise = rng.uniform(-1, 1)
        low += bright * (noise - low)
        band = low if bright > 0.5 else band + 0.3 * (low - band)
        swell = math.sin(math.pi * k / count) ** 1.4
        gate = 1.0 if not grain else 0.35 + 0.65 * (math.sin(TAU * grain * k / RATE) > -0.2)
        into[start + k] += band * swell * gate * loud


def _bubble(into: Samples, at: float, hertz: float, loud: float) -> None:
    """A bubble: a short note that slides up."""
    start, count = int(at * RATE), int(0.055 * RATE)
    phase = 0.0
    for k in range(min(count, len(into) - start)):
        phase += TAU * hertz * (1 + 0.9 * k / count) / RATE
        into[start + k] += loud * math.sin(phase) * (1 - k / count) ** 2


def kiln_bell() -> Samples:
    """A bronze bell at the kiln, struck twice; between them the wind."""
    into, rng = _silence(10.5), _chance("kiln-bell")
    bell = [(196.0, 0.5, 8), (392.6, 0.42, 6.5), (467.0, 0.3, 5), (588.5, 0.24, 4), (802.0, 0.16, 2.5), (1174.0, 0.1, 1.4), (197.1, 0.4, 8)]  # fmt: skip
    _rub(into, 0, 10.5, rng, 0.06, 0.25)
    _ring(into, 0.4, bell, 1.0)
    _ring(into, 5.2, bell, 0.7)
    return into


def wood_knife() -> Samples:
    """A knife in pear wood: short pushes, a chip, a tap of the mallet."""
    into, rng = _silence(8.0), _chance("wood-knife")
    at = 0.3
    while at < 7.2:
        _rub(into, at, rng.uniform(0.12, 0.3), rng, 0.62, 0.9, rng.uniform(38, 70))
        at += rng.uniform(0.34, 0.62)
        if rng.random() < 0.3:
            _ring(into, at, [(820, 0.5, 0.09), (1330, 0.3, 0.05), (410, 0.4, 0.12)], 0.9)
            at += 0.35
    return into


def tea_water() -> Samples:
    """Water from a kettle into a bowl: the stream, and the note of the bowl going up as it fills."""
    into, rng = _silence(8.5), _chance("tea-water")
    _rub(into, 0.3, 6.6, rng, 0.35, 0.35)
    at = 0.5
    while at < 6.6:
        _bubble(into, at, 420 + 130 * at + rng.uniform(-90, 240), rng.uniform(0.1, 0.34))
        at += rng.uniform(0.012, 0.05)
    for late in (6.9, 7.25, 7.8):
        _bubble(into, late, 1400, 0.4)
    return into


def vat_stir() -> Samples:
    """A paddle in an indigo vat: slow strokes, heavy water, foam."""
    into, rng = _silence(9.5), _chance("vat-stir")
    for stroke in range(4):
        at = 0.3 + stroke * 2.3
        _rub(into, at, 2.1, rng, 0.09, 1.6)
        _rub(into, at + 0.5, 1.5, rng, 0.4, 0.16)
        for _ in range(26):
            _bubble(into, at + rng.uniform(0.4, 2.1), rng.uniform(130, 420), rng.uniform(0.06, 0.3))
        _ring(into, at + 1.9, [(88, 0.6, 0.3), (141, 0.3, 0.2)], 0.8)
    return into


def rod_song() -> Samples:
    """Behind the shadow screen: a clapper keeps time, a fiddle plays five notes, rods tap on the cloth."""
    into, rng = _silence(11.0), _chance("rod-song")
    tune = [(0, 1.0), (2, 0.5), (4, 0.5), (7, 1.5), (9, 0.5), (7, 1.0), (4, 0.5), (2, 0.5), (0, 2.0)]
    at = 0.6
    for degree, beats in tune:
        _bowed(into, at, 293.7 * 2 ** (degree / 12), beats * 0.95)
        at += beats
    for beat in range(11):
        _ring(into, 0.6 + beat * 0.9, [(1850, 0.4, 0.06), (2710, 0.3, 0.04)], 0.8)
        if rng.random() < 0.5:
            _rub(into, 0.9 + beat * 0.9, 0.08, rng, 0.7, 0.5)
    return into


def _bowed(into: Samples, at: float, hertz: float, lasts: float) -> None:
    """A bowed string: six partials, a slow beginning, a little trembling."""
    start, count, phase = int(at * RATE), int(lasts * RATE), 0.0
    for k in range(min(count, len(into) - start)):
        t = k / RATE
        phase += TAU * hertz * (1 + 0.006 * math.sin(TAU * 5.4 * t) * min(1, t * 2)) / RATE
        shape = min(1, t / 0.12) * min(1, (count - k) / (0.15 * RATE))
        into[start + k] += 0.3 * shape * sum(math.sin(n * phase) / n**1.25 for n in range(1, 7))


def paper_sieve() -> Samples:
    """A sieve lifted out of the pulp: it dips, is rocked, and drips."""
    into, rng = _silence(9.0), _chance("paper-sieve")
    for lift in range(3):
        at = 0.2 + lift * 2.9
        _rub(into, at, 0.9, rng, 0.16, 1.2)
        for side in range(3):
            _rub(into, at + 0.8 + side * 0.28, 0.3, rng, 0.3, 0.5)
        drop = at + 1.6
        while drop < at + 2.8:
            _bubble(into, drop, rng.uniform(700, 1500), rng.uniform(0.15, 0.4))
            drop += rng.uniform(0.03, 0.16) * (1 + (drop - at - 1.6))
    return into


SOUNDS: dict[str, Callable[[], Samples]] = {
    "kiln-bell": kiln_bell, "wood-knife": wood_knife, "tea-water": tea_water, "vat-stir": vat_stir,
    "rod-song": rod_song, "paper-sieve": paper_sieve,
}  # fmt: skip


def wav(name: str) -> bytes:
    """The sound as a WAV file, as loud as it may be. Raises KeyError for an unknown name."""
    samples = SOUNDS[name]()
    most = max(abs(s) for s in samples) or 1.0
    packed = array("h", (int(s / most * LOUD) for s in samples))
    if packed.itemsize == 2 and array("H", [1]).tobytes() != b"\x01\x00":
        packed.byteswap()
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(packed.tobytes())
    return out.getvalue()
