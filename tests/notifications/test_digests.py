"""Digests: windows that join exactly, and what each reader may see at the moment of sending."""

import datetime
import threading
import zoneinfo

import pytest
import time_machine
from django.core import mail
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civportal.notifications import actions, delivery, digest_mail, digests
from civportal.notifications.models import (
    DigestSetting,
    Happening,
    MailPolicy,
    Notification,
    Preference,
)
from civportal.notifications.outbox import happened
from news import notifications as news
from sessions_log import notifications as sessions
from sessions_log.models import Minutes
from tests import factories

AMSTERDAM = zoneinfo.ZoneInfo("Europe/Amsterdam")
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")


def local(text: str, zone: zoneinfo.ZoneInfo = AMSTERDAM) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone)


def at(text: str, zone: zoneinfo.ZoneInfo = AMSTERDAM) -> time_machine.travel:
    return time_machine.travel(local(text, zone), tick=False)


def reader(*topics: str, now: str = "2026-06-01T12:00", frequency: str = "weekly", **fields):
    """Someone who follows these since that moment: weekly is Monday at 8."""
    user = factories.UserFactory(**{"language": "en", "name": "", **fields})
    with at(now):
        actions.follow(user, topics)
        if frequency != "weekly":
            schedule(user, frequency=frequency)
    return user


def schedule(user, **wanted: object) -> DigestSetting:
    setting = digests.setting_of(user)
    names = ("frequency", "weekday", "hour", "reminder_hours", "paused_until")
    return actions.set_schedule(
        user, actions.Schedule(**{**{name: getattr(setting, name) for name in names}, **wanted})
    )


def item(title: str, *, line=None, when: str = "2026-06-02T10:00", **fields: object):
    """A news item that is out from that moment."""
    made = factories.NewsFactory(
        title=title, lead="", language="en", published_from=local(when), **fields
    )
    if line:
        made.lines.add(line)
    return made


def report(title: str, *, line=None, visibility: str = "public", **fields: object):
    """A session of which the report was published at this moment."""
    session = factories.SessionFactory(title=title, visibility=visibility, language="en", **fields)
    if line:
        session.lines.add(line)
    minutes = factories.MinutesFactory(session=session)
    sessions.report_published(minutes)
    return session


def deliver() -> list[tuple[str, str]]:
    mail.outbox.clear()
    while delivery.deliver_batch():
        pass
    return [(letter.to[0], letter.subject) for letter in mail.outbox]


def sent(now: str, zone: zoneinfo.ZoneInfo = AMSTERDAM) -> list[tuple[str, str]]:
    """Sweep and deliver at a moment; the readers and subjects of what went out."""
    with at(now, zone):
        digests.sweep()
        return deliver()


def states() -> list[tuple[str, str]]:
    rows = Notification.objects.filter(kind="digest").order_by("pk")
    return [(row.state, row.reason) for row in rows]


def next_times(setting: DigestSetting, after: str, zone: zoneinfo.ZoneInfo, number: int = 3):
    moment, found = local(after, zone), []
    for _place in range(number):
        moment = digests.next_digest(setting, moment)
        found.append(moment.astimezone(zone).isoformat()[:16])
    return found


# --- when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequency", "zone", "hour", "after", "expected"),
    [
        ("daily", AMSTERDAM, 8, "2026-03-28T08:00", ["03-29T08:00", "03-30T08:00", "03-31T08:00"]),
        ("daily", AMSTERDAM, 8, "2026-10-24T08:00", ["10-25T08:00", "10-26T08:00", "10-27T08:00"]),
        # Nobody can choose the night; the reckoning knows it all the same.
        ("daily", AMSTERDAM, 2, "2026-03-28T02:00", ["03-29T03:00", "03-30T02:00", "03-31T02:00"]),
        ("daily", AMSTERDAM, 2, "2026-10-24T02:00", ["10-25T02:00", "10-26T02:00", "10-27T02:00"]),
        ("daily", NEW_YORK, 2, "2026-03-07T02:00", ["03-08T03:00", "03-09T02:00", "03-10T02:00"]),
        ("daily", NEW_YORK, 8, "2026-10-31T08:00", ["11-01T08:00", "11-02T08:00", "11-03T08:00"]),
        ("weekly", AMSTERDAM, 8, "2026-03-23T08:00", ["03-30T08:00", "04-06T08:00", "04-13T08:00"]),
        ("weekly", AMSTERDAM, 8, "2026-03-23T07:59", ["03-23T08:00", "03-30T08:00", "04-06T08:00"]),
        (
            "monthly",
            AMSTERDAM,
            8,
            "2026-03-01T00:00",
            ["03-02T08:00", "04-06T08:00", "05-04T08:00"],
        ),
        (
            "monthly",
            AMSTERDAM,
            8,
            "2026-03-02T08:00",
            ["04-06T08:00", "05-04T08:00", "06-01T08:00"],
        ),
    ],
)
def test_next(frequency, zone, hour, after, expected):
    user = factories.UserFactory.build(time_zone=zone.key)
    setting = DigestSetting(user=user, frequency=frequency, weekday=0, hour=hour)
    assert next_times(setting, after, zone) == [f"2026-{moment}" for moment in expected]


