"""What billing adds to the lists of the ground floor."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from ground.registry import (
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    NoticeKind,
    OffersProvider,
    OriginCounter,
    demo_seeds,
    due_work,
    erasure_steps,
    export_sections,
    notice_kinds,
    offers_providers,
    origin_counters,
)
from subscriptions.billing import (
    actions,
    charging,
    demo,
    demo_history,
    entitling,
    hooks,
    inbox,
    notices_due,
    outbox,
    people,
    way_back,
)
from subscriptions.billing.enums import WAITING_CHECKOUTS, PlanKind
from subscriptions.billing.models import Checkout, Customer, DealUse, Dispute, Invoice, Refund, Subscription

MODELS = (
    "billing.Subscription",
    "billing.Invoice",
    "billing.Checkout",
    "billing.Customer",
    "billing.Refund",
    "billing.Dispute",
    "billing.DealUse",
)
NOTICES = [
    ("joined", _("Welcome after joining")),
    ("renewal", _("Before each renewal")),
    ("paid", _("Receipts")),
    ("failed", _("A payment failed")),
    ("leaving", _("Leaving confirmed")),
    ("ended", _("A subscription ended")),
    ("action", _("The bank wants a confirmation")),
    ("lost", _("Ended after failed payments")),
    ("refunded", _("Money on its way back")),
    ("disputed", _("A charge is looked into")),
    ("resting", _("A rest begins")),
    ("resuming", _("Before a rest ends")),
    ("changed", _("A change was made")),
    ("planned", _("A change is planned")),
    ("undone", _("Something could not be done")),
    ("declined", _("Your bank refused a change")),
    ("card_ends", _("A card is about to end")),
]


def register() -> None:
    """Called once at start."""
    offers_providers.register(OffersProvider("billing", _offers, _ways, _bound))
    origin_counters.register(OriginCounter("joins", _("Joins"), partial(_came, PlanKind.TIER), order=10))
    origin_counters.register(OriginCounter("boxes", _("Box orders"), partial(_came, PlanKind.BOX), order=20))
    for key, label in NOTICES:
        notice_kinds.register(NoticeKind(f"billing.{key}", label, f"billing/notices/{key}"))
    notice_kinds.register(
        NoticeKind(way_back.KIND, _("A way back, after leaving"), "billing/notices/way_back", refusable=True)
    )
    due_work.register(DueWork("billing-inbox", inbox.drain_due, order=1))
    due_work.register(DueWork("billing-outbox", outbox.run_due, order=2))
    due_work.register(DueWork("billing-resume", actions.resume_due, order=3))
    due_work.register(DueWork("billing-renewal-notices", notices_due.tell_renewals, order=20))
    due_work.register(DueWork("billing-resuming-notices", notices_due.tell_resuming, order=21))
    due_work.register(DueWork("billing-card-notices", notices_due.tell_cards, order=22))
    due_work.register(DueWork("billing-way-back", way_back.write_to_left, order=23))
    hooks.paid_once.append(entitling.follow_once)
    outbox.learn(charging.CHARGE, charging.make)
    outbox.learn(charging.GIVE_UP, charging.undo)
    people.register()
    export_sections.register(ExportSection("billing", _("Payments"), MODELS, _own, order=20))
    erasure_steps.register(ErasureStep("billing", MODELS, _erase, order=60))
    demo_seeds.register(DemoSeed("billing", demo.seed, order=30))
    demo_seeds.register(DemoSeed("history", demo_history.seed, order=38))  # after perks: some sat long enough for one


def _offers(tier_keys: Any) -> Any:
    from subscriptions.billing.offers import tier_offers

    return tier_offers(tier_keys)


def _bound(account: Any) -> str:
    from subscriptions.billing.offers import bound

    return bound(account)


def _ways() -> Any:
    from subscriptions.billing.offers import ways

    return ways()


def _came(
    kind: PlanKind, origins: Sequence[str], since: datetime | None = None, until: datetime | None = None
) -> dict[str, int]:
    rows = Subscription.objects.filter(plan__kind=kind, origin__in=origins)
    rows = rows.filter(started_at__gte=since) if since else rows
    rows = rows.filter(started_at__lt=until) if until else rows
    return dict(rows.order_by().values_list("origin").annotate(n=Count("pk")))


def _own(account: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"subscription": str(s.plan), "status": s.status, "since": s.started_at.isoformat(),
         "until": s.period_end.isoformat()}
        for s in Subscription.objects.filter(account=account).select_related("plan")
    ]  # fmt: skip
    rows += [
        {"invoice": i.stripe_id, "status": i.status, "sum": i.money.format(), "at": i.created_at.isoformat()}
        for i in Invoice.objects.filter(account=account)
    ]
    rows += [
        {"refund": r.stripe_id, "sum": r.money.format(), "at": r.created_at.isoformat()}
        for r in Refund.objects.filter(account=account)
    ]
    rows += [
        {"dispute": d.stripe_id, "sum": d.money.format(), "at": d.created_at.isoformat()}
        for d in Dispute.objects.filter(account=account)
    ]
    rows += [{"special price": u.deal.code, "at": u.at.isoformat()}
             for u in DealUse.objects.filter(account=account).select_related("deal")]  # fmt: skip
    rows += [{"customer": c.stripe_id} for c in Customer.objects.filter(account=account)]
    return rows


def _erase(account: Any) -> None:
    """Trade records stay for as long as the law says, without the name; what runs is left, open checkouts close."""
    for row in Subscription.objects.live().filter(account=account, cancel_at_period_end=False):
        actions.leave(subscription=row, reason="other")
    for page in Checkout.objects.filter(account=account, state__in=WAITING_CHECKOUTS).exclude(session_id=None):
        outbox.put(key=f"erase-checkout:{page.key}", object_id=page.session_id or "", params={}, kind=outbox.EXPIRE)
    Checkout.objects.filter(account=account).update(next_url="", origin="")
    DealUse.objects.filter(account=account).delete()
    Customer.objects.filter(account=account).update(card_brand="", card_last4="", card_until=None)
    for customer in Customer.objects.filter(account=account):
        blank = {"name": "", "email": f"erased-{account.public_id}@invalid.invalid"}
        outbox.put(key=f"erase:{customer.stripe_id}", object_id=customer.stripe_id, params=blank, kind=outbox.CUSTOMER)
