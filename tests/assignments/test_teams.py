"""A coach forms a team, applies, changes it and withdraws; what is refused, and in which words."""

import datetime
import zoneinfo

import pytest
import time_machine
from django.utils import timezone

from assignments.actions import teams
from assignments.errors import (
    AlreadyDecidedOnTeam,
    AssignmentWithdrawn,
    Begun,
    DeadlinePassed,
    NameTaken,
    NotATeacher,
    NoTeams,
    NotTheCoach,
    Refused,
    TeamIncomplete,
    TeamsFound,
    WrongState,
)
from assignments.models import Team
from civportal.notifications.models import Notification
from tests import factories
from tests.assignments.forming import details, draft, open_assignment, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(company, teacher):
    return open_assignment(company=company, teacher=teacher)


@pytest.fixture
def school(coach):
    return coach.partners.get()


def counts(team):
    return sorted(team.counts.values_list("school__name", "level", "number"))


def told():
    rows = Notification.objects.order_by("kind", "recipient__email")
    return [
        (kind.removeprefix("assignments.team_"), email.partition("@")[0])
        for kind, email in rows.values_list("kind", "recipient__email")
    ]


# --- forming -------------------------------------------------------------------------------------


def test_a_team_begins_as_a_draft_that_nobody_hears_of(assignment, coach, school):
    team = teams.form_team(assignment, details(school=school, level_4=2, level_6=3), by=coach)
    assert (team.state, team.coach, team.name, team.motivation) == (
        "draft",
        coach,
        "Team Groen",
        "Wij meten graag.",
    )
    assert counts(team) == [("Hogeschool Zuid", 4, 2), ("Hogeschool Zuid", 6, 3)]
    assert told() == []


def test_sent_twice_it_is_one_team_and_another_of_that_name_is_refused(assignment, coach, school):
    said = details(school=school)
    assert teams.form_team(assignment, said, by=coach) == teams.form_team(
        assignment, said, by=coach
    )
    with pytest.raises(NameTaken):
        teams.form_team(assignment, details(school=school, level_5=1), by=coach)
    assert Team.objects.count() == 1


def test_only_a_teacher_forms_a_team(assignment, company, charlie, school):
    for person in (company, charlie):
        with pytest.raises(NotATeacher):
            teams.form_team(assignment, details(school=school), by=person)
    school.status = "ended"
    school.save()
    with pytest.raises(NotATeacher):
        teams.form_team(assignment, details(school=school), by=school.memberships.get().user)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"state": "matched"}, TeamsFound),
        ({"state": "running"}, Begun),
        ({"state": "archived"}, Begun),
        ({"state": "withdrawn"}, AssignmentWithdrawn),
        ({"state": "submitted"}, NoTeams),
        ({"form": "excursion"}, NoTeams),
        ({"apply_by": datetime.date(2021, 3, 1)}, DeadlinePassed),
    ],
)
def test_what_takes_no_teams_says_why(fields, refusal, company, teacher, coach, school):
    assignment = open_assignment(company=company, teacher=teacher, **fields)
    with pytest.raises(refusal) as refused:
        teams.form_team(assignment, details(school=school), by=coach)
    assert str(refused.value)
    team = draft(assignment, coach)
    with pytest.raises(refusal):
        teams.apply(team, by=coach)
    team.refresh_from_db()
    assert (team.state, team.applied_at) == ("draft", None)


# --- applying ------------------------------------------------------------------------------------


@pytest.mark.parametrize("now", ["2026-03-31T22:30:00+02:00", "2026-04-01T23:59:59+02:00"])
def test_the_last_day_itself_still_counts(now, assignment, coach):
    assignment.apply_by = datetime.date(2026, 4, 1)
    assignment.save()
    team = draft(assignment, coach)
    with time_machine.travel(now, tick=False):
        assert teams.apply(team, by=coach).state == "applied"


