"""The pages about teams: who opens which, what stands there, and in how many queries."""

import datetime
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from assignments.models import Team
from tests import factories
from tests.assignments.forming import draft, open_assignment, sent
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def assignment(company, teacher):
    return open_assignment(
        company=company,
        teacher=teacher,
        title="Algen kweken",
        team_size_min=3,
        team_size_max=6,
        apply_by=timezone.localdate() + datetime.timedelta(days=20),
    )


@pytest.fixture
def everyone(company, teacher, coach, office, charlie, steering):
    other = factories.MembershipFactory(user__email="other@example.org", role="representative").user
    rival = factories.MembershipFactory(
        user__email="rival@example.org", role="teacher", partner__kind="mbo_school"
    ).user
    return [company, teacher, coach, office, charlie, steering, other, rival]


def url(name, key):
    return reverse(f"assignments:{name}", args=[key])


def who_opens(path, people, logged_in, method="get"):
    """By status: the names of those who get it."""
    found = {}
    for person in people:
        status = getattr(logged_in(person), method)(path).status_code
        found.setdefault(status, set()).add(person.email.partition("@")[0])
    return found


def shown(response):
    return unescape(response.content.decode())


def rows_of(*rows, **fields):
    data = {"rows": str(len(rows)), "name": "Team Groen", "motivation": "Ja", "language": "nl"}
    for place, (school, level, number) in enumerate(rows):
        data |= {
            f"school_{place}": str(school.pk) if school else "",
            f"level_{place}": str(level),
            f"number_{place}": str(number),
        }
    return data | fields


# --- who ----------------------------------------------------------------------------------------

OUTSIDERS = {"charlie", "steering", "other", "rival"}


def test_a_team_is_for_its_coach_and_those_who_posted(assignment, coach, everyone, logged_in):
    team = sent(assignment, coach)
    assert who_opens(team.get_absolute_url(), everyone, logged_in) == {
        200: {"coach", "company", "teacher", "office"},
        404: OUTSIDERS,
    }


def test_a_draft_is_for_its_coach_alone(assignment, coach, everyone, logged_in):
    team = draft(assignment, coach)
    assert who_opens(team.get_absolute_url(), everyone, logged_in) == {
        200: {"coach"},
        404: OUTSIDERS | {"company", "teacher", "office"},
    }
    page = read(logged_in(everyone[0]), url("teams", assignment.pk))
    assert team.name not in page.text
    assert "No team has applied yet" in page.text


def test_the_teams_side_by_side_are_for_those_who_posted(assignment, coach, everyone, logged_in):
    sent(assignment, coach)
    for name in ("teams", "teams_enough"):
        found = who_opens(url(name, assignment.pk), everyone, logged_in)
        assert found.pop(404) == OUTSIDERS | {"coach"}
        assert set.union(*found.values()) == {"company", "teacher", "office"}


@pytest.mark.parametrize("name", ["team_accept", "team_decline"])
def test_the_choice_is_for_those_who_posted(name, assignment, coach, everyone, logged_in):
    team = sent(assignment, coach)
    assert who_opens(url(name, team.pk), everyone, logged_in) == {
        200: {"company", "teacher", "office"},
        403: {"coach"},
        404: OUTSIDERS,
    }
    found = who_opens(url(name, team.pk), [*everyone[4:], coach], logged_in, method="post")
    assert found == {403: {"coach"}, 404: OUTSIDERS}
    assert Team.objects.get().state == "applied"


@pytest.mark.parametrize("name", ["team_edit", "team_withdraw"])
def test_what_the_coach_does_nobody_else_does(name, assignment, coach, everyone, logged_in):
    team = sent(assignment, coach)
    assert who_opens(url(name, team.pk), everyone, logged_in) == {
        200: {"coach"},
        403: {"company", "teacher", "office"},
        404: OUTSIDERS,
    }


