"""The fixed words of partners."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartnerKind(models.TextChoices):
    """What sort of organisation a partner is."""

    COMPANY = "company", _("Company")
    STARTUP = "startup", _("Startup")
    MBO_SCHOOL = "mbo_school", _("Mbo school")
    HBO_INSTITUTION = "hbo_institution", _("University of applied sciences")
    GOVERNMENT = "government", _("Government")
    FOUNDATION = "foundation", _("Foundation")
    SECTOR_ASSOCIATION = "sector_association", _("Sector association")


class PartnerStatus(models.TextChoices):
    """How far an organisation is on the way to partnership."""

    PROSPECT = "prospect", _("Prospect")
    APPLIED = "applied", _("Applied")
    IN_TALKS = "in_talks", _("In talks")
    LETTER_OF_INTENT = "letter_of_intent", _("Letter of intent")
    SIGNED = "signed", _("Signed")
    ENDED = "ended", _("Ended")
    DECLINED = "declined", _("Declined")


class MembershipRole(models.TextChoices):
    """What a person is in a partner organisation."""

    REPRESENTATIVE = "representative", _("Representative")
    CONTACT = "contact", _("Contact")
    TEACHER = "teacher", _("Teacher")
    MEMBER = "member", _("Member")


class CooperationForm(models.TextChoices):
    """What an organisation would like to do together."""

    ASSIGNMENT = "assignment", _("An assignment for students")
    RESEARCH = "research", _("Practice-based research")
    GUEST_LECTURE = "guest_lecture", _("A guest lecture")
    EXCURSION = "excursion", _("An excursion")
    PLACEMENT = "placement", _("A placement")
    DATASET = "dataset", _("Practising with a dataset")
    SHARED_LAB = "shared_lab", _("A shared lab or room to experiment")
    JOB_COMPARISON = "job_comparison", _("Comparing jobs and training")
    TRAINING = "training", _("Training for staff or teachers")


class ApplicationState(models.TextChoices):
    """What became of an organisation's wish to become a partner."""

    UNCONFIRMED = "unconfirmed", pgettext_lazy("state of an application", "Not confirmed")
    SUBMITTED = "submitted", pgettext_lazy("state of an application", "With the office")
    QUESTION = "question", pgettext_lazy("state of an application", "Question asked")
    ACCEPTED = "accepted", pgettext_lazy("state of an application", "Accepted")
    DECLINED = "declined", pgettext_lazy("state of an application", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of an application", "Withdrawn")


OPEN_APPLICATION = [ApplicationState.SUBMITTED, ApplicationState.QUESTION]
"""Applications that wait for somebody: the office, or the applicant's answer."""
DECIDED_APPLICATION = [
    ApplicationState.ACCEPTED,
    ApplicationState.DECLINED,
    ApplicationState.WITHDRAWN,
]


class RequestState(models.TextChoices):
    """What became of someone's wish to join a partner."""

    PENDING = "pending", pgettext_lazy("state of a request to join", "Waiting")
    ACCEPTED = "accepted", pgettext_lazy("state of a request to join", "Accepted")
    DECLINED = "declined", pgettext_lazy("state of a request to join", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a request to join", "Withdrawn")


class AgreementKind(models.TextChoices):
    """What signing makes of an organisation: a partner, or a partner in one thing."""

    COOPERATION = "cooperation", _("Cooperation agreement")
    PARTIAL = "partial", _("Partial agreement")


class AgreementState(models.TextChoices):
    """Whether an agreement can be signed."""

    DRAFT = "draft", pgettext_lazy("state of an agreement", "Draft")
    OPEN = "open", pgettext_lazy("state of an agreement", "Open for signing")
    CLOSED = "closed", pgettext_lazy("state of an agreement", "Closed")


class SigningMethod(models.TextChoices):
    """How a signatory proved who they are."""

    PASSWORD = "password", pgettext_lazy("how somebody signed", "With the password")
    PASSKEY = "passkey", pgettext_lazy("how somebody signed", "With a passkey")
    PAPER = "paper", pgettext_lazy("how somebody signed", "On paper")
