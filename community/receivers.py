"""What the community does when facts are announced. Plain words to the hubs; the truth is read by them."""

from datetime import datetime
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from accounts.actions import bump_auth_epoch
from accounts.models import User
from community import comments
from community.actions import open_edition_room
from community.door import tell_hubs
from community.models import Group, GroupRules, Room, WatchedWord
from community.moderation import watching
from community.people import brief
from ground.facts import clock_moved, edition_announced, presence_changed, rights_changed, story_shown
from membership.models import GraceSetting, TierRight


@receiver(rights_changed, dispatch_uid="community.rights")
def rights_were_changed(account_id: int, epoch: int, **kwargs: Any) -> None:
    """Sockets of the account are asked again at once."""
    tell_hubs({"k": "rights", "account": account_id, "epoch": epoch})


@receiver(presence_changed, dispatch_uid="community.presence")
def presence_was_chosen(account_id: int, **kwargs: Any) -> None:
    """Whoever does not want to be seen vanishes from the rooms at once, in every window; or comes back."""
    account = User.objects.get(pk=account_id)
    tell_hubs({"k": "presence", "account": account_id, "person": brief(account) if account.shows_presence else None})


@receiver(clock_moved, dispatch_uid="community.clock")
def clock_was_moved(now: datetime, **kwargs: Any) -> None:
    """Rights that end by the business clock may have ended: everybody here is asked again, timers are set anew."""
    tell_hubs({"k": "clock"})


@receiver([post_save, post_delete], sender=TierRight, dispatch_uid="community.tier_rights")
@receiver(post_save, sender=GraceSetting, dispatch_uid="community.grace")
def house_rules_were_changed(**kwargs: Any) -> None:
    """A tier gives something else now, or rights whose money is missing end at another moment."""
    tell_hubs({"k": "clock"})


@receiver(user_logged_out, dispatch_uid="community.logout")
def somebody_signed_out(request: Any, **kwargs: Any) -> None:
    """Sockets of the session close with it."""
    session = getattr(request, "session", None)
    if session is not None and session.session_key:
        tell_hubs({"k": "logout", "session": session.session_key})


@receiver([password_changed, password_reset, password_set], dispatch_uid="community.password")
def password_was_changed(user: User, **kwargs: Any) -> None:
    """Sockets of sessions that were opened with another password close."""
    bump_auth_epoch(account_id=user.pk)


@receiver(edition_announced, dispatch_uid="community.edition")
def edition_was_announced(edition_key: str, title_zh: str, title_en: str, entitlement: str, **kwargs: Any) -> None:
    """A box edition gets its room."""
    open_edition_room(edition_key=edition_key, title_zh=title_zh, title_en=title_en, entitlement=entitlement)


@receiver(story_shown, dispatch_uid="community.story")
def story_was_shown(
    story_key: str, title_zh: str, title_en: str, entitlement: str, readable: bool, **kwargs: Any
) -> None:  # fmt: skip
    """A story gets the room of its comments, whose readers are the story's; one that is gone shuts it."""
    if readable:
        comments.open_under(subject_key=story_key, title_zh=title_zh, title_en=title_en, entitlement=entitlement)
    else:
        comments.shut_under(story_key)


@receiver([post_save, post_delete], sender=WatchedWord, dispatch_uid="community.words")
def words_were_changed(**kwargs: Any) -> None:
    """Every process reads the list anew."""
    watching.forget()


@receiver(post_save, sender=Room, dispatch_uid="community.room")
def room_was_changed(instance: Room, created: bool, **kwargs: Any) -> None:
    """Staff changed who comes in: everybody who is in is asked again."""
    if not created:
        tell_hubs({"k": "rooms", "room": instance.pk})


@receiver(post_save, sender=Group, dispatch_uid="community.rules")
def rules_were_changed(instance: Group, **kwargs: Any) -> None:
    """Rules that counted stay to be read, with the day on which they began to count."""
    last = GroupRules.objects.filter(group=instance).first()
    before = (last.text_zh, last.text_en) if last else ("", "")
    if before != (instance.rules_zh, instance.rules_en):
        GroupRules.objects.create(
            group=instance, text_zh=instance.rules_zh, text_en=instance.rules_en, since=timezone.now()
        )


@receiver(post_save, sender=Group, dispatch_uid="community.group")
def group_was_changed(instance: Group, created: bool, **kwargs: Any) -> None:
    """A group that is unlisted now is for its people alone: everybody in its rooms is asked again."""
    for room_id in () if created else instance.rooms.values_list("pk", flat=True):
        tell_hubs({"k": "rooms", "room": room_id})
