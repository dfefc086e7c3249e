"""Tags, notes, saved filters."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from membership.people.models import MemberTag, Note, SavedFilter, Tag


def tag_named(name: str) -> Tag:
    """The tag of this name, made when there is none; case does not matter. Raises `ValueError` for an empty name."""
    clean = " ".join(name.split())[:60]
    if not clean:
        raise ValueError("A tag has a name.")
    found = Tag.objects.filter(name__iexact=clean).first()
    return found or Tag.objects.get_or_create(name=clean)[0]


@transaction.atomic
def put_tag(*, account: User, name: str, actor: str) -> bool:
    """Put a tag on; answers whether it is new there."""
    tag = tag_named(name)
    return MemberTag.objects.get_or_create(
        account=account, tag=tag, defaults={"actor": actor[:120], "at": timezone.now()}
    )[1]


@transaction.atomic
def take_tag(*, account: User, name: str) -> bool:
    """Take a tag off; answers whether it was there. A tag that nobody has goes."""
    taken = MemberTag.objects.filter(account=account, tag__name__iexact=name.strip()).delete()[0]
    Tag.objects.filter(name__iexact=name.strip(), members=None).delete()
    return bool(taken)


@transaction.atomic
def add_note(*, account: User, text: str, author: User | None) -> bool:
    """Write a note; the same words are not written twice. Answers whether it is new."""
    clean = text.strip()[:4000]
    if not clean or Note.objects.filter(account=account, text=clean).exists():
        return False
    Note.objects.create(account=account, text=clean, author=author, created_at=timezone.now())
    return True


@transaction.atomic
def keep_filter(*, name: str, query: str) -> SavedFilter:
    """Keep a filter by its name; the same name is changed."""
    clean = " ".join(name.split())[:60]
    row = SavedFilter.objects.filter(name__iexact=clean).first() or SavedFilter(name=clean)
    row.query = query[:1000]
    row.save()
    return row


def forget_filter(*, pk: int) -> None:
    """Forget it."""
    SavedFilter.objects.filter(pk=pk).delete()
