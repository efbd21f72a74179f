"""Whether the portal lives, and whether it can do its work: for load balancers and watchers.

Plain words without details: anybody may ask.
"""

import redis
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from civportal.pages.tasks import HEARTBEAT_KEY


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives and answers; asks nothing of anything else."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, Redis and a recent sign of life of a worker, or 503 with what is missing."""
    missing = missing_parts()
    if missing:
        text = f"missing: {', '.join(missing)}\n"
        return HttpResponse(text, content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


def missing_parts() -> list[str]:
    """What the portal needs and cannot reach now, of ``database``, ``redis`` and ``worker``."""
    missing = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        missing.append("database")
    try:
        if cache.get(HEARTBEAT_KEY) is None:
            missing.append("worker")
    except redis.RedisError:
        missing.append("redis")
    return missing
