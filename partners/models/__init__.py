"""Organisations that work together in the centre, and their people."""

from partners.models.agreements import Agreement, Signature, SignatureRequest
from partners.models.applications import ApplicationMessage, ApplicationSector, PartnerApplication
from partners.models.partners import Partner, PartnerSector, Sector
from partners.models.people import Invitation, Membership, MembershipRequest
from partners.models.pipeline import ContactMoment, StatusChange

__all__ = [
    "Agreement",
    "ApplicationMessage",
    "ApplicationSector",
    "ContactMoment",
    "Invitation",
    "Membership",
    "MembershipRequest",
    "Partner",
    "PartnerApplication",
    "PartnerSector",
    "Sector",
    "Signature",
    "SignatureRequest",
    "StatusChange",
]
