"""What readers get and what they can do: the gate, the headers, one click, choices, bounces, their own data."""

import re
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core.signing import Signer
from django.test import Client

from editorial.letters import composing, mailhtml, queries, tokens
from editorial.letters.actions import choosing, suppressing
from editorial.letters.enums import CampaignState, Extent, How, Trouble
from editorial.letters.models import Campaign, Delivery, LetterChoice, Newsletter, Rendering, Suppression
from tests.factories import editorial as pages
from tests.factories import membership
from tests.factories.accounts import person
from tests.letters.backends import Post
from tests.letters.conftest import GATED_ZH, compose, go, make_newsletter, readers, wants

pytestmark = pytest.mark.django_db
SECRETS = (pages.GATED, pages.GATED_NOTE, GATED_ZH)


def whole(mail: Any) -> str:
    """Every word of a mail, decoded."""
    parsed = message_from_bytes(bytes(mail.message()), policy=policy.default)
    return "\n".join(part.get_content() for part in parsed.walk() if part.get_content_maintype() == "text")


def mail_to(account: Any) -> Any:
    return next(m for m in Post.taken if account.email in m.to[0])


# --- the gate ----------------------------------------------------------------------------------------------------------


def test_each_segment_gets_what_it_may_read_and_nobody_more(campaign: Campaign, newsletter: Newsletter) -> None:
    free, friend = person(language="en"), membership.member("friend", account=person(language="en"))
    companion = membership.member("companion", account=person(language="en"))
    patron_zh = membership.member("patron", account=person(language="zh-hans"))
    for account in (free, friend, companion, patron_zh):
        wants(account, newsletter)
    go(campaign)
    for account in (free, friend):
        text = whole(mail_to(account))
        assert pages.FREE in text and not any(secret in text for secret in SECRETS)
        assert "origin=letter:frost#p5" in text.replace("%3A", ":")
        assert "Companion" in text
    assert pages.GATED in whole(mail_to(companion)) and pages.GATED_NOTE in whole(mail_to(companion))
    assert GATED_ZH in whole(mail_to(patron_zh)) and "霜降的信" in mail_to(patron_zh).subject


def test_a_body_is_made_once_for_each_language_and_set_of_rights(campaign: Campaign, newsletter: Newsletter) -> None:
    for number in range(6):
        account = person(language="en" if number % 2 else "zh-hans")
        wants(membership.member("companion", account=account) if number < 3 else account, newsletter)
    go(campaign)
    kept = {(r.language, r.rights) for r in Rendering.objects.all()}
    assert kept == {(code, rights) for code in ("en", "zh-hans") for rights in ("", "stories:all")}
    assert not any(s in r.html + r.text for r in Rendering.objects.filter(rights="") for s in SECRETS)


def test_a_right_that_ended_between_the_freeze_and_the_batch_closes_the_text(
    campaign: Campaign, newsletter: Newsletter
) -> None:
    from editorial.letters.actions import freezing, planning
    from ground import clock
    from membership.actions import Source, revoke
    from tests.letters.conftest import run

    account = membership.member("companion", account=person(language="en"))
    wants(account, newsletter)
    planning.schedule(campaign=campaign, at=None, actor="test")
    freezing.begin(campaign.pk, clock.now())
    freezing.freeze(campaign.pk, clock.now())
    revoke(account=account, source=Source("staff", "test"), actor="test")
    run()
    assert pages.GATED not in whole(mail_to(account))


def test_a_story_that_lost_its_tier_stays_closed(newsletter: Newsletter) -> None:
    closed = pages.story(audience="tier:patron", body=[*pages.free_body(), pages.text(pages.GATED)])
    type(closed).objects.filter(pk=closed.pk).update(audience="tier:gone")
    account = membership.member("patron", account=person(language="en"))
    wants(account, newsletter)
    go(compose(newsletter, closed))
    assert pages.GATED not in whole(mail_to(account))


