"""The demo's newsletters, and letters that were sent: read from `demo/letters.txt`. Running it again changes nothing.

They go the way of every letter: scheduled, frozen, handed over batch by batch, into the demo's mailbox.
"""

import html
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts.demo import PEOPLE
from accounts.models import User
from editorial.demo.records import Record, listed, records
from editorial.demo.stories import story_key
from editorial.letters.actions import freezing, planning, sending, suppressing
from editorial.letters.enums import DeliveryState, Extent, How, Trouble
from editorial.letters.models import Campaign, CampaignStory, Delivery, LetterChoice, Newsletter
from editorial.letters.team import ensure_team
from editorial.models import StoryPage
from ground import clock

FILE = Path(__file__).resolve().parent.parent / "demo" / "letters.txt"
NEEDED = frozenset({"slug", "date", "subject_zh", "subject_en", "stories"})
HOUSE_TIME, AT = ZoneInfo("Asia/Shanghai"), time(8, 30)
# key, names, what is in it, and who of the demo's people wants it
NEWSLETTERS = [
    ("monthly", "月令来信", "The Monthly Letter", "每月一封：几篇新故事，一件手边的东西。",
     "Once a month: a few new stories, and one thing that lies at hand.",
     ("reader", "friend", "member", "patron", "subscriber", "moderator", "editor", "admin")),
    ("openings", "开窑消息", "Kiln Openings", "开窑、开盒、开讲之前，先来一句话。", "A line before a kiln, a box or a talk is opened.",
     ("member", "patron", "subscriber")),
]  # fmt: skip
RETURNED = "moderator"  # whose mailbox was full once too often: the newest letter shows somebody left out


def seed(step: Callable[[str], None]) -> None:
    """Two newsletters with their readers, then the letters, oldest first."""
    step("newsletters")
    for order, row in enumerate(NEWSLETTERS):
        _newsletter(order, *row)
    team, editor = ensure_team(), User.objects.filter(email="editor@example.com").first()
    if team and editor:
        editor.groups.add(team)
    found = records(FILE.read_text(encoding="utf-8"), FILE.name, NEEDED) if FILE.exists() else []
    found.sort(key=lambda record: record["date"])
    for number, record in enumerate(found, start=1):
        if not Campaign.objects.filter(slug=record["slug"]).exists():
            step(record["slug"])
            _letter(record, newest=number == len(found) > 1)


def _newsletter(order: int, key: str, zh: str, en: str, about_zh: str, about_en: str, who: tuple[str, ...]) -> None:
    words = {"name_zh": zh, "name_en": en, "about_zh": about_zh, "about_en": about_en, "order": order}
    newsletter, new = Newsletter.objects.get_or_create(key=key, defaults=words)
    if not new:
        return
    wanted = [f"{local}@example.com" for local in who if local in PEOPLE]
    for account in User.objects.filter(email__in=wanted):
        LetterChoice.objects.get_or_create(
            newsletter=newsletter, account=account, defaults={"how": How.ACCOUNT, "changed_at": timezone.now()}
        )


def _letter(record: Record, *, newest: bool) -> None:
    """One letter, prepared as on the day that the file says, and handed over now."""
    if newest:
        suppressing.suppress(address=f"{RETURNED}@example.com", trouble=Trouble.BOUNCED, source="demo")
    day = datetime.combine(datetime.fromisoformat(record["date"]).date(), AT, HOUSE_TIME)
    campaign = _compose(record)
    planning.schedule(campaign=campaign, at=None, actor="demo")
    Campaign.objects.filter(pk=campaign.pk).update(scheduled_at=day, created_at=day - timedelta(days=2))
    freezing.begin(campaign.pk, max(day, clock.now()))
    freezing.freeze(campaign.pk, day)
    sending.run_due(clock.now())
    Campaign.objects.filter(pk=campaign.pk).update(finished_at=day + timedelta(seconds=4))
    Delivery.objects.filter(campaign=campaign, state=DeliveryState.SUBMITTED).update(submitted_at=day)
    shift = timezone.now() - day
    campaign.events.update(at=F("at") - shift)


def _compose(record: Record) -> Campaign:
    newsletter = Newsletter.objects.get(key=record.get("newsletter", "monthly"))
    words = {
        f"{part}_{code}": _paragraphs(record.get(f"{part}_{code}", ""))
        for part in ("intro", "closing") for code in ("zh", "en")
    }  # fmt: skip
    campaign = Campaign.objects.create(
        newsletter=newsletter, slug=record["slug"], segment=record.get("segment", "everybody"),
        subject_zh=record["subject_zh"], subject_en=record["subject_en"], **words,
    )  # fmt: skip
    keys = [story_key(slug) for slug in listed(record["stories"])]
    pages = StoryPage.objects.readable().filter(translation_key__in=keys, locale__language_code=settings.LANGUAGE_CODE)
    known = {page.translation_key: page for page in pages}
    for order, page in enumerate(known[key] for key in keys if key in known):
        extent = Extent.CARD if order else Extent.WHOLE
        CampaignStory.objects.create(campaign=campaign, story=page, extent=extent, sort_order=order)
    return campaign


def _paragraphs(text: str) -> str:
    """Plain words as the rich text that editors would have typed."""
    return f"<p>{html.escape(text, quote=False)}</p>" if text else ""
