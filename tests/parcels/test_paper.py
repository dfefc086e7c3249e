"""PDFs: printed by a real browser away from the request, part by part; said clearly where there is none."""

import shutil

import pytest
from django.test import override_settings

from subscriptions.boxes.models import Cycle
from subscriptions.parcels import paper
from subscriptions.parcels.enums import PrintState
from subscriptions.parcels.models import PrintJob
from tests.factories.parcels import on_the_table

pytestmark = pytest.mark.django_db
BROWSER = next((p for n in paper.NAMES if (p := shutil.which(n))), None)


def job(cycle: Cycle, count: int) -> PrintJob:
    ids = [o.pk for o in on_the_table(cycle, count)]
    return paper.order_print(cycle=cycle, kind="slips", paper="a6", ids=ids, language="en", actor="staff:1")


def test_the_sweep_prints_a_pdf_that_staff_can_fetch(packer, cycle: Cycle) -> None:
    assert BROWSER, "a browser prints: `./run test` installs one"
    found = job(cycle, 2)
    paper.run_due()
    found.refresh_from_db()
    assert found.state == PrintState.DONE and found.done == 2, found.error
    assert packer.get(f"/cms/boxes/printing/{found.pk}/").status_code == 200
    file = b"".join(packer.get(f"/cms/boxes/printing/{found.pk}/1.pdf").streaming_content)
    assert file.startswith(b"%PDF-") and file.count(b"/Type /Page\n") + file.count(b"/Type /Page ") >= 1
    assert packer.get(f"/cms/boxes/printing/{found.pk}/2.pdf", follow=True).status_code == 404


def test_parts_are_kept_one_by_one_and_a_dead_worker_repeats_none(cycle: Cycle, monkeypatch) -> None:
    monkeypatch.setattr(paper, "A_PART", 2)
    monkeypatch.setattr(paper, "browser", lambda: "browser")
    printed: list[int] = []
    monkeypatch.setattr(paper, "to_pdf", lambda page: printed.append(page.count('class="slip"')) or b"%PDF-1")
    found = job(cycle, 5)
    assert paper.step(found.pk)
    found.refresh_from_db()
    assert (found.done, found.state) == (2, PrintState.WAITING)
    paper.run_due()
    found.refresh_from_db()
    assert (found.done, len(found.parts), found.state) == (5, 3, PrintState.DONE)
    assert printed == [2, 2, 1] and not paper.step(found.pk)


def test_where_there_is_no_browser_it_is_said_and_nothing_waits(packer, cycle: Cycle) -> None:
    on_the_table(cycle, 1)
    with override_settings(CHROMIUM_PATH="/nowhere/chromium"):
        page = packer.post(f"/cms/boxes/{cycle.pk}/pdf/", {"kind": "slips"}, follow=True)
    assert "no browser on the server" in page.content.decode() and not PrintJob.objects.exists()


def test_a_browser_that_dies_ends_the_job_with_its_words(cycle: Cycle) -> None:
    with override_settings(CHROMIUM_PATH=shutil.which("false")):
        found = job(cycle, 1)
        paper.run_due()
    found.refresh_from_db()
    assert found.state == PrintState.FAILED and found.error


def test_old_files_go(cycle: Cycle, monkeypatch) -> None:
    monkeypatch.setattr(paper, "browser", lambda: "browser")
    found = job(cycle, 1)
    PrintJob.objects.filter(pk=found.pk).update(created_at=found.created_at - paper.KEPT * 2)
    paper.forget()
    assert not PrintJob.objects.exists()
