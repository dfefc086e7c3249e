"""What the parts above hang on boxes. Called inside the transaction that moves, so both stand or fall."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle

cycle_locked: list[Callable[[Cycle], None]] = []
"""A cycle locked: every order of it has its address and variant. What goes along is charged and moved from here."""

cycle_reopened: list[Callable[[Cycle, str], None]] = []
"""A cycle is open once more before it was packed; the second argument is the actor."""

order_contents: list[Callable[[list[BoxOrder]], dict[int, Counter[int]]]] = []
"""More that goes into these orders' parcels, `{order id: Counter(item id: how many)}`: bought beside the box, promised
by whoever sold it, and not in `order.items`. A constant number of queries."""

went_along: list[Callable[[list[BoxOrder]], dict[int, Counter[int]]]] = []
"""What left in these orders' parcels beside `order.items` and goes along again when a box is sent again; as `order_contents`."""

order_moved: list[Callable[[BoxOrder, str, str], None]] = []
"""After each single move of an order: order, state before, state after. Bulk moves call it for every order moved."""

orders_moved: list[Callable[[list[BoxOrder], str, str, str], None]] = []
"""After moves of orders, two thousand at most in one call: orders, state before, state after, actor. A single move is a list
of one. For those who write many rows in few queries; `order_moved` is called as well."""

promises: list[Callable[[], Counter[int]]] = []
"""What a part has promised at this moment and counts in `allocated`: `{item id: how many}`, for `verify_stock`."""

prepaid_ended: list[Callable[[BoxSubscription], None]] = []
"""A subscription that only sent what was paid has sent it all."""

prepaid_revived: list[Callable[[BoxSubscription], None]] = []
"""One that had ended sends again what is paid after all."""

allocators: list[Callable[[Sequence[Cycle], str], dict[int, tuple[int, int]]]] = []
"""Who chooses what goes into the waiting boxes of these cycles, by rules and in one transaction: cycles, actor ->
`{cycle id: (allocated, short)}`. The first that is registered does it; without one everybody gets what the slots show."""

had: list[Callable[[int, Iterable[int], str], None]] = []
"""Somebody has these items from now on, bought or given: account id, item ids, source (`box`, `shop`, `gift`). They do not
come in a box of theirs again."""

portal_parts: list[Callable[[BoxSubscription, Cycle | None], tuple[str, dict[str, Any]] | None]] = []
"""Cards on the subscriber's page: a template and its context for a box and its next edition, or None. Each asks a constant
number of queries."""

carrier_names: list[Callable[[str], str]] = []
"""A carrier's name for people, empty for one that the part does not know. No query."""

tracking_links: list[Callable[[str, str], str]] = []
"""Where a parcel can be followed, by carrier and number; empty where nowhere. No query."""
