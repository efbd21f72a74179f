"""The mail of the demonstration: kept in a folder instead of sent, to read at ``/postvak/``.

A file a message, so that web and worker need nothing in common but the disk, and a mail is there
as soon as it is whole: written under another name first, then renamed.
"""

import email
import email.policy
import os
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as Message
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

KEPT = 500
"""The oldest messages make room for the newest."""
NAME = re.compile(r"\d{20}-[0-9a-f]{8}")


def folder() -> Path:
    """Where the messages are, beside the uploads."""
    return Path(settings.MEDIA_ROOT) / "postvak"


@dataclass(frozen=True)
class Mail:
    """A message out of the folder; ``name`` sorts by the moment it was sent."""

    name: str
    sent: datetime
    sender: str
    to: str
    subject: str
    text: str
    html: str
    attachments: list[str]


def _part(message: Message, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if isinstance(part, Message) else ""


def read(name: str) -> Mail | None:
    """The message of that name; None when it is not there (any more)."""
    if not NAME.fullmatch(name):
        return None
    try:
        content = (folder() / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    message = email.message_from_bytes(content, policy=email.policy.default)
    return Mail(
        name=name,
        sent=datetime.fromtimestamp(int(name[:20]) / 1e9, tz=UTC),
        sender=str(message["From"]),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        attachments=[part.get_filename() or "" for part in message.iter_attachments()],
    )


def names() -> list[str]:
    """The names of the messages, newest first."""
    return sorted((path.stem for path in folder().glob("*.eml")), reverse=True)


class MailboxBackend(BaseEmailBackend):
    """Django's way to send mail, into the folder."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep each message that has someone to go to; tells how many."""
        kept = [message for message in email_messages if message.recipients()]
        folder().mkdir(parents=True, exist_ok=True)
        for message in kept:
            name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
            draft = folder() / f".{name}"
            draft.write_bytes(message.message().as_bytes())
            os.replace(draft, folder() / f"{name}.eml")
        for name in names()[KEPT:]:
            (folder() / f"{name}.eml").unlink(missing_ok=True)
        return len(kept)
