"""Plans, editions, stock, subscriptions, credits and orders of boxes."""

from subscriptions.boxes.models.edition import BoxPlan, BoxVariant, Cycle, CycleSlot
from subscriptions.boxes.models.order import BoxOrder, Credit, Move, OrderItem
from subscriptions.boxes.models.rating import Rating
from subscriptions.boxes.models.stock import Hold, Item, Lot, StockEntry, Supplier
from subscriptions.boxes.models.subscriber import BoxSubscription, Skip

__all__ = [
    "BoxOrder",
    "BoxPlan",
    "BoxSubscription",
    "BoxVariant",
    "Credit",
    "Cycle",
    "CycleSlot",
    "Hold",
    "Item",
    "Lot",
    "Move",
    "OrderItem",
    "Rating",
    "Skip",
    "StockEntry",
    "Supplier",
]
