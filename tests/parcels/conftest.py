"""The packing table, and somebody who packs."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from subscriptions.boxes import demo
from subscriptions.boxes.models import Cycle
from tests.factories import parcels


@pytest.fixture
def cycle(db: None) -> Cycle:
    """An open edition with plenty in stock."""
    return parcels.shelf()


@pytest.fixture
def packer(db: None, client: Client) -> Client:
    """A person of the fulfilment group, signed in."""
    from accounts import demo as people

    people.seed(lambda text: None)
    demo.seed_address(lambda text: None)
    client.force_login(Group.objects.get(name="Fulfilment").user_set.get())
    return client
