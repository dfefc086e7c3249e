# ruff: noqa: S608 - the text holds names of our tables and numbers of ours; what people wrote goes in as parameters
"""The tables on which a run of the allocation is worked out, and the statements that fill them.

Temporary tables of the transaction, common SQL for PostgreSQL and SQLite, one statement for all boxes at a time. What is
put into a statement's text are names of our own tables and lists of ids, never what somebody wrote.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

TABLES = {
    # every box of the run; `prio` is its turn, `wave` counts the boxes of one person, `last1` and `last2` went before it
    "cur_queue": "order_id bigint PRIMARY KEY, account_id bigint, cycle_id bigint, variant_id bigint, state varchar(18), "
                 "again integer, ahead integer, last1 bigint, last2 bigint, prio integer, wave integer",
    "cur_slot": "slot_id bigint PRIMARY KEY, cycle_id bigint, pos integer",
    "cur_cand": "slot_id bigint, cycle_id bigint, pos integer, item_id bigint, rank integer, how varchar(10), "
                "variant_id bigint, sub integer",
    "cur_item": "item_id bigint PRIMARY KEY, family varchar(40), digital integer, free integer, cutoff integer",
    "cur_barred": "account_id bigint, item_id bigint, why integer, PRIMARY KEY (account_id, item_id)",
    "cur_liked": "account_id bigint, item_id bigint, PRIMARY KEY (account_id, item_id)",
    "cur_recent": "order_id bigint, family varchar(40), PRIMARY KEY (order_id, family)",
    "cur_option": "order_id bigint, account_id bigint, pos integer, slot_id bigint, item_id bigint, family varchar(40), "
                  "prio integer, wave integer, score bigint",
    "cur_pick": "order_id bigint, account_id bigint, slot_id bigint, item_id bigint, family varchar(40), prio integer, "
                "phase integer",
    "cur_dirty": "order_id bigint PRIMARY KEY, wave integer",
    "cur_result": "order_id bigint PRIMARY KEY, cycle_id bigint, missing integer",
}  # fmt: skip
INDEXES = {
    "cur_pick": ("account_id, item_id", "order_id", "item_id"),
}
ENDLESS = 2_000_000_000
KEPT = 0  # the phase of what a short box had before; those of this run are counted from 1
HAD, OTHER, NEVER = 1, 2, 3  # why something is barred; the larger one counts
ITEM_BASE = 1_000_000_000  # score and item travel in one number, so that one MIN chooses


def ids(values: Iterable[int]) -> str:
    """A list of ids for a statement's text."""
    return ", ".join(str(int(value)) for value in values) or "0"


def run(sql: str, params: Sequence[Any] = ()) -> int:
    """One statement; answers how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [_value(p) for p in params])
        return int(cursor.rowcount)


def rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """One statement's rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [_value(p) for p in params])
        return list(cursor.fetchall())


def _value(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def lay_out() -> None:
    """Make the empty tables."""
    if connection.vendor == "postgresql":
        run("SET LOCAL work_mem = '96MB'")
        run("SET LOCAL jit = off")  # each statement runs once or a few times: compiling it costs more than it saves
    for name, columns in TABLES.items():
        run(f"CREATE TEMPORARY TABLE {name} ({columns})")
    for name, wanted in INDEXES.items():
        for number, columns in enumerate(wanted):
            run(f"CREATE INDEX {name}_{number} ON {name} ({columns})")


def clear_away() -> None:
    """Drop them; a transaction that failed has dropped them itself."""
    for name in TABLES:
        run(f"DROP TABLE {name}")


def measured(*names: str) -> None:
    """Tell PostgreSQL how large these tables are by now, for its plans."""
    if connection.vendor == "postgresql":
        for name in names:
            run(f"ANALYZE {name}")


def insert(table: str, lines: list[tuple[Any, ...]]) -> None:
    """A few rows that were worked out here."""
    if lines:
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(lines[0]))})", lines)


