"""Mails about an account under the rules for all mail: stopped, tried out, refused, accounted for.

And their links: readable in the mail, and nowhere else.
"""

import datetime
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from civportal.accounts.models import User
from civportal.accounts.post import AccountMail
from civportal.lib.mail import Letter
from civportal.notifications import account_mail, delivery, strangers, tasks
from civportal.notifications.account_mail import put_in_outbox
from civportal.notifications.choices import ACCOUNT, Reason, State
from civportal.notifications.models import DeadAddress, MailPolicy, Notification, StrangerMail
from civportal.notifications.resending import NotKeptError, send_again
from tests import factories
from tests.accounts.conftest import PASSWORD, log_in, whole
from tests.notifications.mailserver import MailServer
from tests.reading import Reading, read

NOON = datetime.datetime(2026, 11, 23, 11, tzinfo=datetime.UTC)  # Monday, 12.00 in Amsterdam
HOUR = datetime.timedelta(hours=1)
STRANGER = "nobody@example.org"


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def office(centre) -> User:
    return factories.office_worker(email="office@example.org", name="Olga Office")


def ask(email: str) -> Client:
    """Ask for a new password, in a browser of one's own."""
    client = Client(headers={"accept-language": "en"})
    client.post("/account/password/reset/", {"email": email})
    cache.clear()  # such a mail goes a few times in a while
    return client


def sign_up(email: str) -> None:
    form = {"name": "Anna Aalbes", "email": email, "password1": PASSWORD}
    Client(headers={"accept-language": "en"}).post("/account/signup/", form)


def key_in(message) -> str:
    """The secret of the one link in a mail."""
    return re.search(r"/(?:reset/key|confirm-email)/([^/\s]+)/", message.body)[1]


def policy(**fields) -> None:
    MailPolicy.objects.update_or_create(
        pk=1, defaults={"stopped": False, "sandbox": False} | fields
    )


