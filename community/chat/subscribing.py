"""Coming into a room: first listen, then ask and read, then tell, then live. Never the other way round."""

from community.chat import protocol, reads
from community.chat.channel import Channel
from community.chat.database import run
from community.chat.hub import Hub
from community.chat.outlet import Outlet
from community.chat.protocol import SubRoom


async def subscribe(hub: Hub, outlet: Outlet, wanted: SubRoom) -> None:
    """Bring a socket into a room, from where it left or from now on; or say why not.

    The socket stands in the room, buffering, before rights and events are read: a right that is taken away
    meanwhile is either seen by our own reading or finds the socket here. Who gives a number (`after`) looks at the
    room and is present in it; who gives none only counts what is new.
    """
    if outlet.closed is not None or await _knocked_in_vain(hub, outlet, wanted.r):
        return
    channel = await hub.enter(wanted.r, outlet)
    try:
        await _come_in(hub, channel, outlet, wanted)
    except BaseException:
        hub.exit(wanted.r, outlet)  # nobody is left standing in the buffer
        raise


async def _knocked_in_vain(hub: Hub, outlet: Outlet, room_id: int) -> bool:
    """A room that nobody here listens to is asked for first, so that made-up numbers cost the bus nothing."""
    if room_id in hub.rooms:
        return False
    entry = await run(reads.enter, outlet.account_id, room_id)
    if entry.lost:
        outlet.push_text(protocol.unsub(room_id, entry.lost))
    return bool(entry.lost) or outlet.closed is not None


async def _come_in(hub: Hub, channel: Channel, outlet: Outlet, wanted: SubRoom) -> None:
    entry = await run(reads.enter, outlet.account_id, wanted.r)
    if outlet.closed is not None or outlet not in channel:
        return  # closed, or the right was lost meanwhile and the socket was told
    if entry.lost:
        hub.exit(wanted.r, outlet)
        outlet.push_text(protocol.unsub(wanted.r, entry.lost))
        return
    outlet.rooms[wanted.r] = 0
    if wanted.after is not None:
        outlet.present.add(wanted.r)
    if outlet.account_id is not None:
        hub.watch.entered(outlet.account_id, entry.mark, entry.seconds_left)
    found = await run(reads.events_after, wanted.r, wanted.after, wanted.epoch)
    await hub.align(channel, found.head, found.epoch)
    if outlet.closed is not None or outlet not in channel:
        return
    outlet.can[wanted.r] = entry.can
    outlet.push_text(protocol.room(wanted.r, found.epoch, found.head, entry.state, entry.can))
    if wanted.after is None:
        _go(hub, channel, outlet, found.head)
    elif found.events is None:
        hub.exit(wanted.r, outlet)
        outlet.push_text(protocol.reset(wanted.r, found.epoch, found.head, found.why))
    else:
        if found.events:
            outlet.push_text(protocol.evs(wanted.r, wanted.after + 1, found.head, found.events))
        _go(hub, channel, outlet, found.head)


def _go(hub: Hub, channel: Channel, outlet: Outlet, head: int) -> None:
    outlet.rooms[channel.id] = head
    channel.go_live(outlet, head)
    outlet.push_text(protocol.live(channel.id, head))
    hub.company.greet(channel, outlet)
