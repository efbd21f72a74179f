"""Who may see what of sessions: the whole table of domain.md, asked of the rules themselves."""

import datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Count, Exists, F, Func, OuterRef, Subquery

from civportal.accounts.models import User
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    AttentionPoint,
    Decision,
    Document,
    Minutes,
    Participation,
    WorkSession,
)
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(steering_group):
    """One session of each visibility, each with an open and a confidential item and minutes."""
    for visibility in ("public", "partners", "body"):
        session = factories.SessionFactory(
            title=visibility, visibility=visibility, body=steering_group
        )
        factories.MinutesFactory(session=session)
        for order, confidential in enumerate((False, True)):
            title = f"{visibility} {'confidential' if confidential else 'open'}"
            item = factories.ItemFactory(
                session=session, order=order, title=title, confidential=confidential
            )
            factories.DecisionFactory(item=item, text=title)
            factories.ActionFactory(item=item, text=title)
            factories.AttentionFactory(item=item, text=title)
            factories.DocumentFactory(session=session, item=item, title=title)
        for own in ("public", "partners", "body"):
            factories.DocumentFactory(session=session, title=f"{visibility} {own}", visibility=own)


@pytest.fixture
def viewers(office, steering, company, charlie):
    return {
        "visitor": AnonymousUser(),
        "charlie": charlie,
        "company": company,
        "steering": steering,
        "office": office,
    }


OPEN = {
    "visitor": {"public open"},
    "charlie": {"public open"},
    "company": {"public open", "partners open"},
}
EVERYTHING = {f"{v} {w}" for v in ("public", "partners", "body") for w in ("open", "confidential")}


def test_sessions_by_viewer(archive, viewers):
    seen = {
        name: set(WorkSession.objects.visible_to(viewer).values_list("title", flat=True))
        for name, viewer in viewers.items()
    }
    assert seen == {
        "visitor": {"public"},
        "charlie": {"public"},
        "company": {"public", "partners"},
        "steering": {"public", "partners", "body"},
        "office": {"public", "partners", "body"},
    }


@pytest.mark.parametrize(
    ("model", "field"),
    [(AgendaItem, "title"), (Decision, "text"), (ActionItem, "text"), (AttentionPoint, "text")],
)
def test_items_and_outcomes_by_viewer(archive, viewers, model, field):
    seen = {
        name: set(model.objects.visible_to(viewer).values_list(field, flat=True))
        for name, viewer in viewers.items()
    }
    assert seen == {**OPEN, "steering": EVERYTHING, "office": EVERYTHING}


def test_documents_by_viewer(archive, viewers):
    seen = {
        name: set(Document.objects.visible_to(viewer).values_list("title", flat=True))
        for name, viewer in viewers.items()
    }
    own = {
        f"{v} {w}" for v in ("public", "partners", "body") for w in ("public", "partners", "body")
    }
    assert seen == {
        "visitor": {"public open", "public public"},
        "charlie": {"public open", "public public"},
        "company": {
            "public open",
            "partners open",
            "public public",
            "public partners",
            "partners public",
            "partners partners",
        },
        "steering": EVERYTHING | own,
        "office": EVERYTHING | own,
    }


@pytest.mark.parametrize(
    "model",
    [WorkSession, AgendaItem, Minutes, Decision, ActionItem, AttentionPoint, Document],
)
def test_one_query_over_all_people_says_the_same(archive, viewers, model):
    """The rule for an ``OuterRef`` is the rule for a ``User``, however deep it stands."""
    rows = model.objects.visible_to(OuterRef("pk")).order_by()
    count = rows.annotate(n=Func(F("pk"), function="COUNT")).values("n")
    people = User.objects.annotate(n=Subquery(count)).order_by("pk")
    assert [(person.pk, person.n) for person in people] == [
        (person.pk, model.objects.visible_to(person).count())
        for person in User.objects.order_by("pk")
    ]


MINUTES_READERS = {
    "draft": {"office", "chair", "secretary"},
    "circulated": {"office", "chair", "secretary", "steering", "invited", "attended"},
    "approved": {"office", "chair", "secretary", "steering", "invited", "attended"},
    "published": {
        "office", "chair", "secretary", "steering", "invited", "attended", "company", "charlie",
        "visitor", "former",
    },
}  # fmt: skip


