"""What is told about assignments, by noun: each module has ``register()`` for its kinds."""


def register() -> None:
    """Make everything known that can be told and followed; called once, when Django is ready."""
    from assignments.notifications import (  # noqa: PLC0415 - models must be loaded
        board,
        bookings,
        finishing,
        posting,
        running,
        teams,
    )

    board.register()
    posting.register()
    running.register()
    finishing.register()
    teams.register()
    bookings.register()
