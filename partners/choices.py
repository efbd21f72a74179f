"""The fixed words of partners."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