def test_the_repeated_hour_comes_once():
    user = factories.UserFactory.build(time_zone="Europe/Amsterdam")
    setting = DigestSetting(user=user, frequency="daily", hour=2)
    first = digests.next_digest(setting, local("2026-10-24T12:00"))
    assert first == datetime.datetime(2026, 10, 25, 0, tzinfo=datetime.UTC)  # still summer time
    again = datetime.datetime(2026, 10, 25, 1, tzinfo=datetime.UTC)  # 2.00 once more
    assert digests.next_digest(setting, again) == local("2026-10-26T02:00")


def test_never_has_no_moment():
    user = factories.UserFactory.build()
    setting = DigestSetting(user=user, frequency="never")
    assert digests.next_digest(setting, local("2026-06-01T12:00")) is None


@pytest.mark.django_db
def test_everyone_has_a_setting_after_a_sweep():
    user = factories.UserFactory(time_zone="America/New_York")
    with at("2026-06-02T12:00"):
        digests.sweep()
    setting = DigestSetting.objects.get(user=user)
    assert (setting.frequency, setting.next_at, setting.reminder_hours) == (
        "weekly",
        local("2026-06-08T08:00", NEW_YORK),
        [168, 24],
    )


@pytest.mark.django_db
def test_who_moves_gets_it_by_the_new_clock():
    user = reader("news")
    item("One")
    with at("2026-06-03T12:00"):
        user.time_zone = "America/New_York"
        user.save()
        digests.sweep()
    assert sent("2026-06-08T08:00") == []
    assert sent("2026-06-08T08:00", NEW_YORK) == [(user.email, "News: One")]


# --- what ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_followed_grouped_and_newest_first():
    line = factories.LineFactory(title="Practoraat", order=1)
    other = factories.LineFactory(title="Leven Lang Ontwikkelen", order=2)
    user = reader(f"line:{line.pk}", name="Noor")
    with at("2026-06-02T10:00"):
        report("Work session", line=line)
    item("Older", line=line, when="2026-06-01T13:00")
    item("Newer", line=line, when="2026-06-03T10:00")
    item("Elsewhere", line=other)
    item("Nowhere")
    Minutes.objects.update(published_at=local("2026-06-02T10:00"))
    assert sent("2026-06-08T08:00") == [(user.email, "3 new messages about Practoraat")]
    (letter,) = mail.outbox
    words = letter.body.split("\n\n* * *\n")[0]
    assert [line for line in words.splitlines() if line and not line.startswith("http")] == [
        "Hello Noor,",
        "This is what is new among what you follow.",
        "== Practoraat ==",
        "News · 3 June 2026",
        "Newer",
        "Report · 2 June 2026",
        "Work session, 18 February 2021",
        "News · 1 June 2026",
        "Older",
        "Open the portal:",
        "Kind regards,",
        "CIV",
    ]


