"""Answering: on the site, on the desk, and by the link in a mail without logging in."""

import datetime
import threading

import pytest
import time_machine
from django.core import mail, signing
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from civportal.notifications import delivery, tasks
from civportal.notifications.models import Notification, StrangerMail
from sessions_log.actions.replies import Answer, Full, NotToCome, answer, invite
from sessions_log.choices import Reply
from sessions_log.links import SALT, answer_token
from sessions_log.models import Participation
from sessions_log.notifications import session_cancelled, session_moved
from tests import factories
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

YES, NO = Answer(Reply.YES), Answer(Reply.NO)


@pytest.fixture
def session(steering_group, steering, soon):
    found = factories.SessionFactory(
        title="Stuurgroep",
        body=steering_group,
        status="planned",
        visibility="body",
        date=soon,
        start=datetime.time(15),
        place="Lab 2",
    )
    factories.ParticipationFactory(
        session=found, user=steering, invited=True, invited_at=timezone.now()
    )
    return found


@pytest.fixture
def place(session):
    return session.participations.get()


def link(place, session) -> str:
    return reverse("sessions_log:answer_by_link", args=[answer_token(place, session)])


def said(place) -> tuple[str, str, str]:
    place.refresh_from_db()
    return place.reply, place.replaced_by, place.reply_note


# --- on the site ----------------------------------------------------------------------------------


def test_the_page_of_the_session_asks_and_says_the_answer_back(session, place, steering, logged_in):
    client, address = logged_in(steering), reverse("sessions_log:answer", args=[session.pk])
    page = read(client, session.get_absolute_url())
    assert "Your answer" in page.headings
    response = client.post(
        address, {"reply": "replaced", "replaced_by": "Piet", "note": "Back on Monday"}
    )
    assert response["Location"] == session.get_absolute_url()
    assert said(place) == ("replaced", "Piet", "Back on Monday")
    page = read(client, session.get_absolute_url())
    assert "Piet goes for you" in page.text
    assert "Change my answer" in page.text


def test_with_htmx_the_block_comes_back_alone(session, place, steering, logged_in):
    address = reverse("sessions_log:answer", args=[session.pk])
    client = logged_in(steering)
    answered = client.post(address, {"reply": "yes"}, headers={"HX-Request": "true"})
    assert "<html" not in answered.content.decode()
    assert "You will be there" in answered.content.decode()
    refused = client.post(address, {"reply": "replaced"}, headers={"HX-Request": "true"})
    assert "Fill in who goes instead of you." in refused.content.decode()
    assert said(place) == ("yes", "", "")


def test_the_desk_asks_who_has_not_answered(session, place, steering, logged_in):
    client = logged_in(steering)
    address = reverse("sessions_log:answer", args=[session.pk])
    assert address in client.get("/mijn/").content.decode()
    assert client.post(address, {"reply": "maybe", "next": "desk"})["Location"] == "/mijn/"
    assert said(place) == ("maybe", "", "")
    assert address not in client.get("/mijn/").content.decode()


def test_a_member_of_the_body_answers_without_an_invitation(session, steering, place, logged_in):
    place.delete()
    client, address = logged_in(steering), reverse("sessions_log:answer", args=[session.pk])
    assert address in client.get("/mijn/").content.decode()
    client.post(address, {"reply": "no"})
    found = session.participations.get()
    assert (found.user, found.invited, found.reply) == (steering, False, "no")


def test_who_is_not_asked_finds_nothing(session, company, charlie, office, logged_in):
    address = reverse("sessions_log:answer", args=[session.pk])
    for user in (company, charlie, office):
        client = logged_in(user)
        statuses = client.get(address).status_code, client.post(address, {"reply": "yes"})
        assert (statuses[0], statuses[1].status_code) == (404, 404)
    assert session.participations.count() == 1


@pytest.mark.parametrize(("status", "days"), [("cancelled", 1), ("held", 1), ("planned", -1)])
def test_what_is_over_takes_no_answer(session, place, steering, status, days, logged_in):
    session.status = status
    session.date = timezone.localdate() + datetime.timedelta(days=days)
    session.save()
    with pytest.raises(NotToCome):
        answer(session, steering, YES)
    page = logged_in(steering).post(
        reverse("sessions_log:answer", args=[session.pk]), {"reply": "yes"}
    )
    assert page.status_code == 200
    assert said(place) == ("", "", "")


