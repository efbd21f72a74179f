"""The fixed words of sessions and minutes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BodyKind(models.TextChoices):
    """What sort of *overleg* a body is."""

    STEERING_GROUP = "steering_group", _("Steering group")
    WORKING_GROUP = "working_group", _("Working group")
    WRITERS = "writers", _("Writers")


class BodyRole(models.TextChoices):
    """What someone is in a body."""

    CHAIR = "chair", _("Chair")
    SECRETARY = "secretary", _("Secretary")
    MEMBER = "member", _("Member")


class SessionKind(models.TextChoices):
    """What sort of meeting a session is."""

    WORK_SESSION = "work_session", _("Work session")
    STEERING_GROUP = "steering_group", _("Steering group meeting")
    CONFERENCE = "conference", _("Conference")
    SMALL_CIRCLE = "small_circle", _("Small circle")


class SessionStatus(models.TextChoices):
    """Whether a session is still to come."""

    PLANNED = "planned", _("Planned")
    HELD = "held", pgettext_lazy("a session that took place", "Held")
    CANCELLED = "cancelled", _("Cancelled")


class Visibility(models.TextChoices):
    """Who may know of a session, or read a document."""

    PUBLIC = "public", _("Everyone")
    PARTNERS = "partners", _("Partners")
    BODY = "body", _("The body and those invited")


class Purpose(models.TextChoices):
    """What an agenda item is for."""

    INFORM = "inform", _("To inform")
    DISCUSS = "discuss", _("To discuss")
    DECIDE = "decide", _("To decide")


class ParticipationRole(models.TextChoices):
    """What someone does in a session."""

    CHAIR = "chair", _("Chair")
    SECRETARY = "secretary", _("Secretary")
    SPEAKER = "speaker", _("Speaker")
    PARTICIPANT = "participant", _("Participant")


class Reply(models.TextChoices):
    """What someone answered to an invitation."""

    YES = "yes", pgettext_lazy("reply to an invitation", "Yes")
    NO = "no", pgettext_lazy("reply to an invitation", "No")
    MAYBE = "maybe", pgettext_lazy("reply to an invitation", "Maybe")
    REPLACED = "replaced", pgettext_lazy("reply to an invitation", "Someone else goes")


class MinutesState(models.TextChoices):
    """How far minutes are, from first words to public report."""

    DRAFT = "draft", pgettext_lazy("state of minutes", "Draft")
    CIRCULATED = "circulated", pgettext_lazy("state of minutes", "Circulated")
    APPROVED = "approved", pgettext_lazy("state of minutes", "Approved")
    PUBLISHED = "published", pgettext_lazy("state of minutes", "Published")


class ActionState(models.TextChoices):
    """What became of an action item."""

    OPEN = "open", pgettext_lazy("state of an action item", "Open")
    DONE = "done", pgettext_lazy("state of an action item", "Done")
    DROPPED = "dropped", pgettext_lazy("state of an action item", "Dropped")


class AttentionState(models.TextChoices):
    """What became of an attention point."""

    OPEN = "open", pgettext_lazy("state of an attention point", "Open")
    ADOPTED = "adopted", pgettext_lazy("state of an attention point", "Adopted")
    PARKED = "parked", pgettext_lazy("state of an attention point", "Parked")
    DECLINED = "declined", pgettext_lazy("state of an attention point", "Declined")


class RemarkState(models.TextChoices):
    """What became of a remark on minutes that were sent round."""

    OPEN = "open", pgettext_lazy("state of a remark on minutes", "Open")
    ACCEPTED = "accepted", pgettext_lazy("state of a remark on minutes", "Accepted")
    ANSWERED = "answered", pgettext_lazy("state of a remark on minutes", "Answered")


class ImportState(models.TextChoices):
    """How far the import of a report is."""

    REVIEW = "review", pgettext_lazy("state of an import", "To be checked")
    CONFIRMED = "confirmed", pgettext_lazy("state of an import", "Confirmed")
    DISCARDED = "discarded", pgettext_lazy("state of an import", "Discarded")
