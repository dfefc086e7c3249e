# ruff: noqa: S608 - the text holds names of our tables and numbers of ours; what people wrote goes in as parameters
"""From the workbench to the books: drafts, what lies in the boxes, promises, moves."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from subscriptions.boxes import hooks
from subscriptions.boxes.actions.stock import promise
from subscriptions.boxes.models import BoxOrder
from subscriptions.curation.actions import keeping
from subscriptions.curation.actions.workbench import KEPT, NEVER, rows, run

CHUNK = 2000
SERVED, SHORT = "stock at hand", "not enough stock"


def publish(*, actor: str, now: datetime) -> None:
    """Write down what was settled: everything in the caller's transaction, under its locks. Raises `NotEnough`."""
    promise(Counter({int(i): int(n) for i, n in rows(f"""
SELECT p.item_id, COUNT(*) FROM cur_pick p JOIN cur_item i ON i.item_id = p.item_id AND i.digital = 0
WHERE p.phase > {KEPT} GROUP BY p.item_id""")}))  # fmt: skip
    _clear()
    _lines()
    _heads()
    run("""
INSERT INTO boxes_orderitem (order_id, item_id, quantity) SELECT p.order_id, p.item_id, 1
FROM cur_pick p JOIN cur_result r ON r.order_id = p.order_id AND r.missing = 0""")
    _move(actor, now)
    _tell(actor)


def _clear() -> None:
    """Paid boxes begin anew, of short ones the empty lines go. Two statements, so that each finds its rows by the index."""
    run("DELETE FROM curation_draftline WHERE draft_id IN (SELECT order_id FROM cur_queue WHERE state = 'paid')")
    run("""
DELETE FROM curation_draftline WHERE item_id IS NULL
AND draft_id IN (SELECT order_id FROM cur_queue WHERE state = 'short')""")
    run("DELETE FROM curation_draft WHERE order_id IN (SELECT order_id FROM cur_queue)")


def _lines() -> None:
    """A line for what was found and for what was not, each with its reason."""
    run(f"""
INSERT INTO curation_draftline (draft_id, slot_id, item_id, how, why)
SELECT p.order_id, p.slot_id, p.item_id, c.how,
       CASE WHEN c.how = 'substitute' THEN {_why("p", "AND x.sub = 0")} ELSE '' END
FROM cur_pick p JOIN cur_queue q ON q.order_id = p.order_id JOIN (
    SELECT slot_id, item_id, CASE MIN(CASE how WHEN 'first' THEN 1 WHEN 'choice' THEN 2 ELSE 3 END)
    WHEN 1 THEN 'first' WHEN 2 THEN 'choice' ELSE 'substitute' END AS how FROM cur_cand GROUP BY slot_id, item_id) c
ON c.slot_id = p.slot_id AND c.item_id = p.item_id WHERE p.phase > {KEPT}""")
    run(f"""
INSERT INTO curation_draftline (draft_id, slot_id, item_id, how, why)
SELECT r.order_id, s.slot_id, NULL, 'short', {_why("s", "")}
FROM cur_result r JOIN cur_queue q ON q.order_id = r.order_id JOIN cur_slot s ON s.cycle_id = r.cycle_id
WHERE r.missing > 0
AND NOT EXISTS (SELECT 1 FROM cur_pick p WHERE p.order_id = r.order_id AND p.slot_id = s.slot_id)""")