def test_the_day_after_is_too_late_by_the_centres_clock(assignment, coach, english):
    assignment.apply_by = datetime.date(2026, 4, 1)
    assignment.save()
    team = draft(assignment, coach)
    in_london = timezone.override(zoneinfo.ZoneInfo("Europe/London"))  # 1 April still
    refused = pytest.raises(DeadlinePassed, match="until Wednesday 1 April 2026")
    with time_machine.travel("2026-04-02T00:00:01+02:00", tick=False), in_london, refused:
        teams.apply(team, by=coach)
    team.refresh_from_db()
    assert (team.state, team.applied_at) == ("draft", None)


def test_applying_tells_the_company_and_the_teacher_once(assignment, coach, company, teacher):
    team = draft(assignment, coach)
    first = teams.apply(team, by=coach)
    assert teams.apply(team, by=coach).applied_at == first.applied_at
    assert told() == [("applied", "company"), ("applied", "teacher")]


def test_a_teacher_with_a_team_for_the_own_assignment_hears_nothing(assignment, teacher):
    teams.apply(draft(assignment, teacher), by=teacher)
    assert told() == [("applied", "company")]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "There are no students"),
        (2, "has 2 students; at least 3"),
        (7, "has 7 students; at most 6"),
        (3, ""),
        (6, ""),
    ],
)
def test_a_team_has_as_many_students_as_asked_for(number, said, assignment, coach, english):
    assignment.team_size_min, assignment.team_size_max = 3, 6
    assignment.save()
    team = draft(assignment, coach)
    team.counts.update(number=number) if number else team.counts.all().delete()
    if said:
        with pytest.raises(TeamIncomplete, match=said):
            teams.apply(team, by=coach)
    else:
        assert teams.apply(team, by=coach).state == "applied"


def test_a_team_says_why_it_would_like_to(assignment, coach, english):
    with pytest.raises(TeamIncomplete, match="Say why"):
        teams.apply(draft(assignment, coach, motivation=" "), by=coach)


def test_levels_outside_and_one_school_are_told_and_not_refused(company, teacher, coach):
    assignment = open_assignment(company=company, teacher=teacher, mixed=True, level_max=5)
    team = draft(assignment, coach)
    found = teams.composition(team)
    assert (found.is_mixed, found.misses_mixed, found.levels_outside, found.total) == (
        False,
        True,
        [6],
        3,
    )
    assert teams.apply(team, by=coach).state == "applied"


def test_who_does_not_coach_it_does_nothing_with_it(assignment, coach, teacher, company):
    team = draft(assignment, coach)
    for do in (teams.apply, teams.withdraw, teams.discard):
        for person in (teacher, company):
            with pytest.raises(NotTheCoach):
                do(team, by=person)
    with pytest.raises(NotTheCoach):
        teams.change(team, details(school=coach.partners.get()), by=teacher)


def test_who_left_the_school_cannot_apply(assignment, coach):
    team = draft(assignment, coach)
    coach.memberships.all().delete()
    with pytest.raises(NotATeacher):
        teams.apply(team, by=coach)


# --- changing ------------------------------------------------------------------------------------


def test_a_change_of_what_applied_is_told_once_and_no_change_is_not(assignment, coach, school):
    team = teams.apply(draft(assignment, coach, name="Team Groen"), by=coach)
    Notification.objects.all().delete()
    for number in (4, 5, 5):
        teams.change(team, details(school=school, level_6=number), by=coach)
    waiting = Notification.objects.filter(state="pending")
    assert sorted(waiting.values_list("kind", "recipient__email")) == [
        ("assignments.team_changed", "company@example.org"),
        ("assignments.team_changed", "teacher@example.org"),
    ]
    assert counts(team) == [("Hogeschool Zuid", 6, 5)]
    assert Team.objects.get().motivation == "Wij meten graag."


def test_what_applied_stays_complete(assignment, coach, school):
    assignment.team_size_min = 3
    assignment.save()
    team = teams.apply(draft(assignment, coach, name="Team Groen"), by=coach)
    for said in (details(school=school, level_6=2), details(school=school, motivation="")):
        with pytest.raises(TeamIncomplete):
            teams.change(team, said, by=coach)
    assert counts(team) == [("Hogeschool Zuid", 6, 3)]


