"""Plans, editions, stock, subscriptions, credits and orders of boxes."""

from subscriptions.boxes.models.edition import BoxPlan, Cycle, CycleSlot
from subscriptions.boxes.models.order import BoxOrder, Credit, Move, OrderItem
from subscriptions.boxes.models.stock import Item
from subscriptions.boxes.models.subscriber import BoxSubscription, Skip

__all__ = [
    "BoxOrder",
    "BoxPlan",
    "BoxSubscription",
    "Credit",
    "Cycle",
    "CycleSlot",
    "Item",
    "Move",
    "OrderItem",
    "Skip",
]
