"""The pages of elections, as forms: no script, a constant number of queries, and no word of what anybody voted."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import User
from community.enums import Role
from community.models import GroupMember
from community.votes.elections import actions, due
from community.votes.enums import ElectionState
from community.votes.models import Ballot, Candidate, Election, Voter
from ground import clock
from tests.factories.accounts import person
from tests.factories.community import room
from tests.factories.votes import called, host, known, stands

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with override("en"):
        yield


def of(account: User) -> Client:
    client = Client()
    client.force_login(account)
    return client


def post(client: Client, election: Election, **form: Any) -> str:
    answer = client.post(election.get_absolute_url(), form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_election_from_calling_to_the_result_by_forms_alone() -> None:
    where = room()
    chair, ann, ben = host(where), known(where, name="Ann"), known(where, name="Ben")
    base = f"/en/groups/{where.group.slug}/"
    assert "Call an election" in of(chair).get(f"{base}elections/").content.decode()
    form = {"seats": "1", "term_days": "180", "nominate_days": "7", "vote_days": "7"}
    assert of(ann).post(f"{base}elections/new/", form).status_code == 404
    assert of(chair).post(f"{base}elections/new/", {**form, "seats": "0"}).status_code == 200
    of(chair).post(f"{base}elections/new/", form)
    election = Election.objects.get()
    assert "An election is running already." in of(chair).post(f"{base}elections/new/", form).content.decode()
    assert "You stand." in post(of(ann), election, act="stand", statement="I am patient, and I like tea.")
    assert "I am patient, and I like tea." in of(ben).get(election.get_absolute_url()).content.decode()
    with clock.standing_at(election.nominate_until + SOON):
        due.run(clock.now())
        page = of(ben).get(election.get_absolute_url()).content.decode()
        assert "Your ballot" in page and "data-voted" not in page
        candidate = Candidate.objects.get()
        page = post(of(ben), election, act="vote", **{"for": [str(candidate.pk)]})
        assert "Your ballot is cast." in page and "data-voted" in page and " checked" not in page
        assert "does not stand any more" in post(of(ben), election, act="vote", **{"for": ["9" * 40]})
    with clock.standing_at(election.vote_until + SOON):
        due.run(clock.now())
    page = of(ben).get(election.get_absolute_url()).content.decode()
    assert "1 of 3 people on the list voted" in page and "Elected" in page and "data-elected" in page
    assert GroupMember.objects.get(account=ann).role == Role.MODERATOR
    assert "Counted" in of(ben).get(f"{base}elections/").content.decode()


def test_doors() -> None:
    where = room()
    election = called(where)
    assert Client().get(election.get_absolute_url()).status_code == 302
    where.group.listed = False
    where.group.save()
    assert of(person()).get(election.get_absolute_url()).status_code == 404
    assert of(known(where)).get(election.get_absolute_url()).status_code == 200
    other = room()
    assert of(person()).get(f"/en/groups/{other.group.slug}/elections/{election.pk}/").status_code == 404
    assert "That is for others" in post(of(known(where)), election, act="stop", reason="no")
    assert "That is for others" in post(of(known(where)), election, act="")
    assert Election.objects.get().state == ElectionState.NOMINATING


def filled(people: int) -> Election:
    """A counted or open election with so many who stand and vote."""
    where = room()
    election = called(where)
    accounts = [known(where) for _ in range(people)]
    rows = [stands(election, account) for account in accounts[: people // 2]]
    with clock.standing_at(election.nominate_until + SOON):
        due.run(clock.now())
        for account in accounts:
            actions.vote(actor=account, election_id=election.pk, approves=[rows[0].pk])
    return election


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("counted", [False, True])
def test_a_page_costs_the_same_whoever_stands_and_votes(counted: bool) -> None:
    costs = []
    for people in (2, 12):
        election = filled(people)
        viewer = of(Voter.objects.filter(election=election).select_related("account")[1].account)
        if counted:
            with clock.standing_at(election.vote_until + SOON):
                due.run(clock.now())
            costs.append(queries(viewer, election.get_absolute_url()))
        else:
            with clock.standing_at(election.nominate_until + SOON):
                costs.append(queries(viewer, election.get_absolute_url()))
    assert costs[0] == costs[1]


def test_counting_costs_no_query_for_a_ballot() -> None:
    costs = []
    for people in (4, 16):
        election = filled(people)
        Candidate.objects.filter(election=election, pk__gt=Candidate.objects.filter(election=election)[0].pk).delete()
        with clock.standing_at(election.vote_until + SOON), CaptureQueriesContext(connection) as seen:
            due.run(clock.now())
        costs.append(len(seen))
        assert Ballot.objects.filter(election=election).count() == people
    assert costs[0] == costs[1]


def test_the_groups_page_and_its_log_tell_of_elections() -> None:
    where = room()
    chair = host(where)
    page = of(chair).get(where.group.get_absolute_url()).content.decode()
    assert "Call an election" in page
    election = called(where)
    page = of(person()).get(where.group.get_absolute_url()).content.decode()
    assert election.get_absolute_url() in page and "Call an election" not in page
    log = Client().get(f"{where.group.get_absolute_url()}log/").content.decode()
    assert "Elections" in log and "Called" in log
    with override("zh-hans"):
        assert of(chair).get(election.get_absolute_url()).status_code == 200
