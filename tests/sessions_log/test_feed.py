"""The Atom feed of reports: what stands in it, and whether it is Atom (RFC 4287)."""

import datetime
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

URL = "/werksessies.atom"
ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def parsed(response):
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own feed


def titles(response):
    return [entry.findtext(f"{ATOM}title") for entry in parsed(response).iter(f"{ATOM}entry")]


def test_everyone_gets_the_reports_that_everyone_may_read(log, everyone, logged_in):
    found = {role: titles(logged_in(user).get(URL)) for role, user in everyone.items()}
    assert found == {role: ["Held public"] for role in everyone}
    text = logged_in(everyone["office"]).get(URL).text
    assert [word for word in ("confidential", "partners", "body", "Olivia") if word in text] == []


def test_only_published_reports_stand_in_it(client):
    for state in ("draft", "circulated", "approved", "published"):
        factories.MinutesFactory(state=state, session__title=state)
    assert titles(client.get(URL)) == ["published"]


def test_an_entry_is_whole_and_the_feed_names_itself(client):
    line = factories.LineFactory(title="Practoraat")
    minutes = factories.MinutesFactory(
        summary="<p>Kort &amp; goed</p>",
        session__title="Één & ander\x0b",
        session__language="en",
        published_at=datetime.datetime(2021, 3, 2, 12, tzinfo=datetime.UTC),
    )
    minutes.session.lines.add(line)
    response = client.get(URL)
    feed = parsed(response)
    entry = feed.find(f"{ATOM}entry")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert (feed.get(LANGUAGE), feed.findtext(f"{ATOM}title")) == ("en", "Reports of CIV")
    assert links == {
        "self": "http://testserver/werksessies.atom",
        "alternate": "http://testserver/werksessies/",
    }
    assert feed.findtext(f"{ATOM}id") == "http://testserver/werksessies.atom"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "CIV"
    changed = minutes.session.changed_at.isoformat()
    assert feed.findtext(f"{ATOM}updated") == changed
    assert entry.get(LANGUAGE) == "en"
    assert {
        child.tag.removeprefix(ATOM): child.text or child.get("href") or child.get("term")
        for child in entry
    } == {
        "title": "Één & ander",
        "link": f"http://testserver{minutes.session.get_absolute_url()}",
        "published": "2021-03-02T12:00:00+00:00",
        "updated": changed,
        "id": f"urn:uuid:{minutes.session.uid}",
        "summary": "<p>Kort &amp; goed</p>",
        "category": "Practoraat",
    }


def test_an_introduction_stands_in_for_a_summary_as_the_text_it_is(client):
    factories.MinutesFactory(summary="", session__introduction="Marge < 3 & <b>meer</b>")
    summary = parsed(client.get(URL)).findtext(f"{ATOM}entry/{ATOM}summary")
    assert summary == "<p>Marge &lt; 3 &amp; &lt;b&gt;meer&lt;/b&gt;</p>"


def test_the_newest_thirty_stand_in_it_newest_first(client):
    start = timezone.now() - datetime.timedelta(days=40)
    for day in range(32):
        factories.MinutesFactory(
            session__title=f"Day {day}", published_at=start + datetime.timedelta(days=day)
        )
    assert titles(client.get(URL)) == [f"Day {day}" for day in range(31, 1, -1)]


def test_an_empty_feed_is_still_atom_and_the_same_each_time(client):
    first, second = client.get(URL), client.get(URL)
    assert first.content == second.content
    assert parsed(first).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"


def test_who_has_it_already_does_not_get_it_again(client):
    factories.MinutesFactory()
    first = client.get(URL)
    assert first["Cache-Control"] == "public, max-age=300"
    again = client.get(URL, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    factories.MinutesFactory()
    assert client.get(URL, headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_the_reports(client, number, django_assert_num_queries):
    for _ in range(number):
        factories.MinutesFactory().session.lines.add(factories.LineFactory())
    with django_assert_num_queries(3):
        client.get(URL)
