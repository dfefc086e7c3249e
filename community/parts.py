"""What hangs on a message beside its words: files, links, cards, polls.

The core keeps one list of parts on each message, ready for the wire, and numbers its changes. Which kinds there are,
and what each means, stands in packages of their own, which add themselves here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts.models import User
from community.markup import QUOTE_LENGTH, plain
from community.models import Message, Room
from ground.registry import Registry

Part = dict[str, Any]
Hang = Callable[[Message], list[Part]]
"""Called in the transaction that writes a message, once its row is there: binds what was made before to it, and answers
its parts. May raise Refused."""


@dataclass(frozen=True)
class PartKind:
    """A kind of part. `template` shows one on a page (`part`, `m`, `room`, `account`, `mine`). `mine` answers, for the
    parts of this kind on a page and in one query, what each is to one viewer, by the part's id. `line` is the key of
    the words that stand for it where there is one line alone: they never change, as quotes keep them."""

    key: str
    template: str
    order: int = 50
    mine: Callable[[User, Sequence[Part]], Mapping[Any, Any]] | None = None
    line: str = ""


@dataclass(frozen=True)
class Attacher:
    """Turns what was uploaded before (by its ids) into something to hang on a message. `of_form` takes in what a page
    without scripts sends along with its words, and answers the ids. Both raise Refused. `unsent` answers those that
    are still there and hang on nothing, as parts by their ids, in one query. `words` are the keys of a part that people
    wrote."""

    key: str
    attach: Callable[[User, Room, Sequence[int]], Hang]
    unsent: Callable[[Sequence[int]], Mapping[int, Part]]
    words: tuple[str, ...] = ()
    of_form: Callable[[User, Room, HttpRequest], list[int]] | None = None


@dataclass(frozen=True)
class Hook:
    """Run in the transaction that says, edits, buries, hides or shows a message: it writes rows, and never waits."""

    key: str
    run: Callable[[Message], None]
    order: int = 50


@dataclass(frozen=True)
class Tool:
    """Something beside the place where one writes."""

    key: str
    template: str
    order: int = 50


kinds: Registry[PartKind] = Registry("parts of messages")
attachers: Registry[Attacher] = Registry("attachers")
said: Registry[Hook] = Registry("after a message is said or edited")
buried: Registry[Hook] = Registry("after a message is taken back or erased")
hidden: Registry[Hook] = Registry("after a message is hidden")
shown: Registry[Hook] = Registry("after a hidden message stands again")
tools: Registry[Tool] = Registry("tools beside the composer")


def run(hooks: Iterable[Hook], message: Message) -> None:
    """Tell the hooks of a message."""
    for hook in hooks:
        hook.run(message)


def hangs(actor: User, room: Room, ids: Sequence[int]) -> list[Hang]:
    """Uploads of the actor as things to hang on a message. Raises Refused."""
    return [attacher.attach(actor, room, ids) for attacher in attachers] if ids else []


def unsent(ids: Sequence[int]) -> dict[int, Part]:
    """Uploads that are still there and hang on nothing, as parts by their ids; one query for each attacher."""
    return {pk: part for one in attachers for pk, part in one.unsent(ids).items()} if ids else {}


def words(ids: Sequence[int]) -> list[str]:
    """What people wrote on uploads that hang on nothing: names of files, what is to be seen."""
    found = [(one, part) for one in attachers for part in one.unsent(ids).values()] if ids else []
    return [part[key] for one, part in found for key in one.words if part.get(key)]


def of_form(actor: User, room: Room, request: HttpRequest) -> list[int]:
    """Ids of what came along in the form itself. Raises Refused."""
    return [pk for one in attachers if one.of_form for pk in one.of_form(actor, room, request)] if request.FILES else []


def line(html: str, parts: Iterable[Part] | None, length: int = QUOTE_LENGTH) -> str:
    """A message on one line: its words, or those of what hangs on it where it has none."""
    named = ((kinds.get(part.get("kind", "")), part) for part in parts or ())
    words = plain(html, length) or ", ".join(part.get(kind.line, "") for kind, part in named if kind and kind.line)
    return words if len(words) <= length else words[: length - 1] + "…"


def of_kind(parts: Iterable[Part], key: str) -> list[Part]:
    """Those parts that are of a kind."""
    return [part for part in parts if part.get("kind") == key]


def mine(account: User | None, parts: Sequence[Part]) -> dict[str, Any]:
    """What parts are to one viewer, as {"kind:id": …}; one query for each kind that asks."""
    if account is None or not parts:
        return {}
    found: dict[str, Any] = {}
    for kind in kinds:
        asked = of_kind(parts, kind.key)
        if kind.mine is not None and asked:
            found |= {f"{kind.key}:{key}": value for key, value in kind.mine(account, asked).items()}
    return found
