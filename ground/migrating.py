"""Changes of large tables that do not stop the house: for migrations with `atomic = False`.

On PostgreSQL an index is built beside the traffic, and a constraint counts for new rows at once and is checked for the
old ones without a lock that waits for them (postgresql.org/docs: CREATE INDEX CONCURRENTLY, ADD CONSTRAINT NOT VALID).
Other databases do it the plain way.
"""

from typing import Any

from django.db import migrations


class AddIndexBeside(migrations.AddIndex):
    """`AddIndex` beside the traffic."""

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        # What an interrupted run left behind is not valid, and stands in the way.
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(self.index.name)}")
        schema_editor.execute(self.index.create_sql(model, schema_editor, concurrently=True))


class AddCheckBeside(migrations.AddConstraint):
    """`AddConstraint` of a check, beside the traffic."""

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        table, name = map(schema_editor.quote_name, (model._meta.db_table, self.constraint.name))
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        schema_editor.execute(f"{self.constraint.create_sql(model, schema_editor)} NOT VALID")
        schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
