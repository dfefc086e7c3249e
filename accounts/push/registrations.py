"""What push adds to the lists of the ground floor."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import notices
from accounts.models import User
from accounts.push import actions, keys, sending
from accounts.push.models import Device, Push, PushRefusal
from ground.registry import (
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    demo_seeds,
    due_work,
    erasure_steps,
    export_sections,
)

MODELS = ("push.Device", "push.PushRefusal")


def register() -> None:
    """Called once at start."""
    notices.ways.register(notices.Way("push", actions.queue))
    due_work.register(DueWork("pushes", sending.send_due, order=91))
    due_work.register(DueWork("push-forget", actions.forget, order=95))
    export_sections.register(ExportSection("push", _("Word on devices"), MODELS, _own, order=5))
    erasure_steps.register(ErasureStep("push", MODELS, _erase, order=84))
    demo_seeds.register(DemoSeed("push", _seed, order=6))


def _own(account: User) -> list[dict[str, Any]]:
    devices = Device.objects.filter(account=account).order_by("created_at")
    return [
        *(
            {"browser": d.browser, "system": d.system, "address": d.endpoint, "since": d.created_at.isoformat()}
            for d in devices
        ),
        *({"not_told_of": kind} for kind in sorted(actions.refused_of(account))),
    ]


def _erase(account: User) -> None:
    Push.objects.filter(device__account=account).delete()
    Device.objects.filter(account=account).delete()
    PushRefusal.objects.filter(account=account).delete()


def _seed(step: Callable[[str], None]) -> None:
    """The demo has a key of its own."""
    if not settings.ENVIRONMENT.production and keys.keep():
        step("a key for word on devices")