@pytest.mark.django_db
def test_subjects_say_it_all():
    first = factories.LineFactory(title="Practoraat")
    second = factories.LineFactory(title="Vakmanschap")
    third = factories.LineFactory(title="Ontwikkelen")
    one = reader(f"line:{third.pk}")
    two = reader(f"line:{first.pk}", f"line:{second.pk}")
    everything = reader("news")
    rest = reader("partner:1")
    item("A", line=first, when="2026-06-05T10:00")
    item("B", line=second, when="2026-06-04T10:00")
    item("C", line=third, when="2026-06-03T10:00")
    happened_items = [item("D"), item("E")]
    for each in happened_items:
        happened(kind=news.KIND, subject=f"newsitem:{each.pk}", topics=["partner:1", "news"])
    assert sent("2026-06-08T08:00") == [
        (one.email, "News: C"),
        (two.email, "2 new messages about Practoraat and Vakmanschap"),
        (everything.email, "5 new messages about Practoraat, Vakmanschap and other subjects"),
        (rest.email, "2 new messages of CIV"),
    ]


@pytest.mark.django_db
def test_in_dutch_and_as_html():
    user = reader("news", language="nl", name="Noor")
    item("Drie <bedrijven> tekenen")
    assert sent("2026-06-08T08:00") == [(user.email, "Nieuws: Drie <bedrijven> tekenen")]
    (letter,) = mail.outbox
    html, content_type = letter.alternatives[0]
    assert content_type == "text/html"
    assert "Drie &lt;bedrijven&gt; tekenen</a>" in html
    assert "<img" not in html
    assert "Nieuws · 2 juni 2026" in letter.body


@pytest.mark.django_db
def test_nothing_new_no_mail():
    reader("news")
    reader()
    item("One", when="2026-05-01T10:00")
    assert sent("2026-06-08T08:00") == []
    assert states() == [("withheld", "nothing_new")] * 2


@pytest.mark.django_db
def test_each_reads_what_they_may_see(steering, company, charlie, office, steering_group):
    topic = f"body:{steering_group.pk}"
    for user in (steering, company, charlie, office):
        user.language = "en"
        user.save()
        with at("2026-06-01T12:00"):
            actions.follow(user, [topic])
    with at("2026-06-02T12:00"):
        for visibility in ("public", "partners", "body"):
            report(visibility, visibility=visibility, body=steering_group)
    sent("2026-06-08T08:00")
    told = {
        letter.to[0].split("@")[0]: [
            word for word in ("public", "partners", "body") if f"\n{word}, 18" in letter.body
        ]
        for letter in mail.outbox
    }
    assert told == {
        "steering": ["public", "partners", "body"],
        "company": ["public", "partners"],
        "charlie": ["public"],
        "office": ["public", "partners", "body"],
    }


@pytest.mark.django_db
def test_withdrawn_between_cause_and_digest():
    """After the cause, and even after the digest was drawn."""
    user = reader("news", "body:1")
    with at("2026-06-02T12:00"):
        session = report("Report", body=factories.BodyFactory(pk=1))
    drafts = [item("One"), item("Two")]
    session.visibility = "body"
    session.save()
    drafts[0].published_from = None
    drafts[0].save()
    with at("2026-06-08T08:00"):
        digests.sweep()
        drafts[1].published_from = None
        drafts[1].save()
        assert deliver() == []
    assert states() == [("withheld", "nothing_new")]
    assert user


@pytest.mark.django_db
def test_who_left_the_body_reads_no_more_of_it(steering, steering_group):
    with at("2026-06-01T12:00"):
        actions.follow(steering, [f"body:{steering_group.pk}"])
    with at("2026-06-02T12:00"):
        report("Secret", visibility="body", body=steering_group, date=datetime.date(2026, 6, 8))
    seat = steering.body_memberships.get()
    seat.end = datetime.date(2026, 6, 5)
    seat.save()
    assert sent("2026-06-08T08:00") == []


@pytest.mark.django_db
def test_what_was_mailed_at_once_is_not_repeated():
    at_once, both = reader("news"), reader("news")
    Preference.objects.create(user=at_once, kind=news.KIND, mode="at_once")
    with at("2026-06-02T10:00"):
        item("One", when="2026-06-02T10:00")
        digests.sweep()
        assert deliver() == [(at_once.email, "One")]
    assert sent("2026-06-08T08:00") == [(both.email, "News: One")]


@pytest.mark.django_db
def test_a_mail_at_once_that_was_held_back_is_told_in_the_digest():
    user = reader("news")
    Preference.objects.create(user=user, kind=news.KIND, mode="at_once")
    with at("2026-06-02T10:00"):
        item("One", when="2026-06-02T10:00")
        schedule(user, paused_until=datetime.date(2026, 6, 4))
        digests.sweep()
        assert deliver() == []
    assert sent("2026-06-08T08:00") == [(user.email, "News: One")]


