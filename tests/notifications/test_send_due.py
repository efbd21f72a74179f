"""``send_due``: what the scheduler does at a moment, told beforehand or done."""

import datetime
import json
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command

from civportal.notifications.digests import setting_of
from civportal.notifications.models import DigestSetting, MailPolicy, Notification, Preference
from sessions_log import notifications
from tests import factories

LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
WEDNESDAY = datetime.datetime(2021, 2, 17, 9, tzinfo=datetime.UTC)
A_DAY_BEFORE = "2021-02-18T15:00"


def send_due(*arguments: str) -> str:
    out = StringIO()
    call_command("send_due", *arguments, stdout=out)
    return out.getvalue()


def told(*arguments: str) -> dict[str, object]:
    return json.loads(send_due("--format", "json", *arguments))


def everything() -> tuple[list[object], list[object], int]:
    return (
        list(Notification.objects.order_by("pk").values()),
        list(DigestSetting.objects.order_by("pk").values()),
        len(mail.outbox),
    )


@pytest.fixture
def session(db):
    """A meeting on Friday 19 February 2021 at 15.00, with five people and their wishes."""
    with time_machine.travel(WEDNESDAY, tick=False):
        session = factories.SessionFactory(
            title="Stuurgroep",
            date=datetime.date(2021, 2, 19),
            start=datetime.time(15),
            status="planned",
            created_at=LONG_AGO,
        )
        for name in ("ann", "bob", "cas", "dirk", "eva"):
            user = factories.UserFactory(name=name.title(), email=f"{name}@example.org")
            factories.ParticipationFactory(session=session, user=user, created_at=LONG_AGO)
            setting = setting_of(user)
            setting.reminders_since = LONG_AGO
            setting.reminder_hours = [24]
            setting.save()
        bob, cas, dirk, eva = (
            DigestSetting.objects.select_related("user").get(user__email=f"{name}@example.org")
            for name in ("bob", "cas", "dirk", "eva")
        )
        Preference.objects.create(user=bob.user, kind=notifications.REMINDER, mode="off")
        cas.user.time_zone = "Asia/Tokyo"  # 23.00 there: the morning of the day itself
        cas.user.save()
        session.participations.filter(user=dirk.user).update(reply="no")
        eva.reminder_hours = [24, 30]
        eva.paused_until = datetime.date(2021, 3, 1)
        eva.save()
        # Digests come on Mondays, but Eva's is due now.
        DigestSetting.objects.filter(pk=eva.pk).update(
            next_at=datetime.datetime(2021, 2, 18, 13, 30, tzinfo=datetime.UTC)
        )
        return session


@pytest.mark.django_db
def test_dry_run_tells_for_whom_and_for_whom_not_and_changes_nothing(session):
    before = everything()
    with time_machine.travel(WEDNESDAY, tick=False):
        found = told("--now", A_DAY_BEFORE, "--dry-run")
    assert everything() == before

    def line(name: str, outcome: str, **more: object) -> dict[str, object]:
        return {
            "kind": notifications.REMINDER,
            "subject": f"worksession:{session.pk}",
            "email": f"{name}@example.org",
            "name": name.title(),
            "due_at": "2021-02-18T14:00:00+00:00",
            "outcome": outcome,
            "reason": "",
            "why": "",
            "detail": "",
            "title": "",
            "next_try_at": None,
        } | more

    due = found.pop("due")
    assert found == {
        "now": "2021-02-18T14:00:00+00:00",
        "dry_run": True,
        "policy": {"stopped": False, "sandbox": False},
        "counts": {"pending": 0, "sent": 1, "withheld": 4, "failed": 0},
    }
    assert due == [
        line(
            "eva",
            "withheld",
            kind="digest",
            subject="",
            due_at="2021-02-18T13:30:00+00:00",
            reason="paused",
            why="has paused the mail",
        ),
        line(
            "eva",
            "withheld",
            due_at="2021-02-18T08:00:00+00:00",
            reason="overtaken",
            why="a later reminder goes out instead",
        ),
        line("ann", "sent", title="Vrijdag 15.00 uur: Stuurgroep"),
        line("bob", "withheld", reason="not_wanted", why="does not want this kind of mail"),
        line("eva", "withheld", reason="paused", why="has paused the mail"),
    ]


@pytest.mark.django_db
def test_what_was_foreseen_is_what_is_done(session):
    with time_machine.travel(WEDNESDAY, tick=False):
        foreseen = told("--now", A_DAY_BEFORE, "--dry-run")
        done = told("--now", A_DAY_BEFORE)
        assert foreseen | {"dry_run": False} == done
        assert [message.to for message in mail.outbox] == [["ann@example.org"]]
        assert told("--now", A_DAY_BEFORE)["counts"]["sent"] == 0
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_while_all_mail_is_stopped_everything_waits(session):
    MailPolicy.objects.create(pk=1, stopped=True)
    with time_machine.travel(WEDNESDAY, tick=False):
        foreseen = told("--now", A_DAY_BEFORE, "--dry-run")
        assert foreseen["policy"] == {"stopped": True, "sandbox": False}
        assert {(due["email"], due["outcome"], due["reason"]) for due in foreseen["due"]} == {
            ("eva@example.org", "withheld", "paused"),
            ("eva@example.org", "withheld", "overtaken"),
            ("ann@example.org", "pending", "stopped"),
            ("bob@example.org", "pending", "stopped"),
            ("eva@example.org", "pending", "stopped"),
        }
        done = told("--now", A_DAY_BEFORE)
    assert foreseen | {"dry_run": False} == done
    assert mail.outbox == []


@pytest.mark.django_db
def test_as_text(session):
    with time_machine.travel(WEDNESDAY, tick=False):
        lines = send_due("--now", "2021-02-18T14:00:00Z", "--dry-run").splitlines()
    assert lines[0] == "2021-02-18 15:00 CET (nothing is sent)"
    assert lines[1] == (
        "goes out  ann@example.org  sessions_log.reminder “Vrijdag 15.00 uur: Stuurgroep”"
    )
    assert lines[-1] == "0 later, 1 goes out, 4 does not, 0 cannot"


@pytest.mark.django_db
def test_a_moment_that_is_none():
    with pytest.raises(CommandError, match="is not a moment"):
        call_command("send_due", "--now", "tomorrow")
