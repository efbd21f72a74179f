"""What was sent, what will be, what was not, and why; sending again; the stop switch."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civportal.notifications import forecast
from civportal.notifications.choices import Reason, State
from civportal.notifications.delivery import deliver_batch
from civportal.notifications.digests import setting_of
from civportal.notifications.models import (
    DeadAddress,
    DigestSetting,
    MailPolicy,
    Notification,
    Preference,
)
from civportal.notifications.resending import NotSentAgainError, send_again
from civportal.notifications.views import ledger
from news.notifications import KIND as NEWS
from sessions_log.notifications import REMINDER, REPORT, subject_of
from tests import factories
from tests.reading import Reading, read

NOON = datetime.datetime(2026, 11, 23, 11, tzinfo=datetime.UTC)  # Monday, 12.00 in Amsterdam
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def session(db):
    return factories.SessionFactory(
        title="Praktijkdag", date=datetime.date(2026, 12, 10), start=datetime.time(15),
        status="planned",
    )  # fmt: skip


@pytest.fixture
def yara(db):
    return factories.UserFactory(email="yara@example.org", name="Yara Pinas", language="en")


def row(user, session, **fields):
    number = Notification.objects.count()
    values = {
        "recipient": user, "kind": REMINDER, "subject": subject_of(session.pk),
        "dedupe_key": f"test:{number}", "state": State.SENT, "due_at": NOON - HOUR,
        "next_try_at": NOON - HOUR, "title": f"Mail {number}",
    }  # fmt: skip
    values |= fields
    if values["state"] != State.PENDING:
        values.setdefault("settled_at", NOON - HOUR)
    return Notification.objects.create(**values)


def sentences(page):
    return [line.told for line in page.response.context["lines"]]


def coming(page):
    return [line.told for line in page.response.context["coming"]]


# --- for oneself -----------------------------------------------------------------------------


def test_someone_reads_what_became_of_each_mail(yara, session, logged_in):
    ago = [NOON - HOUR * hours for hours in range(1, 9)]
    row(yara, session, due_at=ago[0])
    row(yara, session, due_at=ago[1], state=State.WITHHELD, reason=Reason.NO_LONGER_VISIBLE)
    row(
        yara, session, due_at=ago[2], state=State.FAILED, reason=Reason.REFUSED, attempts=1,
        detail="550 5.1.1 unknown",
    )  # fmt: skip
    row(yara, session, due_at=ago[3], state=State.PENDING)
    row(yara, session, due_at=ago[4], state=State.PENDING, attempts=2, next_try_at=NOON + HOUR)
    row(yara, session, due_at=ago[5], state=State.PENDING, next_try_at=NOON + HOUR)
    row(yara, session, due_at=ago[6], reason=Reason.REFUSED, detail="mailbox unknown")
    row(factories.UserFactory(), session)
    page = read(logged_in(yara), reverse("my_notifications"))
    assert sentences(page) == [
        "Sent on Monday 23 November 2026, 11:00.",
        "Not sent: you may no longer see this.",
        "Given up after 1 try: the mail server refused it for good.",
        "Goes out in a moment.",
        "Tried 2 times; the next try is on Monday 23 November 2026, 13:00.",
        "Goes out on Monday 23 November 2026, 13:00.",
        "Sent on Monday 23 November 2026, 11:00, but it came back.",
    ]
    assert "550" not in page.text


def test_times_are_on_the_readers_own_clock(yara, session, logged_in):
    yara.time_zone = "America/New_York"
    yara.save()
    row(yara, session)
    page = read(logged_in(yara), reverse("my_notifications"))
    assert sentences(page) == ["Sent on Monday 23 November 2026, 05:00."]
    assert "America/New_York" in page.text


def test_what_is_still_to_come_is_told_with_what_would_stop_it(yara, session, logged_in):
    factories.ParticipationFactory(session=session, user=yara)
    setting = setting_of(yara)
    DigestSetting.objects.filter(pk=setting.pk).update(next_at=NOON + 20 * HOUR)
    url = reverse("my_notifications")
    assert coming(read(logged_in(yara), url)) == [
        "Goes out on Tuesday 24 November 2026, 08:00.",
        "Goes out on Thursday 3 December 2026, 15:00.",
        "Goes out on Wednesday 9 December 2026, 15:00.",
    ]
    Preference.objects.create(user=yara, kind=REMINDER, mode="off")
    assert coming(read(logged_in(yara), url))[1:] == [
        "Would go out on Thursday 3 December 2026, 15:00, but: you do not want this kind of mail.",
        "Would go out on Wednesday 9 December 2026, 15:00, but: you do not want this kind of mail.",
    ]


def test_a_thing_that_may_no_longer_be_seen_is_not_named_anew(yara, session, logged_in):
    row(yara, session, title="As it was sent")
    row(yara, session, title="", state=State.WITHHELD, reason=Reason.NO_LONGER_VISIBLE)
    session.visibility = "body"
    session.save()
    page = read(logged_in(yara), reverse("my_notifications"))
    assert "As it was sent" in page.text
    assert "Praktijkdag" not in page.text
    assert session.get_absolute_url() not in page.links.values()


def test_filters_and_pages(yara, session, logged_in):
    for number in range(30):
        row(yara, session, kind=REPORT if number % 2 else REMINDER)
    row(yara, session, state=State.WITHHELD, reason=Reason.PAUSED)
    client, url = logged_in(yara), reverse("my_notifications")
    assert len(sentences(read(client, url))) == 25
    assert len(sentences(read(client, f"{url}?page=2"))) == 6
    assert sentences(read(client, f"{url}?state=withheld")) == [
        "Not sent: you have paused your mail."
    ]
    assert len(sentences(read(client, f"{url}?kind={REPORT}"))) == 15
    assert "No notification fits" in read(client, f"{url}?kind={NEWS}").text


def test_nothing_yet_says_what_will_come(yara, logged_in):
    page = read(logged_in(yara), reverse("my_notifications"))
    assert "No mail has been sent to you yet" in page.headings


def test_a_dead_address_is_told_to_its_owner(yara, logged_in):
    DeadAddress.objects.create(email=yara.email, state="bounced")
    page = read(logged_in(yara), reverse("my_notifications"))
    assert page.links["See to my e-mail address"] == reverse("account_email")


# --- for the office ----------------------------------------------------------------------------


def test_the_office_sees_for_a_session_who_was_will_be_and_was_not_mailed(
    yara, session, office, logged_in
):
    alice = factories.UserFactory(email="alice@example.org", name="Alice")
    dead = factories.UserFactory(email="dead@example.org", name="Dora")
    for user in (alice, yara, dead):
        factories.ParticipationFactory(session=session, user=user)
    DeadAddress.objects.create(email=dead.email, state="bounced")
    row(alice, session)
    row(
        yara, session, state=State.FAILED, reason=Reason.NO_ANSWER, attempts=8,
        detail="421 busy",
    )  # fmt: skip
    row(yara, factories.SessionFactory())
    client = logged_in(office)
    page = read(client, reverse("ledger_about", args=[subject_of(session.pk)]))
    found = [(str(line.person), line.told) for line in page.response.context["lines"]]
    assert found == [
        ("Alice", "Sent on Monday 23 November 2026, 11:00."),
        (
            "Yara Pinas",
            "Given up after 8 tries: the mail server could not be reached or kept postponing. "
            "Answer: 421 busy",
        ),
    ]
    first, last = "Thursday 3 December 2026, 15:00", "Wednesday 9 December 2026, 15:00"
    gone = "but: the e-mail address does not work."
    assert [(str(one.person), one.told) for one in page.response.context["coming"]] == [
        ("Alice", f"Goes out on {first}."),
        ("Dora", f"Would go out on {first}, {gone}"),
        ("Yara Pinas", f"Goes out on {first}."),
        ("Alice", f"Goes out on {last}."),
        ("Dora", f"Would go out on {last}, {gone}"),
        ("Yara Pinas", f"Goes out on {last}."),
    ]
    assert "4 reminders will go out" in page.text


def test_the_session_page_leads_the_office_there(session, office, steering, logged_in):
    url = reverse("ledger_about", args=[subject_of(session.pk)])
    found = [
        url in read(logged_in(user), session.get_absolute_url()).links.values()
        for user in (None, steering, office)
    ]
    assert found == [False, False, True]


def test_the_office_sees_a_day_in_numbers_and_names(yara, session, office, logged_in):
    row(yara, session)
    row(yara, session, state=State.WITHHELD, reason=Reason.PAUSED)
    row(yara, session, kind=REPORT, state=State.PENDING)
    row(yara, session, due_at=NOON - 24 * HOUR)
    row(office, session, due_at=NOON + 20 * HOUR, next_try_at=NOON + 20 * HOUR, state="pending")
    factories.ParticipationFactory(session=session, user=yara)
    client = logged_in(office)
    page = read(client, reverse("ledger"))
    counts = page.response.context["counts"]
    assert [(one.waiting, one.sent, one.withheld, one.failed) for one in counts] == [
        (0, 1, 1, 0),
        (1, 0, 0, 0),
    ]
    assert len(sentences(page)) == 3
    narrowed = read(client, f"{reverse('ledger')}?day=2026-11-23&q=pinas&state=sent")
    assert len(sentences(narrowed)) == 1
    # A chip for each filter, and none for the day, which is always chosen.
    assert sorted(narrowed.links[text] for text in narrowed.links if "Remove filter" in text) == [
        f"{reverse('ledger')}?day=2026-11-23&q=pinas",
        f"{reverse('ledger')}?day=2026-11-23&state=sent",
    ]
    assert len(sentences(read(client, f"{reverse('ledger')}?q=olga"))) == 0
    yesterday = read(client, f"{reverse('ledger')}?day=2026-11-22")
    assert (len(sentences(yesterday)), coming(yesterday)) == (1, [])
    later = read(client, f"{reverse('ledger')}?day=2026-12-09")
    assert coming(later) == ["Goes out on Wednesday 9 December 2026, 15:00."]
    assert coming(read(client, f"{reverse('ledger')}?day=2026-12-09&q=olga")) == []


def test_a_day_with_very_many_is_looked_at_in_parts(session, office, logged_in, monkeypatch):
    """However many are to come: a few are in hand at a time, the soonest shown, all counted."""
    people = [
        factories.UserFactory(email=f"p{number}@example.org", name=f"Person {number}")
        for number in range(7)
    ]
    later = factories.SessionFactory(
        date=session.date, start=datetime.time(16), status="planned"
    )  # the same people, an hour later
    for user in people:
        factories.ParticipationFactory(session=session, user=user)
        factories.ParticipationFactory(session=later, user=user)
    Preference.objects.create(user=people[0], kind=REMINDER, mode="off")
    in_hand = []
    of = forecast.Judge.of
    monkeypatch.setattr(
        forecast.Judge, "of", lambda rows, *more: in_hand.append(len(rows)) or of(rows, *more)
    )
    monkeypatch.setattr(forecast, "BATCH", 3)
    monkeypatch.setattr(ledger, "MOST_COMING", 4)
    page = read(logged_in(office), f"{reverse('ledger')}?day=2026-12-09")
    assert in_hand == [6, 6, 6, 6, 4]  # each is reminded twice: a week and a day before
    shown = [(str(one.person), one.told) for one in page.response.context["coming"]]
    moment = "Wednesday 9 December 2026, 15:00"
    assert shown == [
        ("Person 0", f"Would go out on {moment}, but: does not want this kind of mail."),
        *((f"Person {number}", f"Goes out on {moment}.") for number in (1, 2, 3)),
    ]
    assert (page.response.context["coming_count"], page.response.context["left_out"]) == (12, 10)
    assert "12 reminders will go out" in page.text
    assert "And 10 more." in page.text


def test_a_forecast_for_a_day_asks_for_that_day_only(yara, session, office, logged_in):
    """Also for one further ahead than reminders are sent."""
    far = factories.SessionFactory(
        date=datetime.date(2027, 3, 10), start=datetime.time(15), status="planned"
    )
    for one in (session, far):
        factories.ParticipationFactory(session=one, user=yara)
    client = logged_in(office)
    assert coming(read(client, f"{reverse('ledger')}?day=2027-03-09")) == [
        "Goes out on Tuesday 9 March 2027, 15:00."
    ]
    assert coming(read(client, f"{reverse('ledger')}?day=2027-03-10")) == []


def test_pages_take_as_many_queries_for_three_rows_as_for_one(yara, session, office, logged_in):
    people = [yara, *factories.UserFactory.create_batch(2)]
    client = {yara: logged_in(yara), office: logged_in(office)}
    pages = {
        "mine": (yara, reverse("my_notifications")),
        "day": (office, reverse("ledger")),
        "about": (office, reverse("ledger_about", args=[subject_of(session.pk)])),
    }

    def count():
        found = {}
        for name, (user, url) in pages.items():
            with CaptureQueriesContext(connection) as queries:
                assert client[user].get(url).status_code == 200
            found[name] = len(queries)
        return found

    def add(user, of):
        factories.ParticipationFactory(session=of, user=user)
        row(user, of)
        row(user, of, state=State.PENDING, kind=REPORT)

    add(yara, session)
    count()
    one = count()
    for user in people[1:]:
        add(user, session)
    for _ in range(2):
        add(yara, factories.SessionFactory(date=session.date, status="planned"))
    assert count() == one
    assert one == {"mine": 19, "day": 19, "about": 17}


@pytest.mark.parametrize("name", ["ledger", "mail_policy", "about", "resend"])
def test_only_the_office_comes_here(name, session, viewers, logged_in):
    yara = viewers["charlie"]
    urls = {
        "about": reverse("ledger_about", args=[subject_of(session.pk)]),
        "resend": reverse("ledger_resend", args=[row(yara, session).pk]),
    }
    url = urls.get(name) or reverse(name)
    found = {who: logged_in(user).get(url).status_code for who, user in viewers.items()}
    expected = {"visitor": 302, "charlie": 403, "company": 403, "steering": 403, "office": 200}
    assert found == expected
    assert logged_in(yara).post(url).status_code in {403, 405}


def test_a_subject_that_is_not_there_is_not_found(office, logged_in):
    for subject in ("worksession:987654", "worksession:x", "nothing:1", "plain"):
        assert logged_in(office).get(reverse("ledger_about", args=[subject])).status_code == 404


# --- sending again -----------------------------------------------------------------------------


@pytest.fixture
def reminded(yara, session):
    factories.ParticipationFactory(session=session, user=yara)
    starts_at = datetime.datetime(2026, 12, 10, 14, tzinfo=datetime.UTC)
    return row(
        yara, session, data={"starts_at": starts_at.isoformat(), "hours": 24},
        expires_at=starts_at, title="Reminder",
    )  # fmt: skip


def test_the_office_sends_a_mail_again_after_being_asked(
    reminded, office, logged_in, mailoutbox, django_capture_on_commit_callbacks
):
    client, url = logged_in(office), reverse("ledger_resend", args=[reminded.pk])
    asked = read(client, url)
    assert "yara@example.org" in asked.text
    assert (Notification.objects.count(), len(mailoutbox)) == (1, 0)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"number": "0"})
        client.post(url, {"number": "0"})  # the same button twice
    deliver_batch()
    assert [mail.to for mail in mailoutbox] == [["yara@example.org"]]
    again = Notification.objects.exclude(pk=reminded.pk).get()
    assert (again.state, again.data["again"], again.data["by"]) == (
        State.SENT, reminded.pk, office.pk,
    )  # fmt: skip
    page = read(client, reverse("ledger_about", args=[reminded.subject]))
    assert "Sent again by Olga Office" in page.text
    # A third time is asked for anew, with a new number.
    assert read(client, url).response.context["number"] == 1


def refusal(reminded, office):
    with pytest.raises(NotSentAgainError) as refused:
        send_again(reminded, by=office, number=0)
    assert Notification.objects.count() == 1
    return refused.value.reason


def test_nothing_is_sent_again_to_who_may_no_longer_see_it(reminded, session, office):
    session.visibility = "body"
    session.save()
    session.participations.all().delete()
    assert refusal(reminded, office) == Reason.NO_LONGER_VISIBLE


def test_nothing_is_sent_again_that_would_be_withheld(reminded, yara, session, office):
    Preference.objects.create(user=yara, kind=REMINDER, mode="off")
    assert refusal(reminded, office) == Reason.NOT_WANTED
    Preference.objects.all().delete()
    dead = DeadAddress.objects.create(email=yara.email, state="bounced")
    assert refusal(reminded, office) == Reason.DEAD_ADDRESS
    dead.delete()
    session.date = datetime.date(2026, 12, 11)
    session.save()
    assert refusal(reminded, office) == Reason.OUTDATED


def test_the_page_says_why_it_is_refused(reminded, yara, office, logged_in):
    Preference.objects.create(user=yara, kind=REMINDER, mode="off")
    response = logged_in(office).post(
        reverse("ledger_resend", args=[reminded.pk]), {"number": "0"}, follow=True,
        headers={"accept-language": "en"},
    )  # fmt: skip
    assert "This is not sent again: does not want this kind of mail." in Reading(response).text


def test_what_still_waits_and_an_older_digest_are_not_sent_again(yara, session, office):
    waiting = row(yara, session, state=State.PENDING)
    older = row(yara, session, kind="digest", subject="", data={"from": 0, "to": 1})
    row(yara, session, kind="digest", subject="", data={"from": 1, "to": 2})
    reasons = []
    for one in (waiting, older):
        with pytest.raises(NotSentAgainError) as refused:
            send_again(one, by=office, number=0)
        reasons.append(refused.value.reason)
    assert reasons == [Reason.NONE, Reason.OVERTAKEN]


# --- the stop switch ---------------------------------------------------------------------------


def test_the_office_stops_all_mail_and_everyone_there_sees_it(
    reminded, office, logged_in, mailoutbox, django_capture_on_commit_callbacks
):
    Notification.objects.update(state=State.PENDING, settled_at=None)
    client, url = logged_in(office), reverse("mail_policy")
    client.post(url, {"stopped": "on"})
    assert deliver_batch() == 0
    for page in (url, reverse("ledger"), reverse("ledger_about", args=[reminded.subject])):
        assert "All mail is stopped" in read(client, page).text
    assert "All mail is stopped" in read(client, reverse("desk")).text
    page = read(client, reverse("ledger_about", args=[reminded.subject]))
    assert sentences(page) == ["Waits: all mail is stopped."]
    assert "1 mail waits to be sent." in read(client, url).text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {})
    assert [mail.to for mail in mailoutbox] == [["yara@example.org"]]
    assert "All mail is stopped" not in read(client, url).text


def test_the_try_out_mode_needs_addresses_that_are_some(office, logged_in):
    client, url = logged_in(office), reverse("mail_policy")

    def answer(**data):
        response = client.post(url, data, headers={"accept-language": "en"})
        return response.status_code, Reading(response).text

    status, text = answer(sandbox="on")
    assert (status, "Name at least one address" in text) == (200, True)
    status, text = answer(sandbox="on", sandbox_addresses="a@example.org\nnot one")
    assert (status, "“not one” is not an e-mail address." in text) == (200, True)
    assert not MailPolicy.objects.exists()
    assert answer(sandbox="on", sandbox_addresses=" A@Example.org \n\na@example.org")[0] == 302
    assert list(MailPolicy.objects.values_list("pk", "sandbox", "sandbox_addresses")) == [
        (1, True, "a@example.org")
    ]


def test_the_desk_is_quiet_while_all_is_well(office, charlie, logged_in):
    assert "Mail" not in read(logged_in(office), reverse("desk")).headings
    DeadAddress.objects.create(email="x@example.org", state="bounced")
    assert "1 address does not take our mail" in read(logged_in(office), reverse("desk")).text
    assert "Mail" not in read(logged_in(charlie), reverse("desk")).headings
