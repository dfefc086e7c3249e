"""The clock engine: does what is due, in order of time, one moment after the other.

The default clock flows with real time plus an offset. When it jumps, it stops at every due moment and at
least once a day; at each stop the events of that moment are delivered first, then the product is told with
`test_helpers.test_clock.advancing` and has answered before time goes on. No lock is held meanwhile.
"""

import logging
import threading
import time
from typing import Any

from sandbox import shapes
from sandbox.billing.periods import DAY
from sandbox.errors import ApiError, invalid
from sandbox.events import emit
from sandbox.sender import Sender
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK, WORK, World

log = logging.getLogger("sandbox")
MAX_YEARS = 12
MAX_STROKES = 100_000


def next_due(w: World, clock: str) -> int | None:
    """The next moment on this clock at which something is due."""
    return w.store.rows("SELECT min(due) FROM objects WHERE clock=? AND due IS NOT NULL", clock)[0][0]


def run_due(w: World, clock: str, until: int) -> int:
    """Do everything that is due on a clock up to a moment, each at its own moment. Answers how much was done."""
    done = 0
    while done < MAX_STROKES:
        with w.store.write():
            found = w.store.rows(
                "SELECT id, kind, due FROM objects WHERE clock=? AND due<=? ORDER BY due, seq LIMIT 1", clock, until
            )
            if not found:
                return done
            _stroke(w, clock, *found[0])
        done += 1
    return done


def _stroke(w: World, clock: str, key: str, kind: str, moment: int) -> None:
    thing = w.store.get(key)
    if thing is None:
        return
    state = "SELECT due, data, hidden FROM objects WHERE id=?"
    before = w.store.rows(state, key)
    try:
        w.store.run("SAVEPOINT stroke")
        with w.at(clock, moment):
            WORK[kind](w, thing)
        w.store.run("RELEASE stroke")
    except Exception:
        log.exception("work on %s failed; it is laid aside", key)
        w.store.run("ROLLBACK TO stroke")
        w.store.run("UPDATE objects SET due=NULL WHERE id=?", key)
        return
    if w.store.rows(state, key) == before:
        log.error("work on %s changed nothing; it is laid aside", key)
        w.store.run("UPDATE objects SET due=NULL WHERE id=?", key)


def show(w: World, key: str) -> Object:
    """A test clock as the API shows it; the default clock is made up on the spot."""
    if key != DEFAULT_CLOCK:
        return w.need(key, "test_helpers.test_clock")
    now = w.now()
    target = w.store.setting("clock.target")
    made = shapes.new(
        "test_helpers.TestClock", id=DEFAULT_CLOCK, created=w.store.setting("born"), deletes_after=now + 365 * DAY,
        frozen_time=now, name="Sandbox", status="ready" if target is None else "advancing",
    )  # fmt: skip
    if target is not None:
        made["status_details"]["advancing"] = {"target_frozen_time": target}
    return made


