"""The scheduled jobs leave a trace of each latest run, for the office to see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from celery import Task
from celery.signals import task_failure, task_postrun, task_prerun, worker_init
from django.conf import settings
from django.utils import timezone

from civportal.notifications.models import JobRun

OWN_NAMES = {
    "civportal.notifications.tasks.deliver": "deliver",
    "civportal.notifications.tasks.remind": "reminders",
    "civportal.notifications.tasks.digest": "digests",
}
"""Tasks that keep their own trace, by the name they give it: they tell what they did as well."""


@contextmanager
def job(name: str) -> Iterator[Callable[[str], None]]:
    """Write down when a job ran, what it says it did, and the error it ended with."""
    run, _new = JobRun.objects.update_or_create(
        name=name,
        defaults={"started_at": timezone.now(), "finished_at": None, "error": ""},
    )

    def tell(summary: str) -> None:
        run.summary = summary[:200]

    try:
        yield tell
    except Exception as error:
        run.error = f"{type(error).__name__}: {error}"
        raise
    finally:
        run.finished_at = timezone.now()
        run.save(update_fields=["finished_at", "summary", "error"])


def job_of(task: str) -> str:
    """The name under which the runs of a task are kept."""
    return OWN_NAMES.get(task, task)


def _on_the_clock(task: str) -> bool:
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    return task not in OWN_NAMES and task in {entry["task"] for entry in entries}


def note_start(sender: Task, **kwargs: Any) -> None:
    """A scheduled task that keeps no trace itself has begun."""
    if _on_the_clock(sender.name):
        JobRun.objects.update_or_create(
            name=sender.name,
            defaults={"started_at": timezone.now(), "finished_at": None, "error": ""},
        )


def note_failure(sender: Task, exception: BaseException, **kwargs: Any) -> None:
    """It ended in an error."""
    if _on_the_clock(sender.name):
        JobRun.objects.filter(name=sender.name).update(
            error=f"{type(exception).__name__}: {exception}"
        )


def note_end(sender: Task, **kwargs: Any) -> None:
    """It has ended, one way or the other."""
    if _on_the_clock(sender.name):
        JobRun.objects.filter(name=sender.name).update(finished_at=timezone.now())


def watch(**kwargs: Any) -> None:
    """In a worker: keep a trace of the tasks of apps that know nothing of this room."""
    task_prerun.connect(note_start, dispatch_uid="civportal.jobs.start")
    task_failure.connect(note_failure, dispatch_uid="civportal.jobs.failure")
    task_postrun.connect(note_end, dispatch_uid="civportal.jobs.end")


worker_init.connect(watch, dispatch_uid="civportal.jobs")
