"""Somebody of the fulfilment group, signed in."""

import pytest
from django.contrib.auth.models import Group, Permission

from tests.factories.accounts import person


@pytest.fixture
def desk(client, db):
    """A client of staff who may change box orders and items."""
    user = person("Packer")
    group, _ = Group.objects.get_or_create(name="Packers")
    names = ["change_boxorder", "change_cycle", "view_item", "change_item", "add_item"]
    group.permissions.add(*Permission.objects.filter(codename__in=names, content_type__app_label="boxes"))
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user.groups.add(group)
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client
