"""Subscription schedules."""

from sandbox import listing
from sandbox.api import Call
from sandbox.billing import schedules
from sandbox.router import api
from sandbox.store import Object


@api("POST", "/subscription_schedules", "SubscriptionScheduleCreateParams")
def create(call: Call) -> Object:
    """A schedule, from a subscription or with phases of its own."""
    return schedules.create(call.w, call.data)


@api("GET", "/subscription_schedules", "SubscriptionScheduleListParams")
def list_all(call: Call) -> Object:
    """Schedules, newest first."""
    given = call.data

    def wanted(schedule: Object) -> bool:
        if "scheduled" in given and (schedule["status"] == "not_started") != given["scheduled"]:
            return False
        times = ("canceled_at", "completed_at", "released_at")
        return all(schedule[n] is not None and listing.within(schedule[n], given[n]) for n in times if n in given)

    return listing.answer(call, "subscription_schedule", {"customer": given.get("customer")}, wanted)


@api("GET", "/subscription_schedules/{key}", "SubscriptionScheduleRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One schedule."""
    return call.w.need(key, "subscription_schedule")


@api("POST", "/subscription_schedules/{key}", "SubscriptionScheduleUpdateParams")
def change(call: Call, key: str) -> Object:
    """Change the phases from the current one on."""
    return schedules.change(call.w, call.w.need(key, "subscription_schedule"), call.data)


@api("POST", "/subscription_schedules/{key}/release", "SubscriptionScheduleReleaseParams")
def release(call: Call, key: str) -> Object:
    """Let the subscription go on without it."""
    found = call.w.need(key, "subscription_schedule")
    return schedules.release(call.w, found, call.data.get("preserve_cancel_date", False))


@api("POST", "/subscription_schedules/{key}/cancel", "SubscriptionScheduleCancelParams")
def cancel(call: Call, key: str) -> Object:
    """End it and its subscription now."""
    return schedules.cancel(call.w, call.w.need(key, "subscription_schedule"), call.data)
