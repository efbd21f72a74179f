"""The scheduled jobs leave a trace of each latest run, for the office to see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.utils import timezone

from civportal.notifications.models import JobRun


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
