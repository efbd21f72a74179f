"""The conversation of a team as a page shows it."""

from typing import Any

from assignments.actions.running import is_open, side_of
from assignments.choices import TeamState
from assignments.forms.running import MessageForm
from assignments.models import Team
from civportal.accounts.models import User

LAST = 20
"""Messages on the page of the team; earlier ones have pages of their own."""


def conversation(
    viewer: User, team: Team, *, form: MessageForm | None = None, after: int | None = None
) -> dict[str, Any] | None:
    """The last messages, oldest first, and who may add one.

    ``after`` gives only what came after that message. None where nobody can talk and nobody has.
    """
    side = side_of(viewer, team)
    rows = team.messages.select_related("author")
    if after is not None:
        shown, earlier = list(rows.filter(pk__gt=after)), 0
    else:
        shown = list(rows.order_by("-created_at", "-pk")[: LAST + 1])[::-1]
        earlier = team.messages.count() - LAST if len(shown) > LAST else 0
        shown = shown[-LAST:]
    can_write = side is not None and is_open(team)
    if not shown and not can_write and after is None:
        return None
    return {
        "team": team,
        "messages": shown,
        "was_empty": after == 0,
        "earlier": earlier,
        "last": shown[-1].pk if shown else after or 0,
        "form": form or MessageForm(),
        "side": side,
        "can_write": can_write,
        "is_applicant": team.state in {TeamState.APPLIED, TeamState.RESERVE},
        "viewer": viewer,
    }