@pytest.mark.django_db
def test_a_kind_that_is_turned_off_is_not_in_the_digest_either():
    user = reader("news")
    Preference.objects.create(user=user, kind=news.KIND, mode="off")
    item("One")
    assert sent("2026-06-08T08:00") == []


@pytest.mark.django_db
def test_a_report_opened_to_more_people_is_told_to_those_alone(office, charlie, steering_group):
    for user in (office, charlie):
        user.language = "en"
        user.save()
        with at("2026-06-01T12:00"):
            actions.follow(user, [f"body:{steering_group.pk}"])
    with at("2026-06-02T12:00"):
        session = report("Report", visibility="body", body=steering_group)
    subject = "Report: Report, 18 February 2021"
    assert sent("2026-06-08T08:00") == [(office.email, subject)]
    with at("2026-06-09T12:00"):
        session.visibility = "public"
        session.save()
        sessions.report_published(session.minutes)
    assert sent("2026-06-15T08:00") == [(charlie.email, subject)]


@pytest.mark.django_db
def test_news_counts_from_its_own_moment():
    """Scheduled news is told when it is out, wherever it was entered; an archive is no news."""
    user = reader("news", frequency="daily")
    with at("2026-06-02T09:00"):
        item("Scheduled", when="2026-06-04T12:00")
        item("Draft").__class__.objects.filter(title="Draft").update(published_from=None)
        item("Archive", when="2026-05-10T12:00")
    assert sent("2026-06-03T08:00") == []
    assert sent("2026-06-04T08:00") == []
    assert sent("2026-06-05T08:00") == [(user.email, "News: Scheduled")]
    assert sent("2026-06-06T08:00") == []


@pytest.mark.django_db
def test_long_digests_are_cut():
    user = reader("news")
    for number in range(digest_mail.MOST + 2):
        item(f"Item {number}", when=f"2026-06-02T10:{number:02}")
    assert sent("2026-06-08T08:00") == [(user.email, "42 new messages of CIV")]
    body = mail.outbox[0].body
    assert body.count("News ·") == digest_mail.MOST
    assert "There are 2 more; you find them on the portal." in body


# --- windows -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_windows_join():
    user = reader("news")
    item("One", when="2026-06-08T07:59")
    assert sent("2026-06-08T08:00") == [(user.email, "News: One")]
    item("Two", when="2026-06-08T08:01")
    assert sent("2026-06-08T08:02") == []
    assert sent("2026-06-15T08:00") == [(user.email, "News: Two")]
    assert sent("2026-06-22T08:00") == []


@pytest.mark.django_db
def test_frequency_changed_between_two_digests():
    user = reader("news")
    item("One")
    assert sent("2026-06-08T08:00") == [(user.email, "News: One")]
    item("Two", when="2026-06-09T10:00")
    with at("2026-06-10T12:00"):
        assert schedule(user, frequency="monthly").next_at == local("2026-07-06T08:00")
    assert sent("2026-06-15T08:00") == []
    with at("2026-06-20T12:00"):
        assert schedule(user, frequency="daily").next_at == local("2026-06-21T08:00")
    assert sent("2026-06-21T08:00") == [(user.email, "News: Two")]
    assert sent("2026-06-22T08:00") == []


@pytest.mark.django_db
def test_never_and_again_goes_on_from_now():
    user = reader("news")
    with at("2026-06-02T12:00"):
        schedule(user, frequency="never")
    item("One", when="2026-06-03T10:00")
    assert sent("2026-06-08T08:00") == []
    with at("2026-06-09T12:00"):
        schedule(user, frequency="weekly")
    item("Two", when="2026-06-10T10:00")
    assert sent("2026-06-15T08:00") == [(user.email, "News: Two")]


@pytest.mark.django_db
def test_a_pause_holds_back_and_loses_nothing():
    user = reader("news", frequency="daily")
    item("One")
    with at("2026-06-02T12:00"):
        assert schedule(user, paused_until=datetime.date(2026, 6, 5)).next_at == local(
            "2026-06-05T08:00"
        )
    assert sent("2026-06-03T08:00") == []
    assert sent("2026-06-05T07:59") == []
    assert sent("2026-06-05T08:00") == [(user.email, "News: One")]


