"""Sheets in: Ghost's and ours, tried first, done line by line, twice the same, never a letter, whatever dies."""

import io

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail, Notice, User
from ground.clock import now
from membership import entitlements
from membership.models import Comp
from membership.people import actions, sheet
from membership.people.actions import working
from membership.people.enums import JobState, Verdict, Work
from membership.people.models import Job, JobLine, MemberTag, Note
from tests.factories.accounts import person
from tests.factories.membership import tiers
from tests.people.test_members import staff

pytestmark = pytest.mark.django_db
HEAD = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers"
)
GHOST = f"""{HEAD}
1,ann@example.com,Ann,Came by the fair,true,false,,2024-03-01T10:00:00.000Z,,"VIP,Fair",
2,bo@example.com,Bo,,false,true,,2023-01-05T08:30:00.000Z,,,Companion
3,cy@example.com,Cy,,true,false,cus_123,2025-05-05T00:00:00.000Z,,,Friend
4,not an address,X,,true,false,,2025-05-05T00:00:00.000Z,,,
5,ANN@example.com,Ann again,,true,false,,2025-05-05T00:00:00.000Z,,,
6,gone@example.com,Gone,,true,false,,2025-05-05T00:00:00.000Z,2025-06-01T00:00:00.000Z,,
7,known@example.com,Other name,,false,false,,2020-01-01T00:00:00.000Z,,VIP,
"""


@pytest.fixture(autouse=True)
def _tiers() -> None:
    tiers()


def later(days: int = 200) -> str:
    return (timezone.localdate() + timezone.timedelta(days)).isoformat()


def tried(text: str = GHOST, **chosen: str) -> Job:
    return actions.try_import(staff=staff(), content=text.encode(), **{"until": later(), **chosen})


def run(job: Job) -> Job:
    actions.start(job=job)
    while actions.step(job_id=job.pk):
        pass
    job.refresh_from_db()
    return job


def verdicts(job: Job) -> dict[int, str]:
    return dict(job.lines.values_list("number", "verdict"))


def test_trying_ghosts_export_tells_each_line_and_writes_nobody() -> None:
    person("Known", email="known@example.com")
    job = tried()
    assert job.chosen["kind"] == "ghost" and job.state == JobState.TRIED
    assert verdicts(job) == {
        2: Verdict.CREATE, 3: Verdict.CREATE, 4: Verdict.CREATE, 5: Verdict.REFUSED, 6: Verdict.REFUSED,
        7: Verdict.NOTHING, 8: Verdict.CHANGE,
    }  # fmt: skip
    assert "line 2" in job.lines.get(number=6).says and "cus_123" in job.lines.get(number=4).says
    assert not User.objects.filter(email="ann@example.com").exists()


def test_ghosts_members_come_with_tags_notes_seats_and_their_day_and_nobody_gets_a_letter() -> None:
    known = person("Known", email="known@example.com")
    job = run(tried())
    assert job.state == JobState.DONE and job.finished_at
    ann, bo = User.objects.get(email="ann@example.com"), User.objects.get(email="bo@example.com")
    assert not ann.has_usable_password() and not EmailAddress.objects.get(user=ann).verified
    assert ann.created_at.date().isoformat() == "2024-03-01"
    assert set(MemberTag.objects.filter(account=ann).values_list("tag__name", flat=True)) == {"VIP", "Fair"}
    assert Note.objects.get(account=ann).text == "Came by the fair"
    comp = Comp.objects.get()
    assert comp.account == bo and comp.tier.key == "companion" and entitlements.has(bo, "tier:companion")
    assert entitlements.keys_fresh(bo.pk)["tier:companion"] is not None
    known.refresh_from_db()
    assert known.name == "Known" and known.has_usable_password() and known.member_tags.count() == 1
    assert not User.objects.filter(email="gone@example.com").exists()
    assert not Mail.objects.exists() and not Notice.objects.exists()


def test_the_same_sheet_again_changes_nothing() -> None:
    run(tried())
    before = (User.objects.count(), MemberTag.objects.count(), Note.objects.count(), Comp.objects.count())
    again = tried()
    assert not {Verdict.CREATE, Verdict.CHANGE} & set(verdicts(again).values())
    run(again)
    assert before == (User.objects.count() - 1, MemberTag.objects.count(), Note.objects.count(), Comp.objects.count())


def test_who_asked_for_letters_there_gets_the_letters_that_new_accounts_get_and_nobody_else(
    django_capture_on_commit_callbacks,
) -> None:
    from editorial.letters.models import LetterChoice, Newsletter

    Newsletter.objects.create(key="house", name_zh="信", name_en="Letter", default_on=True)
    with django_capture_on_commit_callbacks(execute=True):
        run(tried())
    wanting = set(LetterChoice.objects.filter(wanted=True).values_list("account__email", flat=True))
    assert wanting == {"ann@example.com", "cy@example.com"}


def test_our_own_sheet_names_language_tags_tier_and_end_and_our_export_can_be_read_again() -> None:
    text = f'email,name,language,tags,tier,until\nd@example.com,\'=Dee,en,"a, b",friend,{later(9)}\ne@example.com,E,fr,,,\nf@example.com,F,,,nobility,\ng@example.com,G,,,friend,2001-01-01\n'
    job = tried(text, until="")
    assert list(verdicts(job).values()) == ["create", "refused", "refused", "refused"]
    run(job)
    dee = User.objects.get(email="d@example.com")
    assert dee.name == "=Dee" and dee.language == "en" and dee.member_tags.count() == 2
    assert Comp.objects.get().ends.date().isoformat()[:4] == later(9)[:4]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"name,city\nA,B\n", "email"),
        (b"", "email"),
        (b"email\n" + b"a@example.com\n" * (sheet.MOST_LINES + 1), "100,000"),
        (b"email\nx\x00@example.com\n", "text"),
    ],
)
def test_a_file_that_is_no_sheet_says_why(content: bytes, why: str) -> None:
    with pytest.raises(sheet.Unreadable, match=why):
        sheet.read(content)