def queue(cycle_ids: Iterable[int]) -> int:
    """Lock and line up every box that waits: who was short or got a substitute last time first, then by the moment of
    payment. Answers how many."""
    mine = f"cycle_id IN ({ids(cycle_ids)}) AND state IN ('paid', 'short')"
    if connection.vendor == "postgresql":
        run("WITH locked AS (SELECT id FROM boxes_boxorder "
            f"WHERE {mine} ORDER BY id FOR NO KEY UPDATE) SELECT count(*) FROM locked")  # fmt: skip
    before = ("SELECT p.id FROM boxes_boxorder p WHERE p.subscription_id = {of}.subscription_id AND p.id < {below} "
              "AND p.cycle_id <> {of}.cycle_id AND EXISTS (SELECT 1 FROM curation_draft d WHERE d.order_id = p.id) "
              "ORDER BY p.id DESC LIMIT 1")  # fmt: skip
    return run(f"""
INSERT INTO cur_queue
SELECT id, account_id, cycle_id, variant_id, state, again, ahead, last1, last2, prio,
       ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY prio)
FROM (SELECT z.*, ROW_NUMBER() OVER (ORDER BY ahead DESC, unpaid, granted_at, id) AS prio
FROM (SELECT y.*, CASE WHEN EXISTS (SELECT 1 FROM curation_draft d WHERE d.order_id = y.last1
                                    AND (d.missing > 0 OR d.substitutes > 0)) THEN 1 ELSE 0 END AS ahead,
             ({before.format(of="y", below="y.last1")}) AS last2
FROM (SELECT o.id, s.account_id, o.cycle_id, o.subscription_id, COALESCE(o.variant_id, s.variant_id) AS variant_id,
             o.state, CASE WHEN o.kind = 'reship' THEN 1 ELSE 0 END AS again,
             CASE WHEN c.granted_at IS NULL THEN 1 ELSE 0 END AS unpaid, c.granted_at,
             ({before.format(of="o", below="o.id")}) AS last1
FROM boxes_boxorder o JOIN boxes_boxsubscription s ON s.id = o.subscription_id
LEFT JOIN boxes_credit c ON c.order_id = o.id WHERE o.{mine.replace("state IN", "o.state IN")}) y) z) x""")


def bar(cycle_ids: Iterable[int]) -> None:
    """What must not come to whom: had already, lying in another box that is on its way, refused in the survey."""
    wanted = "IN (SELECT item_id FROM cur_item)"
    people = "(SELECT DISTINCT account_id FROM cur_queue)"
    run(f"""
INSERT INTO cur_barred SELECT account_id, item_id, MAX(why) FROM (
SELECT h.account_id, h.item_id, {HAD} AS why FROM curation_had h
JOIN {people} q ON q.account_id = h.account_id WHERE h.item_id {wanted}
UNION ALL SELECT s.account_id, i.item_id, {OTHER} FROM boxes_boxorder o
JOIN boxes_boxsubscription s ON s.id = o.subscription_id JOIN {people} q ON q.account_id = s.account_id
JOIN boxes_orderitem i ON i.order_id = o.id WHERE o.state IN ('allocated', 'packed') AND i.item_id {wanted}
UNION ALL SELECT s.account_id, l.item_id, {OTHER} FROM boxes_boxorder o
JOIN boxes_boxsubscription s ON s.id = o.subscription_id JOIN {people} q ON q.account_id = s.account_id
JOIN curation_draftline l ON l.draft_id = o.id
WHERE o.state = 'short' AND o.cycle_id NOT IN ({ids(cycle_ids)}) AND l.item_id {wanted}
UNION ALL SELECT t.account_id, i.item_id, {NEVER} FROM curation_stance t
JOIN {people} q ON q.account_id = t.account_id JOIN curation_itemtrait i ON i.trait_id = t.trait_id
WHERE t.stance = 'never' AND i.item_id {wanted}) every_bar GROUP BY account_id, item_id""")
    run(f"""
INSERT INTO cur_liked SELECT DISTINCT t.account_id, i.item_id FROM curation_stance t
JOIN {people} q ON q.account_id = t.account_id JOIN curation_itemtrait i ON i.trait_id = t.trait_id
WHERE t.stance = 'like' AND i.item_id {wanted}""")
    known = "WHERE t.family <> '' AND t.family IN (SELECT family FROM cur_item)"
    run(f"""
INSERT INTO cur_recent
SELECT q.order_id, t.family FROM cur_queue q JOIN boxes_orderitem i ON i.order_id = q.last1
JOIN boxes_item t ON t.id = i.item_id {known}
UNION SELECT q.order_id, t.family FROM cur_queue q JOIN boxes_orderitem i ON i.order_id = q.last2
JOIN boxes_item t ON t.id = i.item_id {known}""")
    measured("cur_barred", "cur_liked", "cur_recent")