def test_the_page_in_the_browser_shows_what_everybody_may_read_and_only_once_it_was_sent(
    client: Client, campaign: Campaign, newsletter: Newsletter
) -> None:
    address = "/en/letters/frost/"
    assert client.get(address).status_code == 404
    readers(newsletter, 1)
    go(campaign)
    page = client.get(address)
    text = page.content.decode()
    assert page.status_code == 200 and pages.FREE in text and not any(s in text for s in SECRETS)
    assert (
        "script-src" not in page["Content-Security-Policy"] and "default-src 'none'" in page["Content-Security-Policy"]
    )
    assert "leave" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    assert client.get("/zh-hans/letters/frost/").content.decode().count("雨过天青")


# --- how it is made ----------------------------------------------------------------------------------------------------


def test_a_mail_has_both_parts_whole_addresses_and_pictures_as_pixels(newsletter: Newsletter) -> None:
    drawing = pages.picture("kiln", 3)
    told = pages.story(
        lead_image=drawing, lead_alt="A kiln by night",
        body=[pages.text('A line with <a href="/en/about/">a link</a>.^1'),
              ("image", {"image": drawing, "alt": "Fire", "title": "", "caption": "", "credit": ""})],
    )  # fmt: skip
    account = person(language="en")
    wants(account, newsletter)
    go(compose(newsletter, told))
    mail = mail_to(account)
    html = mail.alternatives[0][0]
    addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
    assert addresses and all(a.startswith(("http://", "https://")) for a in addresses), addresses
    assert ".svg" not in html and "<script" not in html and "A kiln by night" in html and 'alt="Fire"' in html
    assert f"/feeds/pictures/{drawing.pk}.png" in html
    assert "A line with a link." in mail.body and "<" not in mail.body.replace("<a", "")
    assert "invalid/" not in html + mail.body  # no mark was left unfilled


def test_both_languages_speak_their_own(campaign: Campaign, newsletter: Newsletter) -> None:
    english, chinese = person(language="en"), person(language="zh-hans")
    for account in (english, chinese):
        wants(account, newsletter)
    go(campaign)
    assert mail_to(english).subject == "A letter at frost" and "frost in the night" in mail_to(english).body
    assert mail_to(chinese).subject == "霜降的信" and 'lang="zh-Hans"' in mail_to(chinese).alternatives[0][0]


def test_a_story_in_one_language_goes_to_both_and_says_so(newsletter: Newsletter) -> None:
    only = pages.story(title="Only here")
    account = person(language="zh-hans")
    wants(account, newsletter)
    go(compose(newsletter, only, extent=Extent.CARD))
    assert "Only here" in whole(mail_to(account))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('<p onclick="x()" class="a">w</p>', "<p>w</p>"),
        ('<a href="javascript:alert(1)">w</a>', "w"),
        ('<a href="//evil.example/">w</a>', "w"),
        ('<a href="#fn1">1</a>', '<a href="https://h/s#fn1">1</a>'),
        ("<script>x</script><svg><text>t</text></svg><p>w</p>", "<p>w</p>"),
        ("<section><p>w</p></section><!-- secret -->", "<p>w</p>"),
        ('<audio src="/a.mp3">no</audio><details><summary>s</summary><p>w</p></details>', "s<p>w</p>"),
        ('<img src="data:x" alt="seen">', "seen"),
    ],
)
def test_what_mail_readers_cannot_have_goes_and_its_words_stay(given: str, kept: str) -> None:
    assert mailhtml.fit(given, "https://h/s", mailhtml.Pictures(())) == kept


def test_words_that_only_styles_kept_apart_do_not_run_together() -> None:
    figure = (
        '<figure><img src="/a.png" alt="A kiln"><figcaption><b>A fire</b><span>It climbs.</span></figcaption></figure>'
    )
    made = mailhtml.fit(figure, "https://h/s", mailhtml.Pictures(()), apart=True)
    assert "A fire <span>It climbs." in made
    assert mailhtml.spoken(made) == "[A kiln]\nA fire It climbs."
    heading = mailhtml.fit('<h2><span class="no">I</span>A sentence</h2>', "", mailhtml.Pictures(()), apart=True)
    assert mailhtml.spoken(heading) == "I A sentence"
    steps = mailhtml.spoken("<ol><li><time>1323</time> Sinks.</li><li><time>1976</time> Found.</li></ol>")
    assert steps == "1323 Sinks.\n1976 Found."


