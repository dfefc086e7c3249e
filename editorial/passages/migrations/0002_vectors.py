"""Vectors of our own for PostgreSQL, with an index each; other databases keep the columns empty.

An installation that has passages already fills them with `manage.py write_passages`.
"""

from typing import Any

import django.contrib.postgres.search
from django.db import migrations

INDEXES = {"passage_words": "vector", "passage_titles": "title_vector"}


# The planner takes the vectors for cheap to read and would look through all of them; the function makes it use the index.
NEAR = """
CREATE OR REPLACE FUNCTION passages_near(asked tsquery, keys text[], most integer) RETURNS SETOF bigint
LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    SELECT id FROM passages_passage
    WHERE vector @@ asked AND audience = ANY(keys) AND requires = ANY(keys)
    ORDER BY title_vector @@ asked DESC, id DESC LIMIT most
$$
"""


def index(apps: Any, schema_editor: Any) -> None:
    """Built beside running traffic: readers and writers go on."""
    if schema_editor.connection.vendor == "postgresql":
        for name, column in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON passages_passage USING gin ({column})")
        schema_editor.execute(NEAR)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS passages_near(tsquery, text[], integer)")
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


class Migration(migrations.Migration):
    atomic = False  # an index that locks nobody cannot be made inside a transaction
    dependencies = [("passages", "0001_passages")]

    operations = [
        migrations.AddField(
            "passage", "title_vector", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)
        ),
        migrations.AddField("passage", "vector", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
        migrations.RunPython(index, drop),
    ]
