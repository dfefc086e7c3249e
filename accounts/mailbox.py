"""Development's mail server: every mail is a file, readable at /demo/mail/."""

import email
import email.policy
import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage as ParsedMail
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

NAME = re.compile(r"\d{19,20}-[0-9a-f]{8}")


class FolderBackend(BaseEmailBackend):
    """Writes each mail whole under a temporary name, then renames it: a reader never sees half a mail."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Answers how many were written."""
        folder = Path(settings.MAILBOX)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
            part = folder / f"{name}.part"
            part.write_bytes(bytes(message.message()))
            part.rename(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class Letter:
    """One mail as read back from the folder."""

    name: str
    to: str
    sender: str
    subject: str
    at: datetime
    text: str
    html: str


def letters(to: str = "", most: int = 200) -> list[Letter]:
    """The newest letters first, all or only those to one address; `most` of them, however many others came since."""
    folder, wanted = Path(settings.MAILBOX), to.lower().encode()
    files = sorted(folder.glob("*.eml"), reverse=True) if folder.exists() else []
    found: list[Letter] = []
    for file in files:
        if wanted and wanted not in file.read_bytes().lower():
            continue  # cheaper than taking it apart
        one = _read(file)
        if not to or to.lower() in one.to.lower():
            found.append(one)
        if len(found) == most:
            break
    return found


def letter(name: str) -> Letter | None:
    """One letter by name, or None."""
    file = Path(settings.MAILBOX) / f"{name}.eml"
    return _read(file) if NAME.fullmatch(name) and file.exists() else None


def _read(file: Path) -> Letter:
    parsed: Any = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    return Letter(
        name=file.stem,
        to=str(parsed["To"]),
        sender=str(parsed["From"]),
        subject=str(parsed["Subject"]),
        at=parsedate_to_datetime(parsed["Date"]),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
    )


def _body(parsed: ParsedMail, kind: str) -> str:
    part = parsed.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""  # type: ignore[attr-defined]
