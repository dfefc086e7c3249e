"""Tiers and seats for tests."""

from datetime import datetime

from accounts.models import User
from membership import demo
from membership.actions import Source, grant
from membership.models import Tier
from tests.factories.accounts import person


def tiers() -> dict[str, Tier]:
    """The three tiers, as the demo has them."""
    demo.seed(lambda text: None)
    return {t.key: t for t in Tier.objects.all()}


def member(tier: str = "companion", *, ends: datetime | None = None, account: User | None = None) -> User:
    """A person at that tier, by a staff grant."""
    tiers()
    account = account or person()
    grant(account=account, key=f"tier:{tier}", source=Source("staff", "test"), actor="test", ends=ends)
    return account
