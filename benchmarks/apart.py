"""A measurement in a database and a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.servers import ROOT


@contextmanager
def database(name: str) -> Iterator[None]:
    """An empty, migrated database beside the one that is given, dropped at the end."""
    import psycopg
    from psycopg import sql

    given = os.environ["DATABASE_URL"]
    rest = given.rpartition("/")[0]
    with psycopg.connect(f"{rest}/postgres", autocommit=True) as connection:
        own = sql.Identifier(name)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(own))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(own))
        os.environ["DATABASE_URL"] = f"{rest}/{name}"
        try:
            subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, check=True)
            yield
        finally:
            os.environ["DATABASE_URL"] = given
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(own))


def measured(module: str) -> dict[str, Any]:
    """What `python -m <module>` prints, and its last line as the row of the table.

    Its Django has a database of its own, and its memory is its own. Raises `CalledProcessError` when it fails.
    """
    with database("yaji_" + module.rpartition(".")[2]):
        done = subprocess.run([sys.executable, "-m", module], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True)
    *said, last = done.stdout.splitlines()
    print("\n".join(said), flush=True)
    return json.loads(last)  # type: ignore[no-any-return]
