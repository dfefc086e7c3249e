"""A picture whose file is gone leaves a gap; the page stands."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from editorial.models import StoryPage
from tests.editorial.conftest import address
from tests.factories import editorial as pages

pytestmark = pytest.mark.django_db


def test_a_story_without_its_pictures_file_is_still_read() -> None:
    picture = pages.picture()
    page: StoryPage = pages.story(lead_image=picture)
    default_storage.delete(picture.file.name)
    assert Client().get(address(page)).status_code == 200
    assert Client().get("/en/stories/").status_code == 200
