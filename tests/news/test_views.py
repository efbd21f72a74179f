"""The news as each reader gets it."""

import datetime
import io

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from news.models import NewsItem
from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db


def picture(kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (3, 2), "teal").save(file, kind)
    return file.getvalue()


@pytest.fixture
def three_states():
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    factories.NewsFactory(title="Out")
    factories.NewsFactory(title="Scheduled one", published_from=tomorrow)
    factories.NewsFactory(title="Draft one", published_from=None)


def test_list_by_viewer(three_states, viewers, logged_in):
    seen = {}
    for name, viewer in viewers.items():
        page = read(logged_in(viewer), "/nieuws/")
        seen[name] = (page.headings, [word in page.text for word in ("1 news item", "Draft")])
    others = (["News", "Out"], [True, False])
    assert seen == {
        "visitor": others,
        "charlie": others,
        "company": others,
        "steering": others,
        "office": (["News", "Draft one", "Scheduled one", "Out"], [False, True]),
    }


def test_what_is_not_out_exists_for_the_office_alone(three_states, viewers, logged_in):
    items = {item.title: item.get_absolute_url() for item in NewsItem.objects.all()}
    seen = {
        name: tuple(
            read(logged_in(viewer), items[title]).status
            for title in ("Out", "Scheduled one", "Draft one")
        )
        for name, viewer in viewers.items()
    }
    assert seen == dict.fromkeys(seen, (200, 404, 404)) | {"office": (200, 200, 200)}


def test_the_office_sees_what_is_a_draft_and_what_is_scheduled(office, logged_in):
    draft = factories.NewsFactory(published_from=None)
    when = datetime.datetime(2999, 1, 2, 8, 30, tzinfo=datetime.UTC)
    scheduled = factories.NewsFactory(published_from=when)
    out = factories.NewsFactory()
    marks = ["Not out yet Draft", "Not out yet Scheduled Out on Wednesday 2 January 2999 , 09:30"]
    pages = [read(logged_in(office), item.get_absolute_url()) for item in (draft, scheduled, out)]
    assert [[mark in page.text for mark in marks] for page in pages] == [
        [True, False],
        [False, True],
        [False, False],
    ]


def test_list_by_line_keeps_to_the_line(client):
    line = factories.LineFactory(title="Practoraat")
    factories.NewsFactory(title="About it").lines.add(line)
    factories.NewsFactory(title="About nothing")
    assert [
        read(client, f"/nieuws/?line={slug}").headings
        for slug in ("practoraat", "", "no-such-line")
    ] == [
        ["News", "About it"],
        ["News", "About nothing", "About it"],
        ["News", "About nothing", "About it"],
    ]


def test_list_has_pages_that_keep_the_filter(client):
    line = factories.LineFactory(title="Practoraat")
    for number in range(14):
        factories.NewsFactory(title=f"Item {number}").lines.add(line)
    page = read(client, "/nieuws/?line=practoraat&page=2")
    assert (page.headings, page.links["Previous"]) == (
        ["News", "Item 1", "Item 0"],
        "?line=practoraat&page=1",
    )


def test_an_empty_list_says_what_comes_and_what_to_do(client):
    factories.LineFactory(title="Practoraat")
    pages = [read(client, "/nieuws/"), read(client, "/nieuws/?line=practoraat")]
    assert [(page.headings, page.links.get("To the reports") or page.links["All news"])
            for page in pages] == [
        (["News", "The news will stand here"], "/werksessies/"),
        (["News", "No news about this line yet"], "/nieuws/"),
    ]  # fmt: skip


def test_item_names_partners_and_sessions_as_far_as_known(viewers, logged_in, steering_group):
    item = factories.NewsFactory(title="The item")
    item.lines.add(factories.LineFactory(title="A line"))
    item.partners.add(
        factories.PartnerFactory(name="Signed one"),
        factories.PartnerFactory(name="Secret one", status="in_talks"),
    )
    item.sessions.add(
        factories.SessionFactory(title="Open session"),
        factories.SessionFactory(title="Partner session", visibility="partners"),
        factories.SessionFactory(title="Body session", visibility="body", body=steering_group),
    )
    named = "A line", "Signed one", "Secret one", "Open session", "Partner session", "Body session"
    seen = {
        name: [
            word for word in named if word in read(logged_in(viewer), item.get_absolute_url()).text
        ]
        for name, viewer in viewers.items()
    }
    open_to_all = ["A line", "Signed one", "Open session"]
    assert seen == {
        "visitor": open_to_all,
        "charlie": open_to_all,
        "company": [*open_to_all, "Partner session"],
        "steering": ["A line", "Signed one", "Secret one", "Open session", "Body session"],
        "office": list(named),
    }


