"""The fixed words of notifications."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ACCOUNT = "account"
"""The kind of the mails about one's account; see ``account_mail``."""


class Mode(models.TextChoices):
    """How someone wants to hear of one kind of thing."""

    AT_ONCE = "at_once", _("At once")
    DIGEST = "digest", _("In the digest")
    OFF = "off", pgettext_lazy("notifications of a kind", "Not")


class State(models.TextChoices):
    """What became of one notification to one person."""

    PENDING = "pending", pgettext_lazy("state of a notification", "Waiting")
    SENT = "sent", pgettext_lazy("state of a notification", "Sent")
    WITHHELD = "withheld", pgettext_lazy("state of a notification", "Not sent")
    FAILED = "failed", pgettext_lazy("state of a notification", "Given up")


class Reason(models.TextChoices):
    """Why something was not sent, or not yet."""

    NONE = "", ""
    NOT_WANTED = "not_wanted", _("does not want this kind of mail")
    IN_DIGEST = "in_digest", _("gets this in the digest")
    PAUSED = "paused", _("has paused the mail")
    NO_LONGER_VISIBLE = "no_longer_visible", _("may no longer see this")
    OUTDATED = "outdated", _("no longer holds: moved, cancelled or answered")
    TOO_LATE = "too_late", _("it had begun already")
    TOO_OLD = "too_old", _("it waited until it was of no use any more")
    OVERTAKEN = "overtaken", _("a later reminder goes out instead")
    NOTHING_NEW = "nothing_new", _("nothing new")
    INACTIVE = "inactive", _("the account is not active")
    DEAD_ADDRESS = "dead_address", _("the e-mail address does not work")
    STOPPED = "stopped", _("all mail is stopped")
    SANDBOX = "sandbox", _("the address is not on the list of the try-out mode")
    REFUSED = "refused", _("the mail server refused it for good")
    NO_ANSWER = "no_answer", _("the mail server could not be reached or kept postponing")
    BROKEN = "broken", _("the mail could not be made")


class Frequency(models.TextChoices):
    """How often someone gets a digest."""

    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")
    NEVER = "never", _("Never")


class AddressState(models.TextChoices):
    """Whether an e-mail address takes mail."""

    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Marked our mail as unwanted")
