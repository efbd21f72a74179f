"""What becomes public of an assignment becomes a draft of news."""

import pytest
from django.utils import timezone

from assignments.outcomes import tell_published
from news.models import NewsItem
from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def outcome():
    team = factories.TeamFactory(
        state="accepted",
        assignment__state="finished",
        assignment__title="Meten in de kas",
        assignment__partner__name="De Groene Kas",
        finished_at=timezone.now(),
    )
    for name, level in (("Mbo Noord", 4), ("Hogeschool Zuid", 6)):
        factories.TeamCountFactory(team=team, school__name=name, level=level)
    team.assignment.lines.add(factories.LineFactory(title="Practoraat"))
    now = timezone.now()
    return factories.OutcomeFactory(
        team=team,
        title="Sneller <meten>",
        summary="Elk uur een meting.",
        result="Eerst.\n\nDaarna <script>.",
        learned="Samen meten.",
        lasts="De sensoren.",
        company_yes_at=now,
        team_yes_at=now,
        published_at=now,
    )


def test_the_draft_says_it_in_the_language_of_the_outcome(outcome):
    tell_published(outcome)
    item = NewsItem.objects.get()
    assert (item.title, item.lead, item.language, item.published_from, item.outcome) == (
        "Sneller <meten>", "Elk uur een meting.", "nl", None, outcome,
    )  # fmt: skip
    assert [str(one) for one in item.lines.all()] == ["Practoraat"]
    assert sorted(map(str, item.partners.all())) == [
        "De Groene Kas",
        "Hogeschool Zuid",
        "Mbo Noord",
    ]
    assert list(item.assignments.all()) == [outcome.team.assignment]
    for words in ("De Groene Kas", "Mbo Noord", "Hogeschool Zuid", "<p>Eerst.</p>",
                  "Daarna &lt;script&gt;.", "Samen meten.", "De sensoren."):  # fmt: skip
        assert words in item.body


def test_there_is_one_and_the_office_may_have_changed_it(outcome):
    tell_published(outcome)
    NewsItem.objects.update(title="Van de redactie")
    tell_published(outcome)
    assert [item.title for item in NewsItem.objects.all()] == ["Van de redactie"]


def test_only_the_office_finds_the_draft(outcome, logged_in, office, charlie):
    tell_published(outcome)
    assert [read(logged_in(user), "/mijn/").headings.count("Sneller <meten>")
            for user in (office, charlie)] == [1, 0]  # fmt: skip


def test_news_and_assignment_lead_to_each_other(outcome, client):
    assignment = outcome.team.assignment
    tell_published(outcome)
    assert "News" not in read(client, assignment.get_absolute_url()).headings
    NewsItem.objects.update(published_from=timezone.now())
    item = NewsItem.objects.get()
    page = read(client, assignment.get_absolute_url())
    assert page.under("News") == ["Sneller <meten>"]
    links = read(client, item.get_absolute_url()).links
    assert links["Meten in de kas"] == assignment.get_absolute_url()


def test_news_does_not_tell_of_an_assignment_that_one_may_not_see(client):
    item = factories.NewsFactory()
    item.assignments.add(factories.AssignmentFactory(state="draft", title="Nog geheim"))
    assert "Nog geheim" not in read(client, item.get_absolute_url()).text
