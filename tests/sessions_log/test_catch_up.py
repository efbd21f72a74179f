"""The catch-up: what happened in one's bodies since the last meeting that one attended."""

import datetime

import pytest
from django.utils import timezone

from civportal.accounts.models import User
from sessions_log.catch_up import catch_up
from tests import factories
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def ago(days):
    return timezone.localdate() - datetime.timedelta(days=days)


def held(body, days, title, state="published", **fields):
    """A session so many days ago, with a decision and an attention point of the same name."""
    session = factories.SessionFactory(
        title=title, body=body, date=ago(days), visibility="body", **fields
    )
    factories.MinutesFactory(session=session, state=state)
    item = factories.ItemFactory(session=session)
    factories.DecisionFactory(item=item, text=title)
    factories.AttentionFactory(item=item, text=title)
    return session


def attend(session, user, **fields):
    return factories.ParticipationFactory(
        session=session, user=user, **{"attended": True, "invited": True, **fields}
    )


def told(user, body=None):
    """Per body: since when, and the texts of each list."""
    return {
        news.body.name: {
            "since": (timezone.localdate() - news.since.day).days,
            "attended": news.since.attended,
            "sessions": [session.title for session in news.sessions],
            "decisions": [row.decision.text for row in news.decisions],
            "actions": [row.action.text for row in news.actions],
            "points": [row.point.text for row in news.points],
        }
        for news in catch_up(user, body)
    }


@pytest.fixture
def year(steering_group, steering):
    """Four meetings; Stefan was at the second and missed the two after that."""
    sessions = {
        name: held(steering_group, days, name)
        for name, days in {"first": 300, "second": 200, "third": 120, "fourth": 20}.items()
    }
    attend(sessions["first"], steering)
    attend(sessions["second"], steering)
    attend(sessions["third"], steering, attended=False)
    actions = {
        "old": ("first", {}),
        "old and late": ("first", {"due": ago(1)}),
        "from then": ("second", {"due": ago(-9)}),
        "put off": ("third", {"snoozed_until": ago(-1), "due": ago(3)}),
        "new": ("fourth", {}),
        "done": ("fourth", {"state": "done"}),
    }
    for text, (name, fields) in actions.items():
        factories.ActionFactory(
            item=sessions[name].items.get(), text=text, owner=steering, **fields
        )
    factories.ActionFactory(item=sessions["fourth"].items.get(), text="of another")
    return sessions


def test_what_happened_since(year, steering):
    assert told(steering) == {
        "Stuurgroep": {
            "since": 200,
            "attended": True,
            "sessions": ["fourth", "third", "second"],  # the report of the second came later
            "decisions": ["fourth", "third"],
            "actions": ["old and late", "from then", "new"],
            "points": ["first", "second", "third"],
        }
    }


def test_who_never_came_catches_up_from_the_seat_or_three_months(year, steering_group):
    new, old = (
        factories.SeatFactory(body=steering_group, start=start).user
        for start in (ago(30), ago(400))
    )
    found = {name: told(user)["Stuurgroep"] for name, user in (("new", new), ("old", old))}
    assert {name: (news["since"], news["attended"]) for name, news in found.items()} == {
        "new": (30, False),
        "old": (92, False),
    }
    assert found["new"]["decisions"] == found["old"]["decisions"] == ["fourth"]


def test_where_nobody_kept_attendance_who_did_not_decline_was_there(steering_group, steering):
    session = held(steering_group, 50, "unkept")
    attend(session, steering, attended=None)
    later = held(steering_group, 10, "declined")
    attend(later, steering, attended=None, reply="no")
    assert told(steering)["Stuurgroep"]["since"] == 50


def test_it_is_for_who_has_a_seat_now(year, steering, charlie, office, steering_group):
    assert (told(charlie), told(office)) == ({}, {})
    steering.body_memberships.update(end=ago(1))
    assert told(steering) == {}


def test_each_body_has_its_own_day(year, steering, steering_group):
    other = factories.BodyFactory(name="Another body")
    factories.SeatFactory(body=other, user=steering)
    attend(held(other, 5, "recent"), steering)
    held(other, 100, "before")
    found = told(steering)
    assert {name: news["since"] for name, news in found.items()} == {
        "Stuurgroep": 200,
        "Another body": 5,
    }
    assert found["Another body"]["decisions"] == []
    assert list(told(steering, other)) == ["Another body"]


def test_drafts_and_hidden_things_are_not_told(steering_group, steering):
    attend(held(steering_group, 100, "attended"), steering)
    held(steering_group, 20, "draft", state="draft")
    news = told(steering)["Stuurgroep"]
    assert (news["sessions"], news["decisions"]) == (["draft", "attended"], [])


def test_a_confidential_outcome_stays_with_full_readers(steering_group, steering, logged_in):
    """A member of today reads all of it; on the page of the body nobody else sees a word."""
    session = held(steering_group, 20, "missed")
    secret = factories.ItemFactory(session=session, confidential=True, title="MARKER item")
    factories.DecisionFactory(item=secret, text="MARKER decision")
    url = steering_group.get_absolute_url()
    assert "MARKER decision" in logged_in(steering).get(url).text
    assert "MARKER decision" in logged_in(steering).get("/mijn/").text
    for user in (None, factories.UserFactory()):
        assert "MARKER" not in logged_in(user).get(url).text
        assert "Since you were there last" not in read(logged_in(user), url).headings


def test_on_the_desk_and_on_the_page_of_the_body(year, steering, steering_group, logged_in):
    for url in ("/mijn/", steering_group.get_absolute_url()):
        page = read(logged_in(steering), url)
        assert page.under("Since you were there last")[-4:] == [
            "Meetings and reports",
            "Your action items: new or late",
            "Decisions",
            "Attention points that wait for an answer",
        ]


def test_up_to_date(steering_group, steering, logged_in):
    attend(held(steering_group, 1, "yesterday", state="draft"), steering)
    (news,) = catch_up(steering)
    assert news.is_quiet
    assert "You are up to date" in read(logged_in(steering), "/mijn/").text


def test_many_are_counted_and_few_are_shown(steering_group, steering):
    session = held(steering_group, 20, "busy")
    for number in range(7):
        factories.DecisionFactory(item=session.items.get(), text=f"{number}", order=number)
    (news,) = catch_up(steering)
    assert (len(news.decisions), news.decision_total) == (5, 8)


def test_queries_do_not_grow(steering, django_assert_num_queries):
    for new_bodies in (1, 2):
        for _ in range(new_bodies):
            body = factories.BodyFactory()
            factories.SeatFactory(body=body, user=steering)
            attend(held(body, 200, "attended"), steering)
            for days in (120, 20):
                session = held(body, days, f"missed {days}")
                factories.ActionFactory(item=session.items.get(), owner=steering)
        user = User.objects.get(pk=steering.pk)
        with django_assert_num_queries(11):
            assert len(catch_up(user)) >= new_bodies
