"""Pictures of items: cut once, followed when they change, and the drawing where there is none."""

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.images import get_image_model

from subscriptions.boxes.actions import picturing
from subscriptions.boxes.models import Item
from subscriptions.boxes.templatetags.boxes_tags import item_art
from tests.factories import editorial
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db


def photograph(colour: tuple[int, int, int] = (200, 30, 30)) -> Any:
    out = io.BytesIO()
    Image.new("RGB", (1200, 800), colour).save(out, "JPEG")
    return get_image_model().objects.create(title="A cup", file=ContentFile(out.getvalue(), name="cup.jpg"))


def cup(picture: Any = None) -> Item:
    item = Item.objects.create(sku="cup", name_zh="杯", name_en="Cup", art="item-cup", picture=picture)
    picturing.show(item)
    return item


def colour_of(item: Item) -> tuple[int, ...]:
    with default_storage.open(item.shown) as stored:
        drawn = Image.open(stored).convert("RGB")
        assert drawn.size == (800, 800)
        return drawn.getpixel((10, 10))  # type: ignore[return-value]


def test_without_a_picture_the_drawing_is_shown() -> None:
    assert item_art(cup()).endswith("item-cup.svg") and item_art(None).endswith("parcel.svg")


def test_a_picture_is_cut_square_and_asks_nothing_when_shown(django_assert_num_queries: Any) -> None:
    item = Item.objects.get(pk=cup(photograph()).pk)
    with django_assert_num_queries(0):
        address = item_art(item)
    assert address.endswith(".webp") and colour_of(item)[0] > 180


@pytest.mark.django_db(transaction=True)
def test_another_file_or_middle_is_cut_anew_and_with_the_picture_its_cutting_goes(client: Client) -> None:
    client.force_login(person("Owner", is_staff=True, is_superuser=True))
    item, blue = cup(photograph()), io.BytesIO()
    first = item.shown
    Image.new("RGB", (1200, 800), (20, 20, 220)).save(blue, "JPEG")
    form = {
        "title": "A cup",
        "collection": item.picture.collection_id,
        "file": SimpleUploadedFile("blue.jpg", blue.getvalue()),
    }
    assert client.post(f"/cms/images/{item.picture_id}/", form).status_code == 302
    item.refresh_from_db()
    assert item.shown not in ("", first) and colour_of(item)[2] > 180
    image, before = get_image_model().objects.get(pk=item.picture_id), item.shown
    image.focal_point_x, image.focal_point_y, image.focal_point_width, image.focal_point_height = 100, 100, 50, 50
    image.save()
    item.refresh_from_db()
    assert item.shown != before and default_storage.exists(item.shown)
    image.delete()
    item.refresh_from_db()
    assert (item.picture, item.shown) == (None, "") and item_art(item).endswith("item-cup.svg")


def test_a_drawing_can_be_a_picture_and_what_cannot_be_read_is_none() -> None:
    assert item_art(cup(editorial.picture())).endswith(".svg")
    image = photograph()
    default_storage.delete(image.file.name)  # the file is gone, or no picture any more
    default_storage.save(image.file.name, ContentFile(b"nothing"))
    Item.objects.update(picture=image)
    item = Item.objects.get()
    assert not picturing.show(item) and item_art(item).endswith("item-cup.svg")


def test_staff_choose_it_with_the_item(client: Client) -> None:
    client.force_login(person("Owner", is_staff=True, is_superuser=True))
    item, image = cup(), photograph()
    Item.objects.filter(pk=item.pk).update(on_hand=9)
    form = {
        "sku": "cup",
        "name_zh": "杯",
        "name_en": "Cup",
        "weight": 1,
        "value": 0,
        "cost": 0,
        "currency": "CNY",
        "reorder_at": 0,
    }
    answer = client.post(f"/cms/snippets/boxes/item/edit/{item.pk}/", {**form, "picture": image.pk})
    assert answer.status_code == 302, answer.content[:500]
    item.refresh_from_db()
    assert item.picture_id == image.pk and item.shown and item.on_hand == 9
    for wrong in ({"cost": "25.505"}, {"cost": "-1"}, {"value": "99999999999"}):
        assert client.post(f"/cms/snippets/boxes/item/edit/{item.pk}/", {**form, **wrong}).status_code == 200, wrong
    client.post(f"/cms/snippets/boxes/item/edit/{item.pk}/", {**form, "cost": "25.50"})
    assert "25.5" in client.get(f"/cms/snippets/boxes/item/edit/{item.pk}/").content.decode()
    item.refresh_from_db()
    assert (item.picture_id, item.shown, item.cost) == (None, "", 2550)