def _heads() -> None:
    """What of each box the review counts."""
    run("""
INSERT INTO curation_draft (order_id, cycle_id, place, ahead, missing, substitutes, headings, families, fresh)
SELECT q.order_id, q.cycle_id, q.prio, q.ahead = 1, r.missing, COALESCE(n.substitutes, 0), COALESCE(n.headings, 0),
       COALESCE(n.families, 0), COALESCE(n.fresh, 0)
FROM cur_queue q JOIN cur_result r ON r.order_id = q.order_id LEFT JOIN (
    SELECT l.draft_id, SUM(CASE WHEN l.how = 'substitute' THEN 1 ELSE 0 END) AS substitutes,
           COUNT(DISTINCT CASE WHEN NOT i.digital THEN NULLIF(i.hs6, '') END) AS headings,
           COUNT(DISTINCT NULLIF(i.family, '')) AS families,
           COUNT(DISTINCT CASE WHEN f.family IS NULL THEN NULLIF(i.family, '') END) AS fresh
    FROM cur_queue x JOIN curation_draftline l ON l.draft_id = x.order_id JOIN boxes_item i ON i.id = l.item_id
    LEFT JOIN cur_recent f ON f.order_id = l.draft_id AND f.family = i.family GROUP BY l.draft_id) n
ON n.draft_id = q.order_id""")


def _why(of: str, only: str) -> str:
    """Why none of a slot's candidates came: what was free of rules had no stock or was of a kind in the box, else the rule."""
    mine = f"FROM cur_cand x WHERE x.slot_id = {of}.slot_id AND (x.variant_id IS NULL OR x.variant_id = q.variant_id) {only}"
    barred = f"SELECT 1 {mine} AND EXISTS (SELECT 1 FROM cur_barred b WHERE b.account_id = q.account_id AND b.item_id = x.item_id"
    open_to = f"SELECT 1 {mine} AND NOT EXISTS (SELECT 1 FROM cur_barred b WHERE b.account_id = q.account_id AND b.item_id = x.item_id)"
    gone = "SELECT 1 FROM cur_item i WHERE i.item_id = x.item_id AND i.free <= 0 AND i.digital = 0"
    return (f"CASE WHEN NOT EXISTS (SELECT 1 {mine}) THEN 'candidates' WHEN EXISTS ({open_to} AND EXISTS ({gone})) "
            f"THEN 'stock' WHEN EXISTS ({open_to}) THEN 'family' WHEN EXISTS ({barred} AND b.why = {NEVER})) "
            "THEN 'never' ELSE 'had' END")  # fmt: skip


def _move(actor: str, now: datetime) -> None:
    for missing, state, cause, before in (
        ("= 0", "allocated", SERVED, "'paid', 'short'"),
        ("> 0", "short", SHORT, "'paid'"),
    ):
        mine = (
            "SELECT r.order_id FROM cur_result r JOIN cur_queue q ON q.order_id = r.order_id "
            f"WHERE r.missing {missing} AND q.state IN ({before})"
        )
        run(f"""
INSERT INTO boxes_move (subject, actor, cause, before, after, at)
SELECT 'order:' || q.order_id, %s, %s, q.state, %s, %s FROM cur_queue q WHERE q.order_id IN ({mine})""",
            [actor[:120], cause, state, now])  # fmt: skip
        run(f"UPDATE boxes_boxorder SET state = %s, changed_at = %s WHERE id IN ({mine})", [state, now])


def _tell(actor: str) -> None:
    """Everybody but ourselves hears of each move."""
    many = [told for told in hooks.orders_moved if told is not keeping.orders_moved]
    for orders, before in _moved() if many or hooks.order_moved else ():
        for told in many:
            told(orders, before, orders[0].state, actor)
        for order in orders:
            for heard in hooks.order_moved:
                heard(order, before, order.state)


def _moved() -> Iterator[tuple[list[BoxOrder], str]]:
    """The boxes that moved, in parts that moved alike, with the state before."""
    for before, missing in (("paid", "= 0"), ("short", "= 0"), ("paid", "> 0")):
        last = 0
        while True:
            found = rows(f"""
SELECT q.order_id FROM cur_queue q JOIN cur_result r ON r.order_id = q.order_id
WHERE q.order_id > %s AND q.state = %s AND r.missing {missing} ORDER BY q.order_id LIMIT %s""", [last, before, CHUNK])  # fmt: skip
            if not found:
                break
            last = int(found[-1][0])
            ids = [pk for (pk,) in found]
            yield (
                list(BoxOrder.objects.filter(pk__in=ids).select_related("cycle", "subscription").order_by("pk")),
                before,
            )