def columns() -> str:
    """Everything that both tables hold, as one text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(n)::text FROM notifications_notification n "
            "UNION ALL SELECT row_to_json(s)::text FROM notifications_strangermail s"
        )
        return "\n".join(row[0] for row in cursor.fetchall())


def ledger() -> list[tuple[object, ...]]:
    """What became of each, and whether its letter is still there."""
    return [
        (row.to, row.title, row.state, row.reason, bool(row.data))
        for row in Notification.objects.select_related("recipient").order_by("pk")
    ]


RESET, UNKNOWN = "Choose a new password", "There is no account with this e-mail address"
CONFIRM = "Confirm your e-mail address and you can log in"

# --- what is kept --------------------------------------------------------------------------------


def test_a_sent_mail_is_accounted_for_without_its_link(alice, centre):
    ask(alice.email)
    [message] = mail.outbox
    row = Notification.objects.get()
    assert (row.recipient, row.kind, row.state, row.title, row.data, row.attempts) == (
        alice, ACCOUNT, State.SENT, RESET, {}, 1,
    )  # fmt: skip
    assert (row.due_at, row.settled_at) == (NOON, NOON)
    assert row.expires_at == NOON + 24 * HOUR
    assert message.extra_headers["Message-ID"] == delivery.message_id(row)
    assert key_in(message) not in columns()
    assert "Hello Alice" not in columns()


def test_a_waiting_mail_is_sealed(alice, centre):
    policy(stopped=True)
    ask(alice.email)
    ask(STRANGER)
    held = columns()
    assert Notification.objects.get().state == State.PENDING
    policy()
    tasks.deliver()
    assert [message.to for message in mail.outbox] == [[alice.email], [STRANGER]]
    for said in (key_in(mail.outbox[0]), "reset/key", "Hello", "account/signup"):
        assert said not in held
        assert said not in columns()


def test_of_mail_to_nobody_nothing_stays(centre, db):
    ask(STRANGER)
    assert [(message.to, message.subject) for message in mail.outbox] == [([STRANGER], UNKNOWN)]
    assert columns() == ""


def test_a_seal_opens_with_an_older_key_and_with_no_other(alice, centre, settings):
    policy(stopped=True)
    ask(alice.email)
    policy()
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    tasks.deliver()
    row = Notification.objects.get()
    assert (row.state, row.detail, mail.outbox) == (State.PENDING, "InvalidToken: ", [])
    settings.SECRET_KEY_FALLBACKS = [old]
    Notification.objects.update(next_try_at=NOON)
    tasks.deliver()
    assert [message.subject for message in mail.outbox] == [RESET]


# --- the rules for all mail ----------------------------------------------------------------------


def test_what_waits_while_all_mail_is_stopped_goes_out_afterwards(alice, office, logged_in):
    client = logged_in(office)
    client.post(reverse("mail_policy"), {"stopped": "on"})
    ask(alice.email)
    ask(STRANGER)
    sign_up("anna@example.org")
    tasks.deliver()
    assert mail.outbox == []
    assert ledger() == [
        (alice.email, RESET, State.PENDING, "", True),
        ("anna@example.org", CONFIRM, State.PENDING, "", True),
    ]
    page = read(client, reverse("mail_policy"))
    assert "3 mails wait to be sent. The oldest fell due on" in page.text
    assert "nobody can confirm an e-mail address or choose a new password" in page.text
    lines = read(client, reverse("ledger")).response.context["lines"]
    assert [line.told for line in lines] == ["Waits: all mail is stopped."] * 2

    client.post(reverse("mail_policy"), {})
    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([alice.email], RESET),
        (["anna@example.org"], CONFIRM),
        ([STRANGER], UNKNOWN),
    ]
    assert [row[2:] for row in ledger()] == [(State.SENT, "", False)] * 2


def test_a_link_that_ended_while_it_waited_is_not_sent(alice, centre, noon):
    policy(stopped=True)
    ask(alice.email)
    ask(STRANGER)
    sign_up("anna@example.org")
    noon.move_to(NOON + 25 * HOUR, tick=False)
    tasks.deliver()  # all mail is stopped still
    assert ledger() == [
        (alice.email, RESET, State.WITHHELD, Reason.TOO_OLD, False),
        ("anna@example.org", CONFIRM, State.PENDING, "", True),
    ]
    assert not StrangerMail.objects.exists()
    policy()
    tasks.deliver()
    assert [message.subject for message in mail.outbox] == [CONFIRM]


def test_a_link_that_ends_between_two_looks_is_not_sent_either(alice, centre, noon):
    policy(stopped=True)
    ask(alice.email)
    ask(STRANGER)
    noon.move_to(NOON + 25 * HOUR, tick=False)
    policy()
    assert (delivery.deliver_batch(), strangers.deliver(timezone.now())) == (1, 1)
    assert (mail.outbox, StrangerMail.objects.count()) == ([], 0)
    assert [row[2:] for row in ledger()] == [(State.WITHHELD, Reason.TOO_OLD, False)]


def test_a_notice_holds_however_late_it_is(alice, centre, noon, browser):
    policy(stopped=True)
    log_in(browser, alice.email)
    new = "een ander lang wachtwoord"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    browser.post("/account/password/change/", form)
    noon.move_to(NOON + 30 * 24 * HOUR, tick=False)
    policy()
    tasks.deliver()
    assert [message.subject for message in mail.outbox] == ["Your password has changed"]


def test_the_try_out_mode_keeps_account_mail_from_others_too(alice, centre):
    policy(sandbox=True, sandbox_addresses="anna@example.org\nlisted@example.org")
    ask(alice.email)
    ask(STRANGER)
    ask("listed@example.org")
    sign_up("anna@example.org")
    assert [message.to for message in mail.outbox] == [
        ["listed@example.org"],
        ["anna@example.org"],
    ]
    assert ledger() == [
        (alice.email, RESET, State.WITHHELD, Reason.SANDBOX, False),
        ("anna@example.org", CONFIRM, State.SENT, "", False),
    ]
    policy()
    tasks.deliver()  # what was kept back is not sent later
    assert (len(mail.outbox), StrangerMail.objects.count()) == (2, 0)


def test_a_dead_address_gets_only_the_mail_that_can_wake_it(alice, centre, browser):
    for email in (alice.email, STRANGER, "aardbei@example.org"):
        DeadAddress.objects.create(email=email, state="bounced")
    ask(alice.email)
    ask(STRANGER)
    assert (mail.outbox, StrangerMail.objects.count()) == ([], 0)
    assert ledger() == [(alice.email, RESET, State.WITHHELD, Reason.DEAD_ADDRESS, False)]

    log_in(browser, alice.email)
    response = browser.post("/account/email/", {"email": "aardbei@example.org", "action_add": ""})
    browser.post(response.url, {"password": PASSWORD})
    [message] = mail.outbox
    assert (message.to, ledger()[1]) == (
        ["aardbei@example.org"],
        ("aardbei@example.org", "Confirm your new e-mail address", State.SENT, "", False),
    )
    browser.post(f"/account/confirm-email/{key_in(message)}/")
    assert EmailAddress.objects.get(verified=True).email == "aardbei@example.org"
    # It works; the notice to the old one, which does not, stays here.
    assert set(DeadAddress.objects.values_list("email", flat=True)) == {alice.email, STRANGER}
    assert ledger()[2][0::2] == (alice.email, State.WITHHELD, False)


# --- a mail server in trouble --------------------------------------------------------------------


@pytest.fixture
def server(settings):
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


def test_a_mail_that_is_put_off_comes_at_the_next_try(alice, centre, server, noon):
    server.at_data = {email: ["451 later", ""] for email in (alice.email, STRANGER)}
    ask(alice.email)
    ask(STRANGER)
    assert server.recipients == []
    assert [row[2:] for row in ledger()] == [(State.PENDING, "", True)]
    noon.move_to(NOON + HOUR, tick=False)
    tasks.deliver()
    assert sorted(server.recipients) == [alice.email, STRANGER]
    for email in (alice.email, STRANGER):
        tries = [arrival.mail["Message-ID"] for arrival in server.tries if arrival.to == email]
        assert tries == [tries[0]] * 2
    assert ([row[2:] for row in ledger()], StrangerMail.objects.count()) == (
        [(State.SENT, "", False)],
        0,
    )


def test_without_a_mail_server_the_pages_answer_and_the_mail_comes_later(
    alice, centre, server, noon
):
    server.stop()
    for email in (alice.email, STRANGER):
        assert ask(email).get("/account/password/reset/done/").status_code == 200
    server.start()
    noon.move_to(NOON + HOUR, tick=False)
    tasks.deliver()
    assert sorted(server.recipients) == [alice.email, STRANGER]


def test_an_address_that_the_server_does_not_know_is_marked(alice, centre, server):
    for email in (alice.email, STRANGER):
        server.at_rcpt[email] = ["550 5.1.1 unknown"]
        ask(email)
    assert ledger() == [(alice.email, RESET, State.FAILED, Reason.REFUSED, False)]
    assert not StrangerMail.objects.exists()
    assert set(DeadAddress.objects.values_list("email", "detail")) == {
        (alice.email, "550 5.1.1 unknown"),
        (STRANGER, "550 5.1.1 unknown"),
    }


def test_without_a_queue_nothing_is_lost(alice, centre, monkeypatch):
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(account_mail, "nudge", away)
    for email in (alice.email, STRANGER):
        assert ask(email).get("/account/password/reset/done/").status_code == 200
    assert mail.outbox == []
    tasks.deliver()  # the clock
    assert [message.to for message in mail.outbox] == [[alice.email], [STRANGER]]


def test_a_mail_to_nobody_outlives_the_worker_that_took_it(centre, db):
    policy(stopped=True)
    ask(STRANGER)
    policy()
    assert strangers._take(NOON) is not None  # and here it died
    assert strangers.deliver(NOON + datetime.timedelta(minutes=2)) == 0
    assert strangers.deliver(NOON + HOUR) == 1
    assert [message.to for message in mail.outbox] == [[STRANGER]]


def test_one_that_cannot_be_made_holds_up_no_others(centre, db):
    policy(stopped=True)
    for email in ("a@example.org", "b@example.org"):
        ask(email)
    StrangerMail.objects.filter(address="a@example.org").update(sealed="nonsense")
    policy()
    tasks.deliver()
    assert [message.to for message in mail.outbox] == [["b@example.org"]]


def test_who_waits_at_a_page_goes_before_thousands_of_digests(alice, centre):
    policy(stopped=True)
    for number in range(3):
        Notification.objects.create(
            recipient=alice, kind="digest", dedupe_key=f"digest:{number}",
            due_at=NOON - HOUR, next_try_at=NOON - HOUR,
        )  # fmt: skip
    ask(alice.email)
    assert [row.kind for row in delivery.claim(2)] == [ACCOUNT]
    assert [row.kind for row in delivery.claim(2)] == ["digest", "digest"]


# --- what nobody may find out --------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule", [{}, {"stopped": True}, {"sandbox": True, "sandbox_addresses": "x@example.org"}]
)
@pytest.mark.parametrize("is_dead", [True, False])
def test_known_and_unknown_look_the_same_under_every_rule(alice, bob, centre, rule, is_dead):
    policy(**rule)
    answers = []
    for email in (alice.email, STRANGER, bob.email):
        if is_dead:
            DeadAddress.objects.create(email=email, state="bounced")
        client = Client(headers={"accept-language": "en"})
        asked = client.post("/account/password/reset/", {"email": email})
        answers.append((whole(asked), whole(client.get(asked.url))))
    assert answers[0] == answers[1] == answers[2]
    assert len(mail.outbox) == (0 if rule or is_dead else 3)


def test_keeping_a_mail_is_the_same_work_for_both(alice, monkeypatch):
    nudged = []
    monkeypatch.setattr(account_mail, "nudge", lambda: nudged.append(1))
    letter = Letter(subject="Dag", greeting="Dag,", paragraphs=["Tot morgen."])
    verbs = []
    for person in (alice, None):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            put_in_outbox(
                AccountMail(
                    letter=letter, language="nl", person=person, to="a@example.org",
                    ends_at=NOON + HOUR, proves_address=False,
                )
            )  # fmt: skip
        verbs.append([query["sql"].split()[0] for query in queries])
    assert (verbs, nudged) == ([["INSERT"]] * 2, [1, 1])


def test_the_ledger_does_not_tell_whose_an_address_is(alice, bob, centre, browser):
    """Trying for the address of someone else leaves the same trace as for a free one."""
    log_in(browser, alice.email)
    for email in (bob.email, STRANGER):
        response = browser.post("/account/email/", {"email": email, "action_add": ""})
        if "reauthenticate" in response.url:
            browser.post(response.url, {"password": PASSWORD})
    trace = ("Confirm your new e-mail address", State.SENT, "", False)
    assert ledger() == [(bob.email, *trace), (STRANGER, *trace)]
    assert set(Notification.objects.values_list("recipient", flat=True)) == {alice.pk}


# --- the pages -----------------------------------------------------------------------------------


def test_the_ledgers_show_it_and_offer_nothing_that_cannot_be(alice, office, logged_in):
    policy(sandbox=True, sandbox_addresses="x@example.org")
    ask(alice.email)
    ask(STRANGER)
    policy()
    Notification.objects.create(
        recipient=alice, address="aardbei@example.org", kind=ACCOUNT, dedupe_key="account:x",
        title="Confirm your new e-mail address", state=State.SENT, settled_at=NOON,
    )  # fmt: skip
    mine = read(logged_in(alice), f"{reverse('my_notifications')}?kind={ACCOUNT}")
    assert [
        (line.title, line.told, line.other_address) for line in mine.response.context["lines"]
    ] == [
        (
            "Confirm your new e-mail address",
            "Sent on Monday 23 November 2026, 12:00.",
            "aardbei@example.org",
        ),
        (RESET, "Not sent: the centre was trying out its mail.", ""),
    ]
    assert "To aardbei@example.org" in mine.text
    assert "Account and logging in" in mine.text

    client = logged_in(office)
    day = read(client, f"{reverse('ledger')}?kind={ACCOUNT}")
    assert [(line.person, line.to) for line in day.response.context["lines"]] == [
        (alice, "aardbei@example.org"),
        (alice, alice.email),
    ]
    [counts] = day.response.context["counts"]
    assert (counts.kind, counts.sent, counts.withheld) == ("Account and logging in", 1, 1)
    row = Notification.objects.get(reason=Reason.SANDBOX)
    url = reverse("ledger_resend", args=[row.pk])
    assert url not in day.response.content.decode()
    page = read(client, url)
    assert "This mail is not kept: its link was for one person and one time." in page.text
    assert '<form method="post">' not in page.response.content.decode()
    response = client.post(url, {"number": "0"}, follow=True, headers={"accept-language": "en"})
    assert "This mail is not kept" in Reading(response).text
    with pytest.raises(NotKeptError):
        send_again(row, by=office, number=0)
    assert (Notification.objects.count(), mail.outbox) == (2, [])


def test_the_preferences_say_that_it_always_comes(alice, centre, logged_in):
    page = read(logged_in(alice), reverse("preferences"))
    assert "Account and logging in Always Confirming your e-mail address" in page.text
    assert f'name="kind_{ACCOUNT}"' not in page.response.content.decode()


def test_a_notice_that_came_back_says_so(alice, centre, browser):
    """It went to the old address, which is not that of the person any more."""
    from anymail.signals import AnymailTrackingEvent

    from civportal.notifications.bounces import take_event

    ask(alice.email)
    row = Notification.objects.get()
    User.objects.filter(pk=alice.pk).update(email="aardbei@example.org")
    take_event(
        None,
        AnymailTrackingEvent(
            event_type="bounced", reject_reason="bounced", recipient=alice.email,
            message_id=delivery.message_id(row), mta_response="550 gone",
        ),
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.state, row.reason, row.detail) == (State.SENT, Reason.REFUSED, "550 gone")
