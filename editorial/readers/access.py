"""A reader's own things, and stories by what names them; hidden and missing look alike."""

import uuid
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from editorial import wall
from editorial.readers.models import GiftLink
from ground import clock
from membership import entitlements

if TYPE_CHECKING:
    from editorial.models import StoryPage

GIFTS = "gifts"  # in a visitor's session: {story: token}
MOST_GIFTS = 20


def access_story(key: str) -> "StoryPage":
    """A readable story by its translation key, in the language of the request where it is written. Raises Http404."""
    from editorial.models import StoryPage

    try:
        rows = StoryPage.objects.readable().filter(translation_key=uuid.UUID(str(key))).select_related("locale")
    except ValueError:
        raise Http404 from None
    found = sorted(rows, key=lambda row: row.locale.language_code != get_language())
    if not found:
        raise Http404
    return found[0]


def access_gift(account: Any, token: str) -> GiftLink:
    """A link that this account has made. Raises Http404."""
    found = GiftLink.objects.filter(giver=account, token=token).first()
    if found is None:
        raise Http404
    return found


def open_gift(token: str) -> GiftLink | None:
    """A link that opens something now."""
    return GiftLink.objects.filter(token=token, revoked_at=None, ends_at__gt=clock.now()).first()


def gift_opens(request: HttpRequest, story: uuid.UUID) -> bool:
    """True when the reader has come by a gift link for this story that still opens. One query, none without a gift."""
    session = getattr(request, "session", None)
    token = (session.get(GIFTS) or {}).get(str(story)) if session is not None and session.session_key else None
    if not token:
        return False
    link = open_gift(token)
    return link is not None and link.story == story


def opens_this_one(request: HttpRequest, subject_key: str) -> bool:
    """True when this reader has the one story open by itself: by a gift link, or by a read of their month."""
    if entitlements.has(request.user, subject_key):
        return True
    return gift_opens(request, uuid.UUID(subject_key.removeprefix("story:")))


def remember_gift(request: HttpRequest, link: GiftLink) -> None:
    """Keep the link in the reader's session, so that the story's own address opens it."""
    held = dict(request.session.get(GIFTS) or {})
    held[str(link.story)] = link.token
    request.session[GIFTS] = dict(list(held.items())[-MOST_GIFTS:])


def may_read_to_the_end(account: Any, page: "StoryPage") -> bool:
    """True when no gate of the story is closed to the account by a right of its own; a metered read is not one to give."""
    may = wall.for_account(account)
    return all(may(key) for key in page.gates)
