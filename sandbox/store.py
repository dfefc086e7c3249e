"""The state: one SQLite file, one connection, one lock. No lock is ever held while something is sent."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Object = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, clock TEXT NOT NULL,
  created INTEGER NOT NULL, customer TEXT, parent TEXT, due INTEGER, data TEXT NOT NULL, hidden TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_kind ON objects (kind, customer, seq);
CREATE INDEX IF NOT EXISTS objects_parent ON objects (kind, parent);
CREATE INDEX IF NOT EXISTS objects_due ON objects (clock, due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL, state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL, code INTEGER, problem TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_state ON deliveries (state, endpoint, due);
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, digest TEXT NOT NULL, status INTEGER, body TEXT, made REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Store:
    """Objects by id, in the order of their making. `write` makes a transaction; reads take the same lock."""

    def __init__(self, path: str) -> None:
        self.lock = threading.RLock()
        self.depth = 0
        self.committed: Callable[[], None] = lambda: None
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=20)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.executescript(SCHEMA)

    @contextmanager
    def write(self) -> Iterator[None]:
        """One change of state; nested use joins the outer one. Rolls back when an error leaves it."""
        with self.lock:
            outer = self.depth == 0
            if outer:
                self.db.execute("BEGIN IMMEDIATE")
            self.depth += 1
            try:
                yield
            except BaseException:
                if outer:
                    self.db.execute("ROLLBACK")
                raise
            else:
                if outer:
                    self.db.execute("COMMIT")
                    self.committed()
            finally:
                self.depth -= 1

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """What happens inside is taken back at the end. Only inside `write`."""
        self.db.execute("SAVEPOINT rehearsal")
        try:
            yield
        finally:
            self.db.execute("ROLLBACK TO rehearsal")
            self.db.execute("RELEASE rehearsal")

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self.lock:
            return self.db.execute(sql, values).fetchall()

    def run(self, sql: str, *values: Any) -> int:
        """One statement; answers the number of rows it changed."""
        with self.lock:
            return self.db.execute(sql, values).rowcount

    # objects

    def put(self, thing: Object, clock: str, parent: str | None, hidden: Object | None) -> None:
        """Insert or replace an object. `hidden` None keeps what is there."""
        extra = json.dumps(hidden) if hidden is not None else "{}"
        customer = thing.get("customer") if isinstance(thing.get("customer"), str) else None
        self.run(
            "INSERT INTO objects (id, kind, clock, created, customer, parent, data, hidden)"  # noqa: S608
            " VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET customer=excluded.customer,"
            " parent=excluded.parent, data=excluded.data"
            + (", hidden=excluded.hidden" if hidden is not None else ""),
            thing["id"], thing["object"], clock, thing.get("created", 0), customer, parent,
            json.dumps(thing, ensure_ascii=False), extra,
        )  # fmt: skip

    def get(self, key: str) -> Object | None:
        """The object with this id."""
        found = self.rows("SELECT data FROM objects WHERE id=?", key)
        return json.loads(found[0][0]) if found else None

    def hidden(self, key: str) -> Object:
        """What the sandbox knows of an object beside its public fields."""
        found = self.rows("SELECT hidden FROM objects WHERE id=?", key)
        return json.loads(found[0][0]) if found else {}

    def clock_of(self, key: str) -> str | None:
        """The id of the clock an object lives on."""
        found = self.rows("SELECT clock FROM objects WHERE id=?", key)
        return found[0][0] if found else None

    def find(self, kind: str, where: str = "", *values: Any, limit: int = -1, newest: bool = False) -> list[Object]:
        """Objects of a kind in the order of their making (or newest first). `where` is SQL over the columns."""
        sql = f"SELECT data FROM objects WHERE kind=? {'AND ' + where if where else ''}"  # noqa: S608
        sql += f" ORDER BY seq {'DESC' if newest else 'ASC'} LIMIT {limit}"
        return [json.loads(row[0]) for row in self.rows(sql, kind, *values)]

    def scan(self, kind: str, where: str, values: list[Any], start: int | None, upward: bool) -> Iterator[Object]:
        """Objects one after the other from a place in the order (exclusive): newest first, or upward."""
        sign, order = (">", "ASC") if upward else ("<", "DESC")
        while True:
            clauses = f"kind=? {'AND ' + where if where else ''} {f'AND seq{sign}?' if start is not None else ''}"
            given = [kind, *values, *([start] if start is not None else [])]
            rows = self.rows(f"SELECT seq, data FROM objects WHERE {clauses} ORDER BY seq {order} LIMIT 100", *given)  # noqa: S608
            for seq, data in rows:
                start = seq
                yield json.loads(data)
            if len(rows) < 100:
                return

    def place(self, key: str) -> int | None:
        """Where an object stands in the order of making."""
        found = self.rows("SELECT seq FROM objects WHERE id=?", key)
        return found[0][0] if found else None

    # settings

    def setting(self, name: str, default: Any = None) -> Any:
        """A stored value of the sandbox itself."""
        found = self.rows("SELECT value FROM settings WHERE name=?", name)
        return json.loads(found[0][0]) if found else default

    def set(self, name: str, value: Any) -> None:
        """Store a value of the sandbox itself."""
        self.run(
            "INSERT INTO settings VALUES (?,?) ON CONFLICT (name) DO UPDATE SET value=excluded.value",
            name, json.dumps(value),
        )  # fmt: skip