def test_of_an_accepted_team_only_the_numbers_change(assignment, coach, school):
    team = sent(assignment, coach, state="accepted", name="Team Rood")
    teams.change(team, details(school=school, motivation="Anders", level_4=2), by=coach)
    team.refresh_from_db()
    assert (team.name, team.motivation) == ("Team Rood", "Wij willen dit graag.")
    assert counts(team) == [("Hogeschool Zuid", 4, 2)]


def test_a_declined_team_stays_as_it_is(assignment, coach, school):
    team = sent(assignment, coach, state="declined")
    with pytest.raises(AlreadyDecidedOnTeam):
        teams.change(team, details(school=school), by=coach)


def test_another_team_keeps_its_name(assignment, coach, school):
    draft(assignment, coach, name="Een")
    with pytest.raises(NameTaken):
        teams.change(
            draft(assignment, coach, name="Twee"), details(school=school, name="Een"), by=coach
        )


# --- withdrawing ---------------------------------------------------------------------------------


def test_a_draft_is_thrown_away_and_what_applied_is_not(assignment, coach):
    teams.discard(draft(assignment, coach), by=coach)
    assert not Team.objects.exists()
    with pytest.raises(WrongState):
        teams.discard(sent(assignment, coach), by=coach)


def test_withdrawing_frees_the_place_and_shows_the_reserve(assignment, coach, company, teacher):
    team, other = sent(assignment, coach), sent(assignment)
    teams.accept(team, by=company)
    assignment.refresh_from_db()
    other.refresh_from_db()
    assert (assignment.state, other.state) == ("matched", "reserve")
    for _time in range(2):
        teams.withdraw(team, by=coach)
    assignment.refresh_from_db()
    assert (assignment.state, assignment.matched_at) == ("published", None)
    team.refresh_from_db()
    assert (team.state, team.decided_at, team.decided_by) == ("withdrawn", None, None)
    rows = Notification.objects.filter(kind="assignments.team_withdrawn")
    assert sorted(rows.values_list("recipient__email", "data__had_place")) == [
        ("company@example.org", True),
        ("teacher@example.org", True),
    ]
    assert teams.accept(other, by=company).state == "accepted"


def test_where_there_were_enough_the_others_go_on(company, teacher, coach):
    assignment = open_assignment(company=company, teacher=teacher, teams_wanted=3)
    first, second = sent(assignment, coach), sent(assignment)
    for team in (first, second):
        teams.accept(team, by=company)
    teams.enough(assignment, by=company)
    teams.withdraw(first, by=coach)
    assignment.refresh_from_db()
    assert assignment.state == "matched"
    teams.withdraw(second, by=second.coach)
    assignment.refresh_from_db()
    assert assignment.state == "published"


def test_a_withdrawn_team_comes_back_as_long_as_teams_can_apply(assignment, coach, company):
    team = sent(assignment, coach)
    teams.withdraw(team, by=coach)
    assert teams.apply(team, by=coach).state == "applied"
    teams.withdraw(team, by=coach)
    teams.accept(sent(assignment), by=company)
    with pytest.raises(TeamsFound):
        teams.apply(team, by=coach)


@pytest.mark.parametrize(
    ("state", "of_assignment", "refusal"),
    [
        ("declined", "published", AlreadyDecidedOnTeam),
        ("draft", "published", WrongState),
        ("accepted", "finished", WrongState),
    ],
)
def test_what_cannot_be_withdrawn(state, of_assignment, refusal, company, teacher, coach):
    assignment = open_assignment(company=company, teacher=teacher, state=of_assignment)
    with pytest.raises(refusal):
        teams.withdraw(sent(assignment, coach, state=state), by=coach)


def test_every_refusal_is_a_sentence_for_a_person(english):
    for refusal in (AlreadyDecidedOnTeam, NameTaken, NotATeacher, NotTheCoach, TeamsFound):
        assert issubclass(refusal, Refused)
        assert str(refusal()).endswith(".")


def test_the_history_of_a_team_names_no_student(assignment, coach):
    factories.TeamMemberFactory(team=sent(assignment, coach, state="accepted"), name="Nina")
    assert not hasattr(factories.TeamMemberFactory._meta.model, "events")
