"""Teams at work: the start, milestones, what is handed in, and the conversation."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assignments.actions.running import PRESSED_TWICE, say, start
from assignments.actions.steps import add_step, change_step, hand_in, mark_seen, remove_step
from assignments.errors import (
    EmptyMessage,
    NotAccepted,
    NoTeamYet,
    NothingHandedIn,
    NotInThread,
    NotOfSides,
    NotTheCoach,
    Over,
    ThreadClosed,
    WrongState,
)
from assignments.models import Assignment, HandIn, Step, Team, TeamMessage
from assignments.sections.running import to_answer
from tests import factories
from tests.assignments.ending import ended, running_team
from tests.assignments.turns import in_turn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY = datetime.date(2031, 5, 1)


@pytest.fixture
def team(company, teacher, coach):
    return running_team(company=company, teacher=teacher, coach=coach)


@pytest.fixture
def step(team):
    return factories.StepFactory(assignment=team.assignment, title="Plan", due=DAY)


def page(name, *args):
    return reverse(f"assignments:{name}", args=args)


def body(answer):
    return b"".join(answer.streaming_content)


def a_file(content=b"%PDF-1.7", name="plan.pdf"):
    return SimpleUploadedFile(name, content)


# --- the conversation ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "side"),
    [("coach", "team"), ("company", "company"), ("teacher", "company"), ("office", "company")],
)
def test_the_side_follows_from_who_says_it(who, side, team, request):
    user = request.getfixturevalue(who)
    said = say(team, text=" Hallo \r\n allemaal ", by=user)
    assert (said.team, said.side, said.author, said.text) == (team, side, user, "Hallo \n allemaal")


def test_a_teacher_who_coaches_speaks_for_the_team(team, teacher):
    team.coach = teacher
    team.save()
    assert say(team, text="Hallo", by=teacher).side == "team"


@pytest.mark.parametrize("who", ["charlie", "steering"])
def test_others_say_nothing(who, team, request):
    with pytest.raises(NotInThread):
        say(team, text="Hallo", by=request.getfixturevalue(who))


def test_the_same_twice_is_said_once_and_later_again(team, coach, company):
    first = say(team, text="Hallo", by=coach)
    assert say(team, text="Hallo", by=coach) == first
    assert say(team, text="Hallo", by=company) != first
    TeamMessage.objects.update(created_at=timezone.now() - PRESSED_TWICE)
    assert say(team, text="Hallo", by=coach) != first


def test_nothing_is_no_message(team, coach):
    with pytest.raises(EmptyMessage):
        say(team, text=" \n ", by=coach)


@pytest.mark.parametrize(
    ("of_team", "of_assignment", "is_open"),
    [
        ({"state": "applied"}, {"state": "published"}, True),
        ({"state": "reserve"}, {"state": "running"}, True),
        ({}, {"state": "finished"}, True),
        ({"state": "declined", "reason": "Nee."}, {"state": "published"}, False),
        ({"state": "withdrawn"}, {"state": "published"}, False),
        ({}, {"state": "archived"}, False),
        ({}, {"state": "withdrawn"}, False),
    ],
)
def test_from_the_application_to_the_end(of_team, of_assignment, is_open, team, coach):
    now = timezone.now()
    Team.objects.filter(pk=team.pk).update(name="x", **of_team)
    Assignment.objects.update(**of_assignment, finished_at=now, withdrawn_at=now)
    try:
        say(Team.objects.get(), text="Hallo", by=coach)
    except ThreadClosed:
        assert not is_open
    else:
        assert is_open


@pytest.mark.django_db(transaction=True)
def test_a_message_sent_twice_at_once_is_one(team, coach):
    def speak():
        say(Team.objects.get(), text="Hallo", by=coach)

    assert in_turn(speak, speak) == ["done", "done"]
    assert TeamMessage.objects.count() == 1


def test_it_works_without_script(team, coach, logged_in):
    client = logged_in(coach)
    answer = client.post(page("thread", team.pk), {"text": "Hallo <b>daar</b>"})
    said = TeamMessage.objects.get()
    assert answer["Location"] == f"{team.get_absolute_url()}#bericht-{said.pk}"
    text = client.get(team.get_absolute_url()).content.decode()
    assert ("Hallo &lt;b&gt;daar" in text, f'id="bericht-{said.pk}"' in text) == (True, True)


def test_with_script_what_came_since_comes_with_an_empty_form(team, coach, company, logged_in):
    first, second = (say(team, text=text, by=company) for text in ("Een", "Twee"))
    answer = logged_in(coach).post(
        page("thread", team.pk),
        {"text": "Drie", "after": first.pk},
        headers={"hx-request": "true"},
    )
    section = answer.context["section"]
    third = TeamMessage.objects.get(text="Drie")
    assert (section["messages"], section["last"]) == ([second, third], third.pk)
    text = answer.content.decode()
    assert (text.count("<li"), 'hx-swap-oob="outerHTML"' in text, "Drie</textarea>" in text) == (
        2,
        True,
        False,
    )


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_what_cannot_be_said_is_not_lost(headers, team, coach, logged_in):
    text = "x" * 5001
    answer = logged_in(coach).post(page("thread", team.pk), {"text": text}, headers=headers)
    assert (text in answer.content.decode(), TeamMessage.objects.count()) == (True, 0)
    Assignment.objects.update(state="archived", finished_at=timezone.now())
    answer = logged_in(coach).post(page("thread", team.pk), {"text": "Te laat"}, headers=headers)
    said = answer.content.decode()
    assert ("Te laat" in said or not headers, TeamMessage.objects.count()) == (True, 0)


def test_a_long_conversation_has_pages_and_the_team_shows_its_end(team, coach, logged_in):
    for number in range(35):
        factories.TeamMessageFactory(team=team, text=f"nummer {number}")
    client = logged_in(coach)
    section = next(
        each["context"]
        for each in client.get(team.get_absolute_url()).context["sections"]
        if each["name"] == "conversation"
    )
    assert [each.text for each in section["messages"]] == [f"nummer {n}" for n in range(15, 35)]
    assert section["earlier"] == 15
    shown = client.get(page("thread", team.pk)).context["page"]
    assert [each.text for each in shown] == [f"nummer {n}" for n in range(30, 35)]
    shown = client.get(page("thread", team.pk), {"page": 1}).context["page"]
    assert (shown[0].text, len(shown)) == ("nummer 0", 30)


@pytest.mark.parametrize(
    ("who", "expected"), [("charlie", 404), ("steering", 404), ("other", 404), ("company", 200)]
)
def test_who_reads_a_conversation(who, expected, team, logged_in, request):
    if who == "other":
        user = factories.MembershipFactory(partner__name="Ander BV").user
    else:
        user = request.getfixturevalue(who)
    client = logged_in(user)
    assert client.get(page("thread", team.pk)).status_code == expected
    posted = client.post(page("thread", team.pk), {"text": "Hallo"})
    assert posted.status_code == (302 if expected == 200 else 404)


# --- the start -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["company", "teacher", "office"])
def test_it_starts_with_the_teams_there_are(who, team, logged_in, request):
    Assignment.objects.update(state="matched", started_at=None)
    client = logged_in(request.getfixturevalue(who))
    client.get(page("start", team.assignment_id))
    assert Assignment.objects.get().state == "matched"
    client.post(page("start", team.assignment_id))
    assignment = Assignment.objects.get()
    assert (assignment.state, assignment.started_at is not None) == ("running", True)


def test_fewer_teams_than_wanted_are_enough_and_who_waits_is_in_reserve(team, company):
    Assignment.objects.update(state="published", teams_wanted=3, matched_at=None)
    waiting = factories.TeamFactory(assignment=team.assignment, state="applied")
    assignment = start(team.assignment, by=company)
    waiting.refresh_from_db()
    assert (assignment.state, assignment.matched_at is not None, waiting.state) == (
        "running",
        True,
        "reserve",
    )


def test_starting_twice_is_once(team, company):
    Assignment.objects.update(state="matched")
    first = start(team.assignment, by=company).started_at
    assert start(team.assignment, by=company).started_at == first


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"state": "published"}, NoTeamYet),
        ({"state": "submitted"}, WrongState),
        ({"state": "finished"}, WrongState),
        ({"state": "published", "form": "excursion"}, WrongState),
    ],
)
def test_without_a_team_or_not_on_the_board_nothing_starts(fields, refusal, company):
    with pytest.raises(refusal):
        start(factories.AssignmentFactory(**fields), by=company)


@pytest.mark.parametrize(("who", "expected"), [("coach", 403), ("charlie", 403)])
def test_others_do_not_start_it(who, expected, team, logged_in, request):
    Assignment.objects.update(state="matched")
    answer = logged_in(request.getfixturevalue(who)).post(page("start", team.assignment_id))
    assert (answer.status_code, Assignment.objects.get().state) == (expected, "matched")


# --- milestones ----------------------------------------------------------------------------------


def test_milestones_are_made_changed_and_removed(team, company, coach, logged_in):
    client, address = logged_in(company), page("steps", team.assignment_id)
    given = {"title": "Plan", "due": "2031-05-01", "wants_file": "on"}
    for _twice in range(2):
        assert client.post(address, given)["Location"] == address
    step = Step.objects.get()
    assert (step.title, step.due, step.wants_file) == ("Plan", DAY, True)
    handed_in = hand_in(team, step=step, note="Klaar", file=None, by=coach)
    client.post(page("step", step.pk), {"title": "Het plan", "due": "2031-05-08"})
    step.refresh_from_db()
    assert (step.title, step.due.day, step.wants_file) == ("Het plan", 8, False)
    client.post(page("step_remove", step.pk))
    handed_in.refresh_from_db()
    assert (Step.objects.count(), handed_in.step) == (0, None)


def test_what_is_over_keeps_its_milestones(team, step, company):
    ended(team)
    for act in (
        lambda: add_step(team.assignment, title="x", due=DAY, wants_file=True, by=company),
        lambda: change_step(step, title="x", due=DAY, wants_file=True, by=company),
        lambda: remove_step(step, by=company),
    ):
        with pytest.raises(Over):
            act()
    assert Step.objects.get().title == "Plan"


@pytest.mark.parametrize("name", ["steps", "step", "step_remove"])
@pytest.mark.parametrize("who", ["coach", "charlie"])
def test_others_leave_them_as_they_are(name, who, team, step, logged_in, request):
    key = team.assignment_id if name == "steps" else step.pk
    client = logged_in(request.getfixturevalue(who))
    assert client.post(page(name, key), {"title": "x", "due": "2031-05-01"}).status_code == 403
    assert Step.objects.get().title == "Plan"


# --- handing in ----------------------------------------------------------------------------------


def test_a_coach_hands_in_a_file_and_those_who_posted_get_it(team, step, coach, company, logged_in):
    client = logged_in(coach)
    answer = client.post(
        page("hand_in", team.pk), {"step": step.pk, "note": "Ons plan", "file": a_file()}
    )
    handed_in = HandIn.objects.get()
    assert answer["Location"] == f"{team.get_absolute_url()}#ingeleverd-{handed_in.pk}"
    assert (handed_in.team, handed_in.step, handed_in.note, handed_in.size, handed_in.by) == (
        team,
        step,
        "Ons plan",
        8,
        coach,
    )
    answer = logged_in(company).get(handed_in.get_absolute_url())
    assert body(answer) == b"%PDF-1.7"
    assert (answer["Content-Disposition"], answer["Content-Type"]) == (
        'attachment; filename="Team Kas - Plan.pdf"',
        "application/octet-stream",
    )


@pytest.mark.parametrize(
    ("who", "expected"),
    [(None, 302), ("charlie", 404), ("steering", 404), ("other", 404), ("coach", 200),
     ("teacher", 200), ("office", 200)],
)  # fmt: skip
def test_who_gets_what_was_handed_in(who, expected, team, logged_in, request):
    handed_in = factories.HandInFactory(team=team, file=a_file())
    if who == "other":
        user = factories.TeamFactory(assignment__state="running", state="accepted").coach
    else:
        user = request.getfixturevalue(who) if who else None
    answer = logged_in(user).get(handed_in.get_absolute_url())
    assert answer.status_code == expected
    if expected == 200:
        body(answer)


def test_a_hand_in_without_a_file_has_none_to_give(team, coach, logged_in):
    handed_in = factories.HandInFactory(team=team)
    assert logged_in(coach).get(handed_in.get_absolute_url()).status_code == 404


def test_what_is_handed_in_again_stands_beside_the_first(team, step, coach):
    first = hand_in(team, step=step, note="Eerste", file=None, by=coach)
    assert hand_in(team, step=step, note="Eerste", file=None, by=coach) == first
    second = hand_in(team, step=step, note="Beter", file=None, by=coach)
    assert list(HandIn.objects.order_by("pk")) == [first, second]


def test_nothing_is_not_handed_in(team, step, coach, logged_in):
    with pytest.raises(NothingHandedIn):
        hand_in(team, step=step, note=" ", file=None, by=coach)
    answer = logged_in(coach).post(page("hand_in", team.pk), {"step": step.pk, "note": " "})
    assert list(answer.context["form"].errors) == ["file"]


@pytest.mark.parametrize(
    ("of_team", "of_assignment", "refusal"),
    [
        ({"state": "applied"}, {}, NotAccepted),
        ({"finished_at": timezone.now()}, {}, NotAccepted),
        ({}, {"state": "finished"}, WrongState),
        ({}, {"state": "published"}, WrongState),
    ],
)
def test_only_a_team_at_work_hands_in(of_team, of_assignment, refusal, team, coach):
    Team.objects.filter(pk=team.pk).update(name="x", **of_team)
    Assignment.objects.update(finished_at=timezone.now(), **of_assignment)
    with pytest.raises(refusal):
        hand_in(Team.objects.get(), step=None, note="x", file=None, by=coach)


def test_only_the_coach_hands_in(team, company, logged_in):
    with pytest.raises(NotTheCoach):
        hand_in(team, step=None, note="x", file=None, by=company)
    assert logged_in(company).post(page("hand_in", team.pk), {"note": "x"}).status_code == 403


def test_a_milestone_of_another_assignment_is_no_choice(team, step, coach, logged_in):
    other = factories.StepFactory()
    answer = logged_in(coach).post(page("hand_in", team.pk), {"step": other.pk, "note": "x"})
    assert list(answer.context["form"].errors) == ["step"]


def test_those_who_posted_mark_it_as_seen(team, coach, company, teacher, logged_in):
    handed_in = factories.HandInFactory(team=team)
    client = logged_in(company)
    answer = client.post(page("hand_in_seen", handed_in.pk))
    assert answer["Location"] == f"{team.get_absolute_url()}#ingeleverd-{handed_in.pk}"
    handed_in.refresh_from_db()
    assert (handed_in.seen_by, handed_in.seen_at is not None) == (company, True)
    assert mark_seen(handed_in, by=teacher).seen_by == company


@pytest.mark.parametrize("who", ["coach", "charlie", "steering"])
def test_others_have_not_seen_it(who, team, request):
    handed_in = factories.HandInFactory(team=team)
    with pytest.raises(NotOfSides):
        mark_seen(handed_in, by=request.getfixturevalue(who))


@pytest.mark.django_db(transaction=True)
def test_the_end_and_a_hand_in(team, coach):
    def end():
        ended(Team.objects.select_for_update().get())

    def give():
        hand_in(Team.objects.get(), step=None, note="x", file=None, by=coach)

    assert in_turn(end, give) == ["done", "NotAccepted"]


# --- sections ------------------------------------------------------------------------------------


def sections(client, address):
    return {each["name"]: each["context"] for each in client.get(address).context["sections"]}


def test_a_team_sees_what_is_late_and_what_was_seen(team, coach, logged_in):
    today = timezone.localdate()
    for title, days in (("Laat", -3), ("Gezien", -2), ("Klaar", -1), ("Straks", 3)):
        factories.StepFactory(
            assignment=team.assignment, title=title, due=today + datetime.timedelta(days=days)
        )
    late, seen, done, _soon = Step.objects.order_by("due")
    factories.HandInFactory(team=team, step=seen, seen_at=timezone.now())
    factories.HandInFactory(team=team, step=done)
    steps = sections(logged_in(coach), team.get_absolute_url())["team_steps"]["steps"]
    assert {row["step"].title: row["state"] for row in steps} == {
        "Laat": "late",
        "Gezien": "seen",
        "Klaar": "handed_in",
        "Straks": "open",
    }
    assert late.title == "Laat"


def test_those_who_posted_see_how_many_teams_handed_in(team, company, client, logged_in):
    Assignment.objects.update(teams_wanted=2)
    factories.TeamFactory(assignment=team.assignment, state="accepted")
    step = factories.StepFactory(assignment=team.assignment, due=datetime.date(2021, 3, 1))
    factories.HandInFactory(team=team, step=step)
    factories.HandInFactory(team=team, step=step)

    def shown(browser):
        found = sections(browser, team.assignment.get_absolute_url())["milestones"]
        return [(row["handed_in"], row["late"]) for row in found["steps"]], found["teams"]

    assert shown(logged_in(company)) == ([(1, True)], 2)
    assert shown(client) == ([(0, False)], None)


def desk(client):
    return {each["name"]: each["context"] for each in client.get("/mijn/").context["sections"]}


def test_the_desk_tells_a_coach_of_milestones_and_questions(team, coach, company, logged_in):
    today = timezone.localdate()
    late, near = (
        factories.StepFactory(assignment=team.assignment, due=today + datetime.timedelta(days=days))
        for days in (-1, 5)
    )
    factories.StepFactory(assignment=team.assignment, due=today + datetime.timedelta(days=9))
    done = factories.StepFactory(assignment=team.assignment, due=today)
    factories.HandInFactory(team=team, step=done)
    say(team, text="Lukt het?", by=company)
    found = desk(logged_in(coach))
    assert [(row["step"], row["late"]) for row in found["steps_due"]["rows"]] == [
        (late, True),
        (near, False),
    ]
    assert [each.last_text for each in found["messages_to_answer"]["teams"]] == ["Lukt het?"]
    say(team, text="Ja hoor", by=coach)
    assert "messages_to_answer" not in desk(logged_in(coach))
    assert [each.pk for each in desk(logged_in(company))["messages_to_answer"]["teams"]] == [
        team.pk
    ]


def test_the_desk_tells_those_who_posted_of_what_came_in(team, company, teacher, office, logged_in):
    handed_in = factories.HandInFactory(team=team)
    factories.HandInFactory(team=team, seen_at=timezone.now())
    for user in (company, teacher):
        assert desk(logged_in(user))["hand_ins_to_look_at"]["rows"] == [handed_in]
    assert "hand_ins_to_look_at" not in desk(logged_in(office))


def test_an_old_message_leaves_the_desk(team, coach):
    message = factories.TeamMessageFactory(team=team)
    assert [each.pk for each in to_answer(None, coach)["teams"]] == [team.pk]
    TeamMessage.objects.filter(pk=message.pk).update(
        created_at=timezone.now() - datetime.timedelta(days=22)
    )
    assert to_answer(None, coach) is None


@pytest.mark.parametrize("who", ["coach", "company"])
def test_pages_and_desk_take_as_many_queries_whatever_is_on_them(
    who, team, logged_in, request, django_assert_max_num_queries
):
    client = logged_in(request.getfixturevalue(who))
    addresses = [team.get_absolute_url(), team.assignment.get_absolute_url(), "/mijn/"]
    counts = []
    for number in range(3):
        step = factories.StepFactory(assignment=team.assignment, due=timezone.localdate())
        factories.HandInFactory(team=team, step=step)
        factories.HandInFactory(team=team)
        factories.StepFactory(assignment=team.assignment, due=timezone.localdate())
        factories.TeamMessageFactory(team=team, side="company" if who == "coach" else "team")
        factories.AssignmentDocumentFactory(assignment=team.assignment)
        terms = factories.TermsFactory(
            assignment=team.assignment, version=number + 1, replaced_at=timezone.now()
        )
        factories.AcceptanceFactory(terms=terms, team=team)
        found = []
        for address in addresses:
            with django_assert_max_num_queries(200) as captured:
                client.get(address)
            found.append(len(captured))
        counts.append(found)
    assert counts[1:] == [counts[0]] * 2
