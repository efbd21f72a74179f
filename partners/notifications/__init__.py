"""What partners have to tell: applications, people, agreements, new partners."""


def register() -> None:
    """Make all of it known; called once, when Django is ready."""
    from partners.notifications import registering, topics  # noqa: PLC0415 - models must be loaded

    registering.register()
    topics.register()
