"""News on the pages of others."""

import datetime

import pytest
from django.test import RequestFactory
from django.utils import timezone

from news import sections
from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def subjects():
    """A line, a partner and a session with news, and one of each that has none."""
    line, partner = factories.LineFactory(), factories.PartnerFactory()
    session = factories.SessionFactory()
    item = factories.NewsFactory(title="About them")
    draft = factories.NewsFactory(title="Draft about them", published_from=None)
    for each in (item, draft):
        each.lines.add(line)
        each.partners.add(partner)
        each.sessions.add(session)
    factories.NewsFactory(title="About others")
    return [line, partner, session]


def test_news_stands_with_its_line_partner_and_session(subjects, logged_in, office):
    assert [
        [read(logged_in(viewer), subject.get_absolute_url()).under("News") for subject in subjects]
        for viewer in (None, office)
    ] == [[["About them"]] * 3] * 2


def test_no_news_no_section():
    request = RequestFactory().get("/")
    request.user = factories.UserFactory()
    assert [
        sections.news_of_line(request, factories.LineFactory()),
        sections.news_of_partner(request, factories.PartnerFactory()),
        sections.news_of_session(request, factories.SessionFactory()),
    ] == [None, None, None]


def test_a_line_with_more_news_leads_to_all_of_it(client):
    line = factories.LineFactory(title="Practoraat")
    for number in range(4):
        factories.NewsFactory(title=f"Item {number}").lines.add(line)
    page = read(client, line.get_absolute_url())
    assert (page.under("News"), page.links["All news about this"]) == (
        ["Item 3", "Item 2", "Item 1"],
        "/nieuws/?line=practoraat",
    )


def test_desk_of_the_office_has_what_is_not_out_yet(office, charlie, logged_in):
    factories.NewsFactory(title="Out")
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    factories.NewsFactory(title="Scheduled", published_from=tomorrow)
    factories.NewsFactory(title="Draft", published_from=None)
    waiting = "News that is not out yet"
    assert read(logged_in(office), "/mijn/").under(waiting) == ["Draft", "Scheduled"]
    assert waiting not in read(logged_in(charlie), "/mijn/").headings
