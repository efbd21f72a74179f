"""Why something about partners cannot go on; ``str()`` says it to a person. Nothing was changed."""

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from partners.models import Partner, Signature


class Refused(Exception):  # noqa: N818 - reads as what happened
    """The first of these errors: catch it to show its sentence, whatever the reason."""

    sentence: str | Promise = ""

    def __str__(self) -> str:
        return str(self.sentence)


# --- applications --------------------------------------------------------------------------------


class AlreadyDecided(Refused):
    """The application was accepted, declined or withdrawn already, maybe a moment ago."""

    sentence = _("Somebody has decided on this application already.")


class NotConfirmed(Refused):
    """The applicant has not confirmed the e-mail address."""

    sentence = _("The e-mail address of this application has not been confirmed yet.")


class NotTheApplicant(Refused):
    """Only who has confirmed the address in the application can do this."""

    sentence = _("This application has another e-mail address than your account.")


class NoQuestion(Refused):
    """There is nothing to answer."""

    sentence = _("There is no question waiting for an answer.")


class KvkTaken(Refused):
    """An organisation with this KvK number is known; link the application to it."""

    sentence = _(
        "An organisation with this KvK number is known already. Link the application to it first."
    )

    def __init__(self, partner: "Partner") -> None:
        super().__init__(partner.pk)
        self.partner = partner


# --- the pipeline --------------------------------------------------------------------------------


class IllegalMove(Refused):
    """An organisation cannot go from this status to that."""

    sentence = _("From this status an organisation cannot go there.")


class OnlyBySigning(IllegalMove):
    """Nobody makes an organisation a signed partner by hand."""

    sentence = _("Only a signed cooperation agreement makes an organisation a partner.")


class ReasonMissing(Refused):
    """This cannot do without a reason."""

    sentence = _("Say why.")


class MovedMeanwhile(Refused):
    """Somebody else has moved the organisation since the page was opened."""

    sentence = _(
        "Somebody else has moved this organisation while you were busy. Look at what changed, and "
        "move it again if that is still right."
    )


class LetterMissing(Refused):
    """There is no letter of intent without the letter."""

    sentence = _("Add the letter of intent.")


class StepTaken(Refused):
    """A step that was taken has no day to wait for."""

    sentence = _("This step was taken already.")


class NotInOffice(Refused):
    """Only people of the programme office own an organisation or a step."""

    sentence = _("Choose someone of the programme office.")


# --- people --------------------------------------------------------------------------------------


class NotAllowed(Refused):
    """This person may not do this to these people."""

    sentence = _("You may not do this.")


class LastRepresentative(Refused):
    """Someone has to speak for the organisation."""

    sentence = _("The last representative cannot go. Make somebody else representative first.")


class AlreadyMember(Refused):
    """This person belongs to the organisation already."""

    sentence = _("This person belongs to this partner already.")


class InvitationOver(Refused):
    """The invitation was used, was withdrawn or has run out."""

    sentence = _("This invitation is no longer valid. Ask for a new one.")


class OtherAddress(Refused):
    """The invitation is for another e-mail address."""

    sentence = _("This invitation is for another e-mail address than that of your account.")


class AlreadyAnswered(Refused):
    """Somebody answered the request already."""

    sentence = _("Somebody has answered this request already.")


class NoMandate(Refused):
    """Only a representative with a mandate signs."""

    sentence = _("You have no mandate to sign for this organisation.")


class TooManyInvitations(Refused):
    """The partner has sent as many invitations today as it may."""

    sentence = _("Those were many invitations for one day. Go on tomorrow, or ask the office.")


class PageChanged(Refused):
    """Somebody else has saved the partner's page since it was opened."""

    sentence = _(
        "Somebody else has saved this page while you were busy. Look at it in another tab first; "
        "saving again replaces it with yours."
    )


# --- agreements ----------------------------------------------------------------------------------


class NotADraft(Refused):
    """What was opened for signing cannot change."""

    sentence = _("This agreement is no draft any more.")


class NotOpen(Refused):
    """The agreement cannot be signed now."""

    sentence = _("This agreement cannot be signed now.")


class NotAsked(Refused):
    """This partner was not asked to sign, or no longer is."""

    sentence = _("This organisation was not asked to sign this agreement.")


class AlreadySigned(Refused):
    """The partner's signature is there already; ``signature`` is it."""

    sentence = _("This organisation has signed this agreement already.")

    def __init__(self, signature: "Signature") -> None:
        super().__init__(signature.pk)
        self.signature = signature


class DocumentChanged(Refused):
    """The stored document is not the one that was put in; nobody may read or sign it as such."""

    sentence = _(
        "This document is not the one that was put in. It is not shown; the office has to look."
    )


class OtherDocument(Refused):
    """What the signatory read is not what the agreement holds."""

    sentence = _("The document has changed since you opened it. Read it again.")
