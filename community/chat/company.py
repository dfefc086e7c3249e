"""Who is here and who is writing: the lossy class. Hubs tell each other over the bus; nothing is stored."""

import asyncio
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from community.chat import protocol
from community.chat.bus import room_topic
from community.chat.channel import Channel
from community.chat.outlet import Outlet

if TYPE_CHECKING:
    from community.chat.hub import Hub

TYPING_LIFE = 6.0
TELL_AGAIN = 20.0
FORGET_HUB = 50.0
MAX_TYPING_NAMES = 5
Person = dict[str, str]


class Company:
    """Presence and typing of every room of this process, merged from all hubs."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._dirty: set[int] = set()
        self._told_at: dict[int, float] = {}
        self._others: dict[int, dict[str, tuple[float, list[Person]]]] = defaultdict(dict)
        self._typing: dict[int, dict[str, tuple[float, Person]]] = defaultdict(dict)
        self._typing_dirty: set[int] = set()
        self._shown: dict[int, str] = {}

    def changed(self, room_id: int) -> None:
        """Somebody came or went here."""
        self._dirty.add(room_id)

    def chosen(self, account_id: int, person: Any) -> None:
        """Somebody chose to be seen (`person`) or not (None): their sockets here follow, and everybody is told."""
        for outlet in self._hub.outlets:
            if outlet.account_id == account_id:
                outlet.person = person
                self._dirty.update(outlet.present)

    def greet(self, channel: Channel, outlet: Outlet) -> None:
        """Tell a socket that has just gone live who is here."""
        self.changed(channel.id)
        outlet.push_text(self._presence(channel), lossy=True)

    async def typing(self, channel: Channel, person: Person) -> None:
        await self._hub.bus.publish(room_topic(channel.id), "typing\n" + json.dumps(person, ensure_ascii=False))

    def hear(self, channel: Channel, what: str, data: Any) -> None:
        """A hint of another hub, or our own coming back."""
        now = asyncio.get_running_loop().time()
        if what == "typing":
            self._typing[channel.id][data["id"]] = (now + TYPING_LIFE, data)
            self._typing_dirty.add(channel.id)
        elif what == "here" and data["hub"] != self._hub.id:
            self._others[channel.id][data["hub"]] = (now + FORGET_HUB, data["people"])
            self._show(channel)

    def tick(self, now: float) -> None:
        """Once a second: at most one presence and one typing frame for each room."""
        for channel in self._hub.rooms.values():
            if channel.id in self._dirty or now - self._told_at.get(channel.id, 0) > TELL_AGAIN:
                self._dirty.discard(channel.id)
                self._told_at[channel.id] = now
                self._hub.spawn(self._tell_hubs(channel))
                self._show(channel)
            self._flush_typing(channel, now)

    def _people_here(self, channel: Channel) -> list[Person]:
        people = {
            outlet.person["id"]: outlet.person
            for outlet in channel.outlets
            if outlet.person and channel.id in outlet.present
        }
        return list(people.values())

    async def _tell_hubs(self, channel: Channel) -> None:
        payload = json.dumps({"hub": self._hub.id, "people": self._people_here(channel)}, ensure_ascii=False)
        await self._hub.bus.publish(room_topic(channel.id), "here\n" + payload)

    def _presence(self, channel: Channel) -> str:
        now = asyncio.get_running_loop().time()
        people = {person["id"]: person for person in self._people_here(channel)}
        others = self._others.get(channel.id, {})
        for hub in [hub for hub, (until, _) in others.items() if until < now]:
            del others[hub]
        for _, elsewhere in others.values():
            people.update({person["id"]: person for person in elsewhere})
        names = sorted(people.values(), key=lambda p: p["name"]) if len(people) <= protocol.PRESENCE_NAMES else None
        return protocol.pres(channel.id, len(people), names)

    def _show(self, channel: Channel) -> None:
        text = self._presence(channel)
        if self._shown.get(channel.id) != text:
            self._shown[channel.id] = text
            channel.tell(text)

    def _flush_typing(self, channel: Channel, now: float) -> None:
        writing = self._typing.get(channel.id)
        if not writing:
            return
        gone = [who for who, (until, _) in writing.items() if until < now]
        for who in gone:
            del writing[who]
        if gone or channel.id in self._typing_dirty:
            self._typing_dirty.discard(channel.id)
            names = [person for _, person in writing.values()]
            channel.tell(protocol.eph(channel.id, names[:MAX_TYPING_NAMES], len(names)))
