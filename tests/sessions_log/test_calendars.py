"""Calendars: who gets which sessions in them, and what an event holds (RFC 5545)."""

import datetime
import re

import pytest
import time_machine
from django.utils import timezone
from icalendar import Calendar

from sessions_log.models import CalendarToken, WorkSession
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

PUBLIC = "/werksessies.ics"


def events(response):
    """The events of a calendar by their title."""
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(response.content)
    assert not found.errors
    return {str(event["summary"]): event for event in found.walk("VEVENT")}


def own(user):
    return f"/agenda/{CalendarToken.renew(user).token}.ics"


OPEN = {"Held public", "To come public"}
PARTNERS = OPEN | {"Held partners", "To come partners"}
ALL = PARTNERS | {"Held body", "To come body"}


def test_each_gets_the_sessions_that_are_theirs(log, everyone, client, logged_in):
    personal = {role: set(events(client.get(own(user)))) for role, user in everyone.items() if user}
    assert personal == {"charlie": OPEN, "company": PARTNERS, "steering": ALL, "office": ALL}
    public = {role: set(events(logged_in(user).get(PUBLIC))) for role, user in everyone.items()}
    assert public == dict.fromkeys(everyone, OPEN)


def test_one_session_is_given_to_who_may_see_it(log, everyone, logged_in):
    given = {
        role: {
            session.title
            for session in log.values()
            if logged_in(user).get(f"/werksessies/{session.pk}.ics").status_code == 200
        }
        for role, user in everyone.items()
    }
    assert given == {
        "visitor": OPEN,
        "charlie": OPEN,
        "company": PARTNERS,
        "steering": ALL,
        "office": ALL,
    }


def test_links_and_confidential_items_are_for_full_readers(log, client, company, steering):
    def told(user):
        text = str(events(client.get(own(user)))["Held partners"]["description"])
        return [line for line in text.splitlines() if line and not line.startswith("http")]

    assert told(company) == ["1. Item open"]
    assert told(steering) == ["1. Item open", "2. Item confidential"]
    assert "meet.example" not in client.get(PUBLIC).text
    assert "meet.example" not in client.get(own(company)).text
    event = events(client.get(own(steering)))["To come body"]
    assert (event["conference"], event["location"]) == ("https://meet.example/body",) * 2


def test_no_calendar_holds_what_was_said_or_who_was_there(log, client, office):
    factories.ParticipationFactory(session=log["held public"], name="Petra Participant")
    text = client.get(own(office)).text
    assert [w for w in ("Text open", "Summary", "Decision", "Olivia", "Petra") if w in text] == []


def test_an_event_says_what_rfc_5545_asks(client, settings):
    session = factories.SessionFactory(
        title="Samen, verder; écht",
        date=datetime.date(2027, 7, 1),
        start=datetime.time(15),
        end=datetime.time(17, 30),
        status="planned",
        place="Zaal 3, Leiden",
        introduction="Waarover het gaat.",
    )
    session.lines.add(factories.LineFactory(title="Practoraat, en meer"))
    WorkSession.objects.filter(pk=session.pk).update(sequence=4)
    event = events(client.get(f"/werksessies/{session.pk}.ics"))[session.title]
    address = f"http://testserver{session.get_absolute_url()}"
    zone = timezone.get_default_timezone()
    assert {
        "uid": str(event["uid"]),
        "sequence": event["sequence"],
        "status": str(event["status"]),
        "start": event["dtstart"].dt,
        "zone": event["dtstart"].params["TZID"],
        "end": event["dtend"].dt,
        "stamp": event["dtstamp"].dt,
        "place": str(event["location"]),
        "text": str(event["description"]),
        "language": event["summary"].params["LANGUAGE"],
        "url": str(event["url"]),
        "class": str(event["class"]),
        "lines": event["categories"].cats,
    } == {
        "uid": str(session.uid),
        "sequence": 4,
        "status": "CONFIRMED",
        "start": datetime.datetime(2027, 7, 1, 15, tzinfo=zone),
        "zone": "Europe/Amsterdam",
        "end": datetime.datetime(2027, 7, 1, 17, 30, tzinfo=zone),
        "stamp": session.changed_at.replace(microsecond=0),
        "place": "Zaal 3, Leiden",
        "text": f"Waarover het gaat.\n\n{address}",
        "language": "nl",
        "url": address,
        "class": "PUBLIC",
        "lines": ["Practoraat, en meer"],
    }


