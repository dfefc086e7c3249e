"""Pictures as editors bring them: real files, made here. What tells where somebody stood is taken out; what is no picture is refused."""

import io
import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image, PngImagePlugin
from wagtail.images import get_image_model

from editorial import pictures
from editorial.uploads import without_diary
from tests.editorial.conftest import address
from tests.factories import editorial as pages
from tests.factories.files import upload
from tests.files.test_contents import zipped

pytestmark = pytest.mark.django_db
MAKE, ORIENTATION, GPS = 0x010F, 0x0112, 0x8825
SECRET = b"SecretCamera"


def photograph(kind: str = "JPEG", size: tuple[int, int] = (400, 300), orientation: int = 1, **options: Any) -> bytes:
    """A picture, red on its left half, with a camera's diary: maker, orientation and position."""
    picture = Image.new("RGB", size, "#2b4a58")
    picture.paste("#c0442a", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[MAKE] = SECRET.decode()
    exif[ORIENTATION] = orientation
    exif[GPS] = {1: "N", 2: (28.0, 4.0, 12.0), 3: "E", 4: (119.0, 8.0, 24.0)}
    out = io.BytesIO()
    picture.save(out, kind, exif=exif, **options)
    return out.getvalue()


def kept(data: bytes, name: str) -> Any:
    return get_image_model().objects.create(title="Photo", file=ContentFile(data, name=name))


def stored(image: Any) -> bytes:
    with image.file.open("rb") as file:
        return bytes(file.read())


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp"), ("AVIF", "a.avif")]
)
def test_the_cameras_diary_is_taken_out_whatever_the_format(kind: str, name: str) -> None:
    data = photograph(kind)
    assert SECRET in data
    clean = stored(kept(data, name))
    assert SECRET not in clean
    with Image.open(io.BytesIO(clean)) as picture:
        assert (picture.format, picture.size) == (kind, (400, 300))
        assert not picture.getexif()


def test_a_picture_that_lay_on_its_side_stands_upright() -> None:
    image = kept(photograph(orientation=6), "side.jpg")
    assert (image.width, image.height) == (300, 400)
    with Image.open(io.BytesIO(stored(image))) as picture:
        assert picture.size == (300, 400)
        top, bottom = picture.convert("RGB").getpixel((150, 20)), picture.convert("RGB").getpixel((150, 380))
    assert top[0] > 150 and bottom[0] < 90


def test_texts_inside_a_png_are_taken_out() -> None:
    out, told = io.BytesIO(), PngImagePlugin.PngInfo()
    told.add_text("Comment", SECRET.decode())
    told.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{SECRET.decode()}</x:xmpmeta>")
    Image.new("RGB", (20, 20)).save(out, "PNG", pnginfo=told)
    assert SECRET not in stored(kept(out.getvalue(), "a.png"))


def test_colours_keep_their_profile() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with Image.open(io.BytesIO(stored(kept(photograph(icc_profile=profile), "a.jpg")))) as picture:
        assert picture.info["icc_profile"] == profile


def test_a_picture_without_a_diary_is_kept_to_the_byte() -> None:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "JPEG")
    assert without_diary(out.getvalue()) is None
    assert stored(kept(out.getvalue(), "plain.jpg")) == out.getvalue()


def test_no_rendition_tells_either() -> None:
    image = kept(photograph(size=(2000, 1500)), "a.jpg")
    for shape in ("wide", "card", "lead"):
        pictures.tag(image, shape)
    for rendition in image.renditions.all():
        assert SECRET not in stored(rendition)


def test_a_photograph_comes_as_avif_and_webp_in_two_widths(client: Client) -> None:
    image = kept(photograph(size=(2000, 1500)), "a.jpg")
    page = pages.story(lead_image=image, lead_alt="Lead", body=[("image", {"image": image, "alt": "Inside", "title": "", "caption": "", "credit": ""})])  # fmt: skip
    text = client.get(address(page)).content.decode()
    assert text.count("<picture>") == 2
    assert text.count('<source type="image/avif" srcset="') == 2
    assert re.search(r"\.avif 1600w, /media/images/[^ ]+\.avif 800w", text)
    assert re.search(r"\.webp 1600w, /media/images/[^ ]+\.webp 800w", text)
    lead, inside = re.findall(r'<img class="art[^>]*alt="(?:Lead|Inside)"[^>]*>', text)
    assert 'loading="eager" fetchpriority="high"' in lead
    assert 'loading="lazy"' in inside and "fetchpriority" not in inside
    assert all('width="' in tag and 'height="' in tag for tag in (lead, inside))


def test_a_drawing_stays_a_drawing(client: Client) -> None:
    page = pages.story(lead_image=pages.picture(), lead_alt="Lead")
    text = client.get(address(page)).content.decode()
    assert "<picture>" not in text
    assert re.search(r'src="[^"]+\.svg"[^>]*alt="Lead"', text)


# --- in the admin -----------------------------------------------------------------------------------------------------


def add(client: Client, data: bytes, name: str) -> str:
    form = {"title": "New", "file": upload(data, name), "collection": 1, "tags": "", "description": ""}
    return client.post("/cms/images/add/", form).content.decode()


def test_a_good_photograph_is_taken(admin_client: Client) -> None:
    add(admin_client, photograph(), "good.jpg")
    image = get_image_model().objects.get(title="New")
    assert SECRET not in stored(image)
    assert image.file_size == len(stored(image))


@pytest.mark.parametrize(
    ("name", "said"),
    [("bowl.jpg", "no picture that we can read, whatever its name says. Nothing was kept"), ("bowl.zip", "")],
)
def test_a_zip_is_no_picture(admin_client: Client, name: str, said: str) -> None:
    assert said in add(admin_client, zipped(), name)
    assert not get_image_model().objects.exists()


def test_a_picture_under_a_false_name_is_refused_with_its_true_one(admin_client: Client) -> None:
    assert "called .png, but what is in it is jpeg" in add(admin_client, photograph(), "bowl.png")


def test_sixty_megapixels_are_too_many(admin_client: Client) -> None:
    out = io.BytesIO()
    Image.new("1", (10_000, 6_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    assert "has 60000000 points; 50000000 is the most. Make it smaller" in add(admin_client, out.getvalue(), "huge.png")
    assert not get_image_model().objects.exists()


def test_too_many_bytes_are_refused(admin_client: Client, settings: Any) -> None:
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 500
    assert "is the most. Save it smaller" in add(admin_client, photograph(), "large.jpg")


def test_a_new_file_for_an_old_picture_is_cleaned_and_a_bad_one_changes_nothing(admin_client: Client) -> None:
    image = kept(photograph(), "a.jpg")
    before = image.file.name
    form = {"title": "Photo", "file": upload(zipped(), "b.jpg"), "collection": image.collection_id, "tags": "", "description": ""}  # fmt: skip
    assert "Nothing was kept" in admin_client.post(f"/cms/images/{image.pk}/", form).content.decode()
    image.refresh_from_db()
    assert image.file.name == before
    admin_client.post(f"/cms/images/{image.pk}/", {**form, "file": upload(photograph(orientation=6), "c.jpg")})
    image.refresh_from_db()
    assert image.file.name != before
    assert (image.width, image.height) == (300, 400)
    assert SECRET not in stored(image)
