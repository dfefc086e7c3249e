"""The state: one SQLite file, one connection, one lock. No lock is ever held while something is sent."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Object = dict[str, Any]
Place = tuple[int, int]

# What is searched and sorted by stands before the data, so that a search need not read it.
SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, clock TEXT NOT NULL,
  created INTEGER NOT NULL, customer TEXT, parent TEXT, status TEXT, starts INTEGER, ends INTEGER, due INTEGER,
  data TEXT NOT NULL, hidden TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL, state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL, code INTEGER, problem TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_turn ON deliveries (state, endpoint, seq);
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, digest TEXT NOT NULL, status INTEGER, body TEXT, made REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
INDEXES = """
DROP INDEX IF EXISTS objects_kind;
DROP INDEX IF EXISTS objects_parent;
DROP INDEX IF EXISTS deliveries_state;
CREATE INDEX IF NOT EXISTS objects_walk ON objects (kind, created, seq, status, starts, ends);
CREATE INDEX IF NOT EXISTS objects_of ON objects (kind, customer, created, seq);
CREATE INDEX IF NOT EXISTS objects_below ON objects (kind, parent, created, seq);
CREATE INDEX IF NOT EXISTS objects_status ON objects (kind, status, created, seq);
CREATE INDEX IF NOT EXISTS objects_ends ON objects (clock, status, ends) WHERE ends IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_due ON objects (clock, due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_paid ON objects (json_extract(data, '$.payment.payment_intent')) WHERE kind='invoice_payment';
CREATE INDEX IF NOT EXISTS objects_mail ON objects (json_extract(data, '$.email')) WHERE kind='customer';
"""


def marks(thing: Object) -> tuple[str | None, int | None, int | None]:
    """(status, latest start, earliest end of the current periods): what lists filter by."""
    status = thing.get("status")
    items = thing["items"]["data"] if thing["object"] == "subscription" else []
    starts = max((i["current_period_start"] for i in items), default=None)
    ends = min((i["current_period_end"] for i in items), default=None)
    return status if isinstance(status, str) else None, starts, ends


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
        self._upgrade()
        self.db.executescript(INDEXES)

    def _upgrade(self) -> None:
        """A file of an older sandbox gets the columns that it lacks."""
        if any(row[1] == "status" for row in self.db.execute("PRAGMA table_info(objects)")):
            return
        for column in ("status TEXT", "starts INTEGER", "ends INTEGER"):
            self.db.execute(f"ALTER TABLE objects ADD COLUMN {column}")
        for key, data in self.db.execute("SELECT id, data FROM objects").fetchall():
            found = marks(json.loads(data))
            self.db.execute("UPDATE objects SET status=?, starts=?, ends=? WHERE id=?", (*found, key))

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
            "INSERT INTO objects (id, kind, clock, created, customer, parent, status, starts, ends, data, hidden)"  # noqa: S608
            " VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET customer=excluded.customer,"
            " parent=excluded.parent, status=excluded.status, starts=excluded.starts, ends=excluded.ends, data=excluded.data"
            + (", hidden=excluded.hidden" if hidden is not None else ""),
            thing["id"], thing["object"], clock, thing.get("created") or thing.get("date") or 0, customer, parent,
            *marks(thing), json.dumps(thing, ensure_ascii=False), extra,
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
        order = "created DESC, seq DESC" if newest else "seq ASC"
        sql = f"SELECT data FROM objects WHERE kind=? {'AND ' + where if where else ''}"  # noqa: S608
        return [json.loads(row[0]) for row in self.rows(f"{sql} ORDER BY {order} LIMIT {limit}", kind, *values)]

    def scan(self, kind: str, where: str, values: list[Any], start: Place | None, upward: bool) -> Iterator[Object]:
        """Objects one after the other from a place in the order of time (exclusive): newest first, or upward."""
        sign, order = (">", "ASC") if upward else ("<", "DESC")
        while True:
            clauses = f"kind=? {'AND ' + where if where else ''} {f'AND (created, seq) {sign} (?,?)' if start else ''}"
            sql = f"SELECT created, seq, data FROM objects WHERE {clauses} ORDER BY created {order}, seq {order} LIMIT 101"  # noqa: S608
            rows = self.rows(sql, kind, *values, *(start or ()))
            for created, seq, data in rows:
                start = (created, seq)
                yield json.loads(data)
            if len(rows) < 101:
                return

    def place(self, key: str) -> Place | None:
        """Where an object stands in the order of time."""
        found = self.rows("SELECT created, seq FROM objects WHERE id=?", key)
        return found[0] if found else None

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
