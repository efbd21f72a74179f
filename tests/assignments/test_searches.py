"""Searches that people keep: on their own page, on the desk and in the digest."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from assignments import matching
from assignments.actions import searches as actions
from assignments.actions.publishing import publish_if_ready
from assignments.errors import NothingToSearch, TooManySearches
from assignments.following import topics_of
from assignments.models import Assignment, SavedSearch
from assignments.searches import with_news
from civportal.notifications import actions as notifications
from civportal.notifications import delivery, digests
from civportal.notifications.kinds import topics
from civportal.notifications.models import Follow, Happening
from tests import factories
from tests.assignments.reading import get, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def kept(user):
    """What somebody keeps: name, filters, and whether it is followed."""
    followed = set(Follow.objects.filter(user=user).values_list("topic", flat=True))
    return [
        (search.name, search.query, search.topic in followed)
        for search in SavedSearch.objects.filter(user=user)
    ]


def published(**fields):
    """An assignment that comes on the board at this moment."""
    row = factories.AssignmentFactory(
        state="submitted", company_yes_at=timezone.now(), checked_at=timezone.now(), **fields
    )
    assert publish_if_ready(row)
    return row


# --- keeping -------------------------------------------------------------------------------


def test_a_search_is_kept_from_the_board(charlie, logged_in):
    factories.AssignmentFactory(mixed=True)
    browser = logged_in(charlie)
    page = get(browser, "/opdrachten/?mixed=ja&page=1&level=5").content.decode()
    query = re.search(r'name="query" value="([^"]*)"', page)[1].replace("&amp;", "&")
    name = re.search(r'name="name" value="([^"]*)"', page)[1]
    assert (query, name) == ("level=5&mixed=ja", "Associate degree, For mixed teams")
    answer = browser.post(
        "/opdrachten/zoekopdrachten/", {"query": query, "name": name, "follow": "ja"}
    )
    assert answer["Location"] == f"/opdrachten/?{query}"
    assert kept(charlie) == [(name, query, True)]
    assert f"You kept this search as “{name}”." in text_of(get(browser, answer["Location"]))


def test_filters_are_kept_the_same_in_any_order_and_without_what_is_none(charlie):
    for query in ("level=5&mixed=ja", "mixed=ja&page=3&onzin=1&level=5&form=&sort=deadline"):
        actions.keep(query, name=" Mijn\nzoektocht ", follow=False, by=charlie)
    assert kept(charlie) == [("Mijn zoektocht", "level=5&mixed=ja", False)]


def test_a_second_time_follows_what_was_kept_already(charlie):
    for follow in (False, True, False):
        actions.keep("level=5", name="Ad", follow=follow, by=charlie)
    assert kept(charlie) == [("Ad", "level=5", True)]


def test_nothing_and_too_much_are_refused(charlie):
    with pytest.raises(NothingToSearch):
        actions.keep("page=2&sort=deadline", name="Alles", follow=True, by=charlie)
    for number in range(actions.MOST):
        actions.keep(f"q=woord{number}", name="", follow=False, by=charlie)
    with pytest.raises(TooManySearches):
        actions.keep("q=nog", name="", follow=False, by=charlie)
    actions.keep("q=woord1", name="", follow=False, by=charlie)  # is there already
    assert SavedSearch.objects.count() == actions.MOST


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({"what": "rename", "name": "Anders"}, [("Anders", "level=5", False)]),
        ({"what": "rename", "name": "  "}, [("Ad", "level=5", False)]),
        ({"what": "follow"}, [("Ad", "level=5", True)]),
        ({"what": "remove"}, []),
    ],
)
def test_changing_ones_own(what, expected, charlie, logged_in):
    search = actions.keep("level=5", name="Ad", follow=False, by=charlie)
    answer = logged_in(charlie).post(f"/opdrachten/zoekopdrachten/{search.pk}/", what)
    assert answer["Location"] == "/opdrachten/zoekopdrachten/"
    assert kept(charlie) == expected


def test_unfollowing(charlie, logged_in):
    search = actions.keep("level=5", name="Ad", follow=True, by=charlie)
    logged_in(charlie).post(f"/opdrachten/zoekopdrachten/{search.pk}/", {"what": "unfollow"})
    assert kept(charlie) == [("Ad", "level=5", False)]


def test_what_was_removed_comes_back(charlie, logged_in):
    search = actions.keep("level=5&mixed=ja", name="“Ad” & meer", follow=True, by=charlie)
    browser = logged_in(charlie)
    browser.post(f"/opdrachten/zoekopdrachten/{search.pk}/", {"what": "remove"})
    assert (kept(charlie), Follow.objects.count()) == ([], 0)
    page = get(browser, "/opdrachten/zoekopdrachten/").content.decode()
    form = re.search(r'<form class="split".*?</form>', page, re.DOTALL)[0]
    fields = dict(re.findall(r'name="(query|name|follow)" value="([^"]*)"', form))
    browser.post(
        "/opdrachten/zoekopdrachten/",
        {name: value.replace("&amp;", "&") for name, value in fields.items()},
    )
    assert kept(charlie) == [("“Ad” & meer", "level=5&mixed=ja", True)]


def test_nobody_reaches_the_search_of_another(charlie, office, logged_in):
    search = actions.keep("level=5", name="Geheim plan", follow=True, by=charlie)
    browser = logged_in(office)
    for what in ("rename", "unfollow", "remove"):
        address = f"/opdrachten/zoekopdrachten/{search.pk}/"
        assert browser.post(address, {"what": what, "name": "x"}).status_code == 404
    assert "Geheim plan" not in text_of(get(browser, "/opdrachten/zoekopdrachten/"))
    assert "Geheim plan" not in text_of(get(browser, "/opdrachten/?level=5"))
    assert search.topic not in {topic.key for topic in topics(office)}
    answer = browser.post(reverse("follow"), {"topic": search.topic, "wanted": "yes"})
    assert answer.status_code == 400
    assert kept(charlie) == [("Geheim plan", "level=5", True)]


def test_a_visitor_is_asked_to_log_in(client):
    factories.AssignmentFactory()
    page = get(client, "/opdrachten/?level=5").content.decode()
    assert 'href="/account/login/?next=/opdrachten/%3Flevel%3D5"' in page


# --- what is new ---------------------------------------------------------------------------


def test_what_came_since_one_looked_is_counted_on_the_desk(charlie, logged_in):
    browser = logged_in(charlie)
    with time_machine.travel("2021-01-01T12:00:00Z", tick=False):
        factories.AssignmentFactory(level_min=5, level_max=5, published_at=timezone.now())
        search = actions.keep("level=5", name="Ad", follow=False, by=charlie)
        actions.keep("level=2", name="Twee", follow=False, by=charlie)
    with time_machine.travel("2021-01-02T12:00:00Z", tick=False):
        for _each in range(2):
            factories.AssignmentFactory(level_min=4, level_max=6, published_at=timezone.now())
        assert [(row.search.name, row.number) for row in with_news([search])] == [("Ad", 2)]
    browser.force_login(charlie)
    desk = text_of(get(browser, "/mijn/"))
    assert "New assignments for you My searches Ad 2 new on the board" in desk
    assert "Twee" not in desk
    get(browser, "/opdrachten/?level=5&sort=deadline")  # looking is enough
    assert "New assignments for you" not in text_of(get(browser, "/mijn/"))


def test_fifty_searches_take_two_queries(charlie, django_assert_num_queries):
    rows = [
        factories.SavedSearchFactory(user=charlie, query=f"q=woord{number}") for number in range(51)
    ]
    with django_assert_num_queries(2):
        assert {row.number for row in with_news(rows)} == {0}


@pytest.mark.parametrize("number", [1, 3])
def test_ones_page_takes_as_many_queries_whatever_one_keeps(
    number, charlie, logged_in, django_assert_num_queries
):
    browser = logged_in(charlie)
    for level in range(2, 2 + number):
        line = factories.LineFactory()
        partner = factories.AssignmentFactory().partner
        actions.keep(
            f"level={level}&line={line.slug}&partner={partner.slug}",
            name=f"Nummer {level}", follow=True, by=charlie,
        )  # fmt: skip
    # person, searches, what is new, lines and organisations by name, the centre
    with django_assert_num_queries(6):
        page = text_of(get(browser, "/opdrachten/zoekopdrachten/"))
    assert "Nummer 2 Mbo level 2, " in page


# --- followed ------------------------------------------------------------------------------


def test_a_new_assignment_knows_the_followed_searches_it_meets(charlie, office):
    line = factories.LineFactory(slug="groen")
    met = actions.keep("level=5&line=groen", name="Een", follow=True, by=charlie)
    same = actions.keep("level=5&line=groen", name="Ook", follow=True, by=office)
    actions.keep("level=5", name="Niet gevolgd", follow=False, by=charlie)
    actions.keep("level=2", name="Past niet", follow=True, by=charlie)
    others = actions.keep("level=6", name="Van een ander", follow=False, by=office)
    notifications.follow(charlie, [others.topic])  # it is not theirs, so it does not count
    row = factories.AssignmentFactory(level_min=4, level_max=6)
    row.lines.add(line)
    assert topics_of(row) == [
        f"line:{line.pk}",
        f"partner:{row.partner_id}",
        met.topic,
        same.topic,
    ]


def test_the_same_filters_are_asked_once_and_fifty_at_a_time(django_assert_num_queries):
    for number in range(60):
        person = factories.UserFactory()
        for query in ("level=5", f"q=woord{number % 40}"):
            search = factories.SavedSearchFactory(user=person, query=query)
            Follow.objects.create(user=person, topic=search.topic)
    row = factories.AssignmentFactory()
    # lines, followed searches, and 41 different filters at once
    with django_assert_num_queries(3):
        found = topics_of(row)
    assert len([topic for topic in found if topic.startswith("search:")]) == 60


def test_open_is_what_it_is_at_that_moment(charlie):
    search = actions.keep("open=ja", name="Open", follow=True, by=charlie)
    row = published()
    assert Happening.objects.get(kind="assignment").topics == sorted(
        [f"partner:{row.partner_id}", search.topic]
    )


def digest_of(user, now):
    """The words of the digest that someone gets at a moment."""
    with time_machine.travel(now, tick=False):
        digests.sweep()
        mail.outbox.clear()
        while delivery.deliver_batch():
            pass
    letters = [letter for letter in mail.outbox if letter.to == [user.email]]
    return " ".join(letters[0].body.split()) if letters else ""


def test_the_digest_tells_of_it_under_the_name_of_the_search():
    """Someone who follows a line as well reads it once, under the words they chose."""
    reader = factories.UserFactory(language="en", name="")
    other = factories.UserFactory(language="en", name="")
    line = factories.LineFactory(title="Practoraat")
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        actions.keep("level=5", name="Voor onze Ad", follow=True, by=reader)
        for user in (reader, other):
            notifications.follow(user, [f"line:{line.pk}"])
        digests.number_new()
    with time_machine.travel("2026-06-03T12:00:00Z", tick=False):
        row = factories.AssignmentFactory(
            title="Meet mee", summary="Hoe warm is het?", level_min=5, level_max=5, weeks=4,
            state="submitted", company_yes_at=timezone.now(), checked_at=timezone.now(),
            partner__name="Zilt BV", apply_by=datetime.date(2026, 7, 1),
        )  # fmt: skip
        row.lines.add(line)
        assert publish_if_ready(row)
    said = (
        "Hoe warm is het? · Real-world assignment · Zilt BV · Associate degree · 4 weeks · "
        "apply until 1 July 2026"
    )
    letter = digest_of(reader, "2026-06-08T12:00:00Z")
    assert letter.count("Meet mee") == 1
    assert said in letter
    assert "VOOR ONZE AD" in letter.upper()
    assert "PRACTORAAT" not in letter.upper()


def test_who_follows_the_line_alone_reads_it_under_the_line():
    reader = factories.UserFactory(language="en", name="")
    line = factories.LineFactory(title="Practoraat")
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        notifications.follow(reader, [f"line:{line.pk}"])
        factories.SavedSearchFactory(user=factories.UserFactory(), name="Van een ander")
    with time_machine.travel("2026-06-03T12:00:00Z", tick=False):
        row = factories.AssignmentFactory(
            state="submitted", company_yes_at=timezone.now(), checked_at=timezone.now()
        )
        row.lines.add(line)
        assert publish_if_ready(row)
    letter = digest_of(reader, "2026-06-08T12:00:00Z")
    assert row.title in letter
    assert "PRACTORAAT" in letter.upper()


def test_what_was_withdrawn_meanwhile_is_not_told():
    reader = factories.UserFactory(language="en", name="")
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        actions.keep("level=5", name="Ad", follow=True, by=reader)
    with time_machine.travel("2026-06-03T12:00:00Z", tick=False):
        row = published(level_min=5, level_max=5)
        Assignment.objects.filter(pk=row.pk).update(state="withdrawn", withdrawn_at=timezone.now())
    assert digest_of(reader, "2026-06-08T12:00:00Z") == ""


def test_filters_in_words_and_back():
    filters = {"q": "a b", "level": "5", "place": "den haag"}
    assert matching.parsed(matching.canonical(filters)) == filters
