"""The admin of sessions and minutes."""

from sessions_log.admin import bodies, imports, minutes, sessions, waiting

__all__ = ["bodies", "imports", "minutes", "sessions", "waiting"]
