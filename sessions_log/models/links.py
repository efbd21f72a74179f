"""Links between sessions and other things, so that history knows of them."""

import pghistory

from sessions_log.models.sessions import WorkSession


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class SessionLine(WorkSession.lines.through):  # type: ignore[name-defined,misc]
    """A programme line of a session."""

    class Meta:
        proxy = True
        default_permissions = ()
