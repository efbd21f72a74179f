"""The clock seen from the admin, numbers for watchers, and the admin of mail."""

import datetime

import pytest
from celery import current_app
from django.conf import settings
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from civportal.accounts.models import PROGRAMME_OFFICE
from civportal.admin import waiting
from civportal.notifications import jobs
from civportal.notifications.admin import LABELS
from civportal.notifications.models import (
    DeadAddress,
    DigestSetting,
    Follow,
    JobRun,
    MailPolicy,
    Notification,
    Preference,
)
from tests import factories
from tests.reading import read

LIST = "admin:notifications_jobrun_changelist"
RUN = "admin:notifications_jobrun_run"
NOW = datetime.datetime(2026, 11, 23, 11, tzinfo=datetime.UTC)


@pytest.fixture
def officer(db):
    user = factories.UserFactory(email="office@example.org", name="Olga", is_staff=True)
    user.groups.add(Group.objects.get(name=PROGRAMME_OFFICE))
    return user


@pytest.fixture
def plain_staff(db):
    return factories.UserFactory(email="plain@example.org", is_staff=True)


def test_every_job_of_the_schedule_has_a_name_and_a_task():
    assert set(LABELS) == set(settings.CELERY_BEAT_SCHEDULE)
    current_app.loader.import_default_modules()
    tasks = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks <= set(current_app.tasks)
    assert set(jobs.OWN_NAMES) <= tasks


def test_the_page_tells_how_each_job_is_doing(officer, logged_in, time_machine):
    time_machine.move_to(NOW, tick=False)
    minute = datetime.timedelta(minutes=1)
    JobRun.objects.create(
        name="deliver", started_at=NOW - minute, finished_at=NOW - minute, summary="12"
    )
    JobRun.objects.create(
        name="reminders", started_at=NOW - minute, finished_at=NOW, error="OSError: full"
    )
    JobRun.objects.create(name="digests", started_at=NOW - 60 * minute, finished_at=NOW)
    page = logged_in(officer).get(reverse(LIST), headers={"accept-language": "en"})
    found = {
        job.name: (job.every_in_words, job.run and job.run.name, job.is_late)
        for job in page.context["jobs"]
    }
    assert found == {
        "heartbeat": ("30 seconds", None, False),
        "deliver notifications": ("15 seconds", "deliver", False),
        "look for reminders": ("1 minute", "reminders", False),
        "look for digests": ("1 minute", "digests", True),
        "tell of late steps": ("1 hour", None, False),
        "tell of expiring agreements": ("1 hour", None, False),
        "tidy up partners": ("24 hours", None, False),
        "approve minutes": ("1 hour", None, False),
        "erase names of students": ("1 hour", None, False),
        "archive assignments": ("24 hours", None, False),
        "clear sessions": ("24 hours", None, False),
    }
    content = page.content.decode()
    assert ("OSError: full" in content, "New or sent in that run: 12" in content) == (True, True)


def test_a_job_is_run_by_hand(officer, logged_in):
    client = logged_in(officer)
    response = client.post(reverse(RUN), {"job": "look for reminders"})
    assert (response.status_code, response["Location"]) == (302, reverse(LIST))
    run = JobRun.objects.get(name="reminders")
    assert (run.summary, run.error) == ("0", "")
    assert client.post(reverse(RUN), {"job": "no such job"}).status_code == 404
    assert client.get(reverse(RUN)).status_code == 403


