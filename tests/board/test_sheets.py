"""Sheets both ways: every line judged before anything is written, bad files refused with words."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from subscriptions.board.actions import working
from subscriptions.board.enums import Verdict
from subscriptions.board.models import BulkRun
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, Cycle
from subscriptions.parcels.actions import noting, tracking
from subscriptions.parcels.models import Parcel, TrackingEvent
from tests.factories.parcels import on_the_table, packed

pytestmark = pytest.mark.django_db


def sheet_of(head: list[str], *rows: list[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode()


def said(run: BulkRun) -> list[tuple[str, str]]:
    return list(run.lines.order_by("number").values_list("verdict", "says"))


def test_tracking_numbers_come_in_and_send_the_boxes(cycle: Cycle) -> None:
    one, two = packed(cycle, 2)
    content = sheet_of(
        ["Order", "Carrier", "Tracking", "State"], [one.number, "post", "RR1", "shipped"], [two.pk, "post", "RR2", ""]
    )
    run = working.try_import(content=content, actor="staff:1")
    assert [v for v, _s in said(run)] == [Verdict.CHANGE] * 2 and not Parcel.objects.exists()
    working.start(run=run)
    assert list(BoxOrder.objects.order_by("pk").values_list("state", "tracking")) == [
        ("shipped", "RR1"),
        ("packed", "RR2"),
    ]
    again = working.try_import(content=content, actor="staff:1")
    assert [v for v, _s in said(again)] == [Verdict.NOTHING] * 2


def test_a_carriers_report_moves_by_tracking_number_and_the_same_twice_changes_nothing(cycle: Cycle) -> None:
    order = packed(cycle, 1)[0]
    tracking.name_parcel(order=order, carrier="post", tracking="RR1")
    content = sheet_of(["tracking", "state", "at", "place"], ["RR1", "in transit", "2026-11-20 08:00", "Suzhou"],
                       ["RR1", "delivered", "2026-11-22T10:00:00+08:00", "Hangzhou"])  # fmt: skip
    for _ in range(2):
        working.start(run=working.try_import(content=content, actor="staff:1"))
    assert BoxOrder.objects.get().state == OrderState.DELIVERED and TrackingEvent.objects.count() == 2


def test_each_line_that_cannot_be_done_says_why(cycle: Cycle) -> None:
    one, two = packed(cycle, 2)
    tracking.name_parcel(order=two, carrier="post", tracking="TAKEN")
    head = ["order", "carrier", "tracking", "state", "at", "country", "line1"]
    rows = [
        ["YJ-209901-000001", "post", "A", "", "", "", ""], [one.number, "nobody", "A", "", "", "", ""],
        [one.number, "", "A", "", "", "", ""], [one.number, "", "", "flying", "", "", ""],
        [one.number, "", "", "delivered", "yesterday", "", ""], [one.number, "", "", "", "", "BR", ""],
        [one.number, "post", "x" * 90, "", "", "", ""], ["9" * 30, "", "", "", "", "CN", ""],
        [one.number, "post", "TAKEN", "", "", "", ""],
    ]  # fmt: skip
    run = working.try_import(content=sheet_of(head, *rows), actor="staff:1")
    found = said(run)
    words = [
        "No order",
        "No such carrier",
        "needs a carrier",
        "No such state",
        "No such moment",
        "do not send",
        "too long",
        "No order",
    ]
    for (verdict, says), wanted in zip(found, words, strict=False):
        assert verdict == Verdict.REFUSED and wanted in says, says
    working.start(run=run)
    assert "Another parcel has this number" in said(run)[-1][1]
    assert BoxOrder.objects.get(pk=one.pk).tracking == ""


def test_an_address_is_put_right_and_taken_back_with_the_packing(cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    run = working.try_import(
        content=sheet_of(["order", "line1", "state"], [order.number, "New Road 1", "packed"]), actor="staff:1"
    )
    done = working.start(run=run)
    found = BoxOrder.objects.get()
    assert (found.address["line1"], found.address["city"], found.state) == ("New Road 1", "Hangzhou", "packed")
    working.undo(run=done)
    found.refresh_from_db()
    assert (found.address["line1"], found.own_address, found.state) == ("Hefang Street 12", False, "allocated")


def test_a_newer_address_stays_when_a_sheet_is_taken_back(cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    content = sheet_of(["order", "line1"], [order.number, "New Road 1"])
    run = working.start(run=working.try_import(content=content, actor="staff:1"))
    noting.readdress(order=order, address={"line1": "Newer Road 2"}, actor="staff:2")
    working.undo(run=run)
    assert BoxOrder.objects.get().address["line1"] == "Newer Road 2" and "Not taken back" in said(run)[0][1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"), (b"   \n", "empty"), (b"\xef\xbb\xbf", "file is empty"), (b"\xef\xbb\xbf\r\n", "file is empty"), ("订单,状态\n1,已寄".encode("gb18030"), "UTF-8"), (b"order\x00,state\n1,packed", "not text"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "UTF-8"), (b"name,mail\nx,y", "first line"), (b"order\n1", "nothing to change"),
        (b"order,state\n" + b'1,"' + b"x" * 140_000 + b'"', "no CSV"), (b"PK\x03\x04\x00\x00", "not text"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_sheet_is_refused_with_words(packer, cycle: Cycle, content: bytes, words: str) -> None:
    page = packer.post("/cms/boxes/bulk/", {"sheet": SimpleUploadedFile("x.csv", content)})
    assert page.status_code == 422 and not BulkRun.objects.exists()
    text = page.content.decode()
    assert words in text or (words == "empty" and "empty" in text)


def test_no_file_at_all_is_said(packer, cycle: Cycle) -> None:
    assert packer.post("/cms/boxes/bulk/").status_code == 422


def test_what_goes_out_comes_back_in_as_nothing_new(packer, cycle: Cycle) -> None:
    on_the_table(cycle, 2, recipient="=1+1")
    content = b"".join(packer.get(f"/cms/boxes/orders.csv?cycle={cycle.pk}").streaming_content)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 2 and rows[0]["recipient"] == "'=1+1"
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    run = working.try_import(content=out.getvalue().encode(), actor="staff:1")
    assert [v for v, _s in said(run)] == [Verdict.NOTHING] * 2


def test_subscribers_go_out_with_what_they_have_left(packer, cycle: Cycle) -> None:
    on_the_table(cycle, 2)
    content = b"".join(packer.get("/cms/boxes/subscribers.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == 2 and rows[0]["plan"] == "table" and rows[0]["credits"] == "0"


def test_semicolons_and_the_mark_of_spreadsheets_are_read(cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    content = f"\ufefforder;state\r\n{order.number};packed\r\n".encode()
    assert said(working.try_import(content=content, actor="staff:1"))[0][0] == Verdict.CHANGE
