# ruff: noqa: S608 - the text holds names of our tables and numbers of ours; what people wrote goes in as parameters
"""Who gets what: every box in its turn takes the best that is left, worked out for all boxes at once.

Each box applies for the best that it may have. Where more apply for an item than there is, those whose turn is later are
turned away: the item's `cutoff` falls to the last turn that is served, and those turned away (with what depends on it:
the rest of their box, and later boxes of the same person) choose again. Cutoffs only fall, so it ends, and as all items
rank the boxes alike, the first item to run out is right after the first round, the second after the second: there are
about as many rounds as items that run out, not as boxes. A box that chose again may have let go of something; what is
left over is offered in the same way, and in the same order, to those who still lack something.
"""

from subscriptions.curation.actions.workbench import ENDLESS, measured, pick, rows, run

LARGE = 5000


def settle() -> int:
    """Fill `cur_pick` from `cur_option`; answers how many rounds it took."""
    run("INSERT INTO cur_dirty SELECT order_id, wave FROM cur_queue")
    rounds, phase = 0, 1
    while True:
        rounds += _until_nobody_is_turned_away(phase)
        if not _freeze(phase) or not _offer_what_is_left():
            return rounds
        phase += 1


def _until_nobody_is_turned_away(phase: int) -> int:
    places = [int(pos) for (pos,) in rows("SELECT DISTINCT pos FROM cur_slot ORDER BY pos")]
    rounds = 0
    while True:
        rounds += 1
        _choose(places, phase)
        if not _turn_away(phase):
            return rounds


def _choose(places: list[int], phase: int) -> None:
    waves = rows("SELECT wave, COUNT(*) FROM cur_dirty GROUP BY wave ORDER BY wave")
    measured("cur_dirty")
    for wave, many in waves:
        for pos in places:
            if pick(pos, int(wave), phase) and many > LARGE:
                measured("cur_pick")


def _turn_away(phase: int) -> int:
    """Let cutoffs fall where too many applied, and mark who chooses again; answers how many boxes."""
    over = rows("""
SELECT n.item_id, MIN(n.prio) FROM (
SELECT p.item_id, p.prio, ROW_NUMBER() OVER (PARTITION BY p.item_id ORDER BY p.prio) AS turn FROM cur_pick p
WHERE p.phase = %s AND p.item_id IN (
    SELECT c.item_id FROM (SELECT item_id, COUNT(*) AS many FROM cur_pick WHERE phase = %s GROUP BY item_id) c
    JOIN cur_item i ON i.item_id = c.item_id WHERE c.many > i.free)) n
JOIN cur_item i ON i.item_id = n.item_id WHERE n.turn > i.free GROUP BY n.item_id""", [phase, phase])  # fmt: skip
    run("DELETE FROM cur_dirty")
    if not over:
        return 0
    for item_id, prio in over:
        run("UPDATE cur_item SET cutoff = %s WHERE item_id = %s", [prio - 1, item_id])
    run("""
INSERT INTO cur_dirty SELECT q.order_id, q.wave FROM cur_queue q JOIN (
SELECT p.account_id, MIN(p.prio) AS prio FROM cur_pick p JOIN cur_item i ON i.item_id = p.item_id
WHERE p.phase = %s AND p.prio > i.cutoff GROUP BY p.account_id) x ON x.account_id = q.account_id AND q.prio >= x.prio""", [phase])  # fmt: skip
    return run("DELETE FROM cur_pick WHERE phase = %s AND order_id IN (SELECT order_id FROM cur_dirty)", [phase])


def _freeze(phase: int) -> int:
    """What was chosen is settled; answers how many lines."""
    run("""
UPDATE cur_item SET free = free - (SELECT COUNT(*) FROM cur_pick p WHERE p.item_id = cur_item.item_id AND p.phase = %s)
WHERE digital = 0""", [phase])  # fmt: skip
    run(f"UPDATE cur_item SET cutoff = CASE WHEN free > 0 THEN {ENDLESS} ELSE 0 END")
    return int(rows("SELECT COUNT(*) FROM cur_pick WHERE phase = %s", [phase])[0][0])


def _offer_what_is_left() -> int:
    """Those who lack something that an item left over could fill choose once more; answers how many boxes."""
    return run("""
INSERT INTO cur_dirty SELECT q.order_id, q.wave FROM cur_queue q WHERE EXISTS (
SELECT 1 FROM cur_option o JOIN cur_item i ON i.item_id = o.item_id AND i.cutoff > 0 WHERE o.order_id = q.order_id
AND NOT EXISTS (SELECT 1 FROM cur_pick p WHERE p.order_id = o.order_id AND p.slot_id = o.slot_id))""")


def sum_up() -> None:
    """How many compartments of each box are empty."""
    run("""
INSERT INTO cur_result SELECT q.order_id, q.cycle_id, s.many - COALESCE(p.many, 0) FROM cur_queue q
JOIN (SELECT c.cycle_id, COUNT(t.slot_id) AS many FROM (SELECT DISTINCT cycle_id FROM cur_queue) c
      LEFT JOIN cur_slot t ON t.cycle_id = c.cycle_id GROUP BY c.cycle_id) s ON s.cycle_id = q.cycle_id
LEFT JOIN (SELECT order_id, COUNT(*) AS many FROM cur_pick GROUP BY order_id) p ON p.order_id = q.order_id""")
    measured("cur_result", "cur_pick")
