"""Looks up what stands behind the links of a message, after it was said: a row first, then a task, or the sweep."""

import hashlib
import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from community.actions.parts import set_parts
from community.hung.enums import MOST_LINKS
from community.hung.links import addresses, cards, fetching, reading
from community.hung.models import LinkJob, Page
from community.models import Message
from ground import outward

log = logging.getLogger(__name__)
Part = dict[str, Any]
AGAIN = timedelta(minutes=2)  # a worker that died over a page is given this long
TRIES = 3
AT_ONCE, SECONDS = 50, 30.0  # messages in one run, and how long it begins another
FRESH, FRESH_NOTHING = timedelta(days=1), timedelta(hours=1)
OURS = ("link", "card")
Fetch = Callable[[str], reading.Words | None]


def note(message: Message) -> None:
    """A message was said or edited: note that its links are to be looked up. Call inside its transaction."""
    linked = bool(addresses.in_message(message.html, 1))
    if linked or any(part.get("kind") in OURS for part in message.parts):
        fields = {"due_at": timezone.now(), "turn": uuid.uuid4(), "tries": 0}
        LinkJob.objects.update_or_create(message=message, defaults=fields)
        transaction.on_commit(_nudge)


def _nudge() -> None:
    from community.hung.tasks import look_up_links

    try:
        look_up_links.delay()
    except Exception as trouble:  # the broker is away: the sweep finds the row within a minute
        log.warning("broker away: %s", type(trouble).__name__)


def run_due(now: datetime | None = None, fetch: Fetch | None = None) -> int:
    """Look up what is due; answers how many messages. Safe to run in several workers at once."""
    done, ends = 0, time.monotonic() + SECONDS
    for pk in list(_due().order_by("due_at").values_list("pk", flat=True)[:AT_ONCE]):
        if time.monotonic() > ends:
            break  # other work is due, too; the rest waits for the next run
        if _due().filter(pk=pk).update(due_at=timezone.now() + AGAIN):  # claimed
            try:
                job = LinkJob.objects.select_related("message").filter(pk=pk).first()
                done += job is not None and _run(job, fetch or look)
            except Exception:  # the others do not wait for it; it is tried again when its time has run out
                log.exception("links of job %s", pk)
    return done


def _due() -> Any:
    return LinkJob.objects.filter(due_at__lte=timezone.now())


def _run(job: LinkJob, fetch: Fetch) -> bool:
    job.tries += 1
    LinkJob.objects.filter(pk=job.pk, turn=job.turn).update(tries=job.tries)
    if job.tries <= TRIES:
        found = {url: _part(url, fetch) for url in addresses.in_message(job.message.html, MOST_LINKS)}
        set_parts(message_id=job.message_id, change=lambda parts: _with(parts, job.message_id, found))
    LinkJob.objects.filter(pk=job.pk, turn=job.turn).delete()  # edited meanwhile: another turn, which is due
    return True


def _with(parts: list[Part], message_id: int, found: dict[str, Part | None]) -> list[Part]:
    """The list with what was found for the links that stand there now; under the room's lock."""
    html = Message.objects.values_list("html", flat=True).get(pk=message_id)
    hung = [found.get(url) for url in addresses.in_message(html, MOST_LINKS)]
    once = {part["id"]: part for part in hung if part}
    return [*(part for part in parts if part.get("kind") not in OURS), *once.values()]


def _part(url: str, fetch: Fetch) -> Part | None:
    """What is shown of one address; None: the link alone."""
    ours = addresses.path_of_ours(url, settings.YAJI_ORIGINS)
    if ours is not None:
        return cards.card(ours)
    page = _page(url, fetch) if settings.LINK_PREVIEWS else None
    if page is None or not page.title:
        return None
    return {
        "kind": "link",
        "id": page.digest[:16],
        "url": url,
        "title": page.title,
        "text": page.text,
        "site": page.site,
    }


def _page(url: str, fetch: Fetch) -> Page:
    """As it was lately; else asked now. A page that said nothing is asked again after an hour."""
    digest = hashlib.sha256(url.encode()).hexdigest()
    known = Page.objects.filter(digest=digest).first()
    if known and timezone.now() - known.asked_at < (FRESH if known.title else FRESH_NOTHING):
        return known
    words = fetch(url) or reading.Words("", "", "")
    fields = {"title": words.title, "text": words.text, "site": words.site, "asked_at": timezone.now()}
    return Page.objects.update_or_create(digest=digest, defaults=fields)[0]


def look(url: str) -> reading.Words | None:
    """What the open web says about an address, now; None where it says nothing or we do not go there."""
    try:
        page = fetching.fetch(url, fetching.Manner(agent=f"YajiPreview/1 (+{settings.PUBLIC_URL})"))
        return reading.read(page.body, page.url, page.charset)
    except outward.Refused as no:
        log.info("no preview: %s", no)
    except Exception:
        log.exception("a page that cannot be read")
    return None


def forget(now: datetime | None = None) -> int:
    """Pages that nobody named for a day are forgotten; answers how many."""
    return Page.objects.filter(asked_at__lt=timezone.now() - FRESH).delete()[0]
