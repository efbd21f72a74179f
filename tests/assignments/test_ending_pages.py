"""The pages of the end, as each person meets them."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from assignments.models import Assignment, Feedback, Outcome
from assignments.sections import finishing as sections
from tests import factories
from tests.assignments.ending import TEXTS, ended, running_team
from tests.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(company, teacher, coach):
    team = running_team(company=company, teacher=teacher, coach=coach)
    factories.TeamCountFactory(team=team, number=3, school__name="Mbo Noord")
    Assignment.objects.update(hours_per_week=8, weeks=10)
    team.assignment.refresh_from_db()
    return team


def page(name, row):
    return reverse(f"assignments:{name}", args=[row.pk])


def request_of(user, path="/"):
    request = RequestFactory().get(path)
    request.user = user
    return request


PEOPLE = ["visitor", "charlie", "coach", "company", "teacher", "office"]


@pytest.fixture
def clients(logged_in, charlie, coach, company, teacher, office):
    """A browser for each, in English."""
    people = [None, charlie, coach, company, teacher, office]
    found = {name: logged_in(user) for name, user in zip(PEOPLE, people, strict=True)}
    for browser in found.values():
        browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return found


@pytest.mark.parametrize(
    ("name", "about", "expected"),
    [
        ("finish", "running", (302, 404, 200, 200, 200, 200)),
        ("hours", "ended", (302, 404, 200, 200, 200, 200)),
        ("reopen_team", "ended", (302, 404, 403, 200, 200, 200)),
        ("feedback", "ended", (302, 404, 200, 200, 403, 403)),
        ("outcome", "ended", (302, 404, 200, 200, 200, 200)),
        ("finish_all", "running", (302, 403, 403, 200, 200, 200)),
        ("reopen", "ended", (302, 403, 403, 200, 200, 200)),
        ("next_year", "ended", (302, 403, 200, 200, 200, 200)),
    ],
)
def test_who_opens_which_page(name, about, expected, team, clients):
    if about == "ended":
        ended(team)
    row = team.assignment if name in {"finish_all", "reopen", "next_year"} else team
    assert tuple(clients[one].get(page(name, row)).status_code for one in PEOPLE) == expected


def test_who_opens_the_pages_of_an_outcome(team, clients):
    outcome = factories.OutcomeFactory(team=ended(team))
    found = tuple(
        clients[one].get(page("withdraw_agreement", outcome)).status_code for one in PEOPLE
    )
    assert found == (302, 404, 200, 200, 403, 200)
    found = tuple(clients[one].post(page("agree", outcome)).status_code for one in PEOPLE)
    assert found == (302, 404, 302, 302, 302, 302)
    assert (Outcome.objects.get().company_yes_at, Outcome.objects.get().team_yes_at) == (None, None)


def test_a_public_outcome_gives_no_stranger_its_buttons(team, clients):
    now = timezone.now()
    outcome = factories.OutcomeFactory(
        team=ended(team), company_yes_at=now, team_yes_at=now, published_at=now
    )
    assert clients["charlie"].post(page("withdraw_agreement", outcome)).status_code == 404


def test_the_coach_finishes_with_the_hours_that_were_planned(team, clients):
    form = clients["coach"].get(page("finish", team))
    assert 'value="240"' in form.text
    assert "3 students × 8 hours a week × 10 weeks = 240 hours" in form.text
    wrong = clients["coach"].post(page("finish", team), {"hours_made": "10.1"})
    assert (wrong.status_code, "Count in quarters" in wrong.text) == (422, True)
    answer = clients["coach"].post(page("finish", team), {"hours_made": "231.5"})
    assert answer.url == page("feedback", team)
    team.refresh_from_db()
    assert team.hours_made == 231.5
    assert clients["coach"].get(page("finish", team)).status_code == 302


def test_a_side_finishes_it_for_all_teams(team, clients):
    Assignment.objects.update(teams_wanted=2)
    other = factories.TeamFactory(assignment=team.assignment, state="accepted", name="Team Lab")
    form = read(clients["teacher"], page("finish_all", team.assignment))
    assert ("Hours of Team Kas" in form.text, "Hours of Team Lab" in form.text) == (True, True)
    clients["teacher"].post(
        page("finish_all", team.assignment), {f"hours_{team.pk}": "12", f"hours_{other.pk}": ""}
    )
    found = team.assignment.teams.order_by("pk").values_list("hours_made", "finished_at")
    assert [(hours, at is not None) for hours, at in found] == [(12, True), (None, True)]


def test_feedback_is_given_and_read(team, clients):
    ended(team)
    form = clients["coach"].get(page("feedback", team))
    assert "30 days after the end" in form.text
    clients["coach"].post(page("feedback", team), {"went_well": "Alles.", "again": "yes"})
    given = Feedback.objects.get()
    assert (given.side, given.went_well, given.again) == ("team", "Alles.", True)
    assert "Alles." not in clients["company"].get(team.get_absolute_url()).text
    assert clients["company"].post(page("read_feedback", given)).status_code == 404
    clients["company"].post(page("feedback", team), {"went_well": "Veel."})
    before = clients["company"].get(team.get_absolute_url()).text
    assert ("Alles." in before, "Read it" in before) == (False, True)
    clients["company"].post(page("read_feedback", given))
    after = clients["company"].get(team.get_absolute_url()).text
    assert ("Alles." in after, "Read it" in after) == (True, False)
    assert clients["coach"].get(page("feedback", team)).status_code == 302


def test_feedback_that_a_colleague_changed_is_shown_beside_ones_own(team, clients, logged_in):
    ended(team)
    colleague = factories.MembershipFactory(
        partner=team.assignment.partner, role="representative"
    ).user
    logged_in(colleague).post(page("feedback", team), {"went_well": "Van de collega."})
    refused = clients["company"].post(page("feedback", team), {"went_well": "Van mij."})
    assert refused.status_code == 422
    assert ("Van de collega." in refused.text, "Van mij." in refused.text) == (True, True)
    version = refused.context["form"]["version"].value()
    clients["company"].post(page("feedback", team), {"went_well": "Samen.", "version": version})
    assert Feedback.objects.get().went_well == "Samen."


def test_the_outcome_is_written_together_and_becomes_public(team, clients):
    ended(team)
    clients["coach"].post(page("outcome", team), {**TEXTS, "revision": 0})
    refused = clients["company"].post(
        page("outcome", team), {**TEXTS, "result": "Een andere uitkomst.", "revision": 0}
    )
    assert refused.status_code == 422
    assert "Een andere uitkomst." in refused.text
    again = {**TEXTS, "result": "Een andere uitkomst."}
    revision = refused.context["form"]["revision"].value()
    clients["company"].post(page("outcome", team), {**again, "revision": revision})
    outcome = Outcome.objects.get()
    assert (outcome.result, outcome.revision) == ("Een andere uitkomst.", 2)
    for who, what in (("coach", 1), ("coach", 2), ("company", 2), ("company", "x")):
        clients[who].post(page("agree", outcome), {"revision": what})
    assert "Een andere uitkomst." in clients["visitor"].get(team.assignment.get_absolute_url()).text
    clients["company"].post(page("withdraw_agreement", outcome))
    seen = clients["visitor"].get(team.assignment.get_absolute_url()).text
    assert "Een andere uitkomst." not in seen


def test_next_year_begins_with_this_year(team, clients):
    ended(team)
    began = timezone.localdate() - datetime.timedelta(days=200)
    Assignment.objects.update(starts_on=began, apply_by=began - datetime.timedelta(days=14))
    factories.FeedbackFactory(team=team, side="company", went_well="Van het bedrijf.")
    factories.FeedbackFactory(team=team, side="team", went_well="Van het team.")
    address = page("next_year", team.assignment)
    form = clients["company"].get(address)
    assert ("Van het bedrijf." in form.text, "Van het team." in form.text) == (True, True)
    key = form.context["key"]
    first, again = (clients["company"].post(address, {"key": key}) for _turn in range(2))
    copy = Assignment.objects.get(copied_from=team.assignment)
    assert first.url == again.url == reverse("assignments:edit", args=[copy.pk])
    assert (copy.state, copy.title, copy.starts_on) == (
        "draft",
        "Meten in de kas",
        began + datetime.timedelta(weeks=52),
    )
    beside = clients["company"].get(first.url).text
    assert ("Van het bedrijf." in beside, "Van het team." in beside) == (True, True)


def test_the_copy_of_someone_who_was_not_there_shows_no_feedback(team, charlie, coach):
    factories.FeedbackFactory(team=ended(team), side="company", went_well="Van het bedrijf.")
    copy = factories.AssignmentFactory(copied_from=team.assignment)
    seen = [
        sections.feedback_of_last_time(request_of(user), copy)
        for user in (charlie, coach, AnonymousUser())
    ]
    assert seen == [None, None, None]


def public_outcome(line, number, partner=None):
    now = timezone.now()
    team = factories.TeamFactory(
        state="accepted",
        assignment__state="finished",
        finished_at=datetime.datetime(2021, 6, 18, tzinfo=datetime.UTC),
        **({"assignment__partner": partner} if partner else {}),
    )
    team.assignment.lines.add(line)
    factories.TeamCountFactory(team=team, school__name=f"Mbo {number}")
    factories.TeamCountFactory(team=team, school__name=f"Hbo {number}", level=6)
    return factories.OutcomeFactory(
        team=team, title=f"Uitkomst {number}", company_yes_at=now, team_yes_at=now, published_at=now
    )


def test_what_it_brought_stands_with_line_organisation_and_school(client):
    line = factories.LineFactory()
    outcome = public_outcome(line, 1)
    hidden = factories.OutcomeFactory(
        team__assignment=factories.AssignmentFactory(state="finished")
    )
    hidden.team.assignment.lines.add(line)
    school = outcome.team.counts.first().school
    for subject in (line, outcome.team.assignment.partner, school):
        found = read(client, subject.get_absolute_url())
        assert found.under("What it brought") == ["Uitkomst 1"]
        assert found.links["Uitkomst 1"] == outcome.get_absolute_url()
        for words in ("Meten gaat nu twee keer zo snel.", "Mbo 1", "Hbo 1", "2021"):
            assert words in found.text
    assert client.get(hidden.team.assignment.get_absolute_url()).text.count(hidden.title) == 0


@pytest.mark.parametrize("number", [1, 3])
def test_rows_take_a_fixed_number_of_queries(number, django_assert_num_queries, coach, company):
    line, partner = factories.LineFactory(), company.partners.get()
    for each in range(number):
        outcome = public_outcome(line, each, partner)
        factories.OutcomeFactory(team=ended(factories.TeamFactory(state="accepted", coach=coach)))
    visitor = request_of(AnonymousUser())
    with django_assert_num_queries(3):
        sections.outcomes_of_line(visitor, line)
    with django_assert_num_queries(3):
        sections.outcomes_of_partner(visitor, partner)
    with django_assert_num_queries(3):
        sections.outcomes_of_assignment(visitor, outcome.team.assignment)
    with django_assert_num_queries(2):
        found = sections.desk(request_of(coach), coach)
    assert (len(found["to_give"]), len(found["to_agree"])) == (number, number)


def test_ones_desk_says_what_is_still_to_do(team, clients):
    outcome = factories.OutcomeFactory(team=ended(team))
    found = {
        name: read(clients[name], "/mijn/")
        for name in ("coach", "company", "teacher", "office", "charlie")
    }
    waiting = {name: "Finishing assignments" in each.headings for name, each in found.items()}
    assert waiting == {
        "coach": True, "company": True, "teacher": False, "office": False, "charlie": False,
    }  # fmt: skip
    assert found["coach"].under("Finishing assignments") == ["Meten in de kas", outcome.title]
    factories.FeedbackFactory(team=team, side="team")
    outcome.team_yes_at = timezone.now()
    outcome.save()
    assert "Finishing assignments" not in read(clients["coach"], "/mijn/").headings


@pytest.mark.parametrize("state", ["published", "matched"])
def test_before_the_start_there_is_nothing_about_the_end(state, team, coach):
    team.assignment.state = state
    assert sections.end_of_team(request_of(coach), team) is None
    assert sections.end_of_assignment(request_of(coach), team.assignment) is None