def test_until_the_minute_that_it_begins(session, place, steering):
    start = session.starts_at
    with time_machine.travel(start - datetime.timedelta(seconds=1), tick=False):
        answer(session, steering, YES)
    with time_machine.travel(start, tick=False), pytest.raises(NotToCome):
        answer(session, steering, NO)
    assert said(place) == ("yes", "", "")


def test_the_same_answer_twice_is_one(session, place, steering):
    answer(session, steering, YES)
    moment = session.participations.get().replied_at
    answer(session, steering, YES)
    assert session.participations.get().replied_at == moment
    assert Participation.pgh_event_model.objects.filter(pgh_obj=place.pk).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_leave_one_whole_answer(english):
    user = factories.UserFactory()
    session = factories.SessionFactory(status="planned", date=timezone.localdate())
    session.date += datetime.timedelta(days=5)
    session.save()
    factories.ParticipationFactory(session=session, user=user, invited=True)
    answers = [Answer(Reply.REPLACED, "Piet", "A"), Answer(Reply.NO, "", "B")]

    def reply(one: Answer) -> None:
        try:
            answer(session, user, one)
        finally:
            connection.close()

    threads = [threading.Thread(target=reply, args=[one]) for one in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said(session.participations.get()) in {("replaced", "Piet", "A"), ("no", "", "B")}


# --- by the link in a mail ------------------------------------------------------------------------


def test_a_get_shows_with_the_answer_chosen_and_changes_nothing(session, place, client):
    address = link(place, session)
    for method in (client.get, client.head):
        assert method(f"{address}?antwoord=ja").status_code == 200
    assert said(place) == ("", "", "")
    page = client.get(f"{address}?antwoord=ja")
    content = page.content.decode()
    assert "Stefan Steering" in content
    chosen = [part for part in content.split("<input") if 'value="yes"' in part]
    assert "checked" in chosen[0]
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]


def test_a_post_answers_without_a_login(session, place, client):
    address = link(place, session)
    response = client.post(address, {"reply": "yes", "note": "Gluten free"}, follow=True)
    assert "Dank je wel. We weten nu dat je komt." in response.content.decode()
    assert said(place) == ("yes", "", "Gluten free")
    client.post(address, {"reply": "no"})
    assert said(place) == ("no", "", "")
    assert "_auth_user_id" not in client.session


def test_the_mails_own_buttons_lead_there(session, place, steering, office, client):
    place.invited_at = None
    place.save()
    with time_machine.travel(timezone.now().replace(hour=12), tick=False):
        invite(session, [place], by=office)
        mail.outbox.clear()
        delivery.deliver_batch()
    [letter] = mail.outbox
    [address] = [word for word in letter.body.split() if word.endswith("?antwoord=misschien")]
    path = address.removeprefix("http://localhost:8000")
    assert client.get(path).status_code == 200
    client.post(path, {"reply": "maybe"})
    assert said(place) == ("maybe", "", "")


def test_what_was_tampered_with_does_not_work(session, place, client):
    token = answer_token(place, session)
    other = factories.ParticipationFactory(session=session, user=factories.UserFactory())
    forged = signing.dumps([other.pk, other.user_id, 0], salt="another purpose")
    bad = [token[:-1] + ("A" if token[-1] != "A" else "B"), forged, "x", token.split(":")[0]]
    pages = set()
    for each in bad:
        response = client.post(
            reverse("sessions_log:answer_by_link", args=[each]), {"reply": "yes"}
        )
        assert response.status_code == 404
        pages.add("This link no longer works" in response.content.decode())
    assert pages == {True}
    assert said(place) == said(other) == ("", "", "")


@pytest.mark.parametrize("why", ["old", "gone", "someone else's", "inactive", "hidden"])
def test_a_link_that_ended_says_the_same_for_every_reason(
    session, place, steering, steering_group, client, why
):
    address = link(place, session)
    now = timezone.now()
    if why == "gone":
        place.delete()
    elif why == "someone else's":
        place.user = factories.UserFactory()
        place.save()
    elif why == "inactive":
        steering.is_active = False
        steering.save()
    elif why == "hidden":
        steering_group.memberships.all().delete()
        Participation.objects.update(invited=False)
    days = 181 if why == "old" else 0
    with time_machine.travel(now + datetime.timedelta(days=days)):
        response = client.get(address)
        posted = client.post(address, {"reply": "yes"})
    assert (response.status_code, posted.status_code) == (410, 410)
    assert "Stuurgroep" not in response.content.decode()
    assert not Participation.objects.filter(reply="yes").exists()


