"""Links in letters that work without signing in: who holds the letter may skip that one box, and nothing else."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import Subscription
from subscriptions.boxes.actions import skipping
from subscriptions.boxes.models import BoxSubscription, Cycle

SALT = "boxes.letter"


def token_for(box: BoxSubscription, cycle: Cycle) -> str:
    """What the link carries."""
    return signing.dumps([box.pk, cycle.pk], salt=SALT)


def read(token: str) -> tuple[BoxSubscription, Cycle]:
    """The box and the edition behind a link. Raises `LookupError` for anything else."""
    try:
        box_id, cycle_id = signing.loads(token, salt=SALT)
        box = BoxSubscription.objects.select_related("plan", "account", "billing__price").get(pk=box_id)
        return box, Cycle.objects.select_related("plan").get(pk=cycle_id, plan=box.plan_id)
    except (signing.BadSignature, ValueError, TypeError) as wrong:
        raise LookupError(token[:40]) from wrong
    except (BoxSubscription.DoesNotExist, Cycle.DoesNotExist) as gone:
        raise LookupError(token[:40]) from gone


def renewal_words(subscription: Subscription) -> dict[str, str]:
    """Hook of billing: the letter ahead of a box's charge can skip that box."""
    if subscription.plan.kind != PlanKind.BOX:
        return {}
    box = (
        BoxSubscription.objects.select_related("account", "plan", "billing__price").filter(billing=subscription).first()
    )
    cycle = box and Cycle.objects.filter(
        plan=box.plan_id, cutoff_at__lt=subscription.period_end, billed_by__gte=subscription.period_end
    ).first()  # fmt: skip
    if not box or not cycle:
        return {}
    with override(box.account.language):
        letter = reverse("boxes:letter", args=[token_for(box, cycle)])
        stop = reverse("billing:leave", args=[subscription.stripe_id])
    words = {"stop_url": f"{settings.PUBLIC_URL}{stop}"}
    if not skipping.keeps_its_box(box):  # a charge for several boxes is not stopped by a skip
        words["skip_url"] = f"{settings.PUBLIC_URL}{letter}"
    return words
