"""How long a text takes, and how one says so."""

import math
import re

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ground.calendar import han_number
from ground.search import HAN

CHARACTERS_A_MINUTE = 380
WORDS_A_MINUTE = 220
_han = re.compile(f"[{HAN}]")
_word = re.compile(rf"[^\W_{HAN}]+(?:[’'-][^\W_{HAN}]+)*")


def minutes(text: str) -> int:
    """Whole minutes, at least 1: Han characters and words of other scripts, each at its own pace."""
    pace = len(_han.findall(text)) / CHARACTERS_A_MINUTE + len(_word.findall(text)) / WORDS_A_MINUTE
    return max(1, math.ceil(pace))


def spoken(number: int) -> str:
    """11 minutes; in Chinese the figure is written as spoken: 十一分钟."""
    if (get_language() or "").startswith("zh") and number < 100:
        return _("%(figure)s minutes") % {"figure": han_number(number)}
    return ngettext("%(n)s minute", "%(n)s minutes", number) % {"n": number}


def remaining(number: int) -> str:
    """What the wall says where the editor has said nothing."""
    return _("What follows takes about %(time)s to read.") % {"time": spoken(number)}
