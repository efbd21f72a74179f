"""Who hears of what while teams are at work, what the mails say, and when they no longer hold."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from assignments.actions.documents import add_document, remove_document
from assignments.actions.running import say, start
from assignments.actions.steps import hand_in, mark_seen
from assignments.actions.terms import accept_terms, end_terms, save_terms
from assignments.models import Assignment, Step, Team, Terms
from assignments.notifications.running import sweep
from assignments.notifications.running_previews import examples
from civportal.notifications.delivery import deliver_batch
from civportal.notifications.kinds import kind
from civportal.notifications.models import Notification
from tests import factories
from tests.assignments.ending import ended, running_team

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NOON = datetime.datetime(2031, 5, 1, 10, tzinfo=datetime.UTC)
TODAY = NOON.date()


@pytest.fixture(autouse=True)
def all_in_english(company, teacher, coach, office):
    for user in (company, teacher, coach, office):
        user.language = "en"
        user.save(update_fields=["language"])


@pytest.fixture
def team(company, teacher, coach):
    return running_team(
        company=company,
        teacher=teacher,
        coach=coach,
        decided_at=NOON - datetime.timedelta(days=30),
    )


def told(name):
    """The letter of each notification of a kind by its reader; the reason where it is withheld."""
    rows = list(
        Notification.objects.filter(kind=f"assignments.{name}")
        .select_related("recipient")
        .order_by("pk")
    )
    made = kind(f"assignments.{name}").compose(rows)
    return {
        row.recipient.email.partition("@")[0]: getattr(made[row.pk], "letter", None)
        or str(made[row.pk].reason)
        for row in rows
    }


def subjects(name):
    return {who: getattr(letter, "subject", letter) for who, letter in told(name).items()}


# --- messages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("coach", {"company", "teacher"}),
        ("company", {"coach", "teacher"}),
        ("office", {"coach", "company", "teacher"}),
    ],
)
def test_everybody_in_a_conversation_hears_but_who_spoke(who, expected, team, request):
    say(team, text="Lukt het?\n\nGraag donderdag.", by=request.getfixturevalue(who))
    letters = told("message")
    assert letters.keys() == expected
    letter = next(iter(letters.values()))
    assert letter.paragraphs[1:] == ["Lukt het?", "Graag donderdag."]
    assert letter.action[1].endswith(f"/opdrachten/team/{team.pk}/#gesprek")


def test_one_contact_person_speaks_for_the_company(team, coach):
    Assignment.objects.update(contact=factories.UserFactory(email="contact@example.org"))
    say(Team.objects.get(), text="Hallo", by=coach)
    assert told("message").keys() == {"contact", "teacher"}


def test_who_may_no_longer_read_the_team_is_not_told(team, coach, company):
    say(team, text="Hallo", by=coach)
    company.memberships.all().delete()
    assert subjects("message")["company"] == "no_longer_visible"


def test_a_message_goes_out(team, coach, mailoutbox):
    say(team, text="Komen jullie?", by=coach)
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    deliver_batch(now=tomorrow.replace(hour=11))
    assert sorted(mail.to[0] for mail in mailoutbox) == [
        "company@example.org",
        "teacher@example.org",
    ]
    assert "Komen jullie?" in mailoutbox[0].body


# --- hand-ins, documents, the start --------------------------------------------------------------


def test_what_came_in_and_that_it_was_seen(team, coach, company):
    step = factories.StepFactory(assignment=team.assignment, title="Plan")
    handed_in = hand_in(team, step=step, note="Kijk maar", file=None, by=coach)
    assert subjects("handed_in") == dict.fromkeys(
        ("company", "teacher"), "Handed in by team Team Kas: Plan"
    )
    mark_seen(handed_in, by=company)
    mark_seen(handed_in, by=company)
    assert subjects("hand_in_seen") == {"coach": "Seen: Plan of team Team Kas"}
    assert told("hand_in_seen")["coach"].paragraphs == [
        "Carla Company has looked at Plan of team Team Kas."
    ]


def test_teams_at_work_hear_of_a_new_document(team, company):
    Assignment.objects.update(teams_wanted=2)
    factories.TeamFactory(assignment=team.assignment, state="accepted", finished_at=timezone.now())
    factories.TeamFactory(assignment=team.assignment, state="applied")
    document = add_document(
        team.assignment,
        kind="dataset",
        title="Metingen",
        description="",
        file=SimpleUploadedFile("m.csv", b"1;2"),
        by=company,
    )
    assert subjects("document_added") == {"coach": "New for your team: Metingen"}
    remove_document(document, by=company)
    assert subjects("document_added") == {"coach": "outdated"}


def test_the_start_is_told_once_to_everybody_but_who_did_it(team, company):
    Assignment.objects.update(state="matched")
    start(team.assignment, by=company)
    start(team.assignment, by=company)
    assert subjects("started") == dict.fromkeys(("coach", "teacher"), "Started: Meten in de kas")
    Assignment.objects.update(state="finished", finished_at=timezone.now())
    assert set(subjects("started").values()) == {"outdated"}


# --- terms ---------------------------------------------------------------------------------------


def renew(team, company, text, seen=None):
    return save_terms(team.assignment, kind="nda", text=text, language="nl", seen=seen, by=company)


def test_a_text_for_a_team_that_is_at_it_is_told_and_accepted_with_a_receipt(team, coach, company):
    terms = renew(team, company, "Zwijg.\n\nAltijd.")
    assert subjects("terms_changed") == {"coach": "New terms to accept: Meten in de kas"}
    assert (
        told("terms_changed")["coach"]
        .action[1]
        .endswith(f"/opdrachten/team/{team.pk}/voorwaarden/")
    )
    accept_terms(team, read={terms.pk: terms.sha256}, by=coach)
    assert subjects("terms_changed") == {"coach": "outdated"}
    letter = told("terms_accepted")["coach"]
    assert [
        (group.title, [line.title for line in group.lines][:2], group.lines[-1].text)
        for group in letter.groups
    ] == [
        (
            "Confidentiality (NDA), version 1",
            ["Zwijg.", "Altijd."],
            f"Mark of the text (SHA-256): {terms.sha256}",
        )
    ]
    assert kind("assignments.terms_accepted").required


def test_terms_before_a_team_is_accepted_are_told_with_the_acceptance_alone(company, teacher):
    assignment = factories.AssignmentFactory(partner=company.partners.get(), teacher=teacher)
    factories.TeamFactory(assignment=assignment, state="applied")
    save_terms(assignment, kind="nda", text="Zwijg.", language="nl", seen=None, by=company)
    assert not Notification.objects.filter(kind="assignments.terms_changed").exists()


def test_terms_that_hold_no_more_are_not_asked_for(team, company):
    terms = renew(team, company, "Zwijg.")
    end_terms(team.assignment, kind="nda", seen=terms.pk, by=company)
    assert subjects("terms_changed") == {"coach": "outdated"}


def made_at(terms, moment):
    Terms.objects.filter(pk=terms.pk).update(made_at=moment)


def test_after_three_days_without_a_yes_one_reminder_comes(team, coach):
    terms = factories.TermsFactory(assignment=team.assignment)
    made_at(terms, NOON)
    days = [sweep(NOON + datetime.timedelta(days=day)) for day in (0, 1, 2, 3, 3, 4, 9)]
    assert days == [0, 0, 0, 1, 0, 0, 0]
    assert subjects("terms_reminder") == {"coach": "Still to accept: the terms of Meten in de kas"}
    accept_terms(team, read={terms.pk: terms.sha256}, by=coach)
    assert subjects("terms_reminder") == {"coach": "outdated"}


def test_three_days_count_from_the_choice_of_the_team_too(team):
    made_at(factories.TermsFactory(assignment=team.assignment), NOON)
    Team.objects.update(decided_at=NOON + datetime.timedelta(days=2))
    assert [sweep(NOON + datetime.timedelta(days=day)) for day in (4, 5)] == [0, 1]


@pytest.mark.parametrize(
    "spare",
    [
        lambda team, terms: factories.AcceptanceFactory(terms=terms, team=team),
        lambda team, terms: ended(team),
        lambda team, terms: Team.objects.update(state="withdrawn"),
        lambda team, terms: Terms.objects.update(replaced_at=timezone.now()),
        lambda team, terms: Team.objects.update(coach=None),
        lambda team, terms: made_at(terms, NOON - datetime.timedelta(days=60)),
    ],
)
def test_nobody_is_reminded_in_vain(spare, team):
    terms = factories.TermsFactory(assignment=team.assignment)
    made_at(terms, NOON)
    spare(team, terms)
    assert sweep(NOON + datetime.timedelta(days=4)) == 0


def test_a_next_version_is_reminded_of_anew(team, company):
    terms = factories.TermsFactory(assignment=team.assignment)
    made_at(terms, NOON)
    assert sweep(NOON + datetime.timedelta(days=3)) == 1
    newer = renew(team, company, "Strenger.", seen=terms.pk)
    made_at(newer, NOON + datetime.timedelta(days=4))
    days = [sweep(NOON + datetime.timedelta(days=day)) for day in (6, 7, 8)]
    assert days == [0, 1, 0]


# --- milestones ----------------------------------------------------------------------------------


def on(day, **fields):
    return {"due": TODAY + datetime.timedelta(days=day), **fields}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (on(8), None),
        (on(7), "step_soon"),
        (on(0), "step_soon"),
        (on(-1), "step_late"),
        (on(-14), "step_late"),
        (on(-15), None),
        (on(3, wants_file=False), "step_soon"),
        (on(-1, wants_file=False), None),
    ],
)
def test_a_milestone_is_told_a_week_before_and_when_it_has_passed(fields, expected, team):
    factories.StepFactory(assignment=team.assignment, title="Plan", **fields)
    assert sweep(NOON) == sum([expected is not None])
    assert sweep(NOON) == 0
    row = Notification.objects.filter(kind__contains="step").first()
    assert (row and row.kind) == (expected and f"assignments.{expected}")


def test_the_day_before_and_the_day_after_are_two_mails(team):
    factories.StepFactory(assignment=team.assignment, title="Plan", due=TODAY)
    days = [sweep(NOON + datetime.timedelta(days=day)) for day in (-8, -7, -1, 0, 1, 2)]
    assert days == [0, 1, 0, 0, 1, 0]
    assert subjects("step_soon") == {"coach": "By Thursday 1 May 2031: Plan (team Team Kas)"}
    assert subjects("step_late") == {"coach": "Not handed in yet: Plan (team Team Kas)"}


def test_a_day_that_moved_is_told_anew_and_the_old_one_withheld(team):
    step = factories.StepFactory(assignment=team.assignment, due=TODAY)
    sweep(NOON)
    Step.objects.update(due=TODAY + datetime.timedelta(days=5))
    assert subjects("step_soon") == {"coach": "outdated"}
    assert sweep(NOON) == 1
    step.delete()
    assert set(subjects("step_soon").values()) == {"outdated"}


def test_who_handed_in_hears_nothing(team, coach):
    step = factories.StepFactory(assignment=team.assignment, due=TODAY)
    sweep(NOON)
    hand_in(team, step=step, note="Klaar", file=None, by=coach)
    assert subjects("step_soon") == {"coach": "outdated"}
    assert sweep(NOON + datetime.timedelta(days=1)) == 0


@pytest.mark.parametrize("state", ["published", "finished", "withdrawn"])
def test_only_teams_at_work_hear_of_milestones(state, team):
    factories.StepFactory(assignment=team.assignment, due=TODAY)
    now = timezone.now()
    Assignment.objects.update(state=state, finished_at=now, withdrawn_at=now)
    assert sweep(NOON) == 0


def test_each_team_hears_for_itself(team):
    Assignment.objects.update(teams_wanted=2)
    other = factories.TeamFactory(assignment=team.assignment, state="accepted")
    step = factories.StepFactory(assignment=team.assignment, due=TODAY)
    factories.HandInFactory(team=other, step=step)
    assert sweep(NOON) == 1
    assert subjects("step_soon").keys() == {"coach"}


# --- all of them ---------------------------------------------------------------------------------


def test_every_kind_has_an_example():
    for name, letter in examples().items():
        assert kind(name).preview().letter == letter
    assert len(examples()) == 10


@pytest.mark.parametrize("number", [1, 3])
def test_composing_takes_a_fixed_number_of_queries(
    number, team, coach, company, django_assert_num_queries
):
    step = factories.StepFactory(assignment=team.assignment, due=TODAY)
    for each in range(number):
        say(team, text=f"Vraag {each}", by=coach)
        hand_in(team, step=None, note=f"Werk {each}", file=None, by=coach)
    renew(team, company, "Zwijg.")
    Step.objects.filter(pk=step.pk).update(wants_file=True)
    for name, queries in (("message", 3), ("handed_in", 3)):
        rows = list(
            Notification.objects.filter(kind=f"assignments.{name}").select_related("recipient")
        )
        assert len(rows) == 2 * number
        with django_assert_num_queries(queries):
            kind(f"assignments.{name}").compose(rows)
    changed = Notification.objects.filter(kind="assignments.terms_changed")
    rows = list(changed.select_related("recipient"))
    with django_assert_num_queries(4):
        kind("assignments.terms_changed").compose(rows)