def test_the_houses_own_cards_are_left_to_the_page(newsletter: Newsletter) -> None:
    told = pages.story(body=[pages.text("Listen."), ("box", {"edition": ""}), pages.text("Look.")])
    account = person(language="en")
    wants(account, newsletter)
    go(compose(newsletter, told))
    html = mail_to(account).alternatives[0][0]
    assert "Listen." in html and "Look." in html and "/boxes/" not in html


def test_markup_in_a_subject_stays_words(newsletter: Newsletter, story: Any) -> None:
    account = person(language="en", name="Evil\r\nBcc: x@example.com")
    wants(account, newsletter)
    go(compose(newsletter, story, subject_en="<b>A & B</b>"))
    mail = mail_to(account)
    assert mail.subject == "<b>A & B</b>" and "&lt;b&gt;A &amp; B&lt;/b&gt;" in mail.alternatives[0][0]
    assert message_from_bytes(bytes(mail.message()), policy=policy.default)["Bcc"] is None


# --- headers and one click ---------------------------------------------------------------------------------------------


def test_the_headers_that_mail_houses_ask_for(campaign: Campaign, newsletter: Newsletter) -> None:
    account = readers(newsletter, 1)[0]
    go(campaign)
    parsed = message_from_bytes(bytes(mail_to(account).message()), policy=policy.default)
    assert re.fullmatch(r"<https?://\S+/en/letters/leave/\S+/>", parsed["List-Unsubscribe"].strip())
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["List-Id"].endswith("<monthly.letters.localhost>") and parsed["Precedence"] == "bulk"
    assert "Auto-Submitted" not in parsed and parsed["Message-ID"].startswith("<letter.")
    assert account.email not in str(parsed["List-Unsubscribe"])


def leave_path(mail: Any) -> str:
    return re.search(r"(/en/letters/leave/[^/]+/)", mail.extra_headers["List-Unsubscribe"])[1]  # type: ignore[index]


def test_one_click_of_the_mail_program_unsubscribes_without_sign_in_or_cookie(
    campaign: Campaign, newsletter: Newsletter
) -> None:
    account = readers(newsletter, 1)[0]
    go(campaign)
    robot, path = Client(enforce_csrf_checks=True), leave_path(mail_to(account))
    assert (
        LetterChoice.objects.get().wanted and robot.get(path).status_code == 200 and LetterChoice.objects.get().wanted
    )
    for _ in range(2):
        assert robot.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded").status_code == 200  # fmt: skip
    choice = LetterChoice.objects.get()
    assert not choice.wanted and choice.how == How.ONE_CLICK
    campaign.refresh_from_db()
    assert campaign.left == 1
    assert "It comes no more" in robot.get(path).content.decode()
    robot.post(path, {"back": "1"})
    campaign.refresh_from_db()
    assert LetterChoice.objects.get().wanted and campaign.left == 0


def test_only_that_newsletter_ends(campaign: Campaign, newsletter: Newsletter) -> None:
    account, other = readers(newsletter, 1)[0], make_newsletter("other")
    wants(account, other)
    go(campaign)
    Client().post(leave_path(mail_to(account)))
    assert (
        LetterChoice.objects.get(newsletter=other).wanted and not LetterChoice.objects.get(newsletter=newsletter).wanted
    )