def test_what_another_company_sees_of_an_application_is_nothing(assignment, coach, logged_in):
    other = factories.MembershipFactory(role="representative").user
    team = sent(assignment, coach, name="Team Geheim", motivation="Geheim")
    for path in (
        assignment.get_absolute_url(),
        reverse("assignments:list"),
        reverse("desk"),
        coach.partners.get().get_absolute_url(),
    ):
        text = shown(logged_in(other).get(path))
        assert "Geheim" not in text
        assert "team has applied" not in text
        assert "Casper Coach" not in text
    assert logged_in(other).get(url("thread", team.pk)).status_code == 404


def test_nobody_writes_with_get(assignment, coach, company, logged_in):
    team = sent(assignment, coach)
    for name in ("team_reserve", "team_take_back"):
        assert logged_in(company).get(url(name, team.pk)).status_code == 405
    for name in ("team_accept", "team_decline"):
        logged_in(company).get(url(name, team.pk))
    logged_in(coach).get(url("team_withdraw", team.pk))
    assert Team.objects.get().state == "applied"


# --- the coach -----------------------------------------------------------------------------------


def test_from_the_assignment_to_an_application(assignment, coach, teacher, logged_in):
    client = logged_in(coach)
    own, other = coach.partners.get(), teacher.partners.get()
    path = read(client, assignment.get_absolute_url()).links["Form a team"]
    assert path == url("team_new", assignment.pk)
    form = read(client, path)
    assert form.status == 200
    assert "3 to 6 students" in form.text
    answer = client.post(path, rows_of((own, 6, 2), (other, 4, 1), (own, "", ""), apply="1"))
    team = Team.objects.get()
    assert answer.headers["location"] == url("team_apply", team.pk)
    page = read(client, url("team_apply", team.pk))
    assert "Hogeschool Zuid Hbo bachelor 2" in page.text
    assert "There are no terms to accept so far." in page.text
    client.post(url("team_apply", team.pk))
    page = read(client, team.get_absolute_url())
    assert "Wait for an answer" in page.text
    assert [*team.counts.values_list("school__name", "level", "number")] == [
        ("Hogeschool Zuid", 6, 2),
        ("Mbo Noord", 4, 1),
    ]


def test_more_rows_keep_what_was_typed(assignment, coach, logged_in):
    data = rows_of((coach.partners.get(), 6, 2), more="1", name="Bewaard")
    text = shown(logged_in(coach).post(url("team_new", assignment.pk), data))
    assert 'name="number_2"' in text
    assert 'name="number_3"' not in text
    assert 'value="Bewaard"' in text
    assert not Team.objects.exists()


def test_what_is_wrong_is_said_beside_its_row(assignment, coach, logged_in):
    school = coach.partners.get()
    data = rows_of((school, 6, 2), (school, 6, 1), (school, "", 3), ("", 4, 1), (school, 5, ""))
    text = shown(logged_in(coach).post(url("team_new", assignment.pk), data))
    for said in (
        'href="#id_level_1">Level: This school and level stand in the list already.',
        'href="#id_level_2">Level: Choose the level.',
        'href="#id_school_3">School: Choose the school.',
        'href="#id_number_4">Students: Fill in how many students.',
    ):
        assert said in text
    assert not Team.objects.exists()


def test_schools_that_are_partners_own_first_and_levels_asked_for_first(
    assignment, coach, logged_in
):
    factories.PartnerFactory(name="Geen school")
    factories.PartnerFactory(name="Mbo Straks", kind="mbo_school", status="in_talks")
    text = shown(logged_in(coach).get(url("team_new", assignment.pk)))
    row = text[text.index('name="school_0"') : text.index('name="number_0"')]
    assert "Geen school" not in row
    assert "Mbo Straks" not in row
    order = ["Where you teach", "Hogeschool Zuid", "Other schools", "Mbo Noord"]
    order += ["Asked for", "Mbo level 4", "Hbo bachelor", "Other levels", "Mbo level 2"]
    assert [row.index(each) for each in order] == sorted(row.index(each) for each in order)


