"""The account, its notices, the mails that leave for it, and its ways in."""

from accounts.models.link import SignInLink
from accounts.models.mail import Mail
from accounts.models.notice import Notice
from accounts.models.refusal import NoticeRefusal
from accounts.models.sign_in import SignIn
from accounts.models.user import User
from accounts.models.visit import StaffVisit

__all__ = ["Mail", "Notice", "NoticeRefusal", "SignIn", "SignInLink", "StaffVisit", "User"]
