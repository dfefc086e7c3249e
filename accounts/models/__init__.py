"""The account, its notices and the mails that leave for it."""

from accounts.models.mail import Mail
from accounts.models.notice import Notice
from accounts.models.user import User

__all__ = ["Mail", "Notice", "User"]
