"""Beginning, writing, sending, changing and withdrawing, by the actions."""

import datetime
import uuid
from contextlib import suppress
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from assignments import completeness
from assignments.actions.confirming import adopt, confirm, decline, let_go
from assignments.actions.copying import copy_of, earlier_ones
from assignments.actions.posting import (
    begin,
    change,
    delete_draft,
    submit,
    withdraw,
    write_draft,
)
from assignments.actions.publishing import ask_for_changes, publish
from assignments.choices import Form
from assignments.errors import (
    AlreadyAdopted,
    FewerTeamsThanAccepted,
    KeyTaken,
    NotComplete,
    NotForYou,
    ReadAgain,
    WrongState,
)
from assignments.models import Assignment
from assignments.voices import Hat, Voice, hats_of, voice_by_link, voice_of
from assignments.wording import changes_since
from civportal.notifications.models import Happening, StrangerMail
from tests import factories
from tests.assignments.making import (
    draft_of,
    hat_of,
    need_of,
    organisation,
    sent_by_teacher,
    soon,
    told,
    without_office,
)

pytestmark = pytest.mark.django_db


def yes(assignment, person):
    assignment.refresh_from_db()
    return confirm(assignment, revision=assignment.revision, by=voice_of(person, assignment))


# --- who posts as what ----------------------------------------------------------------------------


def test_people_post_as_what_they_are(teacher, company, office, charlie):
    school, partner = (person.memberships.get().partner for person in (teacher, company))
    assert [hats_of(person) for person in (teacher, company, office, charlie)] == [
        [Hat("teacher", school)],
        [Hat("company", partner)],
        [Hat("office")],
        [],
    ]


def test_an_ordinary_member_does_not_post():
    member = factories.MembershipFactory(role="member").user
    assert hats_of(member) == []


def test_only_a_partner_that_signed_posts():
    person = factories.MembershipFactory(partner__status="in_talks").user
    assert hats_of(person) == []


# --- a draft --------------------------------------------------------------------------------------


@time_machine.travel(datetime.datetime(2021, 2, 18, 12, tzinfo=datetime.UTC), tick=False)
def test_a_draft_begins_with_what_is_sensible(teacher):
    draft = begin(Form.ASSIGNMENT, hat=hat_of(teacher), key=uuid.uuid4(), by=teacher)
    names = ["state", "teacher", "school", "posted_by", "partner", "mixed", "teams_wanted",
             "team_size_min", "team_size_max", "hours_per_week", "weeks", "starts_on",
             "apply_by"]  # fmt: skip
    assert {name: getattr(draft, name) for name in names} == {
        "state": "draft",
        "teacher": teacher,
        "school": teacher.memberships.get().partner,
        "posted_by": teacher,
        "partner": None,
        "mixed": True,
        "teams_wanted": 1,
        "team_size_min": 3,
        "team_size_max": 5,
        "hours_per_week": 4,
        "weeks": 10,
        "starts_on": datetime.date(2021, 4, 5),  # a Monday, six weeks ahead
        "apply_by": datetime.date(2021, 3, 22),
    }


def test_a_guest_lecture_asks_for_nothing_about_teams(company):
    draft = begin(Form.GUEST_LECTURE, hat=hat_of(company), key=uuid.uuid4(), by=company)
    assert (draft.partner, draft.contact, draft.weeks, draft.mixed) == (
        company.memberships.get().partner, company, None, False,
    )  # fmt: skip


def test_the_same_page_twice_is_one_draft(teacher, coach):
    key = uuid.uuid4()
    drafts = [begin(Form.RESEARCH, hat=hat_of(teacher), key=key, by=teacher) for _ in range(2)]
    assert drafts[0] == drafts[1]
    assert Assignment.objects.count() == 1
    with pytest.raises(KeyTaken):
        begin(Form.RESEARCH, hat=hat_of(coach), key=key, by=coach)