def test_related_news_shares_more_first_then_reads_alike(client, office, logged_in):
    line, partner = factories.LineFactory(), factories.PartnerFactory()
    lead = "Students grow cells in the clean room of the company."
    item = factories.NewsFactory(title="Cells in the clean room", lead=lead)
    item.lines.add(line)
    item.partners.add(partner)
    both = factories.NewsFactory(title="Shares line and partner", lead="Quite other words.")
    both.lines.add(line)
    both.partners.add(partner)
    factories.NewsFactory(title="Shares the line", lead="Something else.").lines.add(line)
    factories.NewsFactory(title="Cells in a clean room again", lead=lead)
    factories.NewsFactory(title="Zon op het dak", lead="De panelen liggen er.")
    factories.NewsFactory(title="Draft", lead=lead, published_from=None).lines.add(line)
    expected = ["Shares line and partner", "Shares the line", "Cells in a clean room again"]
    assert [
        read(browser, item.get_absolute_url()).under("Related news")
        for browser in (client, logged_in(office))
    ] == [expected, expected]


def test_text_is_marked_with_its_own_language(client):
    item = factories.NewsFactory(title="An item", language="en", body="<p>Words.</p>")
    page = client.get(item.get_absolute_url(), headers={"accept-language": "nl"}).content.decode()
    assert [
        part in page
        for part in (
            '<html lang="nl">',
            '<h1 lang="en">An item',
            '<article class="stack-large" lang="en">',
        )
    ] == [True, True, True]


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_questions(
    number, client, office, logged_in, django_assert_num_queries
):
    for _each in range(number):
        item = factories.NewsFactory()
        item.lines.add(factories.LineFactory(), factories.LineFactory())
    client.get("/nieuws/")
    with django_assert_num_queries(5):  # count, items, their lines, the filter, the centre
        client.get("/nieuws/")


@pytest.mark.parametrize("number", [1, 3])
def test_item_asks_the_same_number_of_questions(number, client, django_assert_num_queries):
    item = factories.NewsFactory()
    for _each in range(number):
        line = factories.LineFactory()
        item.lines.add(line)
        item.partners.add(factories.PartnerFactory())
        item.sessions.add(factories.SessionFactory())
        other = factories.NewsFactory()
        other.lines.add(line)
    # item, lines, partners, sessions, assignments, related and their lines, the centre
    with django_assert_num_queries(8):
        client.get(item.get_absolute_url())


@pytest.mark.parametrize(
    ("kind", "expected"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_picture_is_what_its_content_says(kind, expected, client):
    item = factories.NewsFactory(picture_alt="A field")
    item.picture.save("photo.jpg", ContentFile(picture(kind)))
    response = client.get(item.picture_url)
    assert (
        b"".join(response.streaming_content),
        {
            name: response.headers[name]
            for name in (
                "Content-Type",
                "Cache-Control",
                "X-Content-Type-Options",
                "Content-Security-Policy",
            )
        },
    ) == (
        picture(kind),
        {
            "Content-Type": expected,
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def test_address_of_the_picture_changes_with_it(client):
    item = factories.NewsFactory(picture_alt="A field")
    item.picture.save("photo.png", ContentFile(picture()))
    before = item.picture_url
    assert f'src="{before}"' in client.get(item.get_absolute_url()).content.decode()
    item.picture.save("photo.png", ContentFile(picture("JPEG")))
    stale = client.get(before)
    fresh = client.get(item.picture_url)
    again = client.get(item.picture_url, headers={"if-none-match": fresh.headers["ETag"]})
    assert (
        before == item.picture_url,
        stale.headers["Cache-Control"],
        fresh.headers["Content-Type"],
        again.status_code,
    ) == (False, "public, max-age=300", "image/jpeg", 304)


def test_picture_of_a_draft_is_for_the_office_and_kept_by_nobody(office, logged_in):
    item = factories.NewsFactory(published_from=None, picture_alt="A field")
    item.picture.save("photo.png", ContentFile(picture()))
    allowed = logged_in(office).get(item.picture_url)
    assert (
        Client().get(item.picture_url).status_code,
        allowed.status_code,
        allowed.headers["Cache-Control"],
    ) == (404, 200, "private, no-store")


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", b"", b"<script>"])
def test_what_is_no_picture_is_not_served(content, client):
    item = factories.NewsFactory(picture_alt="A field")
    item.picture.save("photo.png", ContentFile(content))
    assert client.get(item.picture_url).status_code == 404


def test_picture_that_is_gone_or_never_was_is_a_404(client):
    gone = factories.NewsFactory(picture_alt="A field", picture="news/gone.png")
    never = factories.NewsFactory()
    assert [
        client.get(f"{item.get_absolute_url()}foto/").status_code for item in (gone, never)
    ] == [404, 404]
