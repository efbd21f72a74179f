"""From the outbox to a real mail server: once, in time, and whatever breaks, nothing is lost."""

import datetime
import threading
from collections.abc import Callable
from contextlib import suppress

import psycopg
import pytest
import time_machine
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civportal.lib.mail import Letter
from civportal.notifications import delivery, judging, kinds, tasks
from civportal.notifications.choices import Mode, Reason, State
from civportal.notifications.kinds import Kind, Message, Withheld
from civportal.notifications.models import (
    DeadAddress,
    DigestSetting,
    JobRun,
    MailPolicy,
    Notification,
    Preference,
)
from civportal.notifications.outbox import drop, notify
from tests import factories
from tests.notifications.mailserver import HangUp, MailServer

NOON = datetime.datetime(2021, 2, 18, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)

ADDRESS = ("host", "port", "user", "password", "dbname")
"""What a second connection needs of the first one's; a unix socket has no port."""


def letter_to(name: str) -> Letter:
    return Letter(subject=f"For {name}", greeting=f"Hello {name},", paragraphs=["It is done."])


def compose(rows):
    """Rows say in their data what should come of them."""
    made = {}
    for row in rows:
        if row.data.get("raises"):
            raise ValueError(row.data["raises"])
        if row.data.get("kills"):
            raise SystemExit
        if row.data.get("hidden"):
            made[row.pk] = Withheld(Reason.NO_LONGER_VISIBLE)
        elif not row.data.get("gone"):
            made[row.pk] = Message(
                letter=letter_to(row.recipient.name), calendar=row.data.get("ics", "").encode()
            )
    return made


@pytest.fixture(autouse=True)
def test_kinds(monkeypatch):
    """Two kinds that nobody else knows: one that people choose, and one that must arrive."""
    monkeypatch.setattr(kinds._known, "kinds", dict(kinds._known.kinds))
    common = {"label": "Test", "group": "Test", "compose": compose, "preview": lambda: None}
    kinds.register_kind(Kind(name="test", **common))
    kinds.register_kind(Kind(name="must", required=True, **common))


