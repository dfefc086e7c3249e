"""Staff's pages: who may, what they show, and that they do not ask more for more rows."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Mail
from editorial.letters.enums import BatchState, CampaignState
from editorial.letters.models import Batch, Campaign, Newsletter
from editorial.letters.team import ensure_team
from tests.factories import editorial as pages
from tests.factories import membership
from tests.factories.accounts import person
from tests.letters.backends import Killed, Post, dies
from tests.letters.conftest import compose, go, lapse, readers, run

pytestmark = pytest.mark.django_db
PERSONS = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def editor(client: Client) -> Client:
    """Somebody of the letters' team."""
    user = person()
    team = ensure_team()
    assert team is not None
    user.groups.add(team)
    client.force_login(user, backend=PERSONS)
    return client


def pages_of(campaign: Campaign) -> list[str]:
    base = f"/cms/letters/{campaign.pk}/"
    return ["/cms/letters/", base, f"{base}preview/", f"{base}preview/body/", f"{base}readers/"]


def test_the_pages_open_for_the_team_alone(editor: Client, campaign: Campaign) -> None:
    for address in pages_of(campaign):
        assert editor.get(address).status_code == 200, address
    stranger = Client()
    stranger.force_login(person(), backend=PERSONS)
    for address in pages_of(campaign):
        assert stranger.get(address).status_code in (302, 403), address


def test_who_may_compose_but_not_send_sends_nothing(client: Client, campaign: Campaign) -> None:
    from django.contrib.auth.models import Permission

    user = person()
    user.user_permissions.add(*Permission.objects.filter(codename__in=["change_campaign", "access_admin"]))
    client.force_login(user, backend=PERSONS)
    base = f"/cms/letters/{campaign.pk}/"
    page = client.get(base)
    assert page.status_code == 200 and "do/schedule" not in page.content.decode()
    for name in ("schedule", "cancel", "stop", "go_on", "take_back"):
        assert client.post(f"{base}do/{name}/").status_code in (302, 403)
    client.post(f"{base}test/", {"to": "x@example.com"})
    assert client.get(f"{base}readers/").status_code in (302, 403)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT and not Mail.objects.exists() and not campaign.events.exists()


def test_a_letter_is_composed_in_the_admin(editor: Client, newsletter: Newsletter, story: Any) -> None:
    from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

    data = nested_form_data({
        "newsletter": newsletter.pk, "segment": "everybody", "slug": "frost",
        "subject_zh": "霜", "subject_en": "Frost", "intro_zh": rich_text("<p>一</p>"), "intro_en": rich_text("<p>One</p>"),
        "closing_zh": rich_text(""), "closing_en": rich_text(""),
        "stories": inline_formset([{"story": story.pk, "extent": "whole"}]),
    })  # fmt: skip
    page = editor.post("/cms/snippets/letters/campaign/add/", data)
    made = Campaign.objects.get()
    assert page.status_code == 302 and page["Location"] == f"/cms/letters/{made.pk}/"
    assert [row.story_id for row in made.stories.all()] == [story.pk]
    data = {**data, "subject_en": "Hoar frost", "stories-INITIAL_FORMS": "1", "stories-0-id": made.stories.get().pk,
            "stories-0-extent": "card"}  # fmt: skip
    editor.post(f"/cms/snippets/letters/campaign/edit/{made.pk}/", data)
    made = Campaign.objects.get()
    assert made.subject_en == "Hoar frost" and made.stories.get().extent == "card"
    assert "Hoar frost" in editor.get(f"/cms/letters/{made.pk}/").content.decode()
    Campaign.objects.update(state=CampaignState.CANCELLED)
    refused = editor.post(f"/cms/snippets/letters/campaign/edit/{made.pk}/", {**data, "subject_en": "Too late"})
    assert refused.status_code == 200 and Campaign.objects.get().subject_en == "Hoar frost"


def test_schedule_take_back_and_the_test_copy_by_the_buttons(editor: Client, campaign: Campaign) -> None:
    base = f"/cms/letters/{campaign.pk}/"
    editor.post(f"{base}do/schedule/", {"at": "2099-01-01T10:00"})
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SCHEDULED and campaign.scheduled_at.year == 2099
    editor.post(f"{base}do/take_back/")
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT
    editor.post(f"{base}test/", {"to": "proof@example.com", "eyes": "account", "language": "en"})
    mail = Mail.objects.get()
    assert mail.to == "proof@example.com" and mail.subject.startswith("[Test]") and pages.GATED not in mail.html
    refused = editor.post(f"{base}do/go_on/", follow=True)
    assert "Not possible now" in refused.content.decode()


def test_previews_show_each_reader_what_they_would_get(editor: Client, campaign: Campaign) -> None:
    membership.tiers()
    body = f"/cms/letters/{campaign.pk}/preview/body/"

    def seen(**look: str) -> str:
        return editor.get(body, look).content.decode()

    for eyes in ("visitor", "account", "tier:friend", "nonsense"):
        assert pages.GATED not in seen(eyes=eyes, language="en"), eyes
    for eyes in ("tier:companion", "tier:patron"):
        assert pages.GATED in seen(eyes=eyes, language="en"), eyes
        assert pages.GATED in seen(eyes=eyes, language="en", part="text"), eyes
    assert "雨过天青" in seen(eyes="visitor", language="zh-hans")
    framed = editor.get(f"/cms/letters/{campaign.pk}/preview/", {"eyes": "tier:patron", "width": "phone"})
    assert 'class="look phone"' in framed.content.decode()


def test_a_person_settles_a_batch_in_doubt_by_a_button(
    editor: Client, campaign: Campaign, newsletter: Newsletter
) -> None:
    readers(newsletter, 3)
    Post.moods = {2: dies}
    with pytest.raises(Killed):
        go(campaign)
    lapse()
    run()
    batch = Batch.objects.get(state=BatchState.AMBIGUOUS)
    page = editor.get(f"/cms/letters/{campaign.pk}/").content.decode()
    assert 'value="sent"' in page and "in doubt" in page
    editor.post(f"/cms/letters/{campaign.pk}/batch/{batch.pk}/", {"decision": "out"})
    batch.refresh_from_db()
    assert batch.state == BatchState.AMBIGUOUS
    editor.post(f"/cms/letters/{campaign.pk}/batch/{batch.pk}/", {"decision": "sent"})
    run()
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENT and len(Post.taken) == 3
    page = editor.get(f"/cms/letters/{campaign.pk}/").content.decode()
    assert "3 candidates = 3 handed over + 0 left out + 0 waiting" in page and 'class="submitted"' in page


def test_the_pages_ask_no_more_for_more_rows(
    editor: Client, campaign: Campaign, newsletter: Newsletter, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    readers(newsletter, 2)
    go(campaign)

    def asked() -> list[int]:
        counts = []
        for address in pages_of(campaign):
            editor.get(address)
            with CaptureQueriesContext(
                connection,
            ) as found:
                editor.get(address)
            counts.append(len(found))
        return counts

    before = asked()
    readers(newsletter, 8)
    for number in range(3):
        go(compose(newsletter, slug=f"more-{number}"))
    assert asked() == before
