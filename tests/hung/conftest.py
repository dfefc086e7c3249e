"""Files of these tests lie in memory, and none of them outlives its test."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import accounts


@pytest.fixture
def client_of() -> Iterator[Callable[[User], Client]]:
    """A signed-in browser."""

    def made(account: User) -> Client:
        client = Client()
        client.force_login(account)
        return client

    yield made


@pytest.fixture
def ning(db: None) -> User:
    return accounts.person("Lin Ning")


@pytest.fixture
def friend(db: None) -> User:
    return accounts.person("Friend")
