"""Files leave through one door: it asks for the right, knows parts of a file, and never lets a browser run one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from wagtail.models import CollectionViewRestriction

from editorial.actions import publish
from editorial.files.models import HouseFile, Placement
from editorial.models import StoryPage
from editorial.readers.actions import give, revoke
from membership import meter
from tests.editorial.conftest import address, reader  # noqa: F401 - a fixture
from tests.factories import accounts, files
from tests.factories import editorial as pages
from tests.factories.membership import member, tiers

Open = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def sound_block(file: HouseFile) -> tuple[str, Any]:
    return "audio", {"file": file, "title": "A bell", "credit": "", "transcript": "A bell is struck.", "captions": None}


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_free_file_is_for_everybody_and_caches_may_keep_it() -> None:
    file = files.sound()
    answer = Client().get(file.url)
    assert answer.status_code == 200
    assert body(answer) == files.WAV
    assert answer["Content-Type"] == "audio/wav"
    assert answer["Cache-Control"].startswith("public")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "Content-Disposition" not in answer


@pytest.mark.parametrize(("kind", "opens"), [("visitor", False), ("free", False), ("friend", False), ("companion", True), ("patron", True)])  # fmt: skip
def test_a_files_own_audience_is_asked_for(reader: Open, kind: str, opens: bool) -> None:  # noqa: F811
    file = files.sound(audience="stories:all")
    answer = reader(kind).get(file.url)
    assert answer.status_code == (200 if opens else 403)
    if opens:
        assert answer["Cache-Control"] == "private, no-cache"
        assert body(answer) == files.WAV


def test_in_a_members_section_a_file_is_never_more_open_than_the_section(reader: Open) -> None:  # noqa: F811
    file = files.sound()
    page = pages.story(body=[pages.text("Free."), pages.members(sound_block(file))])
    for kind, code in (("visitor", 403), ("free", 403), ("friend", 403), ("companion", 200), ("patron", 200)):
        answer = reader(kind).get(file.url)
        assert answer.status_code == code, kind
        assert file.url in reader("companion").get(address(page)).content.decode()
    assert file.url not in Client().get(address(page)).content.decode()


def test_a_page_that_is_closed_closes_its_files(reader: Open) -> None:  # noqa: F811
    file = files.sound()
    page: StoryPage = pages.story(body=[pages.text("Free."), sound_block(file)])
    assert Client().get(file.url).status_code == 200
    page.audience = "tier:patron"
    publish(page)
    assert Client().get(file.url).status_code == 403
    assert reader("companion").get(file.url).status_code == 403
    assert reader("patron").get(file.url).status_code == 200


def test_standing_in_the_open_elsewhere_does_not_open_what_stands_behind_the_wall() -> None:
    file = files.sound()
    pages.story(body=[pages.text("Free."), pages.members(sound_block(file))])
    pages.story(body=[sound_block(file)])
    assert Client().get(file.url).status_code == 403


def test_two_closed_places_open_for_whoever_may_enter_one(reader: Open) -> None:  # noqa: F811
    file = files.sound()
    pages.story(body=[pages.members(sound_block(file), requires="tier:patron")])
    pages.story(body=[pages.members(sound_block(file), requires="tier:friend")])
    assert reader("friend").get(file.url).status_code == 200
    assert reader("free").get(file.url).status_code == 403


def test_taking_back_or_deleting_the_page_does_not_open_its_files() -> None:
    file = files.sound()
    page = pages.story(body=[pages.members(sound_block(file))])
    StoryPage.objects.get(pk=page.pk).unpublish()
    assert Client().get(file.url).status_code == 403
    StoryPage.objects.get(pk=page.pk).delete()
    assert Client().get(file.url).status_code == 403
    assert Placement.objects.get(subject=f"file:{file.pk}").page_id is None


def test_moved_into_the_open_by_an_editor_a_file_opens() -> None:
    file = files.sound()
    page = pages.story(body=[pages.members(sound_block(file))])
    page.body = [sound_block(file)]
    publish(page)
    assert Client().get(file.url).status_code == 200


def test_a_draft_changes_nothing_yet() -> None:
    file = files.sound()
    page = pages.story(body=[pages.members(sound_block(file))])
    page.body = [sound_block(file)]
    page.save_revision()
    assert Client().get(file.url).status_code == 403


def test_editors_see_every_file(admin_client: Client) -> None:
    assert admin_client.get(files.sound(audience="tier:patron").url).status_code == 200


def test_a_private_collection_stays_private() -> None:
    file = files.sound()
    CollectionViewRestriction.objects.create(collection=file.collection, restriction_type="login")
    assert Client().get(file.url).status_code == 403


def test_wagtails_own_address_leads_to_the_one_door() -> None:
    file = files.sound(audience="tier:patron")
    answer = Client().get(f"/documents/{file.pk}/{file.filename}")
    assert answer.status_code == 302
    assert Client().get(answer["Location"]).status_code == 403


def test_no_file_lies_where_public_uploads_lie() -> None:
    file = files.sound()
    assert not default_storage.exists(file.file.name)
    assert Client().get(f"/media/{file.file.name}").status_code == 404


def test_an_address_needs_its_key_and_its_name() -> None:
    file = files.sound()
    assert Client().get(file.url.replace(file.filename, "other.wav")).status_code == 404
    assert Client().get(file.url.replace(file.key, "x" * len(file.key))).status_code == 404
    assert Client().post(file.url).status_code == 405


@pytest.mark.parametrize(("data", "name"), [(b"<!doctype html><script>1</script>", "a.html"), (b"<svg onload='1'/>", "a.svg"), (b"%PDF-1.7 x", "a.pdf")])  # fmt: skip
def test_what_a_browser_might_run_is_only_downloaded(data: bytes, name: str) -> None:
    answer = Client().get(files.file(data, name).url)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "code", "told", "part"),
    [
        ("bytes=0-99", 206, "bytes 0-99/{size}", slice(0, 100)),
        ("bytes=100-", 206, "bytes 100-{last}/{size}", slice(100, None)),
        ("bytes=-50", 206, "bytes {tail}-{last}/{size}", slice(-50, None)),
        ("bytes=0-99999999", 206, "bytes 0-{last}/{size}", slice(0, None)),
        ("bytes=0-1,5-6", 200, "", slice(0, None)),
        ("lines=0-1", 200, "", slice(0, None)),
        ("bytes=-", 200, "", slice(0, None)),
        ("bytes=99999999-", 416, "bytes */{size}", None),
        ("bytes=9-3", 416, "bytes */{size}", None),
        ("bytes=-0", 416, "bytes */{size}", None),
    ],
)
def test_parts_of_a_file_can_be_asked_for(asked: str, code: int, told: str, part: slice | None) -> None:
    file, size = files.sound(), len(files.WAV)
    answer = Client().get(file.url, headers={"range": asked})
    assert answer.status_code == code
    assert answer.get("Content-Range", "") == told.format(size=size, last=size - 1, tail=size - 50)
    if part is not None:
        got = body(answer)
        assert got == files.WAV[part]
        assert int(answer["Content-Length"]) == len(got)


def test_a_file_that_is_known_is_not_sent_again() -> None:
    file = files.sound()
    tag = Client().get(file.url)["ETag"]
    assert Client().get(file.url, headers={"if-none-match": tag}).status_code == 304
    assert Client().get(file.url, headers={"range": "bytes=0-1", "if-range": '"other"'}).status_code == 200
    assert Client().get(file.url, headers={"range": "bytes=0-1", "if-range": tag}).status_code == 206


def test_a_file_whose_content_is_gone_is_missing_not_broken() -> None:
    file = files.sound()
    file.file.storage.delete(file.file.name)
    assert Client().get(file.url).status_code == 404


# --- in the admin ----------------------------------------------------------------------------------------------------


def test_an_editor_is_told_why_a_file_is_refused_and_nothing_is_lost(admin_client: Client) -> None:
    from tests.files.test_contents import zipped

    file = files.sound(title="Kept")
    before = file.file.name
    form = {
        "title": "Kept",
        "file": files.upload(zipped(), "new.wav"),
        "audience": "",
        "collection": file.collection_id,
        "tags": "",
    }
    page = admin_client.post(f"/cms/documents/edit/{file.pk}/", form)
    assert "but what is in it is a ZIP archive. Nothing was kept" in page.content.decode()
    file.refresh_from_db()
    assert (file.file.name, file.kind) == (before, "audio")
    assert body(Client().get(file.url)) == files.WAV


def test_an_editor_adds_a_file_and_its_kind_is_seen(admin_client: Client) -> None:
    form = {"title": "Vase", "file": files.upload(files.GLB, "vase.glb"), "audience": "stories:all", "collection": 1, "tags": ""}  # fmt: skip
    assert admin_client.post("/cms/documents/add/", form).status_code == 302
    made = HouseFile.objects.get(title="Vase")
    assert (made.kind, made.mime, made.audience, made.file_size) == ("model", "model/gltf-binary", "stories:all", len(files.GLB))  # fmt: skip


def test_many_files_at_once_are_asked_the_same(admin_client: Client) -> None:
    bad = admin_client.post("/cms/documents/multiple/add/", {"title": "x", "files[]": files.upload(b"PK\x03\x04zip", "x.vtt"), "collection": 1}, headers={"x-requested-with": "XMLHttpRequest"})  # fmt: skip
    assert bad.json()["success"] is False
    assert "a ZIP archive" in str(bad.json())
    good = admin_client.post("/cms/documents/multiple/add/", {"title": "x", "files[]": files.upload(files.VTT.encode(), "x.vtt"), "collection": 1}, headers={"x-requested-with": "XMLHttpRequest"})  # fmt: skip
    assert good.json()["success"] is True
    assert HouseFile.objects.get().kind == "captions"


def test_the_admins_pages_of_files_stand(admin_client: Client) -> None:
    file = files.model(title="A bowl")
    for path in ("/cms/documents/", f"/cms/documents/edit/{file.pk}/", "/cms/documents/chooser/"):
        assert "A bowl" in admin_client.get(path).content.decode(), path


def test_nothing_is_missing_from_the_migrations() -> None:
    call_command("makemigrations", "files", "polls", "--check", "--dry-run", verbosity=0)


def test_a_story_that_is_open_by_itself_opens_its_files_and_no_others() -> None:
    tiers()
    own, other = files.sound(), files.sound()
    page = pages.story(slug="with-sound", body=[pages.members(sound_block(own))])
    pages.story(slug="another", body=[pages.members(sound_block(other))])
    account, client = accounts.person(), Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(own.url).status_code == 403
    meter.spend(account=account, key=page.subject_key)
    assert (client.get(own.url).status_code, client.get(other.url).status_code) == (200, 403)

    link = give(account=member("companion"), story=page.translation_key)
    friend = Client()
    friend.get(f"/en/gift/{link.token}/")
    assert (friend.get(own.url).status_code, friend.get(other.url).status_code) == (200, 403)
    revoke(link=link)
    assert friend.get(own.url).status_code == 403
