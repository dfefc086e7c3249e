"""Jobs of the staff's view of members."""

from celery import shared_task

from membership.people import actions


@shared_task(name="people.run_job")
def run_job(pk: int) -> int:
    """Run a piece of work to its end; killed, the sweep goes on with it."""
    done = 0
    while looked := actions.step(job_id=pk):
        done += looked
    return done