@pytest.mark.django_db
def test_paused_between_drawing_and_sending_the_next_one_tells():
    user = reader("news", frequency="daily")
    item("One")
    with at("2026-06-03T08:00"):
        digests.sweep()
        schedule(user, paused_until=datetime.date(2026, 6, 5))
        assert deliver() == []
    item("Two", when="2026-06-04T10:00")
    assert sent("2026-06-05T08:00") == [(user.email, "2 new messages of CIV")]
    assert states() == [("withheld", "paused"), ("sent", "")]


@pytest.mark.django_db
def test_a_digest_that_still_waits_goes_up_in_the_next():
    """After days without mail everyone gets one digest, not one for each day."""
    user = reader("news", frequency="daily")
    policy = MailPolicy.objects.create(pk=1, stopped=True)
    item("One")
    assert sent("2026-06-03T08:00") == []
    item("Two", when="2026-06-03T10:00")
    assert sent("2026-06-04T08:00") == []
    policy.stopped = False
    policy.save()
    assert sent("2026-06-04T08:01") == [(user.email, "2 new messages of CIV")]
    assert states() == [("withheld", "overtaken"), ("sent", "")]
    assert sent("2026-06-05T08:00") == []


@pytest.mark.django_db
def test_one_that_is_being_sent_is_left_alone():
    """Nobody knows yet whether it arrives; the next digest waits until that is known."""
    user = reader("news", frequency="daily")
    item("One")
    with at("2026-06-03T08:00"):
        digests.sweep()
    with at("2026-06-04T07:59"):
        (claimed,) = delivery.claim()
    with at("2026-06-04T08:00"):
        assert digests.sweep() == 0
        delivery.settle(claimed, "failed", "refused")
    assert sent("2026-06-04T08:01") == [(user.email, "News: One")]


@pytest.mark.django_db
def test_missed_sweeps_make_one_digest():
    user = reader("news", frequency="daily")
    item("One")
    item("Two", when="2026-06-04T10:00")
    assert sent("2026-06-05T14:00") == [(user.email, "2 new messages of CIV")]
    assert DigestSetting.objects.get(user=user).next_at == local("2026-06-06T08:00")


@pytest.mark.django_db
def test_who_is_not_active_hears_it_afterwards():
    user = reader("news")
    user.is_active = False
    user.save()
    item("One")
    assert sent("2026-06-08T08:00") == []
    user.is_active = True
    user.save()
    assert sent("2026-06-15T08:00") == [(user.email, "News: One")]


@pytest.mark.django_db
def test_a_retry_tells_the_same_window():
    user = reader("news")
    item("One")
    with at("2026-06-08T08:00"):
        digests.sweep()
        (row,) = delivery.claim()
        item("Two", when="2026-06-08T08:00")
        digests.sweep()
        delivery.retry(row, "no_answer", "451 later")
    with at("2026-06-08T09:00"):
        assert deliver() == [(user.email, "News: One")]
    assert sent("2026-06-15T08:00") == [(user.email, "News: Two")]


@pytest.mark.django_db(transaction=True)
def test_what_is_not_committed_yet_falls_in_the_next_window():
    """A transaction that began before a digest was drawn, and ends after it."""
    user = reader("news", frequency="daily")
    late, early = (item(title, when="2026-05-01T10:00") for title in ("Late", "Early"))
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                happened(kind=news.KIND, subject=f"newsitem:{late.pk}", topics=["news"])
                written.set()
                go_on.wait(20)
        finally:
            connections.close_all()

    worker = threading.Thread(target=slow)
    worker.start()
    assert written.wait(20)
    happened(kind=news.KIND, subject=f"newsitem:{early.pk}", topics=["news"])
    assert sent("2026-06-03T08:00") == [(user.email, "News: Early")]
    go_on.set()
    worker.join()
    assert sent("2026-06-04T08:00") == [(user.email, "News: Late")]
    assert sent("2026-06-05T08:00") == []


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_draw_each_window_once():
    people = [reader("news") for _place in range(30)]
    for number in range(20):
        item(f"Item {number}", when="2026-06-02T10:00")
    start = threading.Barrier(2)
    counts, failed = [], []
    mail.outbox.clear()

    def work() -> None:
        try:
            start.wait()
            counts.append(digests.sweep(local("2026-06-08T08:00")))
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sum(counts) == len(people)
    assert Happening.objects.count() == 20
    assert sorted(Happening.objects.values_list("position", flat=True)) == list(range(1, 21))
    # A sweeper may have drawn before the other had numbered everything: then the rest is next.
    for moment in ("2026-06-08T08:00", "2026-06-15T08:00"):
        with at(moment):
            digests.sweep()
            while delivery.deliver_batch():
                pass
    numbers = {user.email: 0 for user in people}
    for letter in mail.outbox:
        number = letter.subject.split()[0]
        numbers[letter.to[0]] += int(number) if number.isdigit() else 1
    assert set(numbers.values()) == {20}