def test_only_what_differs_counts_as_a_revision(teacher):
    draft = draft_of(teacher)
    before = draft.revision
    write_draft(draft, {"title": draft.title, "hours_per_week": Decimal("4.00")})
    draft.refresh_from_db()
    assert draft.revision == before
    write_draft(draft, {"goals": {4: ("Ijken.", "")}})
    draft.refresh_from_db()
    assert draft.revision == before + 1
    write_draft(draft, {"goals": {4: ("", "")}})
    assert list(draft.goals.values_list("level", flat=True)) == [6]


def test_what_is_missing_is_said_by_field(teacher):
    draft = begin(Form.ASSIGNMENT, hat=hat_of(teacher), key=uuid.uuid4(), by=teacher)
    with pytest.raises(NotComplete) as refused:
        submit(draft, by=voice_of(teacher, draft))
    assert sorted(refused.value.missing) == [
        "contact_email", "contact_name", "description", "level_max", "level_min", "partner",
        "place", "summary", "title",
    ]  # fmt: skip
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"apply_by": soon(-1)}, ["apply_by"]),
        ({"goals": {4: ("", ""), 6: ("", "")}}, ["learns_4"]),
        ({"place": "", "online": True}, []),
        ({"names_needed": True}, ["names_reason"]),
        ({"hours_per_week": None, "weeks": None}, ["hours_per_week", "weeks"]),
    ],
)
def test_what_sending_asks(company, values, missing):
    draft = draft_of(company, **values)
    found = []
    with suppress(NotComplete):
        found = completeness.missing(draft, "company")
        submit(draft, by=voice_of(company, draft))
    draft.refresh_from_db()
    assert (sorted(found), draft.state) == (missing, "draft" if missing else "submitted")


def test_goals_outside_the_levels_go_when_it_is_sent(company):
    sent = need_of(company, goals={2: ("Oud.", ""), 6: ("Ontwerpen.", "")})
    assert list(sent.goals.values_list("level", flat=True)) == [6]


# --- sending, and yes -----------------------------------------------------------------------------


def test_a_teacher_posts_and_the_contact_confirms(teacher, company, office):
    sent = sent_by_teacher(teacher, company)
    assert (sent.state, bool(sent.teacher_yes_at), sent.company_yes_at) == ("submitted", True, None)
    assert told() == [("confirm", "company")]
    yes(sent, company)
    sent.refresh_from_db()
    assert sent.company_yes_by == "Carla Company <company@example.org>"
    assert sent.state == "submitted"
    assert told() == [("confirmed", "teacher"), ("to_check", "office")]
    publish(sent, by=office)
    sent.refresh_from_db()
    assert (sent.state, sent.checked_by) == ("published", office)
    assert told() == [("published", "company"), ("published", "teacher")]


def test_without_a_look_of_the_office_it_is_public_at_once(teacher, company):
    without_office()
    sent = sent_by_teacher(teacher, company)
    line = factories.LineFactory()
    sent.lines.add(line)
    yes(sent, company)
    sent.refresh_from_db()
    assert sent.state == "published"
    happening = Happening.objects.get(subject=f"assignment:{sent.pk}")
    assert {f"line:{line.pk}", f"partner:{sent.partner_id}"} <= set(happening.topics)


def test_a_guest_lecture_needs_no_teacher(company, teacher):
    without_office()
    sent = need_of(company, form=Form.GUEST_LECTURE)
    sent.refresh_from_db()
    assert (sent.state, sent.teacher) == ("published", None)
    assert told("assignments.new_need") == []


def test_sending_twice_is_once(teacher, company):
    sent = sent_by_teacher(teacher, company)
    again = submit(sent, by=voice_of(teacher, sent))
    assert again.submitted_at == sent.submitted_at
    assert told() == [("confirm", "company")]


def test_a_contact_without_account_gets_a_mail(teacher):
    sent = sent_by_teacher(teacher)
    assert list(StrangerMail.objects.values_list("address", flat=True)) == ["piet@zilt.example"]
    assert told() == []
    done = confirm(sent, revision=sent.revision, by=voice_by_link(sent))
    assert done.company_yes_by == "Piet Zilt <piet@zilt.example>"


