"""The fixed words of assignments."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Form(models.TextChoices):
    """A form of cooperation, as the work session of 18 February 2021 named them.

    Comparing jobs and training (``partners.CooperationForm.JOB_COMPARISON``) comes with the plan.
    """

    ASSIGNMENT = "assignment", _("Real-world assignment")
    RESEARCH = "research", _("Practice-based research")
    GUEST_LECTURE = "guest_lecture", _("Guest lecture")
    EXCURSION = "excursion", _("Excursion")
    PLACEMENT = "placement", _("Placement abroad")
    DATASET = "dataset", _("Dataset to practise with")
    SHARED_LAB = "shared_lab", _("Lab or room to experiment")
    TRAINING = "training", _("Training for staff or teachers")


BOOKED = [Form.GUEST_LECTURE, Form.EXCURSION, Form.SHARED_LAB, Form.TRAINING]
"""Forms that are offered on dates and booked for a class; the others are done by teams."""


class State(models.TextChoices):
    """How far an assignment is."""

    DRAFT = "draft", pgettext_lazy("state of an assignment", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("state of an assignment", "Waiting for a yes")
    PUBLISHED = "published", pgettext_lazy("state of an assignment", "Open")
    MATCHED = "matched", pgettext_lazy("state of an assignment", "Teams found")
    RUNNING = "running", pgettext_lazy("state of an assignment", "Running")
    FINISHED = "finished", pgettext_lazy("state of an assignment", "Finished")
    ARCHIVED = "archived", pgettext_lazy("state of an assignment", "Archived")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of an assignment", "Withdrawn")


PUBLIC_STATES = [
    State.PUBLISHED,
    State.MATCHED,
    State.RUNNING,
    State.FINISHED,
    State.ARCHIVED,
]
"""Everyone reads these; finished ones as examples."""

UNDER_WAY = [State.MATCHED, State.RUNNING]
"""Teams were found and it has not ended: what teams may download is open."""


class TeamState(models.TextChoices):
    """What became of a team's wish to do an assignment."""

    DRAFT = "draft", pgettext_lazy("state of a team", "Being formed")
    APPLIED = "applied", pgettext_lazy("state of a team", "Applied")
    RESERVE = "reserve", pgettext_lazy("state of a team", "In reserve")
    ACCEPTED = "accepted", pgettext_lazy("state of a team", "Accepted")
    DECLINED = "declined", pgettext_lazy("state of a team", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a team", "Withdrawn")


SENT_TEAMS = [TeamState.APPLIED, TeamState.RESERVE, TeamState.ACCEPTED, TeamState.DECLINED]
"""Teams that the side that posted has in front of it."""


class TermsKind(models.TextChoices):
    """What a team binds itself to."""

    NDA = "nda", _("Confidentiality (NDA)")
    IP = "ip", _("Intellectual property")
    DATASET = "dataset", _("Use of the data")


class DocumentKind(models.TextChoices):
    """What a team can download."""

    DOCUMENT = "document", _("Document")
    DATASET = "dataset", _("Dataset")


class Side(models.TextChoices):
    """Who speaks: the company, or the team by its coach."""

    COMPANY = "company", _("The company")
    TEAM = "team", _("The team")


STATE_TONES = {
    State.DRAFT: "",
    State.SUBMITTED: "wait",
    State.PUBLISHED: "info",
    State.MATCHED: "info",
    State.RUNNING: "info",
    State.FINISHED: "good",
    State.ARCHIVED: "",
    State.WITHDRAWN: "bad",
}
"""The tone of the pill that says how far an assignment is."""
