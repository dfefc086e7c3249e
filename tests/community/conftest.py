"""Fixtures of the socket tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from community.chat.database import release
from tests.community import wire


@pytest.fixture
def threads(transactional_db: None, _wagtail_ground: None, tmp_path: Path) -> Iterator[None]:
    """A database that several threads may use."""
    with wire.database_for_threads(tmp_path):
        yield
        release()


@pytest.fixture
async def dial(threads: None) -> AsyncIterator[wire.Dial]:
    """Opens sockets to a server that runs for this test."""
    async with wire.serving() as address, wire.dialling(address) as dial:
        yield dial
