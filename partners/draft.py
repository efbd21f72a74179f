"""What a visitor has typed of an application, kept in the session until it is sent."""

import uuid
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from partners.forms.applications import STEPS, Step

KEPT = "partner_application"
SENT = "partner_application_sent"


class Draft:
    """One application per session, shared by all its tabs; never with a password in it."""

    def __init__(self, request: HttpRequest) -> None:
        self.session = request.session
        self.kept: dict[str, Any] = self.session.get(KEPT) or {"key": str(uuid.uuid4())}

    @property
    def key(self) -> uuid.UUID:
        """Of the application that it becomes: sending it twice is one."""
        return uuid.UUID(self.kept["key"])

    @property
    def sent(self) -> dict[str, Any]:
        """What this session sent last: ``key``, ``email`` and ``state``; empty before that."""
        sent: dict[str, Any] = self.session.get(SENT) or {}
        return sent

    def typed(self, step: str) -> dict[str, Any]:
        """What was typed in a step, as it was."""
        found: dict[str, Any] = self.kept.get(step) or {}
        return found

    def keep(self, step: str, typed: dict[str, Any]) -> None:
        """Keep what was typed in a step."""
        self.kept[step] = typed
        self._save()

    def form(self, step: str) -> Step:
        """The form of a step, filled in with what was typed."""
        lists = {
            name: value if isinstance(value, list) else [value]
            for name, value in self.typed(step).items()
        }
        return STEPS[step](MultiValueDict(lists))

    def first_missing(self, before: str) -> str | None:
        """The first step before this one that is not as it should be."""
        for step in STEPS:
            if step == before:
                return None
            if not self.form(step).is_valid():
                return step
        return None

    @property
    def not_these(self) -> list[int]:
        """The partners that look alike and that the applicant says they are not."""
        return list(self.kept.get("not_these", []))

    @property
    def like(self) -> int | None:
        """The partner that it looks like, to whose page the applicant was led."""
        like: int | None = self.kept.get("like")
        return like

    @property
    def certain(self) -> bool:
        """Whether it is that partner for the Chamber of Commerce too: then there is no way on."""
        return bool(self.kept.get("certain", True))

    def is_like(self, partner: int, *, certain: bool) -> None:
        """Remember where the applicant is led, and whether there is a way back."""
        self.kept |= {"like": partner, "certain": certain}
        self._save()

    def is_another(self) -> bool:
        """The applicant says to be another organisation; False where that cannot be."""
        if self.like is None or self.certain:
            return False
        self.kept["not_these"] = [*self.not_these, self.like]
        self.kept["like"] = None
        self._save()
        return True

    def was_sent(self, *, email: str, state: str) -> None:
        """Forget what was typed; the last page tells what happens next."""
        self.session[SENT] = {"key": self.kept["key"], "email": email, "state": state}
        self.session.pop(KEPT, None)

    def _save(self) -> None:
        self.session[KEPT] = self.kept
