"""What accounts itself adds to the lists of the ground floor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import demo, mails
from accounts.models import Mail, Notice, User
from ground.registry import (
    AccountPanel,
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    account_panels,
    demo_seeds,
    due_work,
    erasure_steps,
    export_sections,
)


def register() -> None:
    """Called once at start."""
    account_panels.register(AccountPanel("account", "accounts/panels/account.html", _account_panel, order=90))
    demo_seeds.register(DemoSeed("people", demo.seed, order=5))
    due_work.register(DueWork("mails", mails.send_due, order=90))
    export_sections.register(ExportSection("account", _("Account"), ("accounts.User",), _own_account, order=1))
    export_sections.register(ExportSection("notices", _("Notices"), ("accounts.Notice",), _own_notices, order=80))
    export_sections.register(
        ExportSection("sign-in", _("Sign-in"), ("account.EmailAddress", "admin.LogEntry"), _own_addresses, order=2)
    )
    erasure_steps.register(ErasureStep("notices", ("accounts.Notice",), _erase_notices, order=80))
    erasure_steps.register(ErasureStep("sign-in", ("account.EmailAddress",), _erase_addresses, order=90))


def _account_panel(account: User) -> dict[str, Any]:
    return {"unread": Notice.objects.filter(account=account, read_at=None).count()}


def _own_account(account: User) -> list[dict[str, Any]]:
    return [
        {
            "email": account.email,
            "name": account.name,
            "language": account.language,
            "created_at": account.created_at.isoformat(),
            "last_login": account.last_login.isoformat() if account.last_login else None,
        }
    ]


def _own_notices(account: User) -> list[dict[str, Any]]:
    rows = Notice.objects.filter(account=account).order_by("created_at")
    return [{"kind": n.kind, "context": n.context, "at": n.created_at.isoformat()} for n in rows]


def _own_addresses(account: User) -> list[dict[str, Any]]:
    from allauth.account.models import EmailAddress

    rows = EmailAddress.objects.filter(user=account)
    return [{"email": e.email, "verified": e.verified, "primary": e.primary} for e in rows]


def _erase_notices(account: User) -> None:
    Notice.objects.filter(account=account).delete()
    Mail.objects.filter(to__iexact=account.email).delete()


def _erase_addresses(account: User) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.filter(user=account).delete()