def test_a_token_tells_nothing_cannot_be_made_up_and_never_expires(newsletter: Newsletter) -> None:
    choice = wants(person(), newsletter)
    token = tokens.make(choice.token, 7)
    assert tokens.read(token) == tokens.Leave(choice.token, 7)
    assert tokens.read(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert tokens.read(Signer(salt="another").sign("x").replace(":", ".")) is None
    for odd in ("", ".", "a.b", "ü" * 40, tokens._signer.sign("%%").replace(":", ".")):
        assert tokens.read(odd) is None


def test_wrong_links_are_answered_slowly_and_genuine_ones_never_by_address(newsletter: Newsletter) -> None:
    robot = Client()
    answers = [robot.post(f"/en/letters/leave/nonsense-{n}/").status_code for n in range(25)]
    assert answers[:20] == [200] * 20 and answers[-1] == 429
    people = readers(newsletter, 40)
    for choice in LetterChoice.objects.all():
        assert robot.post(f"/en/letters/leave/{tokens.make(choice.token)}/").status_code == 200
    assert not LetterChoice.objects.filter(account__in=people, wanted=True).exists()


# --- choices -----------------------------------------------------------------------------------------------------------


def test_choices_are_kept_with_when_and_how(client: Client, newsletter: Newsletter) -> None:
    other, old = make_newsletter("other"), make_newsletter("old", archived=True)
    account = person(language="en")
    wants(account, old)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/en/account/letters/").content.decode()
    assert page.count('name="wanted"') == 2
    client.post("/en/account/letters/", {"wanted": ["monthly", "old", "nonsense"]})
    kept = {c.newsletter.key: (c.wanted, c.how) for c in LetterChoice.objects.all()}
    assert kept == {"monthly": (True, "account"), "old": (True, "account")}
    client.post("/en/account/letters/", {"wanted": [other.key]})
    assert (
        not LetterChoice.objects.get(newsletter=newsletter).wanted and LetterChoice.objects.get(newsletter=old).wanted
    )
    home = client.get("/en/account/").content.decode()
    assert "/en/account/letters/" in home and "comes to you" in home


def test_the_page_of_choices_is_for_its_owner(client: Client, newsletter: Newsletter) -> None:
    assert client.get("/en/account/letters/").status_code == 302
    assert client.post("/en/account/letters/", {"wanted": ["monthly"]}).status_code == 302
    assert not LetterChoice.objects.exists()


def test_a_new_account_gets_what_is_on_for_new_accounts(client: Client) -> None:
    make_newsletter("welcome", default_on=True)
    make_newsletter("quiet")
    make_newsletter("past", default_on=True, archived=True)
    client.post("/en/account/signup/", {"email": "new@example.com", "password1": "a-long-passphrase-9", "name": "New", "language": "en"})  # fmt: skip
    assert [(c.newsletter.key, c.how) for c in LetterChoice.objects.all()] == [("welcome", "sign_up")]


# --- what comes back ---------------------------------------------------------------------------------------------------


def test_export_tells_and_erasure_forgets_all_but_the_hash(campaign: Campaign, newsletter: Newsletter) -> None:
    from accounts.actions import erase_account
    from accounts.queries import export

    account = readers(newsletter, 1)[0]
    go(campaign)
    suppressing.suppress(address=account.email, trouble=Trouble.COMPLAINED, source="test")
    told = export(account)["sections"]["letters"]
    assert [next(iter(row)) for row in told] == ["newsletter", "letter", "held_back"]
    erase_account(account=account)
    assert not LetterChoice.objects.exists() and Suppression.objects.count() == 1
    kept = Delivery.objects.get()
    assert kept.account_id is None and kept.address_hash == "" and queries.balance(campaign).holds


def test_joins_are_counted_by_letter(campaign: Campaign) -> None:
    from ground import clock
    from subscriptions.billing import demo
    from subscriptions.billing.models import PlanPrice, Subscription

    demo.plans()
    price, now = PlanPrice.objects.select_related("plan").first(), clock.now()
    for number, origin in enumerate([campaign.origin, campaign.origin, "story:1"]):
        Subscription.objects.create(
            stripe_id=f"sub_{number}", account=person(), plan=price.plan, price=price, status="active", started_at=now,
            period_start=now, period_end=now, fetched_at=now, origin=origin,
        )  # fmt: skip
    assert queries.aftermath(campaign)["joins"] == 2


def test_the_way_from_a_letter_to_a_seat_keeps_its_origin(
    client: Client, campaign: Campaign, newsletter: Newsletter
) -> None:
    membership.tiers()
    made = composing.compose(campaign, "en", composing.holding(frozenset({"account"})))
    link = re.search(r'href="https?://[^/]+(/en/join/[^"]*)"', made.html)[1].replace("&amp;", "&")  # type: ignore[index]
    page = client.get(link).content.decode()
    assert "letter:frost" in page or "letter%3Afrost" in page
    assert campaign.state == CampaignState.DRAFT and choosing.leave(token="x", how=How.LINK) is False
