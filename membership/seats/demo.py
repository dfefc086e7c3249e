"""The demo's group: a patron who brings a guest along. Idempotent."""

from collections.abc import Callable
from datetime import timedelta

from accounts.models import User
from ground import clock
from membership.actions import Source
from membership.models import Tier
from membership.seats.actions import invite, set_block, sit
from membership.seats.models import SeatBlock

SOURCE = Source("staff", "demo-group")


def seed(step: Callable[[str], None]) -> None:
    """Five seats, one taken, one invited. Nothing where the people or the tier are not there."""
    owner, guest = (User.objects.filter(email=f"{name}@example.com").first() for name in ("patron", "guest"))
    if owner is None or guest is None or not Tier.objects.filter(key="companion").exists():
        return
    if SeatBlock.objects.filter(source_kind=SOURCE.kind, source_id=SOURCE.id).exists():
        return
    step("a group")
    now = clock.now()
    block = set_block(owner=owner, tier_key="companion", source=SOURCE, seats=5, starts=now - timedelta(days=40),
                      ends=now + timedelta(days=325), actor="demo")  # fmt: skip
    sit(block=block, account=guest, actor="demo")
    invite(block=block, emails=["wanderer@example.com"], actor="demo")
