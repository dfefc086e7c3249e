"""Long work on members: tried, then run chunk by chunk. Each line is done and marked in one transaction, so a worker
that dies leaves lines that are done and lines that are not, and nothing between."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from membership.actions import give_comp
from membership.models import Comp
from membership.people import bringing, sheet
from membership.people.actions.marking import put_tag, take_tag
from membership.people.enums import MOVES, WILL_DO, JobState, Verdict, Work
from membership.people.models import Job, JobLine, MemberTag

log = logging.getLogger("membership.people")
CHUNK, SAVE = 200, 2000
STALE = timedelta(minutes=2)
KEPT = timedelta(days=30)


class NotAllowed(RuntimeError):
    """The work is not in a state for this."""


@transaction.atomic
def try_import(*, staff: User, content: bytes, tier: str = "", until: str = "", language: str = "zh-hans") -> Job:
    """Read a sheet and judge every line of it; nobody is written. Raises `sheet.Unreadable`."""
    kind, rows = sheet.read(content)
    chosen = {"tier": tier, "until": until, "language": language, "kind": kind}
    job = _job(Work.IMPORT, staff, chosen, len(rows))
    judged = bringing.judge_all(rows, bringing.terms_of(chosen, actor(staff)))
    _save(
        JobLine(job=job, number=n, account=account, email=row.email[:254] if sheet.is_address(row.email) else "",
                data=row.data, verdict=verdict, says=says[:300])
        for n, (row, (verdict, says, account)) in enumerate(zip(rows, judged, strict=True), start=2)
    )  # fmt: skip
    return job


@transaction.atomic
def try_bulk(*, staff: User, work: Work, accounts: Any, chosen: dict[str, Any]) -> Job:
    """Freeze who is meant (a queryset of ids) and judge each; nobody is written."""
    job = _job(work, staff, chosen, 0)
    number = 0
    for part in _parts(accounts.order_by("pk").values_list("pk", flat=True).iterator(SAVE), SAVE):
        idle = _idle(work, chosen, part)
        verdicts = [(pk, Verdict.NOTHING if pk in idle else Verdict.CHANGE) for pk in part]
        _save(
            JobLine(job=job, number=number + n, account_id=pk, verdict=v) for n, (pk, v) in enumerate(verdicts, start=1)
        )
        number += len(part)
    job.total = number
    job.save(update_fields=["total"])
    return job


def start(*, job: Job) -> Job:
    """Let it run; a worker is told after commit, the sweep finds it otherwise. Raises `NotAllowed`."""
    moved = _move(job, JobState.RUNNING)
    transaction.on_commit(lambda: _nudge(job.pk))
    return moved


def drop(*, job: Job) -> Job:
    """Do it not. Raises `NotAllowed`."""
    return _move(job, JobState.DROPPED)


def step(*, job_id: int) -> int:
    """Do the next lines; answers how many were looked at, nought when the work is over. One worker at a time."""
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=job_id, state=JobState.RUNNING)
            .first()
        )
        if job is None:
            return 0
        due = job.lines.filter(done_at=None, verdict__in=WILL_DO).select_related("account")[:CHUNK]
        lines = list(due)
        for line in lines:
            _do(job, line)
        job.beat_at = timezone.now()
        if not lines:
            job.state, job.finished_at = JobState.DONE, timezone.now()
        job.save(update_fields=["beat_at", "state", "finished_at"])
    return len(lines)


def run_due(now: datetime) -> int:
    """The sweep: go on with work that nobody has touched for a while; forget the lines of old work."""
    done = 0
    for pk in Job.objects.filter(state=JobState.RUNNING, beat_at__lt=timezone.now() - STALE).values_list(
        "pk", flat=True
    ):
        while looked := step(job_id=pk):
            done += looked
    old = Job.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(state=JobState.RUNNING)
    JobLine.objects.filter(job__in=old).delete()
    return done


def actor(staff: User | None) -> str:
    """How a staff's act is written into ledgers."""
    return f"staff:{staff.pk}" if staff else "staff"


def _do(job: Job, line: JobLine) -> None:
    try:
        with transaction.atomic():
            _act(job, line)
    except Exception as trouble:  # one line's trouble is told in the report; the others go on
        log.exception("line %s of job %s", line.number, job.pk)
        line.verdict, line.says = Verdict.REFUSED, _("Failed: %(why)s") % {"why": type(trouble).__name__}
    line.done_at = timezone.now()
    line.save(update_fields=["verdict", "says", "done_at", "account"])


def _act(job: Job, line: JobLine) -> None:
    chosen, who = job.chosen, actor(job.staff)
    if job.work == Work.IMPORT:
        line.account = bringing.bring(line, bringing.terms_of(chosen, who))
    elif line.account is None or not line.account.is_active:
        line.verdict, line.says = Verdict.REFUSED, _("This account is closed.")
    elif job.work == Work.TAG:
        put_tag(account=line.account, name=chosen["tag"], actor=who)
    elif job.work == Work.UNTAG:
        take_tag(account=line.account, name=chosen["tag"])
    else:
        ends = datetime.fromisoformat(chosen["until"])
        give_comp(account=line.account, tier_key=chosen["tier"], ends=ends, reason=chosen["reason"], actor=who)


def _idle(work: Work, chosen: dict[str, Any], ids: list[int]) -> set[int]:
    """Those of a chunk for whom nothing would change."""
    if work == Work.COMP:
        running = Comp.objects.filter(account__in=ids, closed_at=None, tier__key=chosen["tier"], ends=chosen["until"])
        return set(running.values_list("account_id", flat=True))
    tagged = set(
        MemberTag.objects.filter(account__in=ids, tag__name__iexact=chosen["tag"]).values_list("account_id", flat=True)
    )
    return tagged if work == Work.TAG else set(ids) - tagged


def _job(work: Work, staff: User, chosen: dict[str, Any], total: int) -> Job:
    return Job.objects.create(work=work, staff=staff, chosen=chosen, total=total, created_at=timezone.now())


@transaction.atomic
def _move(job: Job, state: JobState) -> Job:
    row = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if state not in MOVES.get(JobState(row.state), set()):
        raise NotAllowed
    row.state, row.beat_at = state, timezone.now()
    row.save(update_fields=["state", "beat_at"])
    return row


def _nudge(pk: int) -> None:
    from membership.people.tasks import run_job

    try:
        run_job.delay(pk)
    except Exception as trouble:  # the broker is away: the sweep goes on with it
        log.warning("broker away: %s", type(trouble).__name__)


def _parts(rows: Iterable[int], size: int) -> Iterable[list[int]]:
    part: list[int] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def _save(lines: Iterable[JobLine]) -> None:
    JobLine.objects.bulk_create(lines, batch_size=SAVE)
