"""A mail server that notes what it takes, and can be told to refuse or to hang up."""

import email
import email.policy
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from runtime.surroundings import free_port


@dataclass(frozen=True)
class Arrival:
    """A mail that came in at this moment."""

    moment: float
    to: str
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)


class HangUp(Exception):  # noqa: N818 - an answer of a kind, not an error
    """End the connection without a word."""


@dataclass
class MailServer:
    """``arrivals`` are the ``count`` mails it said yes to, ``tries`` all that came; one that
    keeps none only counts.

    ``at_rcpt`` and ``at_data`` give its answers for an address, one each time, the last for ever;
    ``while_taking`` is run before the answer to a mail.
    """

    port: int = 0
    arrivals: list[Arrival] = field(default_factory=list)
    tries: list[Arrival] = field(default_factory=list)
    connections: int = 0
    count: int = 0
    keeps: bool = True
    at_rcpt: dict[str, list[str | HangUp]] = field(default_factory=dict)
    at_data: dict[str, list[str | HangUp]] = field(default_factory=dict)
    while_taking: Callable[[str], None] = lambda to: None
    _controller: Controller | None = None

    def start(self) -> None:
        counting = self

        class Counting(Controller):
            def factory(self) -> SMTP:
                counting.connections += 1
                return SMTP(self.handler, hostname="localhost")

        self.port = self.port or free_port("127.0.0.1")
        self._controller = Counting(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        self.connections = 0  # the controller looks whether it answers

    def stop(self) -> None:
        if self._controller:
            self._controller.stop(no_assert=True)
            self._controller = None

    @property
    def recipients(self) -> list[str]:
        return [arrival.to for arrival in self.arrivals]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._answer(self.at_rcpt, address, server) or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        to = envelope.rcpt_tos[0]
        self.tries.append(Arrival(time.time(), to, envelope.content))
        self.while_taking(to)
        answer = self._answer(self.at_data, to, server)
        if answer:
            return answer
        self.count += 1
        self.arrivals.append(self.tries[-1])
        if not self.keeps:
            self.arrivals.clear()
            self.tries.clear()
        return "250 OK"

    def _answer(
        self, answers: dict[str, list[str | HangUp]], address: str, server: SMTP
    ) -> str | None:
        waiting = answers.get(address)
        if not waiting:
            return None
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(answer, HangUp):
            server.transport.abort()
            return "421 gone"
        return answer
