"""Signing up for an open session: in one click, or by a mail that a visitor confirms."""

import datetime
import threading

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from civportal.notifications import tasks
from civportal.notifications.models import StrangerMail
from sessions_log.actions.replies import Full, NoSignUp, sign_up
from sessions_log.models import AgendaItem, WorkSession
from sessions_log.querysets import READ_ALL
from tests import factories
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

FORM = {"name": "Vera Visitor", "email": "vera@example.org", "organisation": "Bakkerij"}


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def session(soon):
    return factories.SessionFactory(
        title="Open dag",
        status="planned",
        date=soon,
        start=datetime.time(15),
        place="Hal",
        sign_up=True,
        capacity=2,
        language="en",
    )


@pytest.fixture
def address(session):
    return reverse("sessions_log:sign_up", args=[session.pk])


def listed(session) -> list[tuple[str, str, bool, str]]:
    return [
        (place.person_name, place.email, place.invited, place.reply)
        for place in session.participations.order_by("pk")
    ]


# --- with an account ------------------------------------------------------------------------------


def test_one_click_on_and_one_click_off(session, address, charlie, logged_in):
    client = logged_in(charlie)
    assert "2 places left" in read(client, session.get_absolute_url()).text
    for _time in range(2):
        client.post(address)
    assert listed(session) == [("Charlie Stranger", "", False, "yes")]
    assert "You are on the list" in read(client, session.get_absolute_url()).text
    client.get(address)
    assert len(listed(session)) == 1
    client.post(address, {"action": "off"})
    assert listed(session) == []


def test_signing_up_gives_no_right_to_read(session, charlie):
    factories.ItemFactory(session=session, title="Secret", confidential=True)
    hidden = factories.SessionFactory(status="planned", visibility="body")
    sign_up(session, by=charlie)
    assert not WorkSession.objects.fully_readable_by(charlie).exists()
    assert not AgendaItem.objects.visible_to(charlie).exists()
    assert hidden not in WorkSession.objects.visible_to(charlie)
    assert not charlie.has_perm(READ_ALL)


def test_it_is_only_for_open_sessions_that_one_may_see(charlie, logged_in, soon):
    closed = factories.SessionFactory(status="planned", date=soon)
    partners = factories.SessionFactory(
        status="planned", date=soon, sign_up=True, visibility="partners"
    )
    for session in (closed, partners):
        path = reverse("sessions_log:sign_up", args=[session.pk])
        assert logged_in(charlie).post(path).status_code == 404
        assert logged_in(None).post(path, FORM).status_code == 404
    with pytest.raises(NoSignUp):
        sign_up(closed, by=charlie)


def test_a_full_session_says_so(session, address, charlie, logged_in, client):
    for _place in range(2):
        factories.ParticipationFactory(session=session, user=factories.UserFactory(), invited=True)
    with pytest.raises(Full):
        sign_up(session, by=charlie)
    assert "All places are taken" in read(client, address).text
    assert "All places are taken" in read(logged_in(charlie), session.get_absolute_url()).text
    session.participations.filter(pk=session.participations.first().pk).update(reply="no")
    sign_up(session, by=charlie)
    assert session.participations.filter(user=charlie, reply="yes").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_the_last_place(english):
    session = factories.SessionFactory(
        status="planned",
        date=timezone.localdate() + datetime.timedelta(days=5),
        sign_up=True,
        capacity=1,
    )
    people = [factories.UserFactory() for _person in range(2)]
    ready, outcome = threading.Barrier(2), []

    def work(person) -> None:
        try:
            ready.wait()
            sign_up(session, by=person)
            outcome.append("in")
        except Full:
            outcome.append("full")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["full", "in"]
    assert session.participations.count() == 1


# --- without an account ---------------------------------------------------------------------------


def letters() -> list:
    mail.outbox.clear()
    tasks.deliver()
    return list(mail.outbox)


def confirmation(settings) -> str:
    [letter] = letters()
    assert letter.to == ["vera@example.org"]
    [link] = {word for word in letter.body.split() if "/aanmelding/" in word}
    return link.removeprefix(settings.BASE_URL)


def test_a_visitor_is_on_the_list_once_the_address_is_confirmed(session, address, client, settings):
    for _time in range(2):
        sent = client.post(address, FORM, follow=True)
    assert "Look in your mail" in sent.content.decode()
    link = confirmation(settings)
    page = client.get(link)
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert listed(session) == []
    for _time in range(2):
        done = client.post(link, follow=True)
    assert "You are on the list" in done.content.decode()
    assert listed(session) == [("Vera Visitor", "vera@example.org", False, "yes")]
    assert session.participations.get().organisation == "Bakkerij"

    [welcome] = letters()
    assert welcome.subject.startswith("You are on the list: Open dag")
    assert "PARTSTAT=ACCEPTED" in welcome.alternatives[1][0].replace("\r\n ", "")
    [link] = {word for word in welcome.body.split() if word.endswith("?antwoord=nee")}
    client.post(link.removeprefix(settings.BASE_URL), {"reply": "no"})
    assert listed(session)[0][3] == "no"


def test_nobody_can_tell_who_has_an_account(session, address, client, charlie, settings):
    """The same page for all; who proves the address of an account signs that account up."""
    pages = [
        client.post(address, FORM | {"email": email}, follow=True).content
        for email in (charlie.email, "nobody@example.org")
    ]
    assert len({len(page) for page in pages}) == 1
    ours = [letter for letter in letters() if letter.to == [charlie.email]]
    [link] = {word for word in ours[0].body.split() if "/aanmelding/" in word}
    client.post(link.removeprefix(settings.BASE_URL))
    assert session.participations.get().user == charlie


def test_robots_get_no_mail_and_the_same_words(session, address, client):
    sent = client.post(address, FORM | {"website": "https://spam.example"}, follow=True)
    assert "Look in your mail" in sent.content.decode()
    assert not StrangerMail.objects.exists()


def test_too_often_is_too_often(address, client):
    statuses = [client.post(address, FORM).status_code for _time in range(6)]
    assert statuses == [302] * 5 + [429]


def test_a_mistake_is_said_and_what_was_typed_stays(address, client):
    page = client.post(address, FORM | {"email": "vera"}).content.decode()
    assert 'value="Vera Visitor"' in page
    assert not StrangerMail.objects.exists()


@pytest.mark.parametrize("why", ["full", "cancelled", "late", "tampered", "hidden", "closed"])
def test_a_confirmation_that_comes_too_late(session, address, client, settings, why):
    client.post(address, FORM)
    link, later = confirmation(settings), datetime.timedelta()
    if why == "full":
        for _place in range(2):
            factories.ParticipationFactory(
                session=session, user=factories.UserFactory(), reply="yes"
            )
    elif why == "cancelled":
        session.status = "cancelled"
    elif why == "late":
        later = datetime.timedelta(hours=49)
    elif why == "tampered":
        link = link[:-3] + "x/"
    elif why == "hidden":
        session.sign_up, session.visibility = False, "body"
    elif why == "closed":
        session.sign_up = False
    session.save()
    with time_machine.travel(timezone.now() + later):
        page = client.post(link)
    words = page.content.decode()
    assert ("You could not be put on the list" in words) or page.status_code == 404
    assert not session.participations.filter(email="vera@example.org").exists()
