"""The Atom feed (RFC 4287) of the reports that everyone may read."""

import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from civportal.lib.text import without_controls
from sessions_log.choices import MinutesState
from sessions_log.models import Minutes

MOST = 30
NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
"""When an empty feed was last changed: the element is required, and "now" would be a new feed
at each visit."""


class ReportFeed(Atom1Feed):
    """Atom in which each entry tells the language of its own text."""

    mime_type = "application/atom+xml; charset=utf-8"

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        return {**super().item_attributes(item), "xml:lang": item["language"]}

    def latest_post_date(self) -> datetime.datetime:
        return max((item["updateddate"] for item in self.items), default=NEVER)


def report_feed(*, centre: str, site: str, page: str, address: str) -> bytes:
    """The newest published reports that everyone may read; the same rows give the same bytes.

    ``site`` is the portal's address without a slash at the end, ``page`` that of the list and
    ``address`` the feed's own.
    """
    feed = ReportFeed(
        title=without_controls(_("Reports of %(centre)s") % {"centre": centre}),
        link=page,
        description="",
        language=get_language() or "nl",
        subtitle=_("What was said and decided in the work sessions."),
        author_name=without_controls(centre),
        feed_url=address,
        feed_guid=address,
    )
    reports = (
        Minutes.objects.visible_to(AnonymousUser())
        .filter(state=MinutesState.PUBLISHED)
        .select_related("session")
        .prefetch_related("session__lines")
        .order_by("-published_at", "-pk")[:MOST]
    )
    for report in reports:
        session = report.session
        feed.add_item(
            title=without_controls(session.title),
            link=site + session.get_absolute_url(),
            # The summary is HTML that was cleaned; the introduction is text as it was typed.
            description=without_controls(
                report.summary or linebreaks(session.introduction, autoescape=True)
            ),
            unique_id=f"urn:uuid:{session.uid}",
            pubdate=report.published_at,
            updateddate=max(report.published_at or NEVER, session.changed_at),
            categories=[without_controls(line.title) for line in session.lines.all()],
            language=session.language,
        )
    return feed.writeString("utf-8").encode()
