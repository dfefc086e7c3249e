"""While a new release comes up, processes of the old one still write: what it does not know, the database fills in."""

import pytest
from django.db import connection, models

from accounts.models import User
from community.models import Group
from tests.factories.accounts import person
from tests.factories.community import room

pytestmark = pytest.mark.django_db


def written_without(row: models.Model, unknown: str, **new: str) -> models.Model:
    """A copy of the row, as a process writes it that has never heard of one column."""
    fields = [f for f in type(row)._meta.concrete_fields if not f.primary_key and f.name != unknown]
    values = [f.get_db_prep_save(new.get(f.name, getattr(row, f.attname)), connection) for f in fields]
    columns = ", ".join(connection.ops.quote_name(f.column) for f in fields)
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(values))
        cursor.execute(f"INSERT INTO {type(row)._meta.db_table} ({columns}) VALUES ({marks})", values)
    return type(row).objects.latest("pk")  # type: ignore[attr-defined]


def test_an_account_is_seen() -> None:
    new = {"email": "b@example.com", "public_id": "0b2ba6a5-6d0c-4bd0-a1c0-6a3f5d5cf0c1"}
    assert written_without(person(), "shows_presence", **new).shows_presence  # type: ignore[attr-defined]
    assert User.objects.count() == 2


def test_a_group_is_for_talk() -> None:
    assert written_without(room().group, "purpose", slug="another").purpose == "talk"  # type: ignore[attr-defined]
    assert Group.objects.count() == 2
