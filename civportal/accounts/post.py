"""Where mails about an account go: to whoever took the post over, a floor above this one."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from civportal.accounts.models import User
from civportal.lib.mail import Letter


@dataclass(frozen=True, kw_only=True)
class AccountMail:
    """A letter about someone's account, to be sent once, soon.

    ``person`` is whose account it is; None where the address belongs to nobody here. ``to`` may
    differ from their own address, which may be about to change or just have changed. ``language``
    is the one it is written in. After ``ends_at`` it is of no use, mostly because its link ended.
    ``proves_address``: following its link shows that mail to this address arrives.
    """

    letter: Letter
    language: str
    person: User | None
    to: str
    ends_at: datetime.datetime | None
    proves_address: bool


Office = Callable[[AccountMail], None]

_offices: list[Office] = []


def take_over(office: Office) -> None:
    """Have this function see to all mails about accounts from now on."""
    _offices[:] = [office]


def post(mail: AccountMail) -> None:
    """Hand a mail over; it is kept before this returns, and sent afterwards."""
    [office] = _offices
    office(mail)
