"""What assignments put on pages: of other apps, and on their own by what it is about."""

from assignments.sections import finishing, meetings


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    meetings.register_sections()
    finishing.register_sections()
