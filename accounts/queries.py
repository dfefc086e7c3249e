"""Reads on accounts."""

from typing import Any

from django.utils import timezone

from accounts.models import Notice, User
from ground import registry


def home_panels(account: User) -> list[dict[str, Any]]:
    """The cards of the account home, in order: `{key, template, context}`."""
    panels = []
    for panel in registry.account_panels:
        context = panel.context(account)
        if context is not None:
            panels.append({"key": panel.key, "template": panel.template, "context": context})
    return panels


def latest_notices(account: User, most: int = 50) -> list[Notice]:
    """Newest first."""
    return list(Notice.objects.filter(account=account).order_by("-created_at")[:most])


def export(account: User) -> dict[str, Any]:
    """Everything that the house holds of this person, section by section, ready for JSON."""
    sections = {section.key: section.collect(account) for section in registry.export_sections}
    return {"made_at": timezone.now().isoformat(), "account": str(account.public_id), "sections": sections}
