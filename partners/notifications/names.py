"""What the kinds of notification are called, and what they are about."""

RECEIVED = "partners.application_received"
QUESTION = "partners.question"
ACCEPTED = "partners.application_accepted"
DECLINED = "partners.application_declined"
NEW_APPLICATION = "partners.new_application"
ANSWERED = "partners.question_answered"
WANTS_TO_JOIN = "partners.wants_to_join"
LET_IN = "partners.request_decided"
JOINED = "partners.invitation_accepted"
TO_SIGN = "partners.to_sign"
SIGN_REMINDER = "partners.sign_reminder"
SIGNED = "partners.signed"
STEP_LATE = "partners.step_late"
NEW_PARTNER = "partners.new_partner"

APPLICATION = "partnerapplication"
MESSAGE = "applicationmessage"
REQUEST = "membershiprequest"
MEMBERSHIP = "membership"
TO_BE_SIGNED = "signaturerequest"
SIGNATURE = "signature"
MOMENT = "contactmoment"
PARTNER = "partner"

ALL_PARTNERS = "partners"
"""The topic of new partners."""


def subject_of(prefix: str, key: int) -> str:
    """What the ledger calls something: ``partner:12``."""
    return f"{prefix}:{key}"
