"""The mails about teams: to whom, as long as it holds, and when the clock reminds."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assignments.actions import teams
from assignments.models import Team
from assignments.notifications import team_names, team_telling
from assignments.notifications import teams as team_kinds
from civportal.accounts.models import User
from civportal.notifications import kinds
from civportal.notifications.models import Notification, StrangerMail
from tests import factories
from tests.assignments.forming import details, draft, open_assignment, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NOON = "2026-06-03T10:00:00+00:00"  # a Wednesday, 12.00 in Amsterdam
TODAY = datetime.date(2026, 6, 3)
DAY = datetime.timedelta(days=1)
ALL = [
    team_names.APPLIED, team_names.CHANGED, team_names.WITHDRAWN, team_names.UNDECIDED,
    team_names.ACCEPTED, team_names.DECLINED, team_names.RESERVE, team_names.RECONSIDERED,
    team_names.DEADLINE,
]  # fmt: skip


@pytest.fixture(autouse=True)
def wednesday():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def assignment(company, teacher):
    User.objects.update(language="en")
    return open_assignment(company=company, teacher=teacher, title="Algen", apply_by=TODAY + DAY)


def letters(kind):
    """By reader what a mail says, or why it is withheld."""
    rows = list(Notification.objects.filter(kind=kind).select_related("recipient"))
    made = kinds.kind(kind).compose(rows) if rows else {}
    return {
        row.recipient.email.partition("@")[0]: getattr(made[row.pk], "letter", None)
        or str(made[row.pk].reason)
        for row in rows
    }


def subjects(kind):
    return {
        who: said if isinstance(said, str) else said.subject for who, said in letters(kind).items()
    }


def test_a_team_has_applied(assignment, coach):
    teams.apply(draft(assignment, coach, name="Groen"), by=coach)
    found = letters(team_names.APPLIED)
    assert {who: letter.subject for who, letter in found.items()} == {
        "company": "A team has applied: Groen for Algen",
        "teacher": "A team has applied: Groen for Algen",
    }
    letter = found["company"]
    assert letter.facts == [
        ("Students", "3 students: 3 × Hbo bachelor"),
        ("Schools", "Hogeschool Zuid"),
        ("Coach", "Casper Coach"),
    ]
    assert "Wij willen dit graag." in letter.paragraphs
    assert letter.action[1].endswith(Team.objects.get().get_absolute_url())


def test_who_no_longer_speaks_for_the_company_hears_nothing(assignment, coach, company):
    teams.apply(draft(assignment, coach), by=coach)
    assignment.contact = None
    assignment.save()
    company.memberships.all().delete()
    assert letters(team_names.APPLIED)["company"] == "no_longer_visible"


def test_another_company_gets_no_mail(assignment, coach):
    other = factories.MembershipFactory(role="representative").user
    member = factories.MembershipFactory(partner=assignment.partner, role="member").user
    teams.apply(draft(assignment, coach), by=coach)
    teams.accept(Team.objects.get(), by=assignment.contact)
    assert not Notification.objects.filter(recipient__in=[other, member]).exists()


def test_a_contact_person_without_an_account_is_written_to(teacher, coach):
    assignment = factories.AssignmentFactory(
        teacher=teacher, contact_name="Kim", contact_email="kim@example.org"
    )
    team = draft(assignment, coach)
    for _time in range(2):
        teams.apply(team, by=coach)
    assert [*StrangerMail.objects.values_list("address", flat=True)] == ["kim@example.org"]


def test_the_answers_reach_the_coach_as_long_as_they_hold(assignment, coach, company):
    team = sent(assignment, coach, name="Groen")
    teams.keep_in_reserve(team, by=company)
    assert subjects(team_names.RESERVE) == {"coach": "In reserve: Groen for Algen"}
    factories.TermsFactory(assignment=assignment)
    teams.accept(team, by=company)
    assert subjects(team_names.RESERVE) == {"coach": "outdated"}
    letter = letters(team_names.ACCEPTED)["coach"]
    assert letter.subject == "Accepted: Groen for Algen"
    assert "accept them for the team" in " ".join(letter.paragraphs)
    assert "names" not in " ".join(letter.paragraphs)
    teams.withdraw(team, by=coach)
    assert subjects(team_names.ACCEPTED) == {"coach": "outdated"}
    other = sent(assignment, name="Rood")
    letter = letters(team_names.WITHDRAWN)["company"]
    assert letter.paragraphs == [
        "The coach has withdrawn the team “Groen”.",
        "You had accepted this team, so its place is free again.",
    ]
    teams.keep_in_reserve(other, by=company)
    assert "1 team in reserve" in letters(team_names.WITHDRAWN)["company"].paragraphs[-1]


def test_a_no_tells_the_reason(assignment, coach, company):
    team = sent(assignment, coach, name="Groen")
    teams.decline(team, reason="Geen plek op vrijdag.", by=company)
    letter = letters(team_names.DECLINED)["coach"]
    assert letter.subject == "Not this time: Groen for Algen"
    assert "Geen plek op vrijdag." in letter.paragraphs
    Notification.objects.update(state="sent", settled_at=timezone.now())
    teams.take_back_decline(team, by=company)
    assert subjects(team_names.DECLINED) == {"coach": "outdated"}
    assert subjects(team_names.RECONSIDERED) == {"coach": "Looked at again: Groen for Algen"}


def test_a_change_waits_until_the_coach_is_done(assignment, coach):
    team = sent(assignment, coach, name="Groen")
    said = details(school=coach.partners.get(), name="Groen", level_4=2)
    teams.change(team, said, by=coach)
    row = Notification.objects.filter(kind=team_names.CHANGED).first()
    assert row.due_at - timezone.now() == team_telling.A_WHILE
    assert ("Students", "2 students: 2 × Mbo level 4") in letters(team_names.CHANGED)[
        "company"
    ].facts


# --- the clock -----------------------------------------------------------------------------------


def reminded(sweep, days):
    """On which days from today the clock put how many mails in the outbox."""
    found = []
    for day in range(days):
        moment = timezone.now() + day * DAY
        with time_machine.travel(moment, tick=False):
            number = sweep(timezone.now())
            assert sweep(timezone.now()) == 0
            found.append(number)
    return found


def began(team, day):
    Team.objects.filter(pk=team.pk).update(
        created_at=timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
    )


def test_a_coach_with_a_draft_hears_five_days_and_one_day_before(assignment, coach):
    assignment.apply_by = TODAY + 7 * DAY
    assignment.save()
    began(draft(assignment, coach, name="Groen"), TODAY)
    assert reminded(team_kinds.deadlines, 10) == [0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
    assert subjects(team_names.DEADLINE) == {"coach": "Apply until Wednesday 10 June 2026: Algen"}


def test_who_begins_late_hears_the_day_before(assignment, coach):
    assignment.apply_by = TODAY + 3 * DAY
    assignment.save()
    began(draft(assignment, coach), TODAY)
    assert reminded(team_kinds.deadlines, 5) == [0, 0, 1, 0, 0]


def test_who_has_applied_or_cannot_any_more_is_not_reminded(assignment, coach, company):
    began(sent(assignment, coach), TODAY - 9 * DAY)
    assert reminded(team_kinds.deadlines, 3) == [0, 0, 0]
    team = draft(assignment, coach, name="Ander")
    began(team, TODAY - 9 * DAY)
    assert team_kinds.deadlines(timezone.now()) == 1
    teams.accept(Team.objects.get(state="applied"), by=company)
    assert subjects(team_names.DEADLINE) == {"coach": "outdated"}


def test_a_last_day_that_moves_is_reminded_of_anew(assignment, coach):
    began(draft(assignment, coach), TODAY - 30 * DAY)
    assert team_kinds.deadlines(timezone.now()) == 1
    assignment.apply_by = TODAY + 5 * DAY
    assignment.save()
    assert team_kinds.deadlines(timezone.now()) == 1


def test_those_who_posted_are_asked_a_week_after_the_last_day(assignment, coach, company):
    sent(assignment, coach)
    sent(assignment)
    # The last day is tomorrow; two people are asked, once.
    assert reminded(team_kinds.undecided, 11) == [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0]
    assert subjects(team_names.UNDECIDED) == {
        "company": "2 teams wait for your answer: Algen",
        "teacher": "2 teams wait for your answer: Algen",
    }
    teams.accept(Team.objects.first(), by=company)
    assert set(subjects(team_names.UNDECIDED).values()) == {"outdated"}


def test_without_a_last_day_a_week_after_they_applied(assignment, coach):
    assignment.apply_by = None
    assignment.save()
    sent(assignment, coach, applied_at=timezone.now() - 5 * DAY)
    assert reminded(team_kinds.undecided, 4) == [0, 0, 2, 0]


# --- all of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_each_kind_has_an_example_that_asks_no_database(name, django_assert_num_queries):
    kind = kinds.kind(name)
    with django_assert_num_queries(0):
        letter = kind.preview().letter
    assert letter.subject
    assert letter.action[1].startswith("http")
    assert str(kind.group) == "Assignments"


def test_as_many_queries_for_many_mails_as_for_one(assignment, coach, company):
    def compose():
        rows = list(
            Notification.objects.filter(kind=team_names.APPLIED).select_related("recipient")
        )
        with CaptureQueriesContext(connection) as counted:
            kinds.kind(team_names.APPLIED).compose(rows)
        return len(counted)

    teams.apply(draft(assignment, coach), by=coach)
    first = compose()
    for _team in range(3):
        teams.apply(draft(assignment, coach), by=coach)
    assert compose() == first
