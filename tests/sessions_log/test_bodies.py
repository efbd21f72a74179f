"""The pages of bodies: what they are there for, who sits in them, what they decided."""

import datetime

import pytest

from tests import factories
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

URL = "/overleggen/stuurgroep/"


def seats(response):
    return {
        group.name: ([(person.name, person.role) for person in group.people], group.href)
        for group in response.context["seats"]
    }


def test_who_sits_in_it_is_for_the_body_and_the_office(
    steering_group, steering, everyone, logged_in
):
    signed, talking = (
        factories.PartnerFactory(name=name, status=status)
        for name, status in (("Getekend", "signed"), ("In gesprek", "in_talks"))
    )
    chair = factories.UserFactory(name="Cor Chair")
    factories.SeatFactory(body=steering_group, user=chair, partner=signed, role="chair")
    factories.SeatFactory(body=steering_group, user=None, partner=talking)
    factories.SeatFactory(body=steering_group, user=None, organisation="Eén/Twee")
    ended = datetime.date(2020, 1, 1)
    factories.SeatFactory(
        body=steering_group, user=None, organisation="Weg", start=ended, end=ended
    )
    link = "/partners/getekend/"
    organisations = {"Eén/Twee": ([], ""), "Getekend": ([], link), "In gesprek": ([], "")}
    whole = {
        **organisations,
        "Getekend": ([("Cor Chair", "Chair")], link),
        "In gesprek": ([], "/partners/in-gesprek/"),
        "": ([("Stefan Steering", "")], ""),
    }
    found = {role: seats(logged_in(user).get(URL)) for role, user in everyone.items()}
    assert found == {
        "visitor": organisations,
        "charlie": organisations,
        "company": organisations,
        "steering": whole,
        "office": whole,
    }
    assert "Cor" not in logged_in(None).get(URL).text


def test_sessions_and_decisions_are_those_that_one_may_read(log, everyone, logged_in):
    def shown(user):
        context = logged_in(user).get(URL).context
        return (
            [session.title for session in context["upcoming"]],
            [session.title for session in context["past"]],
            sorted(decision.text for decision in context["decisions"]),
        )

    is_open = (["To come public"], ["Held public"], ["Decision open"])
    whole = (
        ["To come public", "To come partners", "To come body"],
        ["Held body", "Held partners", "Held public"],
        ["Decision confidential"] * 3 + ["Decision open"] * 3,
    )
    assert {role: shown(user) for role, user in everyone.items()} == {
        "visitor": is_open,
        "charlie": is_open,
        "company": (
            ["To come public", "To come partners"],
            ["Held partners", "Held public"],
            ["Decision open"] * 2,
        ),
        "steering": whole,
        "office": whole,
    }


def test_a_body_without_visible_sessions_says_what_comes_here(client, steering_group):
    factories.SessionFactory(body=steering_group, visibility="body")
    page = read(client, URL)
    assert page.headings == ["Stuurgroep", "No sessions to show yet", "Who sits in this body"]


def test_the_list_tells_the_next_session_that_one_may_know(log, everyone, logged_in, soon):
    sooner = soon - datetime.timedelta(days=3)
    log["to come body"].date = sooner
    log["to come body"].save()
    factories.BodyFactory(name="Andere groep")

    def shown(user):
        rows = logged_in(user).get("/overleggen/").context["rows"]
        return [(body.name, str(coming.date) if coming else None) for body, coming in rows]

    later = [("Stuurgroep", str(soon)), ("Andere groep", None)]
    first = [("Stuurgroep", str(sooner)), ("Andere groep", None)]
    assert {role: shown(user) for role, user in everyone.items()} == {
        "visitor": later,
        "charlie": later,
        "company": later,
        "steering": first,
        "office": first,
    }


def test_no_bodies_yet(client):
    assert "No bodies yet" in read(client, "/overleggen/").headings


def test_an_unknown_body_is_not_there(client):
    assert client.get("/overleggen/nergens/").status_code == 404


@pytest.mark.parametrize(("address", "queries"), [("/overleggen/", 3), (URL, 8)])
def test_queries_do_not_grow(client, steering_group, address, queries, django_assert_num_queries):
    for new_rows in (1, 2):
        for _ in range(new_rows):
            factories.SeatFactory(body=steering_group, partner=factories.PartnerFactory())
            session = factories.SessionFactory(body=steering_group)
            factories.MinutesFactory(session=session)
            factories.DecisionFactory(item__session=session)
            session.lines.add(factories.LineFactory())
            other = factories.SessionFactory(
                body=factories.BodyFactory(), status="planned", date=datetime.date(2099, 1, 1)
            )
            other.lines.add(factories.LineFactory())
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)