def test_a_moved_session_says_so_and_takes_the_answer(session, place, client, office):
    address = link(place, session)
    session.sequence += 1
    session.date += datetime.timedelta(days=1)
    session.save()
    page = client.get(address).content.decode()
    assert "Deze sessie is veranderd sinds die mail" in page
    client.post(address, {"reply": "yes"})
    assert said(place) == ("yes", "", "")


@pytest.mark.parametrize(
    ("status", "words"), [("cancelled", "Ziekte"), ("held", "Antwoorden kan niet meer")]
)
def test_one_that_does_not_come_says_so(session, place, client, status, words):
    address = link(place, session)
    session.status, session.cancel_reason = status, "Ziekte"
    session.save()
    assert words in client.get(address).content.decode()
    assert client.post(address, {"reply": "yes"}).status_code == 200
    assert said(place) == ("", "", "")


def test_someone_else_who_is_logged_in_is_told_for_whom_it_is(session, place, company, logged_in):
    page = logged_in(company).get(link(place, session)).content.decode()
    assert "uit een mail aan Stefan Steering" in page


def test_the_page_is_in_the_readers_language(session, place, steering, client):
    steering.language = "nl"
    steering.save()
    assert client.get(link(place, session))["Content-Language"] == "nl"


# --- guests ---------------------------------------------------------------------------------------


def strangers_mail() -> list:
    mail.outbox.clear()
    tasks.deliver()
    return [letter for letter in mail.outbox if "gast@" in letter.to[0]]


def test_a_guest_is_invited_answers_and_hears_of_changes(session, office, client, settings):
    factories.ItemFactory(session=session, order=1, title="Open point")
    factories.ItemFactory(session=session, order=2, title="Secret point", confidential=True)
    session.language = "en"
    session.save()
    guest = factories.ParticipationFactory(
        session=session, name="Gerda Gast", email="gast@example.org", invited=True
    )
    assert [invite(session, [guest], by=office) for _time in range(2)] == [1, 0]
    [letter] = strangers_mail()
    assert letter.subject.startswith("Invitation: Stuurgroep")
    assert "Open point" in letter.body
    assert "Secret point" not in letter.body
    assert "Open the session" not in letter.body
    assert "ATTENDEE" in letter.alternatives[1][0]
    [address] = [word for word in letter.body.split() if word.endswith("?antwoord=ja")]
    client.post(address.removeprefix(settings.BASE_URL), {"reply": "yes"})
    assert said(guest) == ("yes", "", "")

    before = type(session).objects.get(pk=session.pk)
    session.date += datetime.timedelta(days=1)
    session.sequence += 1
    session.save()
    session_moved(session, before=before, by=office)
    [letter] = strangers_mail()
    assert letter.subject.startswith("Moved to")
    assert said(guest) == ("", "", "")
    session.status = "cancelled"
    session.sequence += 1
    session.save()
    session_cancelled(session, by=office)
    [letter] = strangers_mail()
    assert letter.subject.startswith("Cancelled:")
    assert "method=CANCEL" in letter.alternatives[1][1]
    assert not StrangerMail.objects.exists()
    assert not Notification.objects.filter(data__has_key="email").exists()


def test_a_link_of_a_guest_ends_with_the_address(session, client):
    guest = factories.ParticipationFactory(session=session, name="G", email="gast@example.org")
    address = link(guest, session)
    assert client.get(address).status_code == 200
    guest.email = "ander@example.org"
    guest.save()
    assert client.get(address).status_code == 410
    assert signing.loads(address.split("/")[2], salt=SALT)[1] == "gast@example.org"


# --- places ---------------------------------------------------------------------------------------


def test_who_said_no_comes_back_only_when_there_is_a_place(session, steering):
    session.capacity = 1
    session.save()
    answer(session, steering, NO)
    factories.ParticipationFactory(session=session, user=factories.UserFactory(), reply="yes")
    with pytest.raises(Full):
        answer(session, steering, YES)
    assert session.participations.get(user=steering).reply == "no"
