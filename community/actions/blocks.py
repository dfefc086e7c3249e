"""Not hearing somebody: one's own choice, everywhere, and nobody is told."""

from accounts.models import User
from community.models import Block


def block(*, actor: User, account: User, on: bool) -> None:
    """Stop hearing somebody, or hear them again. Twice is once; oneself cannot be chosen."""
    if actor.pk == account.pk:
        return
    if on:
        Block.objects.get_or_create(account=actor, blocked=account)
    else:
        Block.objects.filter(account=actor, blocked=account).delete()


def blocked_ids(account: User | None) -> set[str]:
    """Public ids of those whom the account does not hear. One query."""
    if account is None:
        return set()
    rows = Block.objects.filter(account=account).values_list("blocked__public_id", flat=True)
    return {str(public_id) for public_id in rows}
