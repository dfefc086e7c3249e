"""What the tests of files share."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever page was read before."""
    with override("en"):
        yield
