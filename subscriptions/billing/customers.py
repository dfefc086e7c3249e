"""The account at Stripe."""

import hashlib

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from subscriptions.billing import gateway
from subscriptions.billing.models import Customer


def ensure(account: User) -> Customer:
    """The account's customer, made at Stripe when it has none; two at once make one (same idempotency key)."""
    found = Customer.objects.filter(account=account).first()
    if found:
        return found
    public = str(account.public_id)
    # The key holds what is sent: a retry after the name changed is another request to Stripe, not a broken one.
    mark = hashlib.sha256(f"{account.email}|{account.name}".encode()).hexdigest()[:16]
    remote = gateway.create_customer(
        email=account.email, name=account.name, account=public, key=f"customer:{public}:{mark}"
    )
    try:
        with transaction.atomic():
            return Customer.objects.create(account=account, stripe_id=remote["id"], created_at=timezone.now())
    except IntegrityError:
        return Customer.objects.get(account=account)
