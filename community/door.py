"""The one door by which the community's effects leave: after commit, to the bus. Never raises."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from community.chat import bus, protocol


def announce(room_id: int, seq: int, kind: str, data: Mapping[str, Any]) -> None:
    """Publish a numbered event once the transaction has committed. Encoded here, once for all receivers."""
    payload = f"{seq}\n{protocol.ev(room_id, seq, kind, data)}"
    topic = bus.room_topic(room_id)
    transaction.on_commit(lambda: bus.publish(topic, payload), robust=True)


def tell_hubs(message: Mapping[str, Any]) -> None:
    """Publish a word for the hubs themselves (rights, clock, logout, drain) once the transaction has committed."""
    payload = json.dumps(dict(message))
    transaction.on_commit(lambda: bus.publish(bus.CONTROL, payload), robust=True)