def test_one_says_yes_to_what_one_read(teacher, company):
    sent = sent_by_teacher(teacher, company)
    with pytest.raises(ReadAgain):
        confirm(sent, revision=sent.revision - 1, by=voice_of(company, sent))


def test_the_office_speaks_for_no_side(teacher, company, office):
    sent = sent_by_teacher(teacher, company)
    with pytest.raises(NotForYou):
        confirm(sent, revision=sent.revision, by=voice_of(office, sent))
    with pytest.raises(NotForYou):
        change(sent, {"title": "Anders"}, by=voice_of(office, sent))


def test_no_sends_it_back_with_the_reason(teacher, company):
    sent = sent_by_teacher(teacher, company)
    decline(sent, reason="Niet van ons.", by=voice_of(company, sent))
    sent.refresh_from_db()
    assert (sent.state, sent.teacher_yes_at, sent.returned_reason, sent.returned_by) == (
        "draft", None, "Niet van ons.", "Carla Company",
    )  # fmt: skip
    assert told() == [("declined", "teacher")]
    submit(sent, by=voice_of(teacher, sent))
    sent.refresh_from_db()
    assert (sent.state, sent.returned_reason) == ("submitted", "")


def test_an_organisation_does_not_decline_its_own_need(company, teacher):
    need = need_of(company)
    adopt(need, school=teacher.memberships.get().partner, by=teacher)
    change(need, {"weeks": 5}, by=voice_of(teacher, Assignment.objects.get()))
    need.refresh_from_db()
    with pytest.raises(WrongState):
        decline(need, reason="Nee.", by=voice_of(company, need))


def test_a_need_is_told_to_teachers_and_adopted_once(company, teacher, coach):
    need = need_of(company)
    assert told() == [("new_need", "coach"), ("new_need", "teacher")]
    assert list(Assignment.objects.visible_to(coach)) == [need]
    adopted = adopt(need, school=teacher.memberships.get().partner, by=teacher)
    assert (adopted.teacher, adopted.teacher_yes_at) == (teacher, None)
    assert told() == [("adopted", "company")]
    with pytest.raises(AlreadyAdopted) as refused:
        adopt(need, school=coach.memberships.get().partner, by=coach)
    assert "Tineke Teacher" in str(refused.value)
    assert adopt(need, school=teacher.memberships.get().partner, by=teacher) == need
    assert list(Assignment.objects.visible_to(coach)) == []


def test_one_adopts_for_a_school_where_one_teaches(company, teacher, coach):
    need = need_of(company)
    with pytest.raises(NotForYou):
        adopt(need, school=coach.memberships.get().partner, by=teacher)


def test_an_adopted_need_is_public_after_the_teachers_yes(company, teacher):
    without_office()
    need = need_of(company)
    adopt(need, school=teacher.memberships.get().partner, by=teacher)
    yes(need, teacher)
    need.refresh_from_db()
    assert need.state == "published"


def test_letting_go_gives_it_to_others(company, teacher, coach):
    need = need_of(company)
    adopt(need, school=teacher.memberships.get().partner, by=teacher)
    let_go(need, by=teacher)
    assert told("assignments.let_go") == [("let_go", "company")]
    adopt(need, school=coach.memberships.get().partner, by=coach)
    need.refresh_from_db()
    assert need.teacher == coach


def test_what_one_posted_oneself_one_does_not_let_go(teacher, company):
    sent = sent_by_teacher(teacher, company)
    with pytest.raises(WrongState):
        let_go(sent, by=teacher)


# --- changing -------------------------------------------------------------------------------------


