"""Who speaks about an assignment: for which side, by which name."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from assignments.choices import State
from assignments.models import Assignment
from assignments.permissions import (
    Person,
    on_company_side,
    on_teacher_side,
    organisations_of,
    schools_of,
)
from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from partners.models import Partner

Part = Literal["company", "teacher", "office"]


@dataclass(frozen=True)
class Voice:
    """A person who says something for a side; ``user`` is None for who came by a link in a mail."""

    side: Part
    name: str
    user: User | None = None
    address: str = ""

    @property
    def signed(self) -> str:
        """As it is kept who said yes: the name with the address that it was said from."""
        if self.address and self.name:
            return f"{self.name} <{self.address}>"
        return self.name or self.address


def voice_of(person: Person, assignment: Assignment) -> Voice | None:
    """For which side this person speaks; None for who speaks for none.

    Who began it, and speaks for neither side, goes on with it as the office would.
    """
    if not isinstance(person, User):
        return None
    name = person.get_full_name()
    if on_teacher_side(person, assignment):
        return Voice("teacher", name, person)
    if on_company_side(person, assignment):
        return Voice("company", name, person, person.email)
    if in_office(person) or assignment.posted_by_id == person.pk:
        return Voice("office", name, person)
    return None


def voice_by_link(assignment: Assignment) -> Voice:
    """The contact person, who has the mail."""
    contact = assignment.contact
    if contact is not None:
        return Voice("company", contact.get_full_name(), contact, contact.email)
    return Voice("company", assignment.contact_name, None, assignment.contact_email)


def posted_by_teacher(assignment: Assignment) -> bool:
    """Whether a teacher began it for the organisation; otherwise a teacher adopts it."""
    return assignment.teacher_id is not None and assignment.teacher_id == assignment.posted_by_id


def may_edit(person: Person, assignment: Assignment) -> bool:
    """Whether this person changes the text now.

    A draft whoever began it, and the office once it is public; while both sides are asked for
    their yes only they change what they say yes to.
    """
    voice = voice_of(person, assignment)
    if voice is None:
        return False
    if assignment.state == State.DRAFT:
        return drafts(person, assignment)
    if assignment.state == State.SUBMITTED:
        return voice.side != "office"
    return assignment.state in EDITABLE_WHEN_PUBLIC


def drafts(person: Person, assignment: Assignment) -> bool:
    """Whether the draft is this person's: who began it, and colleagues of an organisation's own.

    One whose maker has left is for the office.
    """
    if not isinstance(person, User):
        return False
    if assignment.posted_by_id is None and in_office(person):
        return True
    if assignment.posted_by_id == person.pk:
        return True
    return assignment.teacher_id is None and on_company_side(person, assignment)


EDITABLE_WHEN_PUBLIC = [State.PUBLISHED, State.MATCHED, State.RUNNING]
"""Public and not over: both sides still change the text, and the other one hears of it."""


@dataclass(frozen=True)
class Hat:
    """As what somebody posts: a teacher of a school, for an organisation, or the office."""

    side: Part
    partner: Partner | None = None

    @property
    def key(self) -> str:
        """As it stands in a form: ``teacher-3``, ``company-5``, ``office``."""
        return f"{self.side}-{self.partner.pk}" if self.partner else self.side

    @property
    def label(self) -> str:
        """As a person says it."""
        if self.side == "teacher":
            return _("As a teacher of %(school)s") % {"school": self.partner}
        if self.side == "company":
            return _("For %(organisation)s") % {"organisation": self.partner}
        return _("As programme office, for an organisation")


def hats_of(person: Person) -> list[Hat]:
    """Everything that this person can post as; empty for who cannot post."""
    hats = [Hat("teacher", school) for school in schools_of(person)]
    hats += [Hat("company", organisation) for organisation in organisations_of(person)]
    return [*hats, *([Hat("office")] if in_office(person) else [])]
