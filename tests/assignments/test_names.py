"""Names of students: with consent, seen by two, gone in time, and nowhere else."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from assignments.actions import names, posting, teams
from assignments.errors import MoreNamesThanStudents, NoNames, NotTheCoach
from assignments.models import Team, TeamMember
from assignments.tasks import erase_names
from assignments.voices import voice_of
from civportal.notifications.models import Notification
from tests import factories
from tests.assignments.forming import open_assignment, sent
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TODAY = datetime.date(2026, 4, 20)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-04-20T12:00:00+02:00", tick=False):
        yield


@pytest.fixture
def assignment(company, teacher):
    return open_assignment(
        company=company,
        teacher=teacher,
        names_needed=True,
        names_reason="Een pas voor het lab.",
        names_kept_days=10,
        starts_on=TODAY,
        weeks=2,
        teams_wanted=2,
    )


@pytest.fixture
def team(assignment, coach):
    return sent(assignment, coach, state="accepted", name="Team Groen")


def written(team):
    return sorted(team.members.values_list("name", "consent_on", "added_by__email"))


def form(*rows):
    """Rows of a name, whether this student agreed, and when."""
    data = {"rows": str(len(rows))}
    for place, (name, agreed, on) in enumerate(rows):
        data |= {f"name_{place}": name, f"on_{place}": on}
        if agreed:
            data[f"agreed_{place}"] = "on"
    return data


def test_the_coach_writes_them_down_twice_is_once(team, coach, logged_in):
    path = reverse("assignments:team_names", args=[team.pk])
    page = read(logged_in(coach), path)
    assert "Een pas voor het lab." in page.text
    assert "Wednesday 13 May 2026" in page.text  # two weeks, and ten days
    assert "There are 4 students in the team." in page.text
    for _time in range(2):
        answer = logged_in(coach).post(
            path, form(("Nina Tjon", True, "2026-04-19"), ("", False, "2026-04-20"))
        )
        assert answer.status_code == 302
    assert written(team) == [("Nina Tjon", TODAY - DAY, "coach@example.org")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("Nina", False, "2026-04-20"), "Ask this student first"),
        (("Nina", True, "2026-04-21"), "This day has yet to come"),
        (("Nina", True, "2024-04-21"), "more than a year ago"),
        (("Nina", True, ""), "Fill in the day on which this student agreed"),
        (("", True, "2026-04-20"), "Fill in the name"),
        (("", False, "2026-04-20"), "Fill in a name"),
    ],
)
def test_no_name_without_a_yes_and_its_day(row, said, team, coach, logged_in):
    path = reverse("assignments:team_names", args=[team.pk])
    answer = logged_in(coach).post(path, form(row), headers={"accept-language": "en"})
    assert said in answer.content.decode()
    assert written(team) == []


def test_no_more_names_than_students(team, coach):
    five = [(f"Student {number}", TODAY) for number in range(5)]
    with pytest.raises(MoreNamesThanStudents):
        names.write_names(team, five, by=coach)
    assert written(team) == []


def test_a_student_who_says_no_after_all_is_gone(team, coach, logged_in, company):
    member = factories.TeamMemberFactory(team=team)
    path = reverse("assignments:team_name_remove", args=[team.pk, member.pk])
    assert logged_in(company).post(path).status_code == 403
    assert TeamMember.objects.count() == 1
    assert logged_in(coach).post(path).status_code == 302
    assert logged_in(coach).post(path).status_code == 302
    assert TeamMember.objects.count() == 0


@pytest.mark.parametrize(
    ("state", "of_assignment"),
    [
        ({"state": "applied"}, {}),
        ({"state": "accepted"}, {"names_needed": False}),
        ({"state": "accepted"}, {"state": "finished"}),
        ({"state": "accepted", "finished_at": timezone.now()}, {}),
        ({"state": "accepted"}, {"starts_on": TODAY - 30 * DAY}),
    ],
)
def test_when_names_are_not_written_down(state, of_assignment, company, teacher, coach):
    fields = {"names_needed": True, "names_reason": "Een pas", "names_kept_days": 10, "weeks": 2}
    assignment = open_assignment(company=company, teacher=teacher, **(fields | of_assignment))
    team = sent(assignment, coach, **state)
    with pytest.raises(NoNames):
        names.write_names(team, [("Nina", TODAY)], by=coach)
    assert written(team) == []


def test_only_the_coach_writes(team, company, teacher, office):
    for person in (company, teacher, office):
        with pytest.raises(NotTheCoach):
            names.write_names(team, [("Nina", TODAY)], by=person)
        with pytest.raises(NotTheCoach):
            names.remove_name(team, 1, by=person)


def test_coach_and_company_read_them_and_nobody_else(
    team, company, teacher, coach, office, charlie, logged_in
):
    factories.TeamMemberFactory(team=team, name="Nina Tjon")
    boss = factories.UserFactory(is_superuser=True, is_staff=True)
    other = factories.MembershipFactory().user
    pages = [team.get_absolute_url(), reverse("assignments:teams", args=[team.assignment_id])]
    pages += [team.assignment.get_absolute_url(), reverse("desk")]
    admin = f"/beheer/assignments/team/{team.pk}/change/"
    seen = {
        person.email
        for person in (company, teacher, coach, office, charlie, other, boss)
        for page in [*pages, admin, f"/beheer/assignments/team/{team.pk}/history/"]
        if "Nina" in logged_in(person).get(page).content.decode()
    }
    assert seen == {"company@example.org", "coach@example.org"}


def test_no_mail_names_a_student(team, coach, company):
    factories.TeamMemberFactory(team=team, name="Nina Tjon")
    teams.change(
        team, teams.Details(name="", motivation="", counts={(team.counts.get().school_id, 4): 5}),
        by=coach,
    )  # fmt: skip
    teams.withdraw(team, by=coach)
    from civportal.notifications.kinds import kind

    for row in Notification.objects.select_related("recipient"):
        assert "Nina" not in str(kind(row.kind).compose([row]))
        assert "Nina" not in str(row.data)


# --- until when ----------------------------------------------------------------------------------


def left_after(day):
    """How many names are left when the hourly task has run at noon of that day."""
    with time_machine.travel(at(day), tick=False):
        erase_names()
    return TeamMember.objects.count()


def at(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


@pytest.mark.parametrize(
    ("of_team", "of_assignment", "day"),
    [
        # The planned last day is 3 May; ten days after it is the last.
        ({}, {}, datetime.date(2026, 5, 14)),
        ({"finished_at": at(datetime.date(2026, 4, 24))}, {}, datetime.date(2026, 5, 5)),
        ({}, {"finished_at": at(datetime.date(2026, 4, 30))}, datetime.date(2026, 5, 11)),
        ({}, {"names_kept_days": 0}, datetime.date(2026, 5, 4)),
        # Nobody knows when it ends: a year after the team was accepted.
        ({"decided_at": at(TODAY)}, {"weeks": None}, datetime.date(2027, 4, 21)),
    ],
)
def test_they_are_erased_the_day_after_the_last(of_team, of_assignment, day, assignment, coach):
    for name, value in of_assignment.items():
        setattr(assignment, name, value)
    assignment.save()
    team = sent(assignment, coach, state="accepted", **of_team)
    factories.TeamMemberFactory(team=team)
    assert names.kept_until(Team.objects.get()) == day - DAY
    assert (left_after(day - DAY), left_after(day)) == (1, 0)


def test_declined_and_withdrawn_teams_have_none_at_once(assignment, company, coach):
    for act in (
        lambda team: teams.decline(team, reason="Nee", by=company),
        lambda team: teams.withdraw(team, by=team.coach),
    ):
        team = sent(assignment)
        factories.TeamMemberFactory(team=team)
        act(team)
        assert written(team) == []


def test_a_withdrawn_assignment_has_none_at_once(team, company):
    other = factories.TeamMemberFactory(
        team__state="accepted",
        team__assignment__names_needed=True,
        team__assignment__names_reason="Een pas",
    )
    factories.TeamMemberFactory(team=team)
    posting.withdraw(team.assignment, reason="Nee", by=voice_of(company, team.assignment))
    assert list(TeamMember.objects.all()) == [other]


def test_what_should_not_be_there_goes_with_the_next_round(assignment, company, coach):
    team = sent(assignment, coach, state="accepted")
    factories.TeamMemberFactory(team=team)
    factories.TeamMemberFactory(team=sent(assignment, state="declined"))
    erase_names()
    assert [member.team for member in TeamMember.objects.all()] == [team]
    assignment.names_needed = False
    assignment.save()
    erase_names()
    assert not TeamMember.objects.exists()


def test_the_clock_has_it(settings):
    tasks = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert erase_names.name in tasks
