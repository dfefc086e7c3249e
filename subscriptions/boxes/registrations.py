"""What boxes add to the lists of the ground floor and to billing's hooks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import Notice
from accounts.notices import notify
from ground.ids import row_ids
from ground.localized import pick
from ground.registry import (
    AccountPanel,
    AddressKind,
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    NoticeKind,
    SearchSource,
    SubjectCard,
    SubjectKind,
    account_panels,
    address_kinds,
    demo_seeds,
    due_work,
    erasure_steps,
    export_sections,
    notice_kinds,
    search_sources,
    subject_kinds,
)
from ground.search import Answer, SearchHit, SearchQuery, one_section
from membership import keys
from membership.keys import KeySource
from subscriptions.billing import clockwork, hooks
from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import Plan
from subscriptions.boxes import demo, demo_history, demo_plans, onetap, portal, queries, segments
from subscriptions.boxes import hooks as box_hooks
from subscriptions.boxes.actions import (
    announcing,
    credits,
    cycles,
    holding,
    leaving,
    prepaying,
    returns,
    skipping,
    stock,
    subscribing,
)
from subscriptions.boxes.actions.firsts import WELCOME
from subscriptions.boxes.enums import SHIPPABLE, BoxState, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Credit, Cycle, Rating

MODELS = ("boxes.BoxSubscription", "boxes.BoxOrder")
CUTOFF_LETTER = timedelta(days=3)


def register() -> None:
    """Called once at start."""
    hooks.subscription_synced.append(subscribing.follow)
    hooks.line_paid.append(credits.line_paid)
    hooks.checkout_completed.append(subscribing.checkout_completed)
    hooks.paid_once.append(subscribing.paid_once)
    hooks.charged_at_once.append(subscribing.first_at_once)
    hooks.settled.append(returns.settled)
    hooks.renewal_words.append(onetap.renewal_words)
    clockwork.stops.append(announcing.stops)
    box_hooks.prepaid_ended.append(prepaying.over)
    box_hooks.prepaid_revived.append(prepaying.begins)
    account_panels.register(AccountPanel("box", "boxes/panels/next_box.html", _panel, order=30))
    notice_kinds.register(NoticeKind("boxes.shipped", _("A box is on its way"), "boxes/notices/shipped"))
    notice_kinds.register(NoticeKind("boxes.cutoff", _("A cut-off is near"), "boxes/notices/cutoff"))
    notice_kinds.register(NoticeKind("boxes.not_charged", _("A box was left out"), "boxes/notices/not_charged"))
    due_work.register(DueWork("boxes-untold", holding.hold_back, order=28))
    due_work.register(DueWork("boxes", cycles.run_due, order=30))
    due_work.register(DueWork("boxes-skips", skipping.tell_due_skips, order=31))
    due_work.register(DueWork("boxes-holds", stock.sweep_holds, order=29))
    due_work.register(DueWork("boxes-cutoff-letters", tell_cutoffs, order=32))
    export_sections.register(ExportSection("boxes", _("Boxes"), MODELS, _own, order=30))
    erasure_steps.register(ErasureStep("boxes", MODELS, _erase, order=55))
    subject_kinds.register(SubjectKind("edition", _cards))
    address_kinds.register(AddressKind("boxes", _edition_at))
    search_sources.register(SearchSource("boxes", _("Boxes"), _search, order=40))
    keys.sources.register(KeySource("boxes", "boxes", given=_given_keys))
    segments.register()
    demo_seeds.register(DemoSeed("boxes", demo.seed, order=25))
    demo_seeds.register(DemoSeed("other boxes", demo_plans.seed, order=26))
    demo_seeds.register(DemoSeed("box history", demo_history.seed, order=39))
    demo_seeds.register(DemoSeed("box subscriber", demo.seed_address, order=35))


def _given_keys() -> list[str]:
    """What a subscription to each box gives."""
    return [plan.entitlement for plan in Plan.objects.filter(kind=PlanKind.BOX)]


def _panel(account: Any) -> dict[str, Any] | None:
    box = queries.box_of(account)
    return {"portal": portal.portal(box)} if box else None


def tell_cutoffs(now: datetime) -> int:
    """A letter three days before the cut-off, once per box; answers how many."""
    due = BoxOrder.objects.filter(
        state=OrderState.PROJECTED,
        cycle__state=CycleState.OPEN,
        cycle__cutoff_at__gt=now,
        cycle__cutoff_at__lte=now + CUTOFF_LETTER,
        subscription__state__in=SHIPPABLE,
    )
    paid = Credit.objects.filter(subscription=OuterRef("subscription"), order=None, withdrawn_at=None)
    leaves = Q(subscription__state=BoxState.CANCELLING, subscription__billing__period_end__lte=F("cycle__billed_by"))
    due = due.exclude(leaves & ~Exists(paid)).select_related("cycle", "subscription__account", "subscription__billing")
    return sum(map(_tell_page, announcing.batched(due.order_by("pk").iterator(chunk_size=500), 500)))


def _tell_page(orders: list[BoxOrder]) -> int:
    """Those of them who have no letter yet; who has is one query."""
    known = Notice.objects.filter(kind="boxes.cutoff", dedupe__in=[f"order:{order.pk}" for order in orders])
    has_it, told = set(known.values_list("dedupe", flat=True)), 0
    for order in orders:
        if f"order:{order.pk}" in has_it:
            continue
        cycle = order.cycle
        context = {"theme_zh": cycle.theme_zh, "theme_en": cycle.theme_en, "cutoff": cycle.cutoff_at.isoformat(),
                   "charged": "yes" if skipping.charge_follows(order.subscription, cycle) else ""}  # fmt: skip
        told += notify(account=order.subscription.account, kind="boxes.cutoff", subject_key=cycle.key,
                       context=context, dedupe=f"order:{order.pk}") is not None  # fmt: skip
    return told


def _own(account: Any) -> list[dict[str, Any]]:
    boxes = BoxSubscription.objects.filter(account=account)
    rows: list[dict[str, Any]] = [{"box": str(b.plan), "state": b.state, "address": b.address} for b in boxes]
    orders = BoxOrder.objects.filter(subscription__account=account).select_related("cycle")
    rows += [{"order": o.number, "state": o.state, "address": o.address} for o in orders]
    credits_of = Credit.objects.filter(subscription__account=account).order_by("pk")
    rows += [{"paid box": c.kind, "for": c.why, "at": c.granted_at.isoformat()} for c in credits_of]
    ratings = Rating.objects.filter(order__subscription__account=account).select_related("order__cycle")
    return rows + [{"rated": r.order.number, "stars": r.stars, "words": r.words} for r in ratings]


def _erase(account: Any) -> None:
    """No box goes to somebody who is not there any more; what was sent stays as a number, for the trade records."""
    leaving.forget(account)


def _cards(ids: Sequence[str], language: str, account: Any) -> dict[str, SubjectCard]:
    rows = (
        Cycle.objects.filter(pk__in=row_ids(ids))
        .exclude(state=CycleState.PLANNED)
        .exclude(period=WELCOME)
        .select_related("plan")
    )
    return {c.key: _card(c, language) for c in rows}


def _edition_at(path: str) -> str | None:
    """`/<language>/boxes/` is the edition that can be had now, else the last one that could; an edition's own page is it."""
    parts = path.strip("/").split("/")
    if len(parts) == 5 and parts[1:3] == ["boxes", "plans"]:
        announced = Cycle.objects.filter(plan__slug=parts[3], period=parts[4]).exclude(state=CycleState.PLANNED).first()
        return announced.key if announced else None
    if len(parts) != 2 or parts[1] != "boxes":
        return None
    plan = queries.main_plan()
    rows = Cycle.objects.filter(plan=plan).exclude(state=CycleState.PLANNED).exclude(period=WELCOME)
    cycle = rows.filter(state=CycleState.OPEN).order_by("cutoff_at").first() or rows.order_by("-cutoff_at").first()
    return cycle.key if cycle else None


def _card(cycle: Cycle, language: str) -> SubjectCard:
    with override(language):
        url = reverse("boxes:edition", args=[cycle.plan.slug, cycle.period])
    kicker = f"{pick(cycle.plan, 'name', language)} · {pick(cycle, 'season', language)}"
    return SubjectCard(cycle.key, pick(cycle, "theme", language), url, pick(cycle, "words", language),
                       static("yaji/art/parcel.svg"), kicker)  # fmt: skip


def _search(asked: SearchQuery) -> Answer:
    text = asked.text.lower()
    rows = (
        Cycle.objects.exclude(state=CycleState.PLANNED)
        .exclude(period=WELCOME)
        .select_related("plan")
        .order_by("-cutoff_at")[:60]
    )
    found = []
    for cycle in rows:
        words = f"{cycle.theme_zh} {cycle.theme_en} {cycle.words_zh} {cycle.words_en} {cycle.plan.name_zh} {cycle.plan.name_en}"
        if text in words.lower():
            card = _card(cycle, asked.language)
            found.append(SearchHit(card.title, card.url, card.summary, card.kicker, card.image_url))
    return one_section("boxes", _("Boxes"), found, asked, order=50)