class Engine:
    """Moves clocks. One jump of the default clock at a time; named clocks move in threads of their own."""

    def __init__(self, w: World, sender: Sender) -> None:
        self.w = w
        self.sender = sender
        self.moving = threading.Lock()
        self.heard = True

    def start(self) -> None:
        """Finish what a restart interrupted, then follow real time."""
        threading.Thread(target=self._tick, name="sandbox-clock", daemon=True).start()

    def _tick(self) -> None:
        if (target := self.w.store.setting("clock.target")) is not None:
            with self.moving:
                self._jump(target)
        for clock in self.w.store.find("test_helpers.test_clock"):
            if clock["status"] == "advancing":
                self._move(clock["id"], clock["status_details"]["advancing"]["target_frozen_time"])
        while not self.w.closing.wait(0.5):
            try:
                if self.w.store.setting("clock.target") is None:
                    run_due(self.w, DEFAULT_CLOCK, self.w.now())
            except Exception:
                if not self.w.closing.is_set():
                    log.exception("the clock stumbled")

    # the default clock

    def advance_default(self, target: int, wait: bool = True) -> Object:
        """Move the default clock to a moment; with `wait`, answer when it is there."""
        now = self.w.now()
        if target <= now:
            raise invalid("The clock can only move forward.", "frozen_time")
        if target > now + MAX_YEARS * 366 * DAY:
            raise invalid(f"The clock can move at most {MAX_YEARS} years at once.", "frozen_time")
        if not self.moving.acquire(blocking=False):
            raise busy()
        try:
            with self.w.store.write():
                self.w.store.set("clock.from", now)
                self.w.store.set("clock.frozen", now)
                self.w.store.set("clock.target", target)
        except BaseException:
            self.moving.release()
            raise
        thread = threading.Thread(target=self._jump_and_release, args=(target,), name="sandbox-jump", daemon=True)
        thread.start()
        if wait:
            thread.join()
        return show(self.w, DEFAULT_CLOCK)

    def _jump_and_release(self, target: int) -> None:
        try:
            self._jump(target)
        finally:
            self.moving.release()

    def _jump(self, target: int) -> None:
        w = self.w
        try:
            moment = w.now()
            while moment < target and not w.closing.is_set():
                due = next_due(w, DEFAULT_CLOCK)
                moment = min(max(due, moment + 1) if due is not None else target, moment + DAY, target)
                self._stop(moment)
        except Exception:
            log.exception("the jump of the clock was cut short")
        if w.closing.is_set():
            return  # the next start goes on from here
        with w.store.write():
            w.store.set("clock.offset", w.now() - time.time())
            w.store.set("clock.frozen", None)
            w.store.set("clock.target", None)
            emit(w, "test_helpers.test_clock.ready", show(w, DEFAULT_CLOCK))
        self.sender.flush(w.config.flush_seconds)

    def _stop(self, moment: int) -> None:
        w = self.w
        with w.store.write():
            w.store.set("clock.frozen", moment)
        run_due(w, DEFAULT_CLOCK, moment)
        self.sender.flush(w.config.flush_seconds)
        with w.store.write():
            event = emit(w, "test_helpers.test_clock.advancing", show(w, DEFAULT_CLOCK), queue=False)
        # a product that did not answer at the last stop gets one try, so that the clock goes on
        self.heard = self.sender.deliver_now(event, w.config.clock_answer_seconds, 3 if self.heard else 1)
        self.sender.flush(w.config.flush_seconds)

    # named clocks, as on Stripe

    def advance_named(self, key: str, target: int) -> Object:
        """Begin to move a named clock; it is `advancing` until it is `ready`."""
        clock = self.w.need(key, "test_helpers.test_clock")
        if clock["status"] != "ready":
            raise busy()
        if target <= clock["frozen_time"]:
            raise invalid("The clock can only move forward.", "frozen_time")
        limit = self._limit(key)
        if limit and target > shift_limit(clock["frozen_time"], limit):
            raise invalid(
                "Test clock advancement cannot exceed two intervals of the shortest subscription.", "frozen_time"
            )
        clock["status"] = "advancing"
        clock["status_details"]["advancing"] = {"target_frozen_time": target}
        self.w.save(clock)
        emit(self.w, "test_helpers.test_clock.advancing", clock)
        threading.Thread(target=self._move, args=(key, target), daemon=True).start()
        return clock

    def _limit(self, key: str) -> dict[str, Any] | None:
        found = self.w.store.find("subscription", "clock=? AND due IS NOT NULL", key)
        recurring = [i["price"]["recurring"] for s in found for i in s["items"]["data"]]
        return min(recurring, key=lambda r: shift_limit(0, r), default=None)

    def _move(self, key: str, target: int) -> None:
        w = self.w
        try:
            while (due := next_due(w, key)) is not None and due <= target and not w.closing.is_set():
                self._freeze(key, max(due, w.now(key)))
                run_due(w, key, due)
            with w.store.write():
                clock = w.store.get(key)
                if clock is None:
                    return
                clock.update(frozen_time=target, status="ready")
                clock["status_details"]["advancing"] = None
                w.save(clock)
                emit(w, "test_helpers.test_clock.ready", clock)
        except ApiError:
            log.info("clock %s is gone", key)

    def _freeze(self, key: str, moment: int) -> None:
        with self.w.store.write():
            clock = self.w.need(key, "test_helpers.test_clock")
            clock["frozen_time"] = moment
            self.w.save(clock)


def shift_limit(start: int, recurring: dict[str, Any]) -> int:
    """Two intervals after a moment."""
    from sandbox.billing.periods import shift

    return shift(start, recurring["interval"], recurring["interval_count"] * 2)


def busy() -> ApiError:
    """The answer while a clock moves."""
    return ApiError(429, "invalid_request_error", "Test clock advancement underway - cannot perform modifications.")
