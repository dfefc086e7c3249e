"""Parcels, what carriers say of them, labels, zones and rates, printing."""

from subscriptions.parcels.models.label import CarrierMessage, LabelCall
from subscriptions.parcels.models.parcel import Parcel, TrackingEvent
from subscriptions.parcels.models.printing import PrintJob
from subscriptions.parcels.models.rate import Rate, Zone

__all__ = ["CarrierMessage", "LabelCall", "Parcel", "PrintJob", "Rate", "TrackingEvent", "Zone"]