def test_lines_that_are_longer_or_shorter_than_the_head_do_no_harm() -> None:
    _kind, rows = sheet.read(b"email,name\na@example.com,A,more,and more\nb@example.com\n\n")
    assert [row.email for row in rows] == ["a@example.com", "b@example.com"]


def test_a_worker_that_dies_leaves_done_lines_done_and_the_sweep_goes_on(monkeypatch) -> None:
    rows = "".join(f"m{n}@example.com,M{n},kiln\n" for n in range(10))
    job = tried("email,name,tags\n" + rows)
    actions.start(job=job)
    monkeypatch.setattr(working, "CHUNK", 3)
    assert actions.step(job_id=job.pk) == 3

    class Killed(BaseException):
        """The machine went away."""

    kept = working._do
    seen = []

    def dying(work: Job, line: JobLine) -> None:
        seen.append(line)
        if len(seen) == 2:
            raise Killed
        kept(work, line)

    monkeypatch.setattr(working, "_do", dying)
    with pytest.raises(Killed):
        actions.step(job_id=job.pk)
    monkeypatch.setattr(working, "_do", kept)
    assert job.lines.exclude(done_at=None).count() == 3, "the chunk that died is as if it had not begun"
    assert actions.run_due(now()) == 0, "somebody may still be at it"
    Job.objects.update(beat_at=timezone.now() - 2 * working.STALE)
    actions.run_due(now())
    job.refresh_from_db()
    assert job.state == JobState.DONE and User.objects.filter(email__startswith="m").count() == 10
    assert MemberTag.objects.count() == 10


def test_one_lines_trouble_is_told_and_the_others_are_done(monkeypatch) -> None:
    job = tried("email,name\na@example.com,A\nb@example.com,B\n")
    real = working.bringing.bring

    def bring(line: JobLine, terms: object) -> object:
        if line.email.startswith("a"):
            raise RuntimeError("out of tea")
        return real(line, terms)

    monkeypatch.setattr(working.bringing, "bring", bring)
    run(job)
    assert verdicts(job) == {2: Verdict.REFUSED, 3: Verdict.CREATE}
    assert User.objects.filter(email="b@example.com").exists()


def test_work_begins_once_and_a_dropped_one_never() -> None:
    job = tried()
    actions.start(job=job)
    for act in (actions.start, actions.drop):
        with pytest.raises(actions.NotAllowed):
            act(job=job)
    other = tried()
    actions.drop(job=other)
    assert actions.step(job_id=other.pk) == 0
    with pytest.raises(actions.NotAllowed):
        actions.start(job=other)


def test_many_are_tagged_untagged_and_seated_after_a_trial() -> None:
    people = [person() for _ in range(4)]
    actions.put_tag(account=people[0], name="Kiln", actor="t")
    ids = User.objects.filter(pk__in=[p.pk for p in people])
    job = actions.try_bulk(staff=staff(), work=Work.TAG, accounts=ids, chosen={"tag": "kiln"})
    assert job.total == 4 and list(verdicts(job).values()).count(Verdict.NOTHING) == 1
    assert MemberTag.objects.count() == 1
    run(job)
    assert MemberTag.objects.count() == 4
    run(actions.try_bulk(staff=staff(), work=Work.UNTAG, accounts=ids, chosen={"tag": "KILN"}))
    assert not MemberTag.objects.exists()
    ends = (timezone.now() + timezone.timedelta(30)).isoformat()
    chosen = {"tier": "friend", "until": ends, "reason": "Kiln night"}
    run(actions.try_bulk(staff=staff(), work=Work.COMP, accounts=ids, chosen=chosen))
    assert Comp.objects.count() == 4 and not Mail.objects.exists()
    again = actions.try_bulk(staff=staff(), work=Work.COMP, accounts=ids, chosen=chosen)
    assert set(verdicts(again).values()) == {Verdict.NOTHING}


def test_the_pages_carry_an_import_and_a_work_from_trial_to_end() -> None:
    client = Client()
    client.force_login(staff())
    file = SimpleUploadedFile("members.csv", GHOST.encode(), "text/csv")
    answer = client.post("/cms/members/import/", {"sheet": file, "until": later(), "tier": "", "language": "en"})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "is no e-mail address" in page and "Do it for 4" in page
    job = Job.objects.get()
    client.post(reverse("members_admin:decide", args=[job.pk]), {"do": "start"})
    assert "people/progress.js" in client.get(answer["Location"]).content.decode()
    while actions.step(job_id=job.pk):
        pass
    assert "4 of 4 done" in client.get(answer["Location"]).content.decode()
    ann = User.objects.get(email="ann@example.com")
    form = {"work": "tag", "tag": "Came over", "account": [ann.pk], "whom": "ticked", "query": ""}
    answer = client.post("/cms/members/bulk/", form)
    assert Job.objects.latest("pk").lines.get().account == ann
    assert client.get(answer["Location"]).status_code == 200
    client.post("/cms/members/bulk/", {**form, "whom": "all", "query": "q=bo"})
    assert Job.objects.latest("pk").lines.get().account.email == "bo@example.com"
    assert client.post("/cms/members/bulk/", {**form, "tag": ""})["Location"].startswith("/cms/members/")
    bad = SimpleUploadedFile("x.csv", io.BytesIO(b"\xff\xfe").read(), "text/csv")
    assert client.post("/cms/members/import/", {"sheet": bad, "language": "en"}).status_code == 422