def test_a_change_takes_back_the_other_sides_yes(teacher, company, office):
    sent = sent_by_teacher(teacher, company)
    yes(sent, company)
    change(sent, {"weeks": 8}, by=voice_of(teacher, sent))
    sent.refresh_from_db()
    assert (bool(sent.teacher_yes_at), sent.company_yes_at) == (True, None)
    assert [(c.name, c.before, c.after) for c in changes_since(sent, "company")] == [
        ("weeks", "10", "8")
    ]
    assert told() == [("confirm_again", "company"), ("confirmed", "teacher")]
    with pytest.raises(WrongState):
        publish(sent, by=office)


def test_the_company_changes_it_and_the_teacher_is_asked(teacher, company):
    sent = sent_by_teacher(teacher, company)
    change(sent, {"title": "Een betere titel"}, by=voice_of(company, sent))
    sent.refresh_from_db()
    assert (sent.teacher_yes_at, bool(sent.company_yes_at)) == (None, True)
    assert told() == [("confirm_again", "teacher")]
    yes(sent, teacher)
    assert told("assignments.to_check") == []  # there is no office in this test
    sent.refresh_from_db()
    assert sent.teacher_yes_at is not None


def test_saving_without_a_change_is_a_yes_and_no_more(teacher, company):
    sent = sent_by_teacher(teacher, company)
    change(sent, {"title": sent.title}, by=voice_of(company, sent))
    sent.refresh_from_db()
    assert bool(sent.teacher_yes_at and sent.company_yes_at)
    assert told() == [("confirmed", "teacher")]


def test_another_contact_is_asked_anew(teacher, company):
    sent = sent_by_teacher(teacher, company)
    yes(sent, company)
    values = {"contact": None, "contact_name": "Piet", "contact_email": "piet@zilt.example"}
    change(sent, values, by=voice_of(teacher, sent))
    sent.refresh_from_db()
    assert sent.company_yes_at is None
    assert list(StrangerMail.objects.values_list("address", flat=True)) == ["piet@zilt.example"]


def test_what_the_office_looked_at_is_what_is_published(teacher, company, office):
    sent = sent_by_teacher(teacher, company)
    yes(sent, company)
    sent.refresh_from_db()
    with pytest.raises(ReadAgain):
        publish(sent, revision=sent.revision - 1, by=office)
    publish(sent, revision=sent.revision, by=office)
    assert publish(sent, by=office).state == "published"


def test_the_office_asks_for_changes(teacher, company, office):
    sent = sent_by_teacher(teacher, company)
    yes(sent, company)
    ask_for_changes(sent, reason="Zeg wat niveau 4 doet.", by=office)
    sent.refresh_from_db()
    assert (sent.state, sent.teacher_yes_at, sent.company_yes_at, sent.returned_by) == (
        "draft", None, None, "Olga Office",
    )  # fmt: skip
    assert told("assignments.returned") == [("returned", "teacher")]


def test_a_change_of_something_public_is_told_to_all_others(teacher, company, coach):
    public = factories.AssignmentFactory(
        teacher=teacher,
        partner=company.memberships.get().partner,
        contact=company,
        description="Lang.",
        place="Leiden",
        hours_per_week=4,
        weeks=10,
        starts_on=soon(),
        apply_by=soon(10),
    )
    factories.GoalFactory(assignment=public)
    factories.TeamFactory(assignment=public, coach=coach)
    factories.TeamFactory(assignment=public, state="declined")
    change(public, {"weeks": 8}, by=voice_of(teacher, public))
    public.refresh_from_db()
    assert (public.state, public.weeks) == ("published", 8)
    assert told() == [("changed", "coach"), ("changed", "company")]


def test_no_fewer_teams_than_were_accepted(teacher, company):
    public = factories.AssignmentFactory(teacher=teacher, state="published", teams_wanted=3)
    factories.TeamFactory.create_batch(2, assignment=public, state="accepted")
    with pytest.raises(FewerTeamsThanAccepted):
        change(public, {"teams_wanted": 1}, by=voice_of(teacher, public))