def test_the_page_before_applying_says_what_is_to_be_known(company, teacher, coach, logged_in):
    start = timezone.localdate() + datetime.timedelta(days=40)
    assignment = open_assignment(
        company=company, teacher=teacher, mixed=True, level_max=5, starts_on=start, weeks=4,
        apply_by=start, names_needed=True, names_reason="Een pas voor het lab.",
    )  # fmt: skip
    factories.TermsFactory(assignment=assignment, text="Wat je hoort, blijft hier.")
    factories.TermsFactory(assignment=assignment, kind="ip", replaced_at=timezone.now())
    factories.SchoolPeriodFactory(
        school=coach.partners.get(),
        name="Blok 3",
        starts_on=start - datetime.timedelta(days=30),
        ends_on=start + datetime.timedelta(days=3),
    )
    page = read(logged_in(coach), url("team_apply", draft(assignment, coach).pk))
    for said in (
        "A mixed team is asked for; these students are all of one school and level.",
        "Outside the levels that are asked for: Hbo bachelor",
        "It goes on after Blok 3 of Hogeschool Zuid has ended",
        "You accept nothing yet.",
        "Confidentiality (NDA) Wat je hoort, blijft hier.",
        "Een pas voor het lab.",
        "Apply with this team",
    ):
        assert said in page.text
    assert "Intellectual property" not in page.text


def test_too_small_a_team_hears_it_before_it_applies(assignment, coach, logged_in):
    team = draft(assignment, coach)
    team.counts.update(number=2)
    path = url("team_apply", team.pk)
    page = read(logged_in(coach), path)
    assert "The team has 2 students; at least 3 are asked for." in page.text
    answer = logged_in(coach).post(path)
    assert (answer.status_code, Team.objects.get().state) == (409, "draft")


def test_after_the_last_day_the_pages_say_so(assignment, coach, logged_in):
    team = draft(assignment, coach)
    assignment.apply_by = datetime.date(2026, 4, 1)
    assignment.save()
    said = "Teams could apply until Wednesday 1 April 2026."
    client = logged_in(coach)
    for path in (
        url("team_new", assignment.pk),
        url("team_apply", team.pk),
        team.get_absolute_url(),
        assignment.get_absolute_url(),
    ):
        assert said in read(client, path).text
    assert said in shown(client.post(url("team_apply", team.pk)))
    assert client.post(url("team_new", assignment.pk), rows_of()).status_code == 409
    assert [*Team.objects.values_list("state", flat=True)] == ["draft"]


def test_who_is_no_teacher_reads_why_there_is_no_team_to_form(assignment, charlie, logged_in):
    answer = read(logged_in(charlie), url("team_new", assignment.pk))
    assert (answer.status, "Only a teacher of a school" in answer.text) == (403, True)
    page = read(logged_in(charlie), assignment.get_absolute_url())
    assert "Form a team" not in page.links
    visitor = read(logged_in(None), assignment.get_absolute_url())
    assert "Are you a teacher? Log in to form a team." in visitor.text


def test_withdrawing_asks_first_and_a_draft_is_thrown_away(assignment, coach, logged_in):
    client = logged_in(coach)
    team = sent(assignment, coach)
    assert "As long as teams can apply" in read(client, url("team_withdraw", team.pk)).text
    for _time in range(2):
        client.post(url("team_withdraw", team.pk))
    team.refresh_from_db()
    assert team.state == "withdrawn"
    assert "Apply again" in read(client, team.get_absolute_url()).links
    started = draft(assignment, coach)
    client.post(url("team_withdraw", started.pk))
    assert [*Team.objects.all()] == [team]


# --- those who posted ----------------------------------------------------------------------------


def test_the_teams_side_by_side(assignment, coach, teacher, company, logged_in):
    team = sent(assignment, coach, name="Groen", motivation="Wij meten graag.")
    factories.TeamCountFactory(team=team, school=teacher.partners.get(), level=4, number=2)
    sent(assignment, name="Rood", state="declined", reason="Geen plek.")
    page = read(logged_in(company), url("teams", assignment.pk))
    assert page.under("Waiting for your answer") == ["Groen"]
    assert page.under("Declined") == ["Rood"]
    for said in (
        "6 students: 6 × Mbo level 4",
        "Hogeschool Zuid, Mbo Noord",
        "Casper Coach",
        "Wij meten graag.",
        "0 of 1 team accepted",
        "Geen plek.",
    ):
        assert said in page.text
    assert page.links["Ask the coach something : Groen"] == f"{team.get_absolute_url()}#gesprek"