@pytest.fixture
def server(settings):
    """A mail server that the portal sends to."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.BASE_URL = "https://portal.example.org"
    yield server
    server.stop()


@pytest.fixture
def noon():
    """A good hour to send mail, that goes on ticking; shift it to let time pass."""
    with time_machine.travel(NOON, tick=True) as clock:
        yield clock


def waiting(*names: str, kind: str = "test", **fields: object) -> list[Notification]:
    """Rows that are due, to people of these names."""
    return [
        Notification.objects.create(
            recipient=factories.UserFactory(
                name=name.title(), email=f"{name}@example.org", language="en"
            ),
            kind=kind,
            dedupe_key=f"{kind}:{name}",
            **{"due_at": timezone.now(), "next_try_at": timezone.now(), **fields},
        )
        for name in names
    ]


def outcome() -> dict[str, tuple[str, str, str, int]]:
    """State, reason, what the server said, and tries, by the first name of the recipient."""
    rows = Notification.objects.select_related("recipient").order_by("pk")
    return {
        row.recipient.name.lower(): (row.state, row.reason, row.detail, row.attempts)
        for row in rows
    }


SENT = (State.SENT, "", "", 1)

# --- the way in ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_causes_at_once_tell_once():
    user = factories.UserFactory()
    together = threading.Barrier(2)

    def cause() -> None:
        with transaction.atomic():
            together.wait()
            notify([user], kind="test", subject="thing:1", key="1", due_at=NOON + 900_000 * MINUTE)
        connections.close_all()

    in_threads(cause, cause)
    assert list(Notification.objects.values_list("dedupe_key", "subject")) == [
        (f"test:1:{user.pk}", "thing:1")
    ]


@pytest.mark.django_db(transaction=True)
def test_what_did_not_happen_is_not_told(server, noon):
    user = factories.UserFactory()
    with transaction.atomic():
        notify([user], kind="test", subject="thing:1", key="1")
        transaction.set_rollback(True)
    assert (Notification.objects.count(), server.recipients) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_it_is_sent_as_soon_as_its_cause_is_there(server, noon):
    user = factories.UserFactory(email="ann@example.org", name="Ann")
    with transaction.atomic():
        notify([user], kind="test", subject="thing:1", key="1")
        assert server.recipients == []
    assert server.recipients == ["ann@example.org"]
    assert outcome() == {"ann": SENT}


@pytest.mark.django_db(transaction=True)
def test_a_cause_stands_also_without_a_queue(monkeypatch):
    from civportal.notifications.tasks import deliver

    def no_queue() -> None:
        raise OSError("the queue is gone")

    monkeypatch.setattr(deliver, "delay", no_queue)
    with transaction.atomic():
        notify([factories.UserFactory()], kind="test", subject="thing:1", key="1")
    assert Notification.objects.get().state == State.PENDING


@pytest.mark.django_db
def test_a_kind_that_nobody_knows_fails_at_its_cause():
    with pytest.raises(KeyError):
        notify([factories.UserFactory()], kind="tset", subject="thing:1", key="1")


@pytest.mark.django_db
def test_dropping_withholds_what_waits_and_leaves_what_is_being_sent(noon):
    waiting("ann", subject="thing:1")
    delivery.claim()
    waiting("bob", subject="thing:1")
    waiting("cas", subject="thing:2")
    assert drop(subject="thing:1", kinds=["test"]) == 1
    assert outcome() == {
        "ann": (State.PENDING, "", "", 1),
        "bob": (State.WITHHELD, Reason.OUTDATED, "", 0),
        "cas": (State.PENDING, "", "", 0),
    }


# --- a batch -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_batch_goes_over_one_connection_and_is_marked(server, noon):
    waiting("ann", "bob", "cas")
    assert delivery.deliver_batch() == 3
    assert server.recipients == ["ann@example.org", "bob@example.org", "cas@example.org"]
    assert server.connections == 1
    rows = Notification.objects.order_by("pk").values_list("state", "title", "lease", "attempts")
    assert list(rows) == [
        (State.SENT, "For Ann", None, 1),
        (State.SENT, "For Bob", None, 1),
        (State.SENT, "For Cas", None, 1),
    ]
    assert delivery.deliver_batch() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("names", [["ann"], ["ann", "bob", "cas"]])
def test_queries(server, noon, names):
    """11 for the batch, whatever its size, and 1 to mark each row when the server took it."""
    waiting(*names)
    with CaptureQueriesContext(connection) as queries:
        delivery.deliver_batch()
    marks = [query for query in queries if f"'{State.SENT}'" in query["sql"]]
    assert (len(queries) - len(marks), len(marks)) == (11, len(names))


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_mail_is_made_and_sent(server, noon, monkeypatch):
    parameters = connection.get_connection_params()
    looked = []

    def look(to: str) -> None:
        with psycopg.connect(
            **{key: parameters[key] for key in ADDRESS if key in parameters}
        ) as other:
            looked.append(
                other.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
                ).fetchone()[0]
            )

    server.while_taking = look
    monkeypatch.setattr(delivery, "compose_mail", composing_looks(look))
    waiting("ann", "bob")
    delivery.deliver_batch()
    assert server.recipients == ["ann@example.org", "bob@example.org"]
    assert looked == [0, 0, 0, 0]


def composing_looks(look: Callable[[str], None]):
    from civportal.lib.mail import compose as compose_mail

    def make(letter, **words):
        look(words["to"])
        return compose_mail(letter, **words)

    return make


@pytest.mark.django_db
def test_the_mail(server, noon):
    [row] = waiting("ann", data={"ics": "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"})
    delivery.deliver_batch()
    mail = server.arrivals[0].mail
    kinds_of_parts = [part.get_content_type() for part in mail.walk()]
    assert kinds_of_parts == [
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert list(mail.walk())[3].get_param("method") == "PUBLISH"
    link = mail["List-Unsubscribe"].strip(" <>")
    assert link.startswith("https://portal.example.org/afmelden/")
    assert {
        name: mail[name].strip()
        for name in ("Message-ID", "Auto-Submitted", "Content-Language", "List-Unsubscribe-Post")
    } == {
        "Message-ID": delivery.message_id(row),
        "Auto-Submitted": "auto-generated",
        "Content-Language": "en",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert f"Stop these mails: {link}" in mail.get_body(("plain",)).get_content()


@pytest.mark.django_db
def test_what_must_arrive_has_no_way_to_stop_it(server, noon):
    waiting("ann", kind="must")
    delivery.deliver_batch()
    assert "List-Unsubscribe" not in server.arrivals[0].mail


# --- leases --------------------------------------------------------------------------------------


def in_threads(*functions: Callable[[], object]) -> None:
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_never_take_the_same_row():
    waiting(*(f"person{number}" for number in range(40)))
    together = threading.Barrier(4)
    taken: list[list[int]] = []

    def work() -> None:
        together.wait()
        while rows := delivery.claim(3):
            taken.append([row.pk for row in rows])
        connections.close_all()

    in_threads(work, work, work, work)
    everything = [pk for batch in taken for pk in batch]
    assert sorted(everything) == sorted(Notification.objects.values_list("pk", flat=True))
    assert len(everything) == 40


@pytest.mark.django_db
def test_a_dead_workers_batch_is_taken_over_when_its_lease_ends(server, noon):
    waiting("ann", "bob")
    delivery.claim()  # and the worker dies
    assert delivery.deliver_batch() == 0
    noon.shift(delivery.lease_length() + MINUTE)
    assert delivery.deliver_batch() == 2
    assert outcome() == {"ann": (State.SENT, "", "", 2), "bob": (State.SENT, "", "", 2)}


@pytest.mark.django_db
def test_a_row_that_kills_its_worker_holds_up_no_other(server, noon):
    waiting("bad", data={"kills": True})
    waiting("bob", "cas")
    for _ in range(len(delivery.PAUSES) + 5):
        with suppress(SystemExit):
            while delivery.deliver_batch():
                pass
        noon.shift(delivery.lease_length() + MINUTE)
    assert server.recipients == ["bob@example.org", "cas@example.org"]
    # Twice in one batch; from then on alone until it is given up.
    assert outcome() == {
        "bad": (State.FAILED, Reason.BROKEN, "", 9),
        "bob": (State.SENT, "", "", 3),
        "cas": (State.SENT, "", "", 3),
    }


@pytest.mark.django_db
def test_what_another_took_over_is_not_sent_twice(server, noon):
    """Making the mails, or sending those before, took longer than the lease."""
    waiting("ann", "bob", "cas")
    slow = [(row, Message(letter=letter_to(row.recipient.name))) for row in delivery.claim()]
    noon.shift(delivery.lease_length() + MINUTE)
    assert [row.recipient.name for row in delivery.claim(2)] == ["Ann", "Bob"]
    delivery._send(slow)
    assert server.recipients == ["cas@example.org"]


@pytest.mark.django_db
def test_a_slow_server_does_not_end_the_lease_of_the_rest(server, noon):
    waiting("ann", "bob", "cas")
    most = delivery.lease_length() * 0.7
    server.while_taking = lambda to: noon.shift(most)
    delivery.deliver_batch()
    assert server.recipients == ["ann@example.org", "bob@example.org", "cas@example.org"]
    assert outcome()["bob"] == SENT


@pytest.mark.django_db(transaction=True)
def test_a_database_that_restarts_as_mail_is_taken_makes_no_repeat(server, noon):
    waiting("ann", "bob")
    session = connection.connection.info.backend_pid
    parameters = connection.get_connection_params()

    def end_session(to: str) -> None:
        server.while_taking = lambda to: None
        with psycopg.connect(
            **{key: parameters[key] for key in ADDRESS if key in parameters}
        ) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [session])

    server.while_taking = end_session
    delivery.deliver_batch()
    assert outcome() == {"ann": SENT, "bob": SENT}
    assert server.recipients == ["ann@example.org", "bob@example.org"]


@pytest.mark.django_db
def test_a_long_queue_is_worked_off_in_shares(server, noon, monkeypatch):
    """Each share is a task of its own, so that other work gets its turn in between."""
    monkeypatch.setattr(tasks, "SHARE", 0)
    shares = []
    monkeypatch.setattr(tasks.deliver, "delay", lambda: shares.append(len(server.recipients)))
    waiting(*(f"person{number}" for number in range(delivery.BATCH + 1)))
    tasks.deliver()
    assert shares == [delivery.BATCH]
    assert JobRun.objects.get().summary == "50"
    tasks.deliver()
    assert len(server.recipients) == delivery.BATCH + 1


@pytest.mark.django_db
def test_every_try_carries_the_same_message_id(server, noon):
    [row] = waiting("ann")
    server.at_data["ann@example.org"] = ["451 later", "451 later", "250 OK"]
    for _ in range(3):
        delivery.deliver_batch()
        noon.shift(delivery.PAUSES[2] * 2)
    said = [arrival.mail["Message-ID"].strip() for arrival in server.tries]
    assert said == [delivery.message_id(row)] * 3
    assert said[0].endswith("@portal.example.org>")


# --- what a mail server may do -------------------------------------------------------------------


@pytest.mark.django_db
def test_postponed_tries_come_at_growing_pauses_until_it_is_given_up(server, noon, monkeypatch):
    monkeypatch.setattr(delivery.random, "uniform", lambda low, high: 1)
    waiting("ann")
    server.at_rcpt["ann@example.org"] = ["451 4.7.1 come back later"]
    pauses = []
    while Notification.objects.get().state == State.PENDING:
        assert delivery.deliver_batch() == 1
        row = Notification.objects.get()
        pauses.append(round((row.next_try_at - timezone.now()) / MINUTE))
        noon.move_to(max(row.next_try_at, timezone.now()))
        if judging.end_of_quiet(timezone.now(), "Europe/Amsterdam"):
            assert delivery.deliver_batch() == 1  # it waits for the morning
            noon.move_to(Notification.objects.get().next_try_at)
    assert pauses[:-1] == [1, 5, 30, 120, 360, 720, 720]
    assert outcome() == {"ann": (State.FAILED, Reason.NO_ANSWER, "451 4.7.1 come back later", 8)}


@pytest.mark.django_db
def test_what_is_refused_for_good_is_not_tried_again(server, noon):
    waiting("ann", "bob", "cas")
    server.at_rcpt["ann@example.org"] = ["550 5.7.1 no mail from you"]
    server.at_data["bob@example.org"] = ["554 5.6.0 not this content"]
    delivery.deliver_batch()
    assert outcome() == {
        "ann": (State.FAILED, Reason.REFUSED, "550 5.7.1 no mail from you", 1),
        "bob": (State.FAILED, Reason.REFUSED, "554 5.6.0 not this content", 1),
        "cas": SENT,
    }
    assert server.connections == 1
    assert not DeadAddress.objects.exists()


@pytest.mark.django_db
def test_an_address_that_does_not_exist_gets_no_mail_any_more(server, noon):
    [row] = waiting("ann")
    server.at_rcpt["ann@example.org"] = ["550 5.1.1 no such user"]
    delivery.deliver_batch()
    assert list(DeadAddress.objects.values_list("email", "state", "detail")) == [
        ("ann@example.org", "bounced", "550 5.1.1 no such user")
    ]
    Notification.objects.create(recipient=row.recipient, kind="must", dedupe_key="next")
    delivery.deliver_batch()
    assert Notification.objects.get(dedupe_key="next").reason == Reason.DEAD_ADDRESS
    assert server.recipients == []


@pytest.mark.django_db
def test_a_dropped_connection_is_opened_again(server, noon):
    waiting("ann", "bob", "cas")
    server.at_rcpt["bob@example.org"] = [HangUp(), "250 OK"]
    delivery.deliver_batch()
    assert server.recipients == ["ann@example.org", "bob@example.org", "cas@example.org"]
    assert server.connections == 2


@pytest.mark.django_db
def test_a_mail_on_which_the_server_always_hangs_up_holds_up_no_other(server, noon):
    waiting("ann", "bob", "cas")
    server.at_data["ann@example.org"] = [HangUp()]
    delivery.deliver_batch()
    assert server.recipients == ["bob@example.org", "cas@example.org"]
    state, reason, detail, tries = outcome()["ann"]
    assert (state, reason, tries) == (State.PENDING, "", 1)
    assert "Disconnected" in detail


@pytest.mark.django_db
def test_a_server_that_is_away_is_tried_again_and_asked_once_a_batch(server, noon):
    waiting("ann", "bob", "cas")
    server.stop()
    assert delivery.deliver_batch() == 3
    states = {name: row[0::3] for name, row in outcome().items()}
    assert states == dict.fromkeys(("ann", "bob", "cas"), (State.PENDING, 1))
    assert "refused" in Notification.objects.first().detail
    assert delivery.deliver_batch() == 0
    server.start()
    noon.shift(2 * MINUTE)
    delivery.deliver_batch()
    assert sorted(server.recipients) == ["ann@example.org", "bob@example.org", "cas@example.org"]


@pytest.mark.django_db
def test_our_own_fault_at_the_server_refuses_nobody_for_good(server, noon, settings):
    """A sender or password that the server does not take is for the office to mend."""
    waiting("ann", "bob")
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    delivery.deliver_batch()
    assert {row[0] for row in outcome().values()} == {State.PENDING}


@pytest.mark.django_db
def test_one_that_cannot_be_made_holds_up_nobody(server, noon, caplog):
    waiting("ann")
    waiting("bob", data={"raises": "a mistake"})
    waiting("cas")
    delivery.deliver_batch()
    assert server.recipients == ["ann@example.org", "cas@example.org"]
    assert outcome()["bob"] == (State.PENDING, "", "ValueError: a mistake", 1)
    assert "a mistake" in caplog.text
    for pause in delivery.PAUSES:
        noon.shift(pause * 2)
        while delivery.deliver_batch():
            noon.move_to(noon_again(timezone.now()))
    assert outcome()["bob"] == (State.FAILED, Reason.BROKEN, "ValueError: a mistake", 8)


def noon_again(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(hour=12) + datetime.timedelta(days=1)


@pytest.mark.django_db
def test_an_address_that_is_none_holds_up_nobody(server, noon):
    waiting("ann", "bob")
    broken = Notification.objects.earliest("pk").recipient
    type(broken).objects.filter(pk=broken.pk).update(email="not an address\u00a0@@")
    delivery.deliver_batch()
    assert server.recipients == ["bob@example.org"]
    state, reason, detail, tries = outcome()["ann"]
    assert (state, reason, tries) == (State.PENDING, "", 1)
    assert "Invalid address" in detail


# --- who wants it, and when ----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_stop_loses_nothing(server, noon):
    waiting("ann", kind="must")
    policy = MailPolicy.objects.create(pk=1, stopped=True)
    assert delivery.deliver_batch() == 0
    assert outcome() == {"ann": (State.PENDING, "", "", 0)}
    policy.stopped = False
    policy.save()
    delivery.deliver_batch()
    assert server.recipients == ["ann@example.org"]


def settings_of(row: Notification, **fields: object) -> None:
    DigestSetting.objects.create(user=row.recipient, **fields)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["test", "must"])
def test_why_mail_is_withheld(server, noon, kind):
    today = timezone.localdate()
    names = (
        *("wants", "off", "digest", "paused", "back", "gone", "inactive", "late", "dead", "other"),
        *("hidden", "moved"),
    )
    rows = dict(zip(names, waiting(*names, kind=kind), strict=True))
    Preference.objects.create(user=rows["off"].recipient, kind=kind, mode=Mode.OFF)
    Preference.objects.create(user=rows["digest"].recipient, kind=kind, mode=Mode.DIGEST)
    settings_of(rows["paused"], paused_until=today + datetime.timedelta(days=1))
    settings_of(rows["back"], paused_until=today)
    rows["inactive"].recipient.is_active = False
    rows["inactive"].recipient.save()
    for name, fields in {
        "gone": {"kind": "nobody's"},
        "late": {"expires_at": timezone.now() - MINUTE},
        "hidden": {"data": {"hidden": True}},
        "moved": {"data": {"gone": True}},
    }.items():
        Notification.objects.filter(pk=rows[name].pk).update(**fields)
    DeadAddress.objects.create(email="dead@example.org", state="complained")
    listed = "\n".join(f"{name}@EXAMPLE.org" for name in names if name != "other")
    MailPolicy.objects.create(pk=1, sandbox=True, sandbox_addresses=listed)
    delivery.deliver_batch()
    held = State.WITHHELD
    always = {
        "wants": (State.SENT, ""),
        "back": (State.SENT, ""),
        "gone": (held, Reason.OUTDATED),
        "inactive": (held, Reason.INACTIVE),
        "late": (held, Reason.TOO_LATE),
        "dead": (held, Reason.DEAD_ADDRESS),
        "other": (held, Reason.SANDBOX),
        "hidden": (held, Reason.NO_LONGER_VISIBLE),
        "moved": (held, Reason.OUTDATED),
    }
    by_choice = {
        "test": {
            "off": (held, Reason.NOT_WANTED),
            "digest": (held, Reason.IN_DIGEST),
            "paused": (held, Reason.PAUSED),
        },
        "must": dict.fromkeys(("off", "digest", "paused"), (State.SENT, "")),
    }
    assert {name: row[:2] for name, row in outcome().items()} == always | by_choice[kind]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "now", "goes_out"),
    [
        ("Europe/Amsterdam", "2021-02-18T20:59:59+01:00", None),
        ("Europe/Amsterdam", "2021-02-18T21:00:00+01:00", "2021-02-19T07:00:00+01:00"),
        ("Europe/Amsterdam", "2021-02-18T06:59:00+01:00", "2021-02-18T07:00:00+01:00"),
        ("Europe/Amsterdam", "2021-02-18T07:00:00+01:00", None),
        ("America/New_York", "2021-02-18T12:00:00+01:00", "2021-02-18T07:00:00-05:00"),
        ("America/New_York", "2021-02-18T23:00:00+01:00", None),
        # Clocks go forward, and back, in the night before.
        ("Europe/Amsterdam", "2021-03-27T22:00:00+01:00", "2021-03-28T07:00:00+02:00"),
        ("Europe/Amsterdam", "2021-10-30T22:00:00+02:00", "2021-10-31T07:00:00+01:00"),
    ],
)
def test_quiet_hours_are_those_of_the_reader(server, zone, now, goes_out):
    with time_machine.travel(datetime.datetime.fromisoformat(now), tick=False):
        [row] = waiting("ann")
        waiting("must", kind="must")
        row.recipient.time_zone = zone
        row.recipient.save()
        delivery.deliver_batch()
        row.refresh_from_db()
    if goes_out is None:
        assert server.recipients == ["ann@example.org", "must@example.org"]
    else:
        assert server.recipients == ["must@example.org"]
        assert (row.state, row.attempts) == (State.PENDING, 0)
        assert row.next_try_at == datetime.datetime.fromisoformat(goes_out)


@pytest.mark.django_db
def test_what_would_be_too_late_in_the_morning_goes_out_at_night(server):
    night = datetime.datetime.fromisoformat("2021-02-18T23:00:00+01:00")
    with time_machine.travel(night, tick=False):
        waiting("ann", expires_at=night + 7 * 60 * MINUTE)
        waiting("bob", expires_at=night + 9 * 60 * MINUTE)
        delivery.deliver_batch()
    assert server.recipients == ["ann@example.org"]
