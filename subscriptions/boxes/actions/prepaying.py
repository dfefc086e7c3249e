"""Boxes without a subscription that charges: paid ahead, or given."""

from django.db import transaction

from accounts.models import User
from ground import clock
from membership.actions import Source, grant, revoke
from subscriptions.boxes.actions import credits, returns
from subscriptions.boxes.actions.cycles import project_one
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.enums import BoxState, CreditKind
from subscriptions.boxes.models import BoxPlan, BoxSubscription, BoxVariant, Credit

ACTOR = "boxes"
BOUGHT = "ahead:"  # before the checkout's key: what the credits of boxes paid ahead are known by


def source_of(box: BoxSubscription) -> Source:
    """The ledger's name for boxes that are paid ahead."""
    return Source("ahead", str(box.pk))


@transaction.atomic
def box_for(*, account: User, plan: BoxPlan, like: BoxSubscription | None = None) -> BoxSubscription:
    """The account's subscription to this plan that only sends what is paid, made when there is none: with the address and
    the variant of `like`, else to where an earlier box of theirs went."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=account.pk)
    running = BoxSubscription.objects.running().filter(account=account, plan=plan, billing=None).first()
    if running:
        return running
    box = BoxSubscription.objects.create(
        account=account, plan=plan, state=BoxState.PENDING, created_at=clock.now(), variant=like.variant if like else None,
        **(like.address if like else _known_address(account)),
    )  # fmt: skip
    move(box, BoxState.PREPAID_ONLY, actor=ACTOR, cause="paid ahead")
    return box


@transaction.atomic
def follow_up(ended: BoxSubscription) -> BoxSubscription:
    """Where boxes of a subscription that has ended go on: one that only sends what is paid, with what boxes
    of the plan open."""
    box = box_for(account=ended.account, plan=ended.plan, like=ended)
    begins(box)
    return box


def _known_address(account: User) -> dict[str, str]:
    """Where an earlier box of theirs went."""
    earlier = BoxSubscription.objects.filter(account=account).exclude(line1="").order_by("-pk").first()
    return earlier.address if earlier else {}


@transaction.atomic
def give_boxes(
    *, account: User, plan: BoxPlan, count: int, kind: str, source: str, why: str,
    address: dict[str, str] | None = None, variant: BoxVariant | None = None,
) -> BoxSubscription:  # fmt: skip
    """So many boxes for somebody, with no charge to follow; the same `source` gives them once.

    `kind` is a `CreditKind`, `why` words for the ledger. Answers the subscription that sends them.
    """
    box = box_for(account=account, plan=plan)
    fields = []
    if address and address.get("line1"):
        for name in BoxSubscription.ADDRESS:
            setattr(box, name, str(address.get(name, ""))[: BoxSubscription._meta.get_field(name).max_length])  # type: ignore[union-attr]
        fields += list(BoxSubscription.ADDRESS)
    if variant is None and box.variant_id is None:  # nobody was asked: one of them goes out, and the page says which
        variant = plan.variants.filter(active=True).first()
    if variant and variant.plan_id == plan.pk:
        box.variant = variant
        fields.append("variant")
    if fields:
        box.save(update_fields=fields)
    credits.grant(box=box, count=count, kind=kind, source=source, why=why, actor=ACTOR)
    begins(box)
    project_one(box)
    return box


@transaction.atomic
def paid(*, account: User, plan: BoxPlan, count: int, source: str, stands: bool) -> None:
    """The money of boxes paid ahead is ours, or went back; told again on every sync. Idempotent."""
    if not stands:
        returns.take_back(source=source, why="money given back")
        return
    if not Credit.objects.filter(source=source).exists():
        give_boxes(account=account, plan=plan, count=count, kind=CreditKind.PREPAID, source=source, why="paid ahead")
    returns.restore(sources=[source], why="paid ahead")


def over(box: BoxSubscription) -> None:
    """Hook of the clock: the last box was sent; what they opened closes."""
    revoke(account=box.account, source=source_of(box), actor=ACTOR, key=box.plan.entitlement)


def begins(box: BoxSubscription) -> None:
    """What these boxes open, until the last one is sent. Hook of a revival as well; one that money renews has its own."""
    if box.billing_id is None:
        grant(account=box.account, key=box.plan.entitlement, source=source_of(box), actor=ACTOR, starts=box.created_at)
