"""The CIV portal: settings, site map and what every centre's portal needs.

Importing the Celery application here makes ``@shared_task`` use it.
"""

from civportal.celery import app as celery_app

__all__ = ["celery_app"]
