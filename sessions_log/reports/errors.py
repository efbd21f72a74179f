"""Why a file cannot be taken in: one named error per cause, each with a sentence for a person."""

from django.utils.translation import gettext as _


class ReportError(Exception):
    """The file cannot be read as a report; nothing is stored.

    ``code`` names the cause for programs, ``str()`` tells a person what is wrong and what helps.
    """

    code = "unreadable"

    def message(self) -> str:
        return _("This file cannot be read.")

    def __str__(self) -> str:
        return self.message()


class EmptyReportError(ReportError):
    code = "empty"

    def message(self) -> str:
        return _("This file has no text in it. Was the right file chosen?")


class ReportTooLargeError(ReportError):
    code = "too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def message(self) -> str:
        return _(
            "This file is larger than %(megabytes)d MB, also when unpacked. "
            "Leave out the pictures, or split the report."
        ) % {"megabytes": self.limit // (1024 * 1024)}


class ReportTooLongError(ReportError):
    code = "too_long"

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def message(self) -> str:
        return _(
            "This file holds more text than a report does: more than %(count)d characters. "
            "Split it."
        ) % {"count": self.limit}


class DamagedReportError(ReportError):
    code = "damaged"

    def message(self) -> str:
        return _(
            "This file is damaged or incomplete. Open it in a word processor, "
            "save it again and try once more."
        )


class ProtectedReportError(ReportError):
    code = "protected"

    def message(self) -> str:
        return _("This file is protected with a password. Save it without the password first.")


class MislabelledReportError(ReportError):
    """The content is something else than the name says."""

    code = "mislabelled"

    def __init__(self, suffix: str, found: str) -> None:
        super().__init__(suffix, found)
        self.suffix = suffix
        self.found = found

    def message(self) -> str:
        return _("This file is called %(suffix)s, but what is in it is %(found)s.") % {
            "suffix": self.suffix,
            "found": self.found,
        }


class UnknownFormatError(ReportError):
    code = "unknown_format"

    def __init__(self, suffix: str, known: tuple[str, ...]) -> None:
        super().__init__(suffix, known)
        self.suffix = suffix
        self.known = known

    def message(self) -> str:
        known = ", ".join(self.known)
        if not self.suffix:
            return _(
                "The name of this file does not tell its kind. Files that can be read: %(known)s."
            ) % {"known": known}
        return _(
            "Files of the kind %(suffix)s cannot be read yet. Files that can be read: %(known)s."
        ) % {"suffix": self.suffix, "known": known}
