"""What assignments put on pages: of other apps, and on their own by what it is about."""

from assignments.sections import (
    board,
    bookings,
    figures,
    finishing,
    meetings,
    posting,
    running,
    teams,
)


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    board.register_sections()
    posting.register_sections()
    meetings.register_sections()
    finishing.register_sections()
    figures.register_sections()
    teams.register_sections()
    running.register_sections()
    bookings.register_sections()