STEPS = st.lists(
    st.one_of(
        st.just(("news", 0)),
        st.tuples(st.just("hours"), st.integers(1, 80)),
        st.just(("draw", 0)),
        st.just(("send", 0)),
        st.just(("fail", 0)),
        st.tuples(st.just("frequency"), st.sampled_from(["daily", "weekly", "monthly"])),
        st.tuples(st.just("hour"), st.integers(7, 20)),
        st.tuples(st.just("zone"), st.sampled_from(["Europe/Amsterdam", "America/New_York"])),
        st.tuples(st.just("pause"), st.integers(0, 9)),
    ),
    min_size=5,
    max_size=30,
)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_everything_is_told_in_exactly_one_digest(steps):
    """Whatever order things come in: news, sweeps, tries that fail, other wishes, pauses."""
    with transaction.atomic():
        try:
            _live_through(steps)
        finally:
            transaction.set_rollback(True)


def _live_through(steps) -> None:  # noqa: C901 - one branch for each step
    now = local("2026-10-20T12:00")
    told: list[str] = []
    with time_machine.travel(now, tick=False) as clock:
        user = factories.UserFactory(language="en")
        actions.follow(user, ["news"])
        written = []
        for step, value in [*steps, ("pause", 0), ("hours", 24 * 40), ("end", 0)]:
            if step == "news":
                title = f"<{len(written)}>"
                item(title, when="2026-10-19T12:00")
                happened(
                    kind=news.KIND,
                    subject=news.subject_of(news.NewsItem.objects.latest("pk").pk),
                    topics=["news"],
                )
                written.append(title)
            elif step == "hours":
                clock.shift(datetime.timedelta(hours=value))
            elif step == "draw":
                digests.sweep()
            elif step == "send":
                told += _titles(deliver)
            elif step == "fail":
                for row in delivery.claim():
                    delivery.settle(row, "failed", "no_answer")
            elif step == "zone":
                user.time_zone = value
                user.save()
            elif step == "pause":
                today = datetime.datetime.now(AMSTERDAM).date()
                until = today + datetime.timedelta(days=value) if value else None
                schedule(user, paused_until=until)
            elif step in {"frequency", "hour"}:
                schedule(user, **{step: value})
            else:
                clock.move_to(local("2027-03-01T16:00"))  # day in New York too
                digests.sweep()
                told += _titles(deliver)
    assert sorted(told) == sorted(written)


def _titles(send) -> list[str]:
    send()
    return [
        line
        for letter in mail.outbox
        for line in letter.body.splitlines()
        if line.startswith("<") and line.endswith(">")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(number):
    line = factories.LineFactory()
    for _place in range(number):
        reader(f"line:{line.pk}", "news")
    with at("2026-06-02T12:00"):
        for place in range(number):
            item(f"Item {place}", line=line, when="2026-06-02T10:00")
            report(f"Report {place}", line=line)
    with at("2026-06-08T08:00"):
        digests.sweep()
        Notification.objects.all().delete()
        Happening.objects.update(position=None)
        DigestSetting.objects.update(next_at=local("2026-06-08T08:00"), told_until=0)
        with CaptureQueriesContext(connection) as swept:
            assert digests.sweep() == number
        rows = list(Notification.objects.filter(kind="digest").select_related("recipient"))
        with CaptureQueriesContext(connection) as composed:
            made = digest_mail.compose(rows)
    assert len(made) == number
    assert (len(swept), len(composed)) == (18, 16)