def test_every_line_is_short_enough_and_ends_as_it_should(client):
    factories.SessionFactory(title="é" * 160, introduction="Lang verhaal. " * 80)
    content = client.get(PUBLIC).content
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert not any(b"\n" in line for line in lines)
    assert "é" * 160 in events(client.get(PUBLIC))


def test_control_characters_do_not_break_a_calendar(client):
    factories.SessionFactory(
        title="Een\x0btitel\rSTATUS:X", place="Zaal\x1b\r\n3", introduction="Een\rtwee\r\ndrie"
    )
    ((title, event),) = events(client.get(PUBLIC)).items()
    assert (title, str(event["location"])) == ("Eentitel STATUS:X", "Zaal 3")
    assert str(event["description"]).startswith("Eentwee\ndrie\n\n")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, ("2027-03-01", "2027-03-02", "TRANSPARENT")),
        (datetime.time(9), None, ("2027-03-01T09:00:00+01:00", None, "OPAQUE")),
    ],
)
def test_hours_that_nobody_knows_are_not_invented(client, start, end, expected):
    factories.SessionFactory(title="A", date=datetime.date(2027, 3, 1), start=start, end=end)
    event = events(client.get(PUBLIC))["A"]
    begins = event["dtstart"].dt.isoformat()
    ends = event["dtend"].dt.isoformat() if "dtend" in event else None
    assert (begins, ends, str(event["transp"])) == expected


def test_a_cancelled_session_stays_and_says_so(client):
    factories.SessionFactory(title="Gaat niet door", status="cancelled", start=datetime.time(9))
    ((title, event),) = events(client.get(PUBLIC)).items()
    assert title.endswith(": Gaat niet door")
    assert (str(event["status"]), str(event["transp"])) == ("CANCELLED", "TRANSPARENT")


def test_the_time_zone_knows_when_summer_begins_and_ends(client):
    factories.SessionFactory(date=datetime.date(2027, 3, 28), start=datetime.time(15))
    text = client.get(PUBLIC).text
    zone = re.search(r"BEGIN:VTIMEZONE.*END:VTIMEZONE\r\n", text, re.DOTALL)[0]
    assert zone.splitlines() == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Amsterdam",
        "BEGIN:STANDARD",
        "DTSTART:20260101T000000",
        "TZNAME:CET",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:20260329T020000",
        "RDATE:20270328T020000,20280326T020000",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20261025T030000",
        "RDATE:20271031T030000,20281029T030000",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


def test_the_same_sessions_are_not_sent_twice(client):
    session = factories.SessionFactory()
    first = client.get(PUBLIC)
    assert first["Cache-Control"] == "public, max-age=300"
    for asked in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
        again = client.get(PUBLIC, headers=asked)
        assert (again.status_code, again.content) == (304, b"")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=5)):
        session.visibility = "body"
        session.save()
        for asked in (
            {"if-none-match": first["ETag"]},
            {"if-modified-since": first["Last-Modified"]},
        ):
            withdrawn = client.get(PUBLIC, headers=asked)
            assert (withdrawn.status_code, events(withdrawn)) == (200, {})


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_the_sessions(client, number, django_assert_num_queries):
    for _ in range(number):
        session = factories.SessionFactory(start=datetime.time(9))
        session.lines.add(factories.LineFactory())
        factories.ItemFactory(session=session)
    client.get(PUBLIC)
    with django_assert_num_queries(4):
        client.get(PUBLIC)


