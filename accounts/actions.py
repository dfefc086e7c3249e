"""Writes on accounts."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import devices, notices
from accounts.models import Notice, User
from ground import facts, registry


def bump_auth_epoch(*, account_id: int) -> None:
    """Mark that this account's rights changed, in the caller's transaction; sockets hear of it after commit."""
    User.objects.filter(pk=account_id).update(auth_epoch=F("auth_epoch") + 1)
    epoch = User.objects.values_list("auth_epoch", flat=True).get(pk=account_id)
    transaction.on_commit(lambda: facts.rights_changed.send(sender=User, account_id=account_id, epoch=epoch))


@transaction.atomic
def change_details(*, account: User, name: str, language: str, shows_presence: bool | None = None) -> User:
    """Set the name that others see, the language of mails, and whether others see that one is here (None: as it is)."""
    shown = account.shows_presence if shows_presence is None else shows_presence
    changed = account.shows_presence != shown
    account.name, account.language, account.shows_presence = name.strip(), language, shown
    account.save(update_fields=["name", "language", "shows_presence"])
    if changed:
        transaction.on_commit(lambda: facts.presence_changed.send(sender=User, account_id=account.pk))
    return account


def mark_notices_read(*, account: User) -> int:
    """Mark all as read; answers how many were not."""
    return Notice.objects.filter(account=account, read_at=None).update(read_at=timezone.now())


@transaction.atomic
def erase_account(*, account: User) -> None:
    """Run every erasure step, then empty the account itself. What the law keeps, the steps keep without the name."""
    for step in registry.erasure_steps:
        step.erase(account)
    account.email = f"erased-{account.public_id}@invalid.invalid"
    account.name, account.is_active, account.is_staff, account.is_superuser = "", False, False, False
    account.erased_at = timezone.now()
    account.set_unusable_password()
    account.save()
    bump_auth_epoch(account_id=account.pk)


@transaction.atomic
def open_second_lock(*, account: User) -> int:
    """Take every second factor of an account away, sign it out everywhere and tell its owner; answers how many fell."""
    from allauth.mfa.models import Authenticator

    fallen, _each = Authenticator.objects.filter(user=account).delete()
    devices.end_all(account=account)
    notices.notify(account=account, kind="accounts.lock_opened", dedupe=timezone.now().isoformat())
    return fallen
