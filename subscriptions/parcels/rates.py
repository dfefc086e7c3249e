"""Which carrier, for how much: the zone of a country, and the cheapest rate that carries the weight."""

from collections import defaultdict
from dataclasses import dataclass, field

from subscriptions.parcels.models import Rate, Zone


@dataclass(slots=True)
class Tariff:
    """All zones and rates at one moment: two queries, then questions about as many parcels as one likes."""

    zones: dict[str, int] = field(default_factory=dict)
    rates: dict[int, list[Rate]] = field(default_factory=dict)

    def best(self, country: str, weight: int) -> Rate | None:
        """The cheapest rate for so many grams to a country; None: we do not send that there."""
        zone = self.zones.get(country.upper())
        rates = [r for r in self.rates.get(zone or 0, []) if r.up_to >= weight]
        return min(rates, key=lambda r: (r.price, r.up_to, r.pk), default=None)


def tariff() -> Tariff:
    """As it is now."""
    zones = {code: zone.pk for zone in Zone.objects.all() for code in zone.codes}
    rates: dict[int, list[Rate]] = defaultdict(list)
    for rate in Rate.objects.all():
        rates[rate.zone_id].append(rate)
    return Tariff(zones, rates)
