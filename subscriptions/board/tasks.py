"""Work on boxes that a request does not wait for."""

from celery import shared_task

from subscriptions.board.actions import working


@shared_task(name="board.run_bulk")
def run_bulk(pk: int) -> int:
    """Run a piece of work to its end; killed, the sweep goes on with it."""
    done = 0
    while looked := working.step(run_id=pk):
        done += looked
    return done
