"""Atom feeds (RFC 4287) that say their language and answer conditional requests."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.xmlutils import SimplerXMLGenerator

from civportal.lib.text import without_controls

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was last updated: a date must be there, and must not move."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a feed.

    ``key`` names the thing for ever, such as ``news/12``: its address may change, its id not.
    ``summary`` is plain text, ``html`` clean HTML, ``language`` the language of both.
    """

    key: str
    url: str
    title: str
    published: datetime
    updated: datetime
    language: str
    summary: str = ""
    html: str = ""
    categories: Sequence[str] = ()

    @property
    def id(self) -> str:
        """The permanent id that RFC 4287 (4.2.6) asks for."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.BASE_URL}/{self.key}").urn


class _Feed(Atom1Feed):
    """Django's generator, with the language of each entry and plain and rich text kept apart."""

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=LONG_AGO)

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item | {"description": None})
        if item["description"]:
            handler.addQuickElement("summary", item["description"], {"type": "text"})
        if item["html"]:
            handler.addQuickElement("content", item["html"], {"type": "html"})


def atom_response(
    request: HttpRequest,
    *,
    title: str,
    subtitle: str,
    page_url: str,
    author: str,
    entries: Iterable[Entry],
) -> HttpResponse:
    """The feed at the requested address, or 304 when the reader has it already.

    ``page_url`` is the page that shows the same. Give entries that the viewer may see.
    """
    feed = _Feed(
        title=title,
        link=request.build_absolute_uri(page_url),
        description=subtitle,
        subtitle=subtitle or None,
        language=get_language() or settings.LANGUAGE_CODE,
        author_name=author,
        feed_url=request.build_absolute_uri(),
        feed_guid=request.build_absolute_uri(),
    )
    for entry in entries:
        feed.add_item(
            title=without_controls(entry.title),
            link=request.build_absolute_uri(entry.url),
            description=without_controls(entry.summary),
            unique_id=entry.id,
            pubdate=entry.published,
            updateddate=entry.updated,
            categories=[without_controls(each) for each in entry.categories],
            language=entry.language,
            html=without_controls(entry.html),
        )
    content = feed.writeString("utf-8").encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type=Atom1Feed.content_type)
    response["Cache-Control"] = "max-age=300"
    response["ETag"] = etag
    last_modified = None
    if feed.items:
        last_modified = int(feed.latest_post_date().timestamp())
        response.headers["Last-Modified"] = http_date(last_modified)
    return get_conditional_response(request, etag, last_modified, response) or response
