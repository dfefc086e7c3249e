"""What an exception of a mail backend means: was the mail certainly not taken, or does nobody know?"""

import smtplib
from enum import StrEnum

from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)

# Replies to an address that mean "there is no such mailbox", not "not now" and not "not from you".
NO_MAILBOX = {550, 551, 553, 556}
TOO_MANY, POLICY = 429, b"5.7."


class Outcome(StrEnum):
    """What became of one mail."""

    TAKEN = "taken"
    ADDRESS = "address"  # this address is refused for good, others go on
    LATER = "later"  # this address is refused for now, others go on
    BACKEND = "backend"  # certainly not taken, and the next would fare alike
    DOUBT = "doubt"  # it may have been taken


def judge(error: Exception) -> Outcome:
    """The outcome of a mail whose handing over raised `error`. What is not known for certain is in doubt."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _recipients(error)
    if isinstance(error, AnymailRecipientsRefused):
        return Outcome.ADDRESS
    if isinstance(error, AnymailRequestsAPIError):
        code = error.status_code or 0
        return Outcome.BACKEND if 400 <= code < 500 or code == TOO_MANY else Outcome.DOUBT
    # The server answered with a refusal, or nothing was said to it at all.
    certain = (
        smtplib.SMTPSenderRefused, smtplib.SMTPDataError, smtplib.SMTPConnectError, smtplib.SMTPHeloError,
        smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, ConnectionRefusedError,
        AnymailConfigurationError, AnymailSerializationError, AnymailUnsupportedFeature,
    )  # fmt: skip
    return Outcome.BACKEND if isinstance(error, certain) else Outcome.DOUBT


def _recipients(error: smtplib.SMTPRecipientsRefused) -> Outcome:
    replies = list(error.recipients.values())
    code, words = replies[0] if replies else (0, b"")
    if POLICY in (words if isinstance(words, bytes) else str(words).encode()):
        return Outcome.BACKEND
    return Outcome.ADDRESS if code in NO_MAILBOX else Outcome.LATER


def in_words(error: BaseException) -> str:
    """For the record: kind and message, shortened."""
    return f"{type(error).__name__}: {error}"[:250]
