"""The registers: what stands in them for whom, each filter, and nothing that may not be read."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from sessions_log.models import WorkSession
from sessions_log.permissions import can_follow_up
from tests import factories
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

REGISTERS = {"/besluiten/": "decision", "/actiepunten/": "action", "/aandachtspunten/": "point"}


def texts(response, name):
    """The rows of a register, as ``(text, session, place in its report)``."""
    return [
        (getattr(row, name).text, row.place.session.title, row.place.number)
        for row in response.context["rows"]
    ]


def offered(response, name):
    form = response.context["form"]
    return [label for value, label in form.fields[name].choices if value]


@pytest.mark.parametrize(("url", "name"), REGISTERS.items())
def test_everyone_sees_what_is_theirs_to_read(log, everyone, logged_in, url, name):
    kind = name.capitalize()

    def seen(user):
        response = logged_in(user).get(url)
        rows = sorted((session, text, number) for text, session, number in texts(response, name))
        assert response.context["total"] == len(rows)
        return rows

    public = [("Held public", f"{kind} open", 1)]
    partners = [("Held partners", f"{kind} open", 1), *public]
    whole = [
        (f"Held {visibility}", f"{kind} {which}", number)
        for visibility in ("body", "partners", "public")
        for which, number in (("confidential", 2), ("open", 1))
    ]
    assert {role: seen(user) for role, user in everyone.items()} == {
        "visitor": public,
        "charlie": public,
        "company": partners,
        "steering": whole,
        "office": whole,
    }


@pytest.mark.parametrize("url", REGISTERS)
def test_what_is_confidential_leaves_no_trace(log, everyone, logged_in, url):
    """Not in the page, not in a choice of a filter, for whoever does not read everything."""
    for role in ("visitor", "charlie", "company"):
        page = logged_in(everyone[role]).get(url).text
        assert "confidential" not in page.lower()
        assert "Olivia" not in page
        assert "Held body" not in page


def test_drafts_are_for_who_writes_them(steering_group, steering, office, client, logged_in):
    session = factories.SessionFactory(body=steering_group)
    factories.MinutesFactory(session=session, state="draft", approved_at=None, published_at=None)
    factories.DecisionFactory(item__session=session, text="Not yet")
    seen = {
        "visitor": texts(client.get("/besluiten/"), "decision"),
        "member": texts(logged_in(steering).get("/besluiten/"), "decision"),
        "office": [row[0] for row in texts(logged_in(office).get("/besluiten/"), "decision")],
    }
    assert seen == {"visitor": [], "member": [], "office": ["Not yet"]}


@pytest.fixture
def many(steering_group):
    """Published reports of two bodies, with actions of several owners and states."""
    line = factories.LineFactory(title="Practoraat")
    today = timezone.localdate()
    other = factories.BodyFactory(name="Schrijvers")
    ages = {"new": 10, "season": 80, "half": 180, "old": 400}
    found = {}
    for title, age in ages.items():
        session = factories.SessionFactory(
            title=title,
            body=other if title == "old" else steering_group,
            date=today - datetime.timedelta(days=age),
        )
        factories.MinutesFactory(session=session)
        item = factories.ItemFactory(session=session)
        factories.DecisionFactory(item=item, text=title)
        factories.AttentionFactory(
            item=item,
            text=title,
            line=line if title == "half" else None,
            state="adopted" if title == "new" else "open",
        )
        found[title] = item
    found["new"].session.lines.add(line)
    return found


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["new", "season", "half", "old"]),
        ("body=stuurgroep", ["new", "season", "half"]),
        ("line=practoraat", ["new"]),
        ("age=month", ["new"]),
        ("age=quarter", ["new", "season"]),
        ("age=year", ["new", "season", "half"]),
        ("age=ageing", ["half", "old"]),
        ("age=old", ["old"]),
        ("body=schrijvers&age=month", []),
        ("body=nope", ["new", "season", "half", "old"]),
    ],
)
def test_filters_of_decisions(many, client, query, titles):
    response = client.get(f"/besluiten/?{query}")
    assert [row[0] for row in texts(response, "decision")] == titles
    assert response.context["total"] == len(titles)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("state=open", ["season", "half", "old"]),
        ("state=adopted", ["new"]),
        ("line=practoraat", ["half"]),  # the line it is addressed to, not those of the session
        ("state=open&age=ageing", ["half", "old"]),
    ],
)
def test_filters_of_attention_points(many, client, query, titles):
    response = client.get(f"/aandachtspunten/?{query}")
    assert [row[0] for row in texts(response, "point")] == titles


@pytest.fixture
def owned(steering_group, steering, charlie):
    """Action items in a public session of the steering group."""
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    session = factories.SessionFactory(title="Owned", body=steering_group)
    factories.MinutesFactory(session=session)
    item = factories.ItemFactory(session=session)
    for text, fields in {
        "late": {"owner": steering, "due": today - day},
        "soon": {"owner": charlie, "due": today + day},
        "today": {"owner_name": "Olivia Owner", "due": today},
        "later": {"owner": charlie, "snoozed_until": today + day},
        "done": {"owner": charlie, "state": "done", "done_on": today},
        "dropped": {"owner_name": "olivia owner", "state": "dropped"},
    }.items():
        factories.ActionFactory(item=item, text=text, **fields)
    return session


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["late", "today", "soon", "later", "done", "dropped"]),
        ("state=open", ["late", "today", "soon", "later"]),
        ("state=late", ["late"]),
        ("state=snoozed", ["later"]),
        ("state=done", ["done"]),
        ("state=dropped", ["dropped"]),
        ("wie=naam-olivia-owner", ["today", "dropped"]),
        ("wie=ik", ["late"]),
        ("wie=ik&state=done", []),
    ],
)
def test_filters_of_action_items_the_urgent_on_top(owned, steering, logged_in, query, found):
    response = logged_in(steering).get(f"/actiepunten/?{query}")
    assert [row[0] for row in texts(response, "action")] == found


def test_owners_are_offered_to_who_reads_their_names(owned, everyone, charlie, logged_in):
    def names(user):
        response = logged_in(user).get("/actiepunten/")
        return offered(response, "wie") if "wie" in response.context["form"].fields else None

    named = ["Charlie Stranger", "Olivia Owner", "Stefan Steering"]
    found = {role: names(user) for role, user in everyone.items()}
    found["office"] = [name.title() for name in found["office"]]
    found["steering"] = [name.title() for name in found["steering"]]
    assert found == {
        "visitor": None,
        "charlie": ["Me"],
        "company": ["Me"],
        "steering": ["Me", *named[:2]],
        "office": ["Me", *named],
    }


def test_no_filter_tells_who_does_it(owned, everyone, steering, logged_in):
    """Whoever does not read the names cannot find them out by filtering either."""
    for role in ("visitor", "charlie", "company"):
        browser = logged_in(everyone[role])
        for wanted in (steering.pk, "naam-olivia-owner"):
            response = browser.get(f"/actiepunten/?wie={wanted}")
            assert len(response.context["rows"]) == 6
        page = read(browser, "/actiepunten/")
        assert ("Olivia" in page.text, "Stefan" in page.text) == (False, False)


def test_ones_own_stand_there_by_name_and_need_a_login(owned, charlie, client, logged_in):
    assert client.get("/actiepunten/?wie=ik").url.startswith("/account/login/?next=")
    response = logged_in(charlie).get("/actiepunten/?wie=ik")
    assert [row[0] for row in texts(response, "action")] == ["soon", "later", "done"]
    assert {row.line.owner for row in response.context["rows"]} == {"Charlie Stranger"}


def test_buttons_are_for_owners_and_for_who_follows_up(owned, everyone, logged_in):
    def may(user):
        rows = logged_in(user).get("/actiepunten/").context["rows"]
        return (
            [row.action.text for row in rows if row.may_change],
            any(row.may_drop for row in rows),
        )

    everything = ["late", "today", "soon", "later", "done", "dropped"]
    assert {role: may(user) for role, user in everyone.items()} == {
        "visitor": ([], False),
        "charlie": (["soon", "later", "done"], False),
        "company": ([], False),
        "steering": (["late"], False),
        "office": (everything, True),
    }


def test_following_up_is_one_rule_for_one_and_for_many(log, everyone, steering_group):
    session = log["held public"]
    chair = factories.SeatFactory(body=steering_group, role="chair").user
    past = factories.SeatFactory(
        body=steering_group, role="secretary", end=datetime.date(2021, 3, 1)
    ).user
    writer, uninvited = factories.UserFactory(), factories.UserFactory()
    factories.ParticipationFactory(session=session, user=writer, role="secretary", invited=True)
    factories.ParticipationFactory(session=session, user=uninvited, role="chair")
    gone = factories.SeatFactory(
        body=steering_group, role="chair", user=factories.UserFactory(is_active=False)
    ).user
    people = [*everyone.values(), chair, past, writer, uninvited]
    for person in people:
        viewer = person or AnonymousUser()
        marked = WorkSession.objects.with_follow_up(viewer).get(pk=session.pk)
        assert marked.is_followed_up == can_follow_up(viewer, session)
    assert not WorkSession.objects.with_follow_up(gone).get(pk=session.pk).is_followed_up


def test_pages_and_chips(client):
    session = factories.SessionFactory(title="Long", body=factories.BodyFactory(name="Lab"))
    factories.MinutesFactory(session=session)
    item = factories.ItemFactory(session=session)
    for number in range(27):
        factories.DecisionFactory(item=item, text=f"{number}", order=number)
    first, second, far = (
        [row[0] for row in texts(client.get(f"/besluiten/?page={page}"), "decision")]
        for page in (1, 2, 99)
    )
    assert first == [str(number) for number in range(25)]
    assert second == far == ["25", "26"]
    assert "That page is not there" in client.get("/besluiten/?page=99").text
    page = client.get("/besluiten/?body=lab&age=year")
    assert 'class="chip" href="/besluiten/?body=lab"' in page.text
    assert "27 decisions" in client.get("/besluiten/?body=lab").text


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/besluiten/", "No decisions yet"),
        ("/actiepunten/", "No action items yet"),
        ("/aandachtspunten/", "No attention points yet"),
    ],
)
def test_an_empty_register_tells_what_comes_here(client, url, words):
    assert words in read(client, url).headings


@pytest.mark.parametrize(
    ("url", "queries"), [("/besluiten/", 12), ("/actiepunten/", 14), ("/aandachtspunten/", 12)]
)
def test_queries_do_not_grow(office, logged_in, url, queries, django_assert_num_queries):
    line = factories.LineFactory()
    browser = logged_in(office)
    for new_rows in (1, 2):
        for _ in range(new_rows):
            session = factories.SessionFactory(body=factories.BodyFactory())
            session.lines.add(line)
            factories.MinutesFactory(session=session)
            item = factories.ItemFactory(session=session)
            factories.DecisionFactory(item=item)
            factories.ActionFactory(item=item, owner=factories.UserFactory())
            factories.ActionFactory(item=item, owner=office)
            factories.AttentionFactory(item=item, line=line, chapter=factories.ChapterFactory())
        with django_assert_num_queries(queries):
            assert browser.get(url).status_code == 200
