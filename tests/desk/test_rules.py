"""What may be published: the two rules, on every way by which a story becomes live."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision, TaskState, WorkflowState

from accounts.models import Mail, Notice, User
from editorial.actions import place, publish
from editorial.desk import agreeing
from editorial.desk.agreeing import NotSecond
from editorial.desk.enums import Need
from editorial.desk.models import Agreement, Refusal
from editorial.desk.rules import Facts, PublishingRefused, missing
from editorial.models import StoryPage
from ground import clock
from ground.tasks import run_due
from tests.desk.conftest import draft, form_of, messages_of, story_fields, topic
from tests.factories import editorial as pages
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
At = Callable[[User], Client]


@pytest.mark.parametrize(
    ("facts", "lacks"),
    [
        (Facts(False, False, False, 0, 0), []),
        (Facts(True, False, False, 0, 0), [Need.SECOND_EDITOR]),
        (Facts(True, False, True, 0, 0), []),
        (Facts(False, True, False, 0, 0), [Need.SOURCE, Need.REVIEWER]),
        (Facts(False, True, False, 1, 0), [Need.REVIEWER]),
        (Facts(False, True, False, 0, 2), [Need.SOURCE]),
        (Facts(True, True, False, 1, 1), [Need.SECOND_EDITOR]),
        (Facts(True, True, True, 3, 1), []),
    ],
)
def test_the_two_rules(facts: Facts, lacks: list[Need]) -> None:
    assert missing(facts) == lacks


def live(page: StoryPage) -> bool:
    return StoryPage.objects.get(pk=page.pk).live


def test_a_sensitive_story_is_not_published_by_a_line_of_code(wen: User) -> None:
    page = draft(wen, sensitive=True)
    for user in (None, wen):
        with pytest.raises(PublishingRefused) as refused:
            page.latest_revision.publish(user=user)
        assert refused.value.needs == [Need.SECOND_EDITOR]
    with pytest.raises(PublishingRefused):
        page.live = True
        page.save()
    assert not live(page)


def test_a_new_row_that_may_not_be_live_begins_as_a_draft(wen: User) -> None:
    page = StoryPage(**story_fields())
    page.topics.set([topic("history", sensitive=True)])
    pages.channel().add_child(instance=page)
    assert not live(page)
    with pytest.raises(PublishingRefused):
        another = StoryPage(**story_fields())
        another.topics.set([topic("history")])
        place(another, under=pages.channel())
    assert StoryPage.objects.live().count() == 0


def test_a_second_editors_agreement_opens_the_gate_for_that_text_alone(wen: User, lin: User) -> None:
    page = draft(wen, sensitive=True)
    with pytest.raises(NotSecond):
        agreeing.agree(revision=page.latest_revision, editor=wen)
    with pytest.raises(NotSecond):
        agreeing.agree(revision=page.latest_revision, editor=person())
    row = agreeing.agree(revision=page.latest_revision, editor=lin)
    assert (row.author, row.editor, row.page_id) == (wen, lin, page.pk) and row.revision == page.latest_revision
    assert agreeing.agree(revision=page.latest_revision, editor=lin) == row
    page.latest_revision.publish()
    assert live(page)
    again = StoryPage.objects.get(pk=page.pk)
    again.save_revision(user=wen).publish()  # the same text again
    again.standfirst = "Another line."
    changed = again.save_revision(user=wen)
    with pytest.raises(PublishingRefused):
        changed.publish()
    assert StoryPage.objects.get(pk=page.pk).standfirst == "Iron and ash."


def test_an_agreement_does_not_outlive_what_autosave_writes_over_its_revision(wen: User, lin: User) -> None:
    page = draft(wen, sensitive=True)
    agreeing.agree(revision=page.latest_revision, editor=lin)
    page.standfirst = "Rewritten in place."
    same = page.save_revision(user=wen, overwrite_revision=page.latest_revision)
    assert same.pk == Agreement.objects.get().revision_id
    with pytest.raises(PublishingRefused):
        same.publish()


def test_the_database_knows_no_agreement_with_oneself(wen: User) -> None:
    page = draft(wen, sensitive=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(page=page, digest="x", author=wen, editor=wen, at=timezone.now())


@pytest.mark.parametrize(
    ("source", "reviewer", "lacks"),
    [
        (False, False, [Need.SOURCE, Need.REVIEWER]),
        (True, False, [Need.REVIEWER]),
        (False, True, [Need.SOURCE]),
        (True, True, []),
    ],
)
def test_a_story_on_science_needs_a_source_and_a_reviewer(
    wen: User, source: bool, reviewer: bool, lacks: list[Need]
) -> None:
    page = draft(wen, science=True, source=source, reviewer=reviewer)
    if not lacks:
        page.latest_revision.publish(user=wen)
    else:
        with pytest.raises(PublishingRefused) as refused:
            page.latest_revision.publish(user=wen)
        assert refused.value.needs == lacks
    assert live(page) is (not lacks)


def test_a_copy_is_not_live_by_being_a_copy(wen: User, lin: User) -> None:
    page = draft(wen, sensitive=True)
    publish(page, by=wen, agreed_by=lin)
    StoryPage.objects.get(pk=page.pk).copy(keep_live=True, update_attrs={"slug": "copied"}, user=wen)
    copied = StoryPage.objects.get(slug="copied")
    assert not copied.live and copied.topics.exists()
    with pytest.raises(PublishingRefused):
        copied.latest_revision.publish()


# --- in the admin ---


def test_publishing_from_the_form_is_refused_with_reasons_and_the_draft_is_saved(wen: User, at: At) -> None:
    client, page = at(wen), draft(wen, sensitive=True, science=True)
    data = form_of(client, page) | {"standfirst": "What I have just typed.", "action-publish": "1"}
    answer = client.post(f"/cms/pages/{page.pk}/edit/", data, follow=True)
    said = messages_of(answer)
    assert answer.redirect_chain[-1][0].endswith(f"/pages/{page.pk}/edit/")
    assert "was not published" in said and "second editor" in said and "source" in said and "reviewed" in said
    assert "Your draft is saved" in said and "What I have just typed." in answer.content.decode()
    assert not live(page)


def test_a_new_story_published_from_its_first_form_is_kept_as_a_draft(wen: User, at: At) -> None:
    client, channel = at(wen), pages.channel()
    history = topic("history", sensitive=True)
    address = f"/cms/pages/add/editorial/storypage/{channel.pk}/"
    from tests.desk.conftest import fields_of

    data = fields_of(client.get(address))
    data |= {
        "title": "A new one",
        "slug": "a-new-one",
        "topics": [history.pk],
        "standfirst": "Typed.",
        "action-publish": "1",
    }
    answer = client.post(address, data, follow=True)
    page = StoryPage.objects.get(slug="a-new-one")
    assert "was not published" in messages_of(answer) and not page.live and page.standfirst == "Typed."


def submit(client: Client, page: StoryPage, **fields: Any) -> TaskState:
    client.post(f"/cms/pages/{page.pk}/edit/", form_of(client, page) | fields | {"action-submit": "1"})
    return WorkflowState.objects.filter(object_id=str(page.pk), status="in_progress").get().current_task_state


def decide(client: Client, page: StoryPage, task: TaskState, action: str = "approve", comment: str = "") -> Any:
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, task.pk])
    return client.post(address, {"comment": comment}, follow=True)


def test_the_second_editor_agrees_in_the_workflow_and_the_story_goes_out(wen: User, lin: User, at: At) -> None:
    page = draft(wen, sensitive=True)
    task = submit(at(wen), page)
    assert {n.account for n in Notice.objects.filter(kind="desk.asked")} == {lin}
    assert Mail.objects.filter(to=lin.email).exists()
    assert "Agree" in at(lin).get(f"/cms/pages/{page.pk}/edit/").content.decode()
    decide(at(lin), page, task, comment="Well weighed.")
    row = Agreement.objects.get()
    assert live(page) and (row.author, row.editor) == (wen, lin) and row.revision == task.revision
    task.refresh_from_db()
    assert (task.status, task.finished_by, task.comment) == ("approved", lin, "Well weighed.")
    assert Notice.objects.get(kind="desk.agreed").account == wen


def test_nobody_agrees_to_what_they_wrote_or_submitted(wen: User, lin: User, at: At) -> None:
    page = draft(wen, sensitive=True)
    task = submit(at(wen), page)
    decide(at(wen), page, task)
    assert not live(page) and not Agreement.objects.exists()
    assert 'data-workflow-action-name="approve"' not in at(wen).get(f"/cms/pages/{page.pk}/edit/").content.decode()
    root = person("Root", is_superuser=True, is_staff=True)
    other = draft(lin, sensitive=True)
    task = submit(at(root), other)  # written by Lin, submitted by Root: it takes a third
    for account in (lin, root):
        decide(at(account), other, task)
    assert not live(other)
    decide(at(wen), other, task)
    assert live(other)


def test_a_text_changed_after_it_was_submitted_must_be_submitted_again(wen: User, lin: User, at: At) -> None:
    page = draft(wen, sensitive=True)
    task = submit(at(wen), page)
    page = StoryPage.objects.get(pk=page.pk)
    page.standfirst = "Slipped in."
    page.save_revision(user=wen)
    answer = decide(at(lin), page, task)
    assert "changed after it was submitted" in messages_of(answer) and not live(page) and not Agreement.objects.exists()
    client = at(wen)
    said = client.post(f"/cms/pages/{page.pk}/edit/", form_of(client, page), follow=True)
    assert "now waits for the second editor" in messages_of(said)
    again = WorkflowState.objects.get(object_id=str(page.pk), status="in_progress").current_task_state
    assert again.pk != task.pk and Notice.objects.filter(kind="desk.asked").count() == 1
    decide(at(lin), page, again)
    assert StoryPage.objects.get(pk=page.pk).standfirst == "Slipped in." and live(page)


def test_who_edits_while_agreeing_is_no_second_editor_of_it(wen: User, lin: User, at: At) -> None:
    page = draft(wen, sensitive=True)
    submit(at(wen), page)
    client = at(lin)
    data = form_of(client, page) | {
        "standfirst": "Mended by Lin.",
        "action-workflow-action": "true",
        "workflow-action-name": "approve",
    }
    answer = client.post(f"/cms/pages/{page.pk}/edit/", data, follow=True)
    assert not live(page) and not Agreement.objects.exists()
    assert "changed after it was submitted" in messages_of(answer)


def test_agreeing_in_the_form_without_a_change_is_agreeing_to_what_was_submitted(wen: User, lin: User, at: At) -> None:
    page = draft(wen, sensitive=True)
    submit(at(wen), page)
    client = at(lin)
    data = form_of(client, page) | {"action-workflow-action": "true", "workflow-action-name": "approve"}
    client.post(f"/cms/pages/{page.pk}/edit/", data)
    assert live(page) and Agreement.objects.get().editor == lin


def test_agreeing_does_not_make_up_for_a_missing_source(wen: User, lin: User, at: At) -> None:
    page = draft(wen, sensitive=True, science=True, reviewer=True)
    task = submit(at(wen), page)
    answer = decide(at(lin), page, task)
    assert "source" in messages_of(answer) and not live(page)
    task.refresh_from_db()
    assert task.status == "in_progress" and not Agreement.objects.exists()


def test_a_page_given_back_tells_whoever_submitted_it(wen: User, lin: User, at: At) -> None:
    page = draft(wen, sensitive=True)
    task = submit(at(wen), page)
    decide(at(lin), page, task, "reject", "The date is wrong.")
    notice = Notice.objects.get(kind="desk.returned")
    assert notice.account == wen and notice.context["comment"] == "The date is wrong." and not live(page)


def test_publishing_many_at_once_is_refused_as_a_whole_with_its_reason(wen: User, at: At) -> None:
    page, plain = draft(wen, sensitive=True), draft(wen)
    address = f"/cms/bulk/wagtailcore/page/publish/?id={plain.pk}&id={page.pk}&next=/cms/"
    answer = at(wen).post(address, {"include_descendants": ""}, follow=True)
    assert "was not published" in messages_of(answer) and not live(page) and not live(plain)


# --- by their date ---


def due(page: StoryPage) -> None:
    """Scheduled while nothing stood against it; now the date has come."""
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision(user=page.latest_revision.user).publish()
    Revision.objects.filter(approved_go_live_at__isnull=False, object_id=str(page.pk)).update(
        approved_go_live_at=timezone.now() - timedelta(minutes=1)
    )
    for revision in Revision.objects.filter(object_id=str(page.pk)):
        revision.content["go_live_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)


@pytest.mark.parametrize("way", ["sweep", "command"])
def test_a_refused_date_tells_the_editors_once_and_lets_the_others_out(wen: User, lin: User, way: str) -> None:
    history = topic("history", sensitive=False)
    touchy, plain = draft(wen), draft(wen)
    touchy.topics.set([history])
    touchy.save_revision(user=wen)
    due(touchy)
    due(plain)
    history.sensitive = True
    history.save()
    for _ in range(2):
        assert (
            run_due(clock.now())["publishing"] == 0
            if way == "sweep"
            else call_command("publish_scheduled", verbosity=0) is None
        )
    assert live(plain) and not live(touchy)
    row = Refusal.objects.get()
    assert row.page_id == touchy.pk and row.needs == [Need.SECOND_EDITOR] and row.closed_at is None
    assert {n.account for n in Notice.objects.filter(kind="desk.refused")} == {wen, lin}
    assert Notice.objects.filter(kind="desk.refused").count() == 2
    page = StoryPage.objects.get(pk=touchy.pk)
    assert page.scheduled_revision is None and page.get_lock() is None
    page.go_live_at = None
    publish(page, by=wen, agreed_by=lin)
    row.refresh_from_db()
    assert row.closed_at is not None and live(page)


def test_a_date_cannot_be_set_for_what_may_not_go_out(wen: User, at: At) -> None:
    client, page = at(wen), draft(wen, sensitive=True)
    when = timezone.localtime() + timedelta(days=2)
    data = form_of(client, page) | {"go_live_at": when.strftime("%Y-%m-%d %H:%M"), "action-publish": "1"}
    answer = client.post(f"/cms/pages/{page.pk}/edit/", data, follow=True)
    assert "was not published" in messages_of(answer)
    page = StoryPage.objects.get(pk=page.pk)
    assert page.scheduled_revision is None and page.get_latest_revision_as_object().go_live_at is not None


def test_the_second_editor_may_agree_to_a_date(wen: User, lin: User, at: At) -> None:
    page = draft(wen, sensitive=True, go_live_at=timezone.now() + timedelta(days=2))
    task = submit(at(wen), page)
    decide(at(lin), page, task)
    page = StoryPage.objects.get(pk=page.pk)
    assert not page.live and page.scheduled_revision is not None
    Revision.objects.filter(pk=page.scheduled_revision.pk).update(
        approved_go_live_at=timezone.now() - timedelta(minutes=1)
    )
    revision = Revision.objects.get(pk=page.scheduled_revision.pk)
    revision.content["go_live_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
    revision.save()
    run_due(clock.now())
    assert live(page)
