"""Minutes with everyone who has to do with them."""

from dataclasses import dataclass

from django.utils import timezone

from civportal.accounts.models import User
from sessions_log.actions.minutes import freeze
from sessions_log.models import AgendaItem, Body, Minutes, WorkSession
from tests import factories


@dataclass
class World:
    """One session of a body of which the chair and the secretary hold office.

    ``attended`` was there as a guest of the office; ``signed_up`` was there too, but reads only
    what is not confidential; ``member`` sits in the body and was not there; ``stranger`` has
    nothing to do with it.
    """

    body: Body
    session: WorkSession
    minutes: Minutes
    first: AgendaItem
    secret: AgendaItem
    last: AgendaItem
    chair: User
    secretary: User
    member: User
    attended: User
    signed_up: User
    stranger: User

    def people(self) -> dict[str, User | None]:
        names = ("stranger", "signed_up", "attended", "member", "secretary", "chair")
        return {"visitor": None, **{name: getattr(self, name) for name in names}}


SECRET = "Zwartkijker"
"""A word that stands only under the confidential item."""


def make_world(state: str = "draft", *, visibility: str = "public", name: str = "") -> World:
    """The world with its minutes in a state; approved ones are frozen. Another gets a ``name``."""
    body = factories.BodyFactory(name=f"Werkgroep {name}", silent_days=14)
    people = {
        role: factories.UserFactory(
            email=f"{role}{name}@example.org", name=role.title(), language="en"
        )
        for role in ("chair", "secretary", "member", "attended", "signed_up", "stranger")
    }
    for role in ("chair", "secretary", "member"):
        factories.SeatFactory(body=body, user=people[role], role=role)
    session = factories.SessionFactory(title="Overleg", body=body, visibility=visibility)
    for role, invited in (("chair", True), ("attended", True), ("signed_up", False)):
        factories.ParticipationFactory(
            session=session, user=people[role], organisation="", invited=invited, attended=True
        )
    moment = timezone.now()
    minutes = factories.MinutesFactory(
        session=session,
        summary="<p>Kort gezegd.</p>",
        state=state,
        circulated_at=None if state == "draft" else moment,
        approved_at=moment if state in {"approved", "published"} else None,
        published_at=moment if state == "published" else None,
    )
    items = []
    for order, (title, secret) in enumerate(
        [("Opening", False), (SECRET, True), ("Sluiting", False)], start=1
    ):
        item = factories.ItemFactory(
            session=session,
            order=order,
            title=title,
            text=f"<p>Gezegd over {title}.</p>",
            confidential=secret,
        )
        factories.DecisionFactory(item=item, text=f"Besluit over {title}")
        factories.ActionFactory(item=item, text=f"Actie over {title}", owner=people["member"])
        factories.AttentionFactory(item=item, text=f"Punt over {title}")
        items.append(item)
    if minutes.is_settled:
        freeze(minutes, by=people["chair"], at=moment)
    return World(body, session, minutes, *items, **people)
