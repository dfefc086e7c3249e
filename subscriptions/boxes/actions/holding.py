"""The charge that was not announced does not happen."""

from datetime import datetime

from accounts.notices import notify
from subscriptions.billing.models import Subscription
from subscriptions.boxes.actions import announcing, skipping
from subscriptions.boxes.enums import CycleState
from subscriptions.boxes.models import BoxSubscription, Cycle

CAUSE = "no letter in time"


def hold_back(now: datetime) -> int:
    """Skip, by the house, every charge that was not announced in time; answers how many.

    A charge that a skip does not stop (for several boxes, for an edition that closed) is told now: late, but told.
    """
    held = 0
    for box in announcing.untold(now):
        cycle = _charged_for(box, box.billing) if box.billing else None
        if cycle is None or skipping.keeps_its_box(box):
            announcing.tell_now(box)
            continue
        try:
            skipped = skipping.skip(box=box, cycle=cycle, actor="box clock", cause=CAUSE)
        except skipping.TooLate:
            announcing.tell_now(box)
            continue
        if skipped:
            held += 1
            context = {"theme_zh": cycle.theme_zh, "theme_en": cycle.theme_en}
            notify(account=box.account, kind="boxes.not_charged", subject_key=cycle.key, context=context,
                   dedupe=f"box:{box.pk}:{cycle.pk}")  # fmt: skip
    return held


def _charged_for(box: BoxSubscription, billing: Subscription) -> Cycle | None:
    rows = Cycle.objects.filter(plan=box.plan_id, state=CycleState.OPEN, cutoff_at__lt=billing.period_end)
    return rows.filter(billed_by__gte=billing.period_end).first()
