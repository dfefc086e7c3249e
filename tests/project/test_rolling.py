"""While a new release comes up, processes of the old one still write: what it does not know, the database fills in."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, CreateModel
from django.db.models import NOT_PROVIDED

from accounts.models import User
from community.models import Group
from tests.factories.accounts import person
from tests.factories.community import room

pytestmark = pytest.mark.django_db
BEFORE_THE_RULE = {
    "accounts": "0005",
    "billing": "0009",
    "community": "0006",
    "editorial": "0002",
    "membership": "0005",
}


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


def _added_later() -> list[tuple[str, str, str]]:
    """App, model and column of what a migration adds to a table that an earlier one made."""
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    made: dict[tuple[str, str], str] = {}
    added = []
    for app, name in sorted(disk):
        ours = (Path(settings.BASE_DIR) / disk[app, name].__module__.partition(".")[0]).is_dir()
        later = ours and name[:4] > BEFORE_THE_RULE.get(app, "0000")
        for step in disk[app, name].operations:
            if isinstance(step, CreateModel):
                made[app, step.name_lower] = name
            elif later and isinstance(step, AddField) and made.get((app, step.model_name_lower)) != name:
                added.append((app, step.model_name_lower, step.name_lower))
    return added


def test_every_column_that_came_later_is_filled_by_the_database() -> None:
    found = _added_later()
    assert ("boxes", "boxorder", "kind") in found
    bare = []
    for app, model, column in found:
        try:
            field = apps.get_model(app, model)._meta.get_field(column)
        except (LookupError, FieldDoesNotExist):
            continue  # it is gone again
        if isinstance(field, models.Field) and field.column and not field.null and field.db_default is NOT_PROVIDED:
            bare.append(f"{app}.{model}.{column}")
    assert not bare