class TestOneOwnAddress:
    URL = "/mijn/agenda/"

    def test_a_visitor_logs_in_first(self, client):
        response = client.get(self.URL)
        assert (response.status_code, response["Location"]) == (
            302,
            "/account/login/?next=/mijn/agenda/",
        )

    def test_looking_makes_nothing(self, company, logged_in):
        browser = logged_in(company)
        for query in ("", "?actie=vernieuwen", "?actie=intrekken", "?action=renew"):
            assert browser.get(self.URL + query).status_code == 200
        assert not CalendarToken.objects.exists()

    def test_make_renew_and_withdraw(self, log, company, client, logged_in):
        browser = logged_in(company)

        def act(action):
            response = browser.post(self.URL, {"action": action})
            assert (response.status_code, response["Location"]) == (302, self.URL)
            page = browser.get(self.URL)
            assert page["Cache-Control"].startswith("max-age=0")
            return page.context["address"].removeprefix("http://testserver")

        first = act("renew")
        assert set(events(client.get(first))) == PARTNERS
        second = act("renew")
        assert client.get(first).status_code == 404
        assert set(events(client.get(second))) == PARTNERS
        assert act("revoke") == ""
        assert client.get(second).status_code == 404

    def test_it_asks_before_it_ends_an_address(self, company, logged_in):
        CalendarToken.renew(company)
        browser = logged_in(company)
        for action, words in (
            ("vernieuwen", 'value="renew">Make a new address'),
            ("intrekken", 'value="revoke">Withdraw the address'),
        ):
            page = browser.get(f"{self.URL}?actie={action}")
            assert page.context["asked"] == action
            assert page.text.count(words) == 2  # on the page and in the dialog
        assert CalendarToken.objects.count() == 1

    def test_an_unknown_action_is_refused(self, company, logged_in):
        assert logged_in(company).post(self.URL, {"action": "x"}).status_code == 400

    def test_another_site_cannot_withdraw_it(self, company):
        from django.test import Client

        browser = Client(enforce_csrf_checks=True)
        browser.force_login(company)
        CalendarToken.renew(company)
        assert browser.post(self.URL, {"action": "revoke"}).status_code == 403
        assert CalendarToken.objects.count() == 1

    def test_who_left_reads_nothing_any_more(self, company, client):
        address = own(company)
        company.is_active = False
        company.save(update_fields=["is_active"])
        assert client.get(address).status_code == 404

    def test_a_partner_that_did_not_sign_takes_its_sessions_along(self, log, company, client):
        address = own(company)
        company.partners.update(status="ended")
        assert set(events(client.get(address))) == OPEN

    def test_it_speaks_the_language_of_its_owner_and_is_not_kept(self, company, client):
        company.name, company.language = "Carla", "en"
        company.save(update_fields=["name", "language"])
        response = client.get(own(company), headers={"accept-language": "nl"})
        assert "\r\nNAME:Sessions of CIV\\, for Carla\r\n" in response.text
        assert (response["Cache-Control"], response["X-Robots-Tag"]) == (
            "private, no-cache",
            "noindex",
        )

    @pytest.mark.parametrize("token", ["x", "%00", "a b", "../werksessies"])
    def test_a_made_up_address_is_not_there(self, db, client, token):
        assert client.get(f"/agenda/{token}.ics").status_code == 404


def test_the_address_of_a_body_holds_its_sessions_alone(log, steering, steering_group, client):
    factories.SessionFactory(title="Elsewhere")
    token = CalendarToken.renew(steering, steering_group).token
    whole = set(events(client.get(own(steering))))
    of_body = set(events(client.get(f"/agenda/{token}.ics")))
    assert of_body == whole - {"Elsewhere"}
    steering_group.memberships.all().delete()
    assert set(events(client.get(f"/agenda/{token}.ics"))) < of_body


def test_members_make_renew_and_withdraw_the_address_of_their_body(
    steering, steering_group, charlie, logged_in
):
    page, mine = "/mijn/agenda/stuurgroep/", CalendarToken.objects.filter(body=steering_group)
    assert logged_in(charlie).get(page).status_code == 403
    assert logged_in(charlie).post(page, {"action": "renew"}).status_code == 403
    client = logged_in(steering)
    assert page in client.get("/overleggen/stuurgroep/").content.decode()
    assert page in client.get("/mijn/agenda/").content.decode()
    assert client.get(page).status_code == 200
    assert not mine.exists()
    tokens = []
    for _time in range(2):
        client.post(page, {"action": "renew"})
        tokens.append(mine.get(user=steering).token)
    assert len(set(tokens)) == 2
    statuses = [client.get(f"/agenda/{token}.ics").status_code for token in tokens]
    assert statuses == [404, 200]
    # Who left the body can still end it, and make no new one.
    steering_group.memberships.all().delete()
    assert client.get(page).status_code == 200
    client.post(page, {"action": "revoke"})
    assert not mine.exists()
    assert client.get(page).status_code == 403