def test_accepting_says_what_it_means(assignment, coach, company, logged_in):
    team = sent(assignment, coach)
    sent(assignment)
    path = url("team_accept", team.pk)
    page = read(logged_in(company), path)
    assert "This is the last place" in page.text
    assert "1 team that waits for an answer goes into reserve" in page.text
    for _time in range(2):
        answer = logged_in(company).post(path, follow=True, headers={"accept-language": "en"})
        assert "is accepted. The coach gets a mail." in shown(answer)
    assert sorted(Team.objects.values_list("state", flat=True)) == ["accepted", "reserve"]


def test_who_comes_second_reads_that_all_places_are_taken(assignment, company, teacher, logged_in):
    first, second = sent(assignment), sent(assignment)
    logged_in(company).post(url("team_accept", first.pk))
    answer = logged_in(teacher).post(
        url("team_accept", second.pk), follow=True, headers={"accept-language": "en"}
    )
    assert "As many teams as wanted were accepted already" in shown(answer)
    assert "All places are taken" in read(logged_in(teacher), url("team_accept", second.pk)).text
    second.refresh_from_db()
    assert second.state == "reserve"


def test_declining_asks_for_the_reason_and_can_be_taken_back(assignment, company, coach, logged_in):
    team, client = sent(assignment, coach), logged_in(company)
    path = url("team_decline", team.pk)
    assert client.post(path, {"reason": " "}).status_code == 200
    client.post(path, {"reason": "Geen plek op vrijdag."})
    page = read(logged_in(coach), team.get_absolute_url())
    assert "Geen plek op vrijdag." in page.text
    assert "It will be another team this time" in page.text
    client.post(url("team_take_back", team.pk))
    team.refresh_from_db()
    assert (team.state, team.reason) == ("applied", "")
    client.post(url("team_reserve", team.pk))
    team.refresh_from_db()
    assert team.state == "reserve"


def test_enough_and_more(assignment, company, logged_in):
    assignment.teams_wanted = 3
    assignment.save()
    client = logged_in(company)
    client.post(url("team_accept", sent(assignment).pk))
    page = read(client, url("teams", assignment.pk))
    assert page.links["These are enough teams"] == url("teams_enough", assignment.pk)
    assert (
        "You accepted 1 team and wanted 3." in read(client, url("teams_enough", assignment.pk)).text
    )
    client.post(url("teams_enough", assignment.pk))
    assignment.refresh_from_db()
    assert assignment.state == "matched"
    for number in ("4", "4", "2", "x"):
        client.post(url("teams_more", assignment.pk), {"number": number})
    assignment.refresh_from_db()
    assert (assignment.state, assignment.teams_wanted) == ("published", 4)


def test_a_teacher_with_a_team_reads_why_there_is_no_choice(assignment, teacher, logged_in):
    sent(assignment, teacher)
    page = read(logged_in(teacher), url("teams", assignment.pk))
    assert "You coach one of these teams" in page.text
    assert not any(words.startswith("Accept") for words in page.links)


def test_what_is_booked_has_no_teams(company, teacher, logged_in):
    lecture = open_assignment(company=company, teacher=teacher, form="guest_lecture")
    assert logged_in(company).get(url("teams", lecture.pk)).status_code == 404
    assert "Form a team" not in read(logged_in(teacher), lecture.get_absolute_url()).links


# --- places on other pages -----------------------------------------------------------------------


def test_everyone_reads_who_does_it_in_numbers_without_names(assignment, coach, logged_in):
    team = sent(assignment, coach, state="accepted", name="Team Groen")
    factories.TeamCountFactory(team=team, school__kind="mbo_school", level=3, number=2)
    sent(assignment)
    page = read(logged_in(None), assignment.get_absolute_url())
    said = "A team of 6 students: 2 × Mbo level 3 (Mbo school), 4 × Mbo level 4"
    assert said in page.text
    for hidden in ("Team Groen", "Casper", "Hogeschool Zuid"):
        assert hidden not in page.text