@pytest.mark.parametrize("state", MINUTES_READERS)
def test_minutes_by_state(state, viewers, steering_group):
    session = factories.SessionFactory(body=steering_group, visibility="public")
    factories.MinutesFactory(session=session, state=state)
    item = factories.ItemFactory(session=session)
    factories.DecisionFactory(item=item)
    people = dict(viewers)
    for role in ("chair", "secretary"):
        people[role] = factories.UserFactory()
        factories.SeatFactory(body=steering_group, user=people[role], role=role)
    people["invited"] = factories.UserFactory()
    factories.ParticipationFactory(session=session, user=people["invited"], invited=True)
    people["attended"] = factories.UserFactory()
    factories.ParticipationFactory(session=session, user=people["attended"], attended=True)
    people["former"] = factories.UserFactory()
    factories.SeatFactory(
        body=steering_group, user=people["former"], end=session.date - datetime.timedelta(1)
    )

    readers = {name for name, who in people.items() if Minutes.objects.visible_to(who).exists()}
    deciders = {name for name, who in people.items() if Decision.objects.visible_to(who).exists()}

    assert (readers, deciders) == (MINUTES_READERS[state], MINUTES_READERS[state])
    # The agenda stands apart from the minutes: everyone who sees the session sees it.
    assert AgendaItem.objects.visible_to(AnonymousUser()).get() == item


def test_seat_on_the_day_or_now(steering_group):
    """A member then reads what was said then; a member now reads all of it; others do not."""
    session = factories.SessionFactory(
        body=steering_group, visibility="body", date=datetime.date(2021, 4, 1)
    )
    seats = {
        "then": (datetime.date(2021, 1, 1), datetime.date(2021, 12, 31)),
        "now": (datetime.date(2024, 1, 1), None),
        "always": (None, None),
        "before": (datetime.date(2020, 1, 1), datetime.date(2021, 3, 31)),
        "between": (datetime.date(2022, 1, 1), datetime.date(2022, 12, 31)),
        "later": (datetime.date(2025, 1, 1), None),
    }
    people = {}
    for name, (start, end) in seats.items():
        people[name] = factories.UserFactory(name=name)
        factories.SeatFactory(body=steering_group, user=people[name], start=start, end=end)

    with time_machine.travel("2024-06-01T12:00:00+02:00"):
        seen = {
            name
            for name, person in people.items()
            if session in WorkSession.objects.visible_to(person)
        }

    assert seen == {"then", "now", "always"}


def test_signing_oneself_up_grants_nothing(charlie):
    session = factories.SessionFactory(visibility="body")
    factories.ParticipationFactory(session=session, user=charlie, reply="yes", attended=True)
    assert not WorkSession.objects.visible_to(charlie).exists()


def test_an_inactive_person_sees_what_a_visitor_sees(archive, steering):
    steering.is_active = False
    steering.save(update_fields=["is_active"])
    seen = set(WorkSession.objects.visible_to(steering).values_list("title", flat=True))
    by_query = User.objects.filter(
        Exists(WorkSession.objects.filter(visibility="body").visible_to(OuterRef("pk")))
    )
    assert (seen, steering in by_query) == ({"public"}, False)


def test_staff_outside_a_body_need_the_permission(archive, charlie):
    charlie.is_staff = True
    charlie.save(update_fields=["is_staff"])
    before = WorkSession.objects.visible_to(charlie).count()
    charlie.user_permissions.add(Permission.objects.get(codename="read_every_session"))
    after = WorkSession.objects.visible_to(charlie).count()
    assert (before, after) == (1, 3)


def test_only_speakers_are_named_to_visitors(viewers, steering_group):
    session = factories.SessionFactory(visibility="public", body=steering_group)
    for role in ("speaker", "chair", "participant"):
        factories.ParticipationFactory(session=session, name=role, role=role)
    factories.ParticipationFactory(session=session, user=viewers["charlie"], name="charlie")

    named = {
        name: set(
            Participation.objects.visible_to(viewer)
            .filter(is_named=True)
            .values_list("name", flat=True)
        )
        for name, viewer in viewers.items()
    }

    everyone = {"speaker", "chair", "participant", "charlie"}
    assert named == {
        "visitor": {"speaker"},
        "charlie": {"speaker", "charlie"},
        "company": {"speaker"},
        "steering": everyone,
        "office": everyone,
    }


def test_counting_through_a_rule_does_not_multiply(archive, steering, steering_group):
    """A viewer with two grounds to read something still reads it once."""
    factories.SeatFactory(body=steering_group, user=steering, start=datetime.date(2021, 1, 1))
    session = WorkSession.objects.get(title="body")
    factories.ParticipationFactory(session=session, user=steering, invited=True)
    assert WorkSession.objects.visible_to(steering).aggregate(n=Count("pk"))["n"] == 3