def test_what_is_over_does_not_change(teacher):
    done = factories.AssignmentFactory(teacher=teacher, state="finished")
    with pytest.raises(WrongState):
        change(done, {"weeks": 8}, by=voice_of(teacher, done))


# --- withdrawing ----------------------------------------------------------------------------------


def test_withdrawing_tells_everyone_concerned(teacher, company, coach):
    public = factories.AssignmentFactory(
        teacher=teacher, partner=company.memberships.get().partner, contact=company
    )
    factories.TeamFactory(assignment=public, coach=coach)
    by = voice_of(company, public)
    for _twice in range(2):
        withdraw(public, reason="De kas is verkocht.", by=by)
    public.refresh_from_db()
    assert (public.state, public.withdrawn_reason) == ("withdrawn", "De kas is verkocht.")
    assert told("assignments.withdrawn") == [("withdrawn", "coach"), ("withdrawn", "teacher")]


def test_a_draft_is_thrown_away(teacher):
    delete_draft(draft_of(teacher))
    assert not Assignment.objects.exists()


def test_what_was_sent_is_not_thrown_away(teacher, company):
    with pytest.raises(WrongState):
        delete_draft(sent_by_teacher(teacher, company))


@pytest.mark.parametrize("state", ["finished", "archived"])
def test_what_is_over_is_not_withdrawn(teacher, state):
    done = factories.AssignmentFactory(teacher=teacher, state=state)
    with pytest.raises(WrongState):
        withdraw(done, reason="Toch niet.", by=Voice("teacher", "T", teacher))


# --- copying --------------------------------------------------------------------------------------


def test_a_copy_says_the_same_a_year_later(teacher, company):
    last_year = timezone.localdate() - datetime.timedelta(days=300)
    source = sent_by_teacher(teacher, company, starts_on=soon(20), apply_by=soon(6))
    Assignment.objects.filter(pk=source.pk).update(
        starts_on=last_year, apply_by=last_year - datetime.timedelta(days=10)
    )
    source.lines.add(factories.LineFactory())
    source.refresh_from_db()
    key = uuid.uuid4()
    copy, again = (copy_of(source, hat=hat_of(teacher), key=key, by=teacher) for _ in range(2))
    assert copy == again
    copy.refresh_from_db()
    assert copy.starts_on == last_year + datetime.timedelta(weeks=52)
    assert copy.starts_on - copy.apply_by == datetime.timedelta(days=10)
    same = ["title", "summary", "description", "level_min", "level_max", "partner", "contact"]
    assert [getattr(copy, name) for name in same] == [getattr(source, name) for name in same]
    assert (copy.state, copy.copied_from, copy.teacher, copy.teacher_yes_at) == (
        "draft", source, teacher, None,
    )  # fmt: skip
    assert list(copy.goals.values_list("level", "learns")) == [(4, "Meten."), (6, "Ontwerpen.")]
    assert list(copy.lines.all()) == list(source.lines.all())


def test_one_copies_ones_own_and_those_of_ones_school(teacher, company, coach, office):
    own = draft_of(teacher)
    need = need_of(company, title="Een vraag")
    other = factories.AssignmentFactory()
    assert set(earlier_ones(teacher, hat_of(teacher))) == {own}
    assert set(earlier_ones(company, hat_of(company))) == {need}
    assert set(earlier_ones(coach, hat_of(coach))) == set()
    assert set(earlier_ones(office, Hat("office"))) == {own, need, other}


# --- the office posts -----------------------------------------------------------------------------


def test_what_the_office_posts_needs_both(office, teacher):
    draft = draft_of(
        office,
        hat=Hat("office"),
        partner=organisation(name="Zilt BV"),
        contact_name="Piet",
        contact_email="piet@zilt.example",
    )
    sent = submit(draft, by=voice_of(office, draft))
    assert (sent.teacher_yes_at, sent.company_yes_at) == (None, None)
    assert told() == []
    confirm(sent, revision=sent.revision, by=voice_by_link(sent))
    assert told() == [("confirmed", "office"), ("new_need", "teacher")]
