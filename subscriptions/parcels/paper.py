"""PDFs, printed by a browser away from the request: a row, and a sweep that prints a part at a time."""

import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from subscriptions.boxes.models import Cycle
from subscriptions.parcels import packing
from subscriptions.parcels.enums import Paper, PrintKind, PrintState
from subscriptions.parcels.models import PrintJob

log = logging.getLogger("subscriptions.parcels.paper")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
A_PART, SECONDS = 200, 120
STALE, KEPT = timedelta(minutes=3), timedelta(days=7)


class NoBrowser(Exception):
    """There is nothing here that prints."""


class NotPrinted(Exception):
    """The browser did not print; the text says what it said."""


def browser() -> str:
    """Path of the browser that prints. Raises `NoBrowser`."""
    found = settings.CHROMIUM_PATH or next((p for n in NAMES if (p := shutil.which(n))), "")
    if not found or not shutil.which(found):
        raise NoBrowser(found)
    return found


def order_print(*, cycle: Cycle, kind: str, paper: str, ids: list[int], language: str, actor: str) -> PrintJob:
    """Have these boxes printed. Raises `NoBrowser` at once, so that nobody waits for nothing."""
    browser()
    return PrintJob.objects.create(
        cycle=cycle, kind=kind, paper=paper, ids=ids, language=language, actor=actor, created_at=timezone.now()
    )


def run_due(now: datetime | None = None) -> int:
    """Print what waits, and forget old files; answers how many boxes were printed."""
    printed = 0
    for pk in list(PrintJob.objects.filter(state=PrintState.WAITING).order_by("pk").values_list("pk", flat=True)):
        while step(pk):
            printed += A_PART
    forget()
    return printed


def step(pk: int) -> bool:
    """Print the next part; False when there is none, or another worker is at it. Each part is kept before the next."""
    now = timezone.now()
    mine = PrintJob.objects.filter(pk=pk, state=PrintState.WAITING).filter(Q(beat_at=None) | Q(beat_at__lt=now - STALE))
    if not mine.update(beat_at=now):
        return False
    job = PrintJob.objects.select_related("cycle__plan").get(pk=pk)
    ids = job.ids[job.done : job.done + A_PART]
    try:
        content = to_pdf(html(job.kind, job.paper, ids, job.language, _sheets(job.paper))) if ids else b""
    except (NoBrowser, NotPrinted) as trouble:
        said = _("There is no browser here that prints.") if isinstance(trouble, NoBrowser) else str(trouble)
        PrintJob.objects.filter(pk=pk).update(state=PrintState.FAILED, error=said[:300])
        return False
    _keep(job, content, len(ids))
    return bool(ids)


@transaction.atomic
def _keep(job: PrintJob, content: bytes, count: int) -> None:
    row = PrintJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if row.done != job.done:
        return  # a slow worker: another has done this part meanwhile
    if content:
        name = storages["private"].save(f"parcels/{job.kind}-{job.pk}-{len(row.parts) + 1}.pdf", ContentFile(content))
        row.parts = [*row.parts, name]
        row.done += count
    row.beat_at = None
    row.state = PrintState.DONE if row.done >= row.total else PrintState.WAITING
    row.save(update_fields=["parts", "done", "state", "beat_at"])


def html(kind: str, paper: str, ids: list[int], language: str, sheets: Sequence[str] = ()) -> str:
    """The page that is printed. `sheets`: where its style sheets are, when not at their web addresses."""
    with override(language):
        context = {"slips": packing.slips(ids), "paper": paper, "sheets": sheets, "pdf": bool(sheets), "kind": kind}
        return render_to_string(f"parcels/print/{PrintKind(kind).value}.html", context)


def _sheets(paper: str) -> list[str]:
    names = ("parcels/print.css", f"parcels/print-{Paper(paper).value}.css")
    return [Path(str(finders.find(name))).as_uri() for name in names]


def to_pdf(page: str) -> bytes:
    """A page as PDF. Raises `NoBrowser`, `NotPrinted`."""
    program = browser()
    with tempfile.TemporaryDirectory(prefix="yaji-print-") as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(page, encoding="utf-8")
        bare = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's own sandbox refuses root
        command = [program, "--headless", "--disable-gpu", *bare, "--disable-dev-shm-usage",
                   "--disable-extensions", "--no-first-run", f"--user-data-dir={folder}/profile",
                   "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer",
                   f"--print-to-pdf={target}", source.as_uri()]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as trouble:
            raise NotPrinted(type(trouble).__name__) from trouble
        if done.returncode or not target.exists():
            raise NotPrinted(done.stderr.strip()[-200:] or f"code {done.returncode}")
        return target.read_bytes()


def forget() -> None:
    """Files hold addresses: after a week they go."""
    for job in PrintJob.objects.filter(created_at__lt=timezone.now() - KEPT):
        for name in job.parts:
            storages["private"].delete(name)
        job.delete()
