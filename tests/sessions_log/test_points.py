"""Attention points: who answers them, and the story of one as each reader may know it."""

import datetime

import pytest
from django.utils import timezone

from civportal.notifications.models import Happening
from sessions_log.actions import follow_up
from sessions_log.choices import AttentionState
from sessions_log.models import AttentionPoint, Minutes
from sessions_log.notifications.outcomes import POINT_SECTION
from sessions_log.story import Change, Return, story_of
from tests import factories
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def noon(day):
    return datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")


def happened_on(point, day):
    """Move the latest change in the history, which the database's own clock marked."""
    latest = point.events.order_by("pgh_id").last()
    point.events.filter(pgh_id=latest.pgh_id).update(pgh_created_at=noon(day))


@pytest.fixture
def line():
    return factories.LineFactory(title="Practoraat")


@pytest.fixture
def point(steering_group, line):
    """Said in February, read by members from 22 February on, by everyone from 2 March on."""
    session = factories.SessionFactory(
        body=steering_group, title="Stuurgroep", date=datetime.date(2021, 2, 18)
    )
    Minutes.objects.create(
        session=session,
        state="published",
        circulated_at=noon("2021-02-22"),
        approved_at=noon("2021-03-01"),
        published_at=noon("2021-03-02"),
    )
    item = factories.ItemFactory(session=session, title="The question")
    point = factories.AttentionFactory(item=item, text="Mind the small companies", line=line)
    happened_on(point, "2021-02-20")
    return point


@pytest.fixture
def leader(line):
    user = factories.UserFactory(name="Lia Leader")
    factories.LeaderFactory(line=line, user=user)
    return user


def answer(point, text="They have a seat now", state="adopted", by=None):
    seen = follow_up.seen_of(AttentionPoint.objects.get(pk=point.pk))
    return follow_up.answer(point, state=AttentionState(state), text=text, seen=seen, by=by)


def kept(point):
    return AttentionPoint.objects.values_list("state", "answer").get(pk=point.pk)


def happenings():
    return list(
        Happening.objects.filter(kind=POINT_SECTION).order_by("pk").values_list("subject", "topics")
    )


def test_an_answer_is_kept_and_told_once(point, office, steering_group, line):
    answer(point, by=office)
    topics = sorted([f"body:{steering_group.pk}", f"line:{line.pk}"])
    told = [(f"attentionpoint:{point.pk}", topics)]
    assert (kept(point), happenings()) == (("adopted", "They have a seat now"), told)
    events = point.events.count()
    answer(point, by=office)
    assert (point.events.count(), happenings()) == (events, told)


def test_open_again_tells_nobody(point, office):
    answer(point, text="", state="open", by=office)
    answer(point, text="We look into it", state="open", by=office)
    assert (kept(point), happenings()) == (("open", "We look into it"), [])


def test_nothing_is_settled_without_a_word(point, office):
    with pytest.raises(follow_up.NothingSaid):
        answer(point, text="  ", by=office)
    assert kept(point) == ("open", "")


def test_who_answered_meanwhile_is_not_overwritten(point, office, leader):
    seen = follow_up.seen_of(point)
    answer(point, by=leader)
    with pytest.raises(follow_up.AnsweredMeanwhile):
        follow_up.answer(
            point, state=AttentionState.PARKED, text="Not this year", seen=seen, by=office
        )
    assert kept(point) == ("adopted", "They have a seat now")


# --- the page ------------------------------------------------------------------------------------


def test_who_answers(point, everyone, leader, steering_group, logged_in):
    secretary = factories.SeatFactory(body=steering_group, role="secretary").user
    people = {**everyone, "leader": leader, "secretary": secretary}
    form = {"state": "adopted", "answer": "Yes", "seen": "open:"}

    def tried(user):
        AttentionPoint.objects.update(state="open", answer="")
        browser = logged_in(user)
        offered = "Your answer" in read(browser, point.get_absolute_url()).headings
        status = browser.post(point.get_absolute_url(), form).status_code
        return offered, status, kept(point)[0]

    assert {role: tried(user) for role, user in people.items()} == {
        "visitor": (False, 302, "open"),
        "charlie": (False, 403, "open"),
        "company": (False, 403, "open"),
        "steering": (False, 403, "open"),
        "office": (True, 302, "adopted"),
        "leader": (True, 302, "adopted"),
        "secretary": (True, 302, "adopted"),
    }


def test_an_answer_that_came_too_late_is_kept_in_the_form(point, office, leader, logged_in):
    browser = logged_in(office)
    form = {"state": "parked", "answer": "Not this year", "seen": "open:"}
    answer(point, by=leader)
    page = browser.post(point.get_absolute_url(), form)
    assert page.status_code == 200
    assert "Someone else answered this" in page.text
    assert "Not this year" in page.text
    assert "They have a seat now" in page.text
    again = {**form, "seen": page.context["form"]["seen"].value()}
    assert browser.post(point.get_absolute_url(), again).status_code == 302
    assert kept(point) == ("parked", "Not this year")


def test_a_state_without_an_answer_says_so(point, office, logged_in):
    form = {"state": "declined", "answer": "", "seen": "open:"}
    page = logged_in(office).post(point.get_absolute_url(), form)
    assert page.context["form"].errors == {
        "answer": ["Say in a few words what was done with it, or why nothing was."]
    }


