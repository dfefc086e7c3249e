"""Money of a sale that goes back: asked for once, followed until it has gone, and shown to staff when it has not.

Several sales may share an invoice. Each asks for a refund of just its own sum, and is told by that sum from the others.
"""

from django.db import transaction

from subscriptions.billing import outbox, paying
from subscriptions.billing.enums import CallState
from subscriptions.billing.models import Invoice, OutboxCall
from subscriptions.boxes.models import Move
from subscriptions.shop.actions import waiting
from subscriptions.shop.actions.moving import NotAllowed, move
from subscriptions.shop.enums import Flag, SaleState
from subscriptions.shop.models import Sale

S = SaleState
PAID_FOR = frozenset({S.PAID, S.PACKED, S.RETURNED})
"""Of these staff can give the money back."""


class InBox(NotAllowed):
    """It lies in a sealed box: that one is unpacked first."""


@transaction.atomic
def refund(*, sale: Sale, actor: str) -> None:
    """Staff give the money of one sale back; what has not left is free again. Raises `NotAllowed`, `InBox`,
    `paying.TooMuch`, `paying.NothingDue`."""
    invoice, row = _locked(sale)
    if row.state == S.PACKED and row.order_id:
        raise InBox(f"sale {row.pk} lies in box {row.order_id}")
    if row.state not in PAID_FOR:
        raise NotAllowed(f"sale {row.pk} is {row.state}")
    here = row.state != S.RETURNED
    owe(row, invoice, actor)
    if here:
        waiting.let_go(row)
        waiting.pass_on(row.article)


@transaction.atomic
def again(*, sale: Sale, actor: str) -> None:
    """Try once more what was refused. Raises `NotAllowed` where nothing was, `paying.TooMuch`, `paying.NothingDue`."""
    invoice, row = _locked(sale)
    if row.state != S.OWED or row.flag != Flag.NOT_BACK:
        raise NotAllowed(f"no refund of sale {row.pk} was refused")
    token = _token(row)
    tries = OutboxCall.objects.filter(key__startswith=f"refund:{invoice.stripe_id}:{token}").count()
    Sale.objects.filter(pk=row.pk).update(flag="")
    paying.refund(invoice=invoice, amount=min(row.money.amount, paying.left_of(invoice)), reason="",
                  token=f"{token}:{tries}", end=False, actor=actor)  # fmt: skip


@transaction.atomic
def by_hand(*, sale: Sale, actor: str, why: str) -> None:
    """Staff gave the money back in another way, say by a transfer. Raises `NotAllowed` where no refund was refused,
    `ValueError` without a word."""
    _invoice, row = _locked(sale)
    if row.flag != Flag.NOT_BACK:
        raise NotAllowed(f"no refund of sale {row.pk} was refused")
    if not why.strip():
        raise ValueError("it is not said how")
    move(row, S.REFUNDED, actor=actor, cause=why.strip(), flag="")


def _locked(sale: Sale) -> tuple[Invoice, Sale]:
    """The invoice first, as where its news is written down."""
    paid = sale.invoice_id and Invoice.objects.select_for_update().filter(stripe_id=sale.invoice_id).first()
    if not paid:
        raise NotAllowed(f"sale {sale.pk} was not paid")
    rows = Sale.objects.select_for_update(of=("self",)).select_related("article__item", "account")
    return paid, rows.get(pk=sale.pk)


def _token(sale: Sale) -> str:
    return f"sale:{sale.key}"


def owe(sale: Sale, invoice: Invoice, actor: str = "shop") -> None:
    """Its money goes back, as much of it as is left. In the caller's transaction; the call follows. Raises `NotAllowed`."""
    amount = min(sale.money.amount, paying.left_of(invoice))
    move(sale, S.OWED, actor=actor, cause="the money goes back", invoice_id=invoice.stripe_id)
    if amount > 0:
        paying.refund(invoice=invoice, amount=amount, reason="", token=_token(sale), end=False, actor=actor)
    elif not _under_way(invoice):
        move(sale, S.REFUNDED, actor="shop", cause="nothing was left to give back")


def follow(sale: Sale, invoice: Invoice) -> None:
    """Bring a sale whose money goes back to where its refund stands: gone, under way, or refused and to be looked at."""
    if _is_back(sale, invoice):
        if sale.state == S.OWED:
            move(sale, S.REFUNDED, actor="billing", cause="the money is on its way back", flag="")
    elif not _under_way(invoice):
        if sale.state == S.REFUNDED:
            move(sale, S.OWED, actor="billing", cause="the refund came back to us")
        Sale.objects.filter(pk=sale.pk).update(flag=Flag.NOT_BACK)


def _under_way(invoice: Invoice) -> bool:
    calls = OutboxCall.objects.filter(object_id=invoice.stripe_id, kind=outbox.REFUND, state=CallState.PENDING)
    return calls.exists()


def _is_back(sale: Sale, invoice: Invoice) -> bool:
    """Whether what went back of the invoice holds the money of this sale: a refund of just its sum, or else what is left
    beside those of the others, those that were told to be back first."""
    refunds = [refund.amount for refund in invoice.refunds.all() if refund.counts]
    if sum(refunds) >= invoice.amount_paid:
        return True
    rows = list(Sale.objects.filter(invoice_id=invoice.stripe_id, state__in=[S.OWED, S.REFUNDED]).order_by("pk"))
    by_hand = _by_hand(rows)
    if sale.pk in by_hand:
        return True
    rest = []
    for row in sorted(rows, key=lambda row: row.state == S.OWED):
        if row.pk in by_hand:
            continue
        if row.money.amount not in refunds:
            rest.append(row)
        elif row.pk == sale.pk:
            return True
        else:
            refunds.remove(row.money.amount)
    return _among(rest, sale, sum(refunds))


def _among(rows: list[Sale], sale: Sale, left: int) -> bool:
    """Whether the sale is among those for which so much is enough, one after the other."""
    for row in rows:
        enough = row.money.amount <= left
        if row.pk == sale.pk:
            return enough
        left -= row.money.amount if enough else 0
    return False


def _by_hand(sales: list[Sale]) -> set[int]:
    """Those of them whose money staff gave back in another way."""
    subjects = {f"sale:{sale.pk}": sale.pk for sale in sales}
    told = Move.objects.filter(subject__in=subjects, after=S.REFUNDED, actor__startswith="staff:")
    return {subjects[subject] for subject in told.values_list("subject", flat=True)}
