"""The demo's shipping zones and rates."""

from collections.abc import Callable

from django.contrib.auth.models import Group, Permission

from subscriptions.parcels.models import Rate, Zone

ZONES = [
    ("国内", "At home", "CN", [("post", "", 2000, 1200), ("post", "", 10000, 2400), ("courier", "express", 5000, 2600)]),
    ("港台与近邻", "Near", "HK TW SG JP", [("courier", "air", 2000, 6800), ("courier", "air", 10000, 15800)]),
    ("远方", "Far", "GB US DE FR", [("courier", "air", 2000, 12800), ("courier", "air", 10000, 32800)]),
]  # fmt: skip


def seed(step: Callable[[str], None]) -> None:
    """Zones with their rates, and who may change them; running it again changes nothing."""
    if not Zone.objects.exists():
        step("shipping zones and rates")
        for order, (zh, en, countries, rates) in enumerate(ZONES):
            zone = Zone.objects.create(name_zh=zh, name_en=en, countries=countries, order=order)
            Rate.objects.bulk_create(
                Rate(zone=zone, carrier=carrier, service=service, up_to=up_to, price=price)
                for carrier, service, up_to, price in rates
            )
    group, _new = Group.objects.get_or_create(name="Fulfilment")
    wanted = [f"{verb}_{name}" for verb in ("add", "change", "view", "delete") for name in ("zone", "rate")]
    group.permissions.add(*Permission.objects.filter(codename__in=wanted, content_type__app_label="parcels"))
