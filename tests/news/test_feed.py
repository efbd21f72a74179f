"""The Atom feed of the news."""

import datetime
import xml.etree.ElementTree as ET

import pytest
import time_machine
from django.utils import timezone

from civportal.centre.models import CentreProfile
from news.models import NewsItem
from tests import factories

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
MARCH = datetime.datetime(2021, 3, 1, 9, tzinfo=datetime.UTC)


@pytest.fixture
def item():
    CentreProfile.objects.create(
        pk=1, name="CIV Test", tagline_en="For all", tagline_nl="Voor ieder"
    )
    with time_machine.travel(MARCH, tick=False):
        item = factories.NewsFactory(
            title="Cells & more",
            lead="In short.",
            body="<p>One <strong>two</strong>.</p>",
            language="en",
            published_from=MARCH,
        )
    item.lines.add(factories.LineFactory(title="Practoraat"))
    item.partners.add(
        factories.PartnerFactory(name="Signed one"),
        factories.PartnerFactory(name="Secret one", status="in_talks"),
    )
    return item


def entries(content: bytes) -> list[dict[str, object]]:
    return [
        {
            "language": entry.get(LANGUAGE),
            **{
                part: entry.findtext(ATOM + part)
                for part in ("title", "summary", "content", "published", "updated")
            },
            "link": entry.find(f"{ATOM}link").get("href"),
            "categories": [each.get("term") for each in entry.findall(f"{ATOM}category")],
        }
        for entry in ET.fromstring(content).findall(f"{ATOM}entry")  # noqa: S314 - our own feed
    ]


def test_feed_tells_of_the_item_and_of_itself(item, client):
    response = client.get("/nieuws.atom", headers={"accept-language": "en"})
    feed = ET.fromstring(response.content)  # noqa: S314 - our own feed
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert response.headers["Last-Modified"] == "Mon, 01 Mar 2021 09:00:00 GMT"
    assert {
        "language": feed.get(LANGUAGE),
        "title": feed.findtext(f"{ATOM}title"),
        "subtitle": feed.findtext(f"{ATOM}subtitle"),
        "author": feed.findtext(f"{ATOM}author/{ATOM}name"),
        "updated": feed.findtext(f"{ATOM}updated"),
        "links": {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")},
    } == {
        "language": "en",
        "title": "News of CIV Test",
        "subtitle": "For all",
        "author": "CIV Test",
        "updated": "2021-03-01T09:00:00+00:00",
        "links": {
            "alternate": "http://testserver/nieuws/",
            "self": "http://testserver/nieuws.atom",
        },
    }
    assert entries(response.content) == [
        {
            "language": "en",
            "title": "Cells & more",
            "summary": "In short.",
            "content": "<p>One <strong>two</strong>.</p>",
            "published": "2021-03-01T09:00:00+00:00",
            "updated": "2021-03-01T09:00:00+00:00",
            "link": "http://testserver/nieuws/cells-more/",
            "categories": ["Practoraat", "Signed one"],
        }
    ]


def test_feed_speaks_the_language_that_is_asked(item, client):
    feeds = [
        client.get("/nieuws.atom", headers={"accept-language": language})
        for language in ("nl", "en")
    ]
    assert [
        (
            ET.fromstring(feed.content).get(LANGUAGE),  # noqa: S314 - our own feed
            ET.fromstring(feed.content).findtext(f"{ATOM}subtitle"),  # noqa: S314 - our own feed
            feed.headers["Content-Language"],
            "Accept-Language" in feed.headers["Vary"],
        )
        for feed in feeds
    ] == [("nl", "Voor ieder", "nl", True), ("en", "For all", "en", True)]
    assert feeds[0].headers["ETag"] != feeds[1].headers["ETag"]


def test_feed_holds_nothing_that_a_visitor_may_not_see(item, viewers, logged_in):
    factories.NewsFactory(title="Draft", published_from=None)
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    factories.NewsFactory(title="Scheduled", published_from=tomorrow)
    feeds = {
        logged_in(viewer).get("/nieuws.atom", headers={"accept-language": "en"}).content
        for viewer in viewers.values()
    }
    assert (len(feeds), [entry["title"] for entry in entries(feeds.pop())]) == (
        1,
        ["Cells & more"],
    )


def test_who_has_the_feed_already_gets_304(item, client):
    first = client.get("/nieuws.atom")
    asked = {
        "etag": {"if-none-match": first.headers["ETag"]},
        "date": {"if-modified-since": first.headers["Last-Modified"]},
        "other etag": {"if-none-match": '"other"'},
    }
    assert {
        name: client.get("/nieuws.atom", headers=headers).status_code
        for name, headers in asked.items()
    } == {"etag": 304, "date": 304, "other etag": 200}
    item.title = "Cells, corrected"
    item.save(update_fields=["title", "changed_at"])
    assert {
        name: client.get("/nieuws.atom", headers=headers).status_code
        for name, headers in asked.items()
    } == {"etag": 200, "date": 200, "other etag": 200}


def test_id_of_an_item_outlives_its_title_and_address(item, client):
    def ids() -> list[str | None]:
        feed = ET.fromstring(client.get("/nieuws.atom").content)  # noqa: S314 - our own feed
        return [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]

    before = ids()
    NewsItem.objects.filter(pk=item.pk).update(slug="elsewhere", title="Other")
    assert (ids(), len(before)) == (before, 1)


def test_an_empty_feed_stays_the_same(client):
    feeds = [client.get("/nieuws.atom").headers["ETag"] for _twice in range(2)]
    assert feeds[0] == feeds[1]


def test_a_control_character_does_not_break_the_feed(client):
    factories.NewsFactory(title="A\x0bB", lead="C\x0cD")
    content = client.get("/nieuws.atom").content
    assert [(entry["title"], entry["summary"]) for entry in entries(content)] == [("AB", "CD")]


@pytest.mark.parametrize("number", [1, 3])
def test_feed_asks_the_same_number_of_questions(number, client, django_assert_num_queries):
    for _each in range(number):
        item = factories.NewsFactory()
        item.lines.add(factories.LineFactory())
        item.partners.add(factories.PartnerFactory())
    with django_assert_num_queries(4):  # items, their lines, their partners, the centre
        client.get("/nieuws.atom")