def test_a_queue_that_is_away_is_told(officer, logged_in, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError

    current_app.loader.import_default_modules()
    monkeypatch.setattr(
        current_app.tasks["civportal.notifications.tasks.remind"], "apply_async", away
    )
    page = logged_in(officer).post(
        reverse(RUN), {"job": "look for reminders"}, follow=True,
        headers={"accept-language": "en"},
    )  # fmt: skip
    assert "The queue cannot be reached." in page.content.decode()


def test_only_who_may_runs_a_job(plain_staff, charlie, logged_in):
    found = [
        logged_in(user).post(reverse(RUN), {"job": "look for reminders"}).status_code
        for user in (None, charlie, plain_staff)
    ]
    assert (found, JobRun.objects.count()) == ([302, 302, 403], 0)


def test_a_task_of_another_app_leaves_a_trace_too(db):
    """As the worker sees it: its signals are connected only there."""
    current_app.loader.import_default_modules()
    task = current_app.tasks["civportal.accounts.tasks.clear_sessions"]
    jobs.note_start(task)
    jobs.note_failure(task, exception=OSError("full"))
    jobs.note_end(task)
    run = JobRun.objects.get()
    assert (run.name, run.error, run.finished_at is None) == (task.name, "OSError: full", False)
    jobs.note_start(task)
    run.refresh_from_db()
    assert (run.error, run.finished_at) == ("", None)
    jobs.note_start(current_app.tasks["civportal.notifications.tasks.deliver"])
    assert JobRun.objects.count() == 1


# --- numbers -----------------------------------------------------------------------------------


def row(user, **fields):
    values = {
        "recipient": user, "kind": "digest", "dedupe_key": str(Notification.objects.count()),
    } | fields  # fmt: skip
    if values.get("state", "pending") != "pending":
        values["settled_at"] = NOW
    return Notification.objects.create(**values)


def test_the_numbers(client, settings, charlie, time_machine):
    time_machine.move_to(NOW, tick=False)
    settings.METRICS_TOKEN = "let-me-see"
    minute = datetime.timedelta(minutes=1)
    row(charlie, next_try_at=NOW - 5 * minute)
    row(charlie, next_try_at=NOW + 5 * minute)
    row(charlie, state="sent")
    row(charlie, state="sent", kind='odd"kind')
    row(charlie, state="failed")
    DeadAddress.objects.create(email="x@example.org", state="bounced")
    MailPolicy.objects.create(pk=1, stopped=True)
    JobRun.objects.create(name="deliver", started_at=NOW - minute, error="OSError")
    response = client.get("/metrics", headers={"authorization": "Bearer let-me-see"})
    assert response["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = set(response.content.decode().splitlines())
    assert {
        'civ_notifications{kind="digest",state="pending"} 2',
        'civ_notifications{kind="digest",state="sent"} 1',
        'civ_notifications{kind="digest",state="failed"} 1',
        'civ_notifications{kind="digest",state="withheld"} 0',
        'civ_notifications{kind="odd\\"kind",state="sent"} 1',
        'civ_notifications{kind="sessions_log.reminder",state="sent"} 0',
        'civ_notifications_due{kind="digest"} 1',
        "civ_notifications_oldest_due_seconds 300",
        "civ_mail_stopped 1",
        "civ_dead_addresses 1",
        'civ_job_last_start_seconds_ago{job="deliver"} 60',
        'civ_job_failed{job="deliver"} 1',
        "# TYPE civ_notifications gauge",
    } <= lines


def test_the_numbers_are_for_staff_and_for_the_token(client, settings, charlie, office, logged_in):
    staff = factories.UserFactory(is_staff=True)
    people = (None, charlie, office, staff)
    found = [logged_in(user).get("/metrics").status_code for user in people]
    assert found == [401, 403, 403, 200]
    settings.METRICS_TOKEN = ""
    for token in ("", "Bearer ", "Bearer x", "Basic x"):
        assert client.get("/metrics", headers={"authorization": token}).status_code == 401
    settings.METRICS_TOKEN = "right"
    for token in ("Bearer wrong", "right", "Basic right"):
        assert client.get("/metrics", headers={"authorization": token}).status_code == 401


# --- the admin ---------------------------------------------------------------------------------


@pytest.fixture
def everything(charlie):
    DeadAddress.objects.create(email="x@example.org", state="bounced", detail="550 gone")
    Preference.objects.create(user=charlie, kind="digest", mode="off")
    Follow.objects.create(user=charlie, topic="line:1")
    DigestSetting.objects.create(user=charlie)
    MailPolicy.objects.create(pk=1)
    JobRun.objects.create(name="deliver", started_at=timezone.now())
    row(charlie, title="A digest", state="sent")


MODELS = [Notification, Preference, DigestSetting, Follow, DeadAddress, MailPolicy, JobRun]


def pages(client, model):
    name = f"admin:notifications_{model._meta.model_name}"
    key = model.objects.first().pk
    return [
        client.get(reverse(f"{name}_changelist")).status_code,
        client.get(reverse(f"{name}_change", args=[key])).status_code,
        client.get(reverse(f"{name}_history", args=[key])).status_code,
        client.get(reverse(f"{name}_add")).status_code,
        client.get(reverse(f"{name}_delete", args=[key])).status_code,
    ]


@pytest.mark.parametrize("model", MODELS)
def test_the_office_looks_at_everything_and_makes_up_nothing(
    model, everything, officer, plain_staff, logged_in
):
    first = 302 if model is MailPolicy else 200
    assert pages(logged_in(officer), model) == [first, 200, 200, 403, 403]
    assert pages(logged_in(plain_staff), model) == [403] * 5


def test_the_ledger_is_searched_by_person_and_kind(everything, officer, logged_in):
    client, url = logged_in(officer), reverse("admin:notifications_notification_changelist")

    def found(query):
        return [str(one.title) for one in client.get(url + query).context["cl"].result_list]

    assert found("?q=charlie") == ["A digest"]
    assert found("?q=nobody") == []
    assert found("?kind=digest") == ["A digest"]
    assert found("?kind=news.published") == []


def test_an_address_is_made_to_work_again(everything, officer, logged_in):
    client, url = logged_in(officer), reverse("admin:notifications_deadaddress_changelist")
    key = DeadAddress.objects.get().pk
    client.post(url, {"action": "works_again", "_selected_action": [key]})
    assert not DeadAddress.objects.exists()


def test_what_is_the_matter_stands_first_in_the_admin(everything, officer, plain_staff, rf):
    MailPolicy.objects.update(stopped=True)
    charlie = Follow.objects.get().user
    row(charlie, state="failed")
    Notification.objects.filter(state="failed").update(settled_at=timezone.now())
    JobRun.objects.update(error="OSError")
    request = rf.get("/beheer/")
    request.user = officer
    with translation.override("en"):
        found = waiting.all_waiting(request)
    assert [(one.label, one.number, one.url) for one in found] == [
        ("All mail is stopped", 1, reverse("mail_policy")),
        ("address does not take mail", 1, reverse("admin:notifications_deadaddress_changelist")),
        (
            "mail given up this week",
            1,
            reverse("admin:notifications_notification_changelist") + "?state__exact=failed",
        ),
        ("job late or failed", 1, reverse(LIST)),
    ]
    request.user = plain_staff
    assert waiting.all_waiting(request) == []


def test_the_style_guide_leads_to_the_mails(plain_staff, logged_in):
    page = read(logged_in(plain_staff), reverse("style_guide"))
    assert page.links["Mails of the portal"] == reverse("mail_previews")
