"""What accounts itself adds to the lists of the ground floor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import demo, devices, links, mails, notices
from accounts.models import Mail, Notice, NoticeRefusal, SignIn, SignInLink, StaffVisit, User
from ground.registry import (
    AccountPanel,
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    NoticeKind,
    account_panels,
    demo_seeds,
    due_work,
    erasure_steps,
    export_sections,
    notice_kinds,
)

NOTICES = ("accounts.Notice", "accounts.NoticeRefusal")
WAYS = ("account.EmailAddress", "mfa.Authenticator", "socialaccount.SocialAccount", "accounts.SignInLink")


def register() -> None:
    """Called once at start."""
    account_panels.register(AccountPanel("account", "accounts/panels/account.html", _account_panel, order=90))
    demo_seeds.register(DemoSeed("people", demo.seed, order=5))
    due_work.register(DueWork("letters that wait", notices.write_waiting, order=85))
    due_work.register(DueWork("mails", mails.send_due, order=90))
    export_sections.register(ExportSection("account", _("Account"), ("accounts.User",), _own_account, order=1))
    export_sections.register(ExportSection("notices", _("Notices"), NOTICES, _own_notices, order=80))
    export_sections.register(ExportSection("sign-in", _("Sign-in"), (*WAYS, "admin.LogEntry"), _own_ways, order=2))
    export_sections.register(ExportSection("devices", _("Devices"), ("accounts.SignIn",), _own_devices, order=3))
    export_sections.register(
        ExportSection("visits", _("When the house looked in"), ("accounts.StaffVisit",), _own_visits, order=4)
    )
    erasure_steps.register(ErasureStep("notices", NOTICES, _erase_notices, order=80))
    erasure_steps.register(ErasureStep("sign-in", WAYS, _erase_ways, order=90))
    erasure_steps.register(ErasureStep("devices", ("accounts.SignIn", "accounts.StaffVisit"), _erase_devices, order=85))
    due_work.register(DueWork("sign-in links", links.sweep, order=95))
    due_work.register(DueWork("devices", devices.sweep, order=95))
    notice_kinds.register(
        NoticeKind("accounts.lock_opened", _("The second lock was opened"), "accounts/notices/lock_opened", order=91)
    )
    notice_kinds.register(
        NoticeKind("accounts.new_device", _("A sign-in on a new device"), "accounts/notices/new_device", order=90)
    )


def _account_panel(account: User) -> dict[str, Any]:
    return {"unread": Notice.objects.filter(account=account, read_at=None).count()}


def _own_account(account: User) -> list[dict[str, Any]]:
    return [
        {
            "email": account.email,
            "name": account.name,
            "language": account.language,
            "shows_presence": account.shows_presence,
            "created_at": account.created_at.isoformat(),
            "last_login": account.last_login.isoformat() if account.last_login else None,
        }
    ]


def _own_notices(account: User) -> list[dict[str, Any]]:
    rows = Notice.objects.filter(account=account).order_by("created_at")
    refused = NoticeRefusal.objects.filter(account=account).order_by("at")
    return [
        *({"kind": n.kind, "context": n.context, "at": n.created_at.isoformat()} for n in rows),
        *({"refused": r.kind, "at": r.at.isoformat()} for r in refused),
    ]


def _own_ways(account: User) -> list[dict[str, Any]]:
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount

    emails = EmailAddress.objects.filter(user=account)
    keys = Authenticator.objects.filter(user=account).order_by("created_at")
    houses = SocialAccount.objects.filter(user=account)
    return [
        *({"email": e.email, "verified": e.verified, "primary": e.primary} for e in emails),
        *({"kind": k.type, "name": k.data.get("name", ""), "since": k.created_at.isoformat()} for k in keys),
        *({"house": h.provider, "id": h.uid, "since": h.date_joined.isoformat()} for h in houses),
    ]


def _own_devices(account: User) -> list[dict[str, Any]]:
    return [
        {
            "browser": s.browser,
            "system": s.system,
            "network": s.network,
            "from": s.created_at.isoformat(),
            "seen": s.seen_at.isoformat(),
            "ended": s.ended_at.isoformat() if s.ended_at else None,
        }
        for s in SignIn.objects.filter(account=account).order_by("created_at")
    ]


def _own_visits(account: User) -> list[dict[str, Any]]:
    rows = StaffVisit.objects.filter(account=account).select_related("staff").order_by("started_at")
    return [
        {
            "by": v.staff.display_name,
            "because": v.reason,
            "from": v.started_at.isoformat(),
            "until": (v.ended_at or v.ends).isoformat(),
        }
        for v in rows
    ]


def _erase_notices(account: User) -> None:
    Notice.objects.filter(account=account).delete()
    NoticeRefusal.objects.filter(account=account).delete()
    Mail.objects.filter(to__iexact=account.email).delete()


def _erase_devices(account: User) -> None:
    devices.end_all(account=account)
    SignIn.objects.filter(account=account).delete()
    StaffVisit.objects.filter(account=account).delete()


def _erase_ways(account: User) -> None:
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount

    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=account).delete()
    SignInLink.objects.filter(account=account).delete()
