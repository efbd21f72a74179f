"""Messages that wait in the database and that nobody may read there, for the links they hold."""

import json
from base64 import b64decode, b64encode
from dataclasses import asdict
from typing import Any

from civportal.lib.mail import Group, Letter, Line
from civportal.lib.vault import vault
from civportal.notifications.kinds import Message

PURPOSE = "civportal.notifications.account_mail"


def seal(message: Message) -> str:
    """The whole message, readable by nobody without the portal's secret key."""
    whole = asdict(message) | {"calendar": b64encode(message.calendar).decode()}
    return vault(PURPOSE).encrypt(json.dumps(whole).encode()).decode()


def unseal(sealed: str) -> Message:
    """The message again; ``InvalidToken`` when the secret key that sealed it is gone."""
    whole: dict[str, Any] = json.loads(vault(PURPOSE).decrypt(sealed.encode()))
    letter = whole["letter"]
    groups = [
        Group(title=group["title"], lines=[Line(**line) for line in group["lines"]])
        for group in letter["groups"]
    ]
    return Message(
        letter=Letter(**letter | {"groups": groups}),
        calendar=b64decode(whole["calendar"]),
        method=whole["method"],
        language=whole["language"],
    )
