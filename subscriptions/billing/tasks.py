"""Jobs of billing. Each finds its work in rows."""

from celery import shared_task

from subscriptions.billing import inbox, outbox, reconciliation


@shared_task(name="billing.drain")
def drain() -> int:
    """Drain the inbox, then make waiting calls."""
    return inbox.drain_due() + outbox.run_due()


@shared_task(name="billing.reconcile")
def reconcile() -> int:
    """The nightly comparison; answers how many differences it found."""
    return len(reconciliation.run().findings)


@shared_task(name="billing.fetch_undelivered")
def fetch_undelivered() -> int:
    """Events that Stripe could not deliver in the last day."""
    return reconciliation.fetch_undelivered()
