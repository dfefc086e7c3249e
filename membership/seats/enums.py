"""States of an invitation, and what may come of one line of many invitations."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Invited(TextChoices):
    """Where an invitation stands. Only a waiting one can be used, once."""

    WAITING = "waiting", _("Waiting")
    ACCEPTED = "accepted", _("Accepted")
    REVOKED = "revoked", _("Taken back")


class Outcome(TextChoices):
    """What became of one line."""

    INVITED = "invited", _("Invited")
    AGAIN = "again", _("Invited already")
    SITS = "sits", _("Sits here already")
    FULL = "full", _("No seat left")
    BAD = "bad", _("Not an e-mail address")


# Houses at which anybody can have an address: such a domain says nothing about who somebody is.
PUBLIC_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "yahoo.co.jp",
        "ymail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "pm.me",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "mail.com",
        "mail.ru",
        "yandex.ru",
        "yandex.com",
        "zoho.com",
        "tutanota.com",
        "fastmail.com",
        "hey.com",
        "qq.com",
        "foxmail.com",
        "vip.qq.com",
        "163.com",
        "126.com",
        "yeah.net",
        "vip.163.com",
        "sina.com",
        "sina.cn",
        "sohu.com",
        "aliyun.com",
        "139.com",
        "189.cn",
        "wo.cn",
        "21cn.com",
        "naver.com",
        "hanmail.net",
        "daum.net",
    ]
)
