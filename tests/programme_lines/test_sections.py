"""What programme lines put on the page of a partner and on a desk."""

import datetime

import pytest
from django.test import RequestFactory
from django.utils import timezone

from programme_lines import sections
from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db


def test_a_partner_has_what_it_does_with_whom_it_may_be_told(client, office, logged_in):
    partner = factories.PartnerFactory(name="School A", kind="mbo_school")
    initiative = factories.InitiativeFactory(
        title="Culture media", line=factories.LineFactory(title="Practoraat", order=2)
    )
    initiative.partners.add(
        partner,
        factories.PartnerFactory(name="Known company"),
        factories.PartnerFactory(name="Secret company", status="in_talks"),
    )
    earlier = factories.InitiativeFactory(
        title="Open lab", line=factories.LineFactory(title="Onderwijs", order=1)
    )
    earlier.partners.add(partner)
    factories.InitiativeFactory(title="Of others")
    factories.LeaderFactory(line=factories.LineFactory(title="Leren"), partner=partner)
    factories.ProgrammeFactory(name="Analyst", institution=partner, level=4)
    heading = "What they do, and with whom"
    texts = [
        read(browser, partner.get_absolute_url()).text for browser in (client, logged_in(office))
    ]
    assert [text[text.index(heading) :] for text in texts] == [
        f"{heading} Onderwijs Open lab Idea Practoraat Culture media Idea Together with "
        f"{others} Leads Leren Education programmes Analyst Mbo level 4"
        for others in ("Known company", "Known company , Secret company")
    ]


def test_nothing_done_no_section():
    request = RequestFactory().get("/")
    request.user = user = factories.UserFactory()
    assert [
        sections.cooperation(request, factories.PartnerFactory()),
        sections.own_chapters(request, user),
        sections.own_milestones(request, user),
    ] == [None, None, None]


def test_desk_has_the_chapters_one_writes_and_the_milestones_one_owns(charlie, company, logged_in):
    chapter = factories.ChapterFactory(title="Mine", line__title="Practoraat")
    chapter.authors.add(charlie)
    factories.ChapterFactory(title="Of another", visibility="public")
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    factories.MilestoneFactory(title="My step", date=tomorrow, owner=charlie)
    factories.MilestoneFactory(title="Done step", owner=charlie, done=True)
    factories.MilestoneFactory(title="Step of another", date=tomorrow)
    page = read(logged_in(charlie), "/mijn/")
    assert (page.under("Chapters you write"), page.links["Mine"]) == (
        ["Mine"],
        chapter.get_absolute_url(),
    )
    steps = page.text[page.text.index("Your milestones") :]
    assert [each in steps for each in ("My step", "Done step", "Step of another")] == [
        True,
        False,
        False,
    ]
    others = read(logged_in(company), "/mijn/").headings
    assert {"Chapters you write", "Your milestones"}.isdisjoint(others)