def test_the_side_of_the_assignment_for_each(assignment, coach, company, teacher, logged_in):
    team = sent(assignment, coach, name="Team Groen")
    sent(assignment, state="accepted")
    page = read(logged_in(company), assignment.get_absolute_url())
    assert "2 teams have applied, 1 is accepted. 1 waits for your answer." in page.text
    assert page.links["Compare the teams"] == url("teams", assignment.pk)
    page = read(logged_in(coach), assignment.get_absolute_url())
    assert page.links["Team Groen"] == team.get_absolute_url()
    assert "Compare the teams" not in page.links
    assert "Form another team" in page.links


def test_the_desk_shows_ones_teams_and_who_waits(assignment, coach, company, office, logged_in):
    team = draft(assignment, coach, name="Begonnen")
    page = read(logged_in(coach), reverse("desk"))
    assert page.under("My teams") == ["Begonnen"]
    assert page.links["Check and apply : Begonnen"] == url("team_apply", team.pk)
    sent(assignment)
    page = read(logged_in(company), reverse("desk"))
    assert page.under("Teams that wait for your answer") == ["Algen kweken"]
    # The office need not look as long as teams can apply.
    assert (
        "Teams that wait for your answer" not in read(logged_in(office), reverse("desk")).headings
    )
    assignment.apply_by = timezone.localdate() - datetime.timedelta(days=1)
    assignment.save()
    assert "Teams that wait for your answer" in read(logged_in(office), reverse("desk")).headings
    assert "My teams" not in read(logged_in(coach), reverse("desk")).headings


def test_the_next_step_of_an_accepted_team(assignment, coach, logged_in):
    team = sent(assignment, coach, state="accepted")
    terms = factories.TermsFactory(assignment=assignment)

    def step():
        return read(logged_in(coach), team.get_absolute_url()).text

    assert "Read and accept the terms" in step()
    terms.acceptances.create(team=team, user=coach, name="Casper", sha256=terms.sha256)
    assignment.names_needed, assignment.names_reason = True, "Een pas"
    assignment.starts_on, assignment.weeks = timezone.localdate(), 4
    assignment.apply_by = None
    assignment.save()
    assert "4 names are missing. Ask each student first." in step()
    team.members.create(name="Nina", consent_on=timezone.localdate())
    assert "3 names are missing" in step()
    type(assignment).objects.update(names_needed=False)
    assert "Your team was chosen" in step()
    factories.StepFactory(assignment=assignment, title="Plan", due=datetime.date(2099, 1, 2))
    type(assignment).objects.update(state="running", started_at=timezone.now())
    assert "Next to hand in: Plan, by Friday 2 January 2099." in step()
    Team.objects.update(finished_at=timezone.now())
    assert "Tell how it went" in step()


# --- queries -------------------------------------------------------------------------------------


def queries(client, path, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(path).status_code == 200
    return len(counted)


@pytest.mark.parametrize("page", ["teams", "assignment", "desk of the company", "desk of a coach"])
def test_as_many_queries_for_three_teams_as_for_one(
    page, assignment, company, coach, logged_in, django_assert_num_queries
):
    factories.SchoolPeriodFactory(school=coach.partners.get())
    assignment.teams_wanted = 9
    assignment.save()
    path = {"teams": url("teams", assignment.pk), "assignment": assignment.get_absolute_url()}
    client = logged_in(coach if page == "desk of a coach" else company)
    sent(assignment, coach)
    sent(assignment, state="accepted")
    first = queries(client, path.get(page, reverse("desk")), django_assert_num_queries)
    for _team in range(2):
        sent(assignment, coach, motivation="Nog een.")
        sent(assignment, coach, state="accepted")
        sent(assignment, state="declined")
        sent(assignment, state="accepted")
    assert queries(client, path.get(page, reverse("desk")), django_assert_num_queries) == first