def keep_what_was_found() -> None:
    """Short boxes keep the lines that they have; paid ones begin anew."""
    run(f"""
INSERT INTO cur_pick SELECT q.order_id, q.account_id, l.slot_id, l.item_id, t.family, q.prio, {KEPT}
FROM cur_queue q JOIN curation_draftline l ON l.draft_id = q.order_id JOIN boxes_item t ON t.id = l.item_id
WHERE q.state = 'short'""")


def options() -> int:
    """Everything that may lie in each empty compartment, with a score; the smallest is the best. Answers how many.

    Before all others what is planned (substitutes after it), then what is meant for the variant, then what pleases, then
    a kind that the two boxes before did not have, then the curator's order.
    """
    found = run(f"""
INSERT INTO cur_option
SELECT q.order_id, q.account_id, c.pos, c.slot_id, c.item_id, i.family, q.prio, q.wave,
       (((c.sub * 2 + CASE WHEN c.variant_id IS NULL THEN 1 ELSE 0 END) * 2
         + CASE WHEN k.item_id IS NULL THEN 1 ELSE 0 END) * 2
        + CASE WHEN r.family IS NULL THEN 0 ELSE 1 END) * 10000 + c.rank
FROM cur_queue q JOIN cur_cand c ON c.cycle_id = q.cycle_id AND (c.variant_id IS NULL OR c.variant_id = q.variant_id)
JOIN cur_item i ON i.item_id = c.item_id
LEFT JOIN cur_liked k ON k.account_id = q.account_id AND k.item_id = c.item_id
LEFT JOIN cur_recent r ON r.order_id = q.order_id AND r.family = i.family
WHERE NOT EXISTS (SELECT 1 FROM cur_barred b WHERE b.account_id = q.account_id AND b.item_id = c.item_id
                  AND (q.again = 0 OR b.why = {NEVER}))
AND NOT EXISTS (SELECT 1 FROM cur_pick p WHERE p.order_id = q.order_id AND p.slot_id = c.slot_id)""")
    run("CREATE INDEX cur_option_0 ON cur_option (order_id, pos)")  # once it is full: that is quicker
    return found


def pick(pos: int, wave: int, phase: int) -> int:
    """The best option of every box in hand for its compartment at this place; answers how many found one."""
    item = f"b.best - b.best / {ITEM_BASE} * {ITEM_BASE}"
    return run(f"""
INSERT INTO cur_pick
SELECT b.order_id, b.account_id, b.slot_id, {item}, i.family, b.prio, {int(phase)}
FROM (SELECT o.order_id, o.account_id, o.slot_id, o.prio, MIN(o.score * {ITEM_BASE} + o.item_id) AS best
FROM cur_dirty d JOIN cur_option o ON o.order_id = d.order_id AND o.pos = {int(pos)} AND d.wave = {int(wave)}
JOIN cur_item i ON i.item_id = o.item_id AND o.prio <= i.cutoff
WHERE NOT EXISTS (SELECT 1 FROM cur_pick p WHERE p.account_id = o.account_id AND p.item_id = o.item_id)
AND NOT EXISTS (SELECT 1 FROM cur_pick p WHERE p.order_id = o.order_id
                AND (p.slot_id = o.slot_id OR (p.family = o.family AND o.family <> '')))
GROUP BY o.order_id, o.account_id, o.slot_id, o.prio) b
JOIN cur_item i ON i.item_id = {item}""")