def test_a_point_is_as_hidden_as_its_item(log, everyone, logged_in):
    points = {
        f"{point.item.session.title} {point.text}": point
        for point in AttentionPoint.objects.select_related("item__session")
    }

    def seen(user):
        browser = logged_in(user)
        return sorted(
            name
            for name, point in points.items()
            if browser.get(point.get_absolute_url()).status_code == 200
        )

    public, partners = "Held public Point open", "Held partners Point open"
    assert {role: seen(user) for role, user in everyone.items()} == {
        "visitor": [public],
        "charlie": [public],
        "company": [partners, public],
        "steering": sorted(points),
        "office": sorted(points),
    }


# --- the story -----------------------------------------------------------------------------------


def at(day, point, office, text, state):
    answer(point, text=text, state=state, by=office)
    happened_on(point, day)


def told(point, viewer):
    """The episodes in short."""
    fresh = AttentionPoint.objects.select_related("item__session").get(pk=point.pk)
    found = []
    for episode in story_of(fresh, viewer).episodes:
        day = episode.day and episode.day.isoformat()
        if isinstance(episode, Return):
            found.append((day, episode.title, episode.text, episode.decisions))
        else:
            assert isinstance(episode, Change)
            found.append((day, episode.label, episode.answer, episode.who))
    return found


def test_the_whole_story_for_members_and_the_public_part_for_others(
    point, steering, steering_group, office, company, client
):
    # While it was a draft: nobody but its writers ever hears of this.
    at("2021-02-20", point, office, "SECRET draft", "declined")
    at("2021-02-21", point, office, "", "open")
    at("2021-02-25", point, office, "SECRET for members", "parked")
    at("2021-03-10", point, office, "SECRET taken back", "declined")
    later = factories.SessionFactory(body=steering_group, date=datetime.date(2021, 4, 1))
    factories.MinutesFactory(session=later)
    again = factories.ItemFactory(
        session=later, title="Small companies", text="<p>A seat.</p>", about_point=point
    )
    factories.DecisionFactory(item=again, text="They get a seat")
    closed = factories.SessionFactory(
        body=steering_group, date=datetime.date(2021, 4, 8), visibility="body"
    )
    factories.ItemFactory(session=closed, title="SECRET meeting", about_point=point)
    hidden = factories.ItemFactory(
        session=later, title="SECRET item", about_point=point, confidential=True, order=32_000
    )
    factories.DecisionFactory(item=hidden, text="SECRET decision")
    at("2021-04-10", point, office, "They have a seat", "adopted")

    agenda = ("2021-04-01", "Small companies", "<p>A seat.</p>", ["They get a seat"])
    assert told(point, steering) == [
        ("2021-02-25", "Parked", "SECRET for members", "Olga Office"),
        ("2021-03-10", "Declined", "SECRET taken back", "Olga Office"),
        agenda,
        ("2021-04-01", "SECRET item", "", ["SECRET decision"]),
        ("2021-04-08", "SECRET meeting", "", []),
        ("2021-04-10", "Adopted", "They have a seat", "Olga Office"),
    ]
    # What was parked when the report came out has no day; earlier answers are not theirs.
    public = [
        (None, "Parked", "", ""),
        ("2021-03-10", "Declined", "", ""),
        agenda,
        ("2021-04-10", "Adopted", "They have a seat", ""),
    ]
    assert told(point, company) == public
    page = read(client, point.get_absolute_url())
    assert "SECRET" not in page.response.text
    assert "Olga" not in page.response.text
    assert f"{point.item.session.get_absolute_url()}#punt-1" in page.links.values()


def test_what_the_report_says_itself_has_no_day(steering, steering_group):
    session = factories.SessionFactory(body=steering_group)
    factories.MinutesFactory(session=session)
    settled = factories.AttentionFactory(
        item__session=session, state="adopted", answer="Done at once"
    )
    assert told(settled, steering) == [(None, "Adopted", "Done at once", "")]


def test_a_chapter_is_named_to_who_may_read_it(point, client, office, logged_in):
    point.chapter = factories.ChapterFactory(title="Chapter two", visibility="writers")
    point.save()
    assert "Chapter two" not in client.get(point.get_absolute_url()).text
    assert "Chapter two" in logged_in(office).get(point.get_absolute_url()).text


def test_an_open_point_tells_for_how_long_it_waits(point, client):
    days = (timezone.localdate() - datetime.date(2021, 2, 18)).days
    assert f"For {days} days." in read(client, point.get_absolute_url()).text


def test_queries_do_not_grow(point, office, steering_group, logged_in, django_assert_num_queries):
    browser = logged_in(office)
    for new in (1, 2):
        for number in range(new):
            session = factories.SessionFactory(body=steering_group)
            factories.MinutesFactory(session=session)
            item = factories.ItemFactory(session=session, about_point=point)
            factories.DecisionFactory(item=item)
            answer(point, text=f"Answer {new} {number}", by=office)
        with django_assert_num_queries(13):
            assert browser.get(point.get_absolute_url()).status_code == 200
