"""Mails as letters: said once, sent as plain text and as HTML, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _


def greeting(name: str) -> str:
    """``Hello Yara,``, or without a name where there is none."""
    return _("Hello %(name)s,") % {"name": name} if name else _("Hello,")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing in a list: its title leads to ``url`` if any; ``about`` is what it is, and when."""

    title: str
    url: str
    about: str = ""
    text: str = ""
    language: str = "nl"


@dataclass(frozen=True, kw_only=True)
class Group:
    """Lines under a heading; without one they stand first or last by themselves."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says. Every text is in the reader's language already.

    ``facts`` are labels with what they hold, such as day and place; ``groups`` are lists under
    headings. ``action`` is the label and the address of the one button, ``choices`` are the
    buttons where there is something to answer; ``after`` follows below
    them, such as how long a link holds; ``why`` tells in the foot why the reader gets this, and
    ``links`` are the ways to have that otherwise.
    """

    subject: str
    greeting: str
    paragraphs: Sequence[str]
    action: tuple[str, str] | None = None
    choices: Sequence[tuple[str, str]] = ()
    after: Sequence[str] = ()
    why: str = ""
    facts: Sequence[tuple[str, str]] = ()
    groups: Sequence[Group] = ()
    links: Sequence[tuple[str, str]] = ()

    @property
    def subject_line(self) -> str:
        """The subject as it is sent; a line break in it would be a second header."""
        return " ".join(self.subject.split())


def absolute(address: str) -> str:
    """An address of the portal on its own host, whatever host the request came in by.

    Mails go to people who did not choose that host; a forged ``Host`` must not reach them.
    """
    parts = urlsplit(address)
    query = f"?{parts.query}" if parts.query else ""
    return f"{settings.BASE_URL}{parts.path}{query}"


def sender(name: str) -> str:
    """The ``From`` of a mail in the name of the centre."""
    return formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def compose(letter: Letter, *, to: str, centre_name: str, language: str) -> EmailMultiAlternatives:
    """Make the mail: text and HTML, from the centre, marked as sent by a machine (RFC 3834)."""
    context = {
        "letter": letter,
        "centre_name": centre_name,
        "base_url": settings.BASE_URL,
        "host": urlsplit(settings.BASE_URL).netloc,
        "language": language,
    }
    with translation.override(language):
        text = render_to_string("mail/letter.txt", context).strip() + "\n"
        html = render_to_string("mail/letter.html", context)
    mail = EmailMultiAlternatives(
        letter.subject_line,
        text,
        sender(centre_name),
        [to],
        headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
    )
    mail.attach_alternative(html, "text/html")
    return mail
