"""Terms: versions of a text, and that a coach accepted them for a team."""

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from assignments.actions.terms import accept_terms, end_terms, save_terms, waiting_terms
from assignments.errors import NewerTerms, NotAccepted, NoTeams, NotTheCoach, Over, TermsMoved
from assignments.models import Acceptance, Assignment, Team, Terms
from civportal.notifications.models import Notification
from tests import factories
from tests.assignments.ending import running_team
from tests.assignments.turns import in_turn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def team(company, teacher, coach):
    return running_team(company=company, teacher=teacher, coach=coach)


def nda(team, **fields):
    return factories.TermsFactory(assignment=team.assignment, **fields)


def read(*terms):
    return {each.pk: each.sha256 for each in terms}


def save(assignment, company, *, text="Zwijg.", seen=None, kind="nda"):
    return save_terms(assignment, kind=kind, text=text, language="nl", seen=seen, by=company)


# --- versions ------------------------------------------------------------------------------------


def test_a_change_is_a_next_version_and_the_old_one_stays(team, company):
    first = save(team.assignment, company, text="Zwijg.\r\nAltijd.")
    second = save(team.assignment, company, text="Zwijg een jaar.", seen=first.pk)
    first.refresh_from_db()
    assert [(each.version, each.text, each.replaced_at is None) for each in (first, second)] == [
        (1, "Zwijg.\nAltijd.", False),
        (2, "Zwijg een jaar.", True),
    ]


def test_the_same_text_again_is_no_new_version(team, company):
    first = save(team.assignment, company)
    assert save(team.assignment, company) == first
    assert Terms.objects.count() == 1


def test_who_did_not_see_what_holds_overwrites_nothing(team, company):
    first = save(team.assignment, company)
    with pytest.raises(NewerTerms):
        save(team.assignment, company, text="Anders.", seen=None)
    assert list(Terms.objects.current()) == [first]


def test_terms_end_and_begin_again(team, company):
    first = save(team.assignment, company)
    end_terms(team.assignment, kind="nda", seen=first.pk, by=company)
    end_terms(team.assignment, kind="nda", seen=first.pk, by=company)  # pressed twice
    assert not team.assignment.terms.current().exists()
    assert save(team.assignment, company).version == 2


def test_other_terms_than_were_seen_do_not_end(team, company):
    first = save(team.assignment, company)
    second = save(team.assignment, company, text="Anders.", seen=first.pk)
    with pytest.raises(NewerTerms):
        end_terms(team.assignment, kind="nda", seen=first.pk, by=company)
    assert list(Terms.objects.current()) == [second]


@pytest.mark.parametrize(
    ("fields", "refusal"), [({"state": "finished"}, Over), ({"form": "excursion"}, NoTeams)]
)
def test_what_is_over_or_booked_gets_no_terms(fields, refusal, company):
    assignment = factories.AssignmentFactory(**fields)
    with pytest.raises(refusal):
        save(assignment, company)


def test_the_database_keeps_the_words_of_a_version(team):
    terms = nda(team)
    with pytest.raises(IntegrityError), transaction.atomic():
        Terms.objects.filter(pk=terms.pk).update(text="Iets anders.")


# --- accepting -----------------------------------------------------------------------------------


def test_a_coach_accepts_what_holds(team, coach):
    terms, data = nda(team), nda(team, kind="dataset", text="Niet delen.")
    accepted = accept_terms(team, read=read(terms, data), by=coach)
    assert [(each.terms, each.team, each.user, each.name, each.sha256) for each in accepted] == [
        (each, team, coach, "Casper Coach", hashlib.sha256(each.text.encode()).hexdigest())
        for each in (terms, data)
    ]
    assert waiting_terms(team) == []


def test_accepting_twice_is_once(team, coach):
    terms = nda(team)
    accept_terms(team, read=read(terms), by=coach)
    assert accept_terms(team, read=read(terms), by=coach) == []
    assert Acceptance.objects.count() == 1


def test_who_accepted_a_version_is_asked_for_the_next_one_only(team, coach, company):
    terms, ip = nda(team), nda(team, kind="ip", text="Van jullie.")
    accept_terms(team, read=read(terms, ip), by=coach)
    second = save(team.assignment, company, text="Strenger.", seen=terms.pk)
    assert waiting_terms(team) == [second]
    with pytest.raises(TermsMoved):
        accept_terms(team, read=read(terms, ip), by=coach)
    accept_terms(team, read=read(second), by=coach)
    assert [each.terms for each in Acceptance.objects.order_by("pk")] == [terms, ip, second]


def test_with_one_text_unread_nothing_is_accepted(team, coach):
    terms, _ip = nda(team), nda(team, kind="ip", text="Van jullie.")
    for seen in (read(terms), {}, {terms.pk: "f" * 64, _ip.pk: _ip.sha256}):
        with pytest.raises(TermsMoved):
            accept_terms(team, read=seen, by=coach)
    assert not Acceptance.objects.exists()


@pytest.mark.parametrize("who", ["teacher", "company", "office"])
def test_nobody_accepts_for_somebody_elses_team(who, team, request):
    terms = nda(team)
    with pytest.raises(NotTheCoach):
        accept_terms(team, read=read(terms), by=request.getfixturevalue(who))


@pytest.mark.parametrize(
    "fields", [{"state": "applied"}, {"state": "reserve"}, {"finished_at": timezone.now()}]
)
def test_only_a_team_at_work_accepts(fields, team, coach):
    terms = nda(team)
    Team.objects.update(**fields)
    with pytest.raises(NotAccepted):
        accept_terms(Team.objects.get(), read=read(terms), by=coach)


def test_an_acceptance_never_changes(team, coach):
    accept_terms(team, read=read(nda(team)), by=coach)
    with pytest.raises(IntegrityError), transaction.atomic():
        Acceptance.objects.update(name="Iemand Anders")
    coach.delete()
    acceptance = Acceptance.objects.get()
    assert (acceptance.user, acceptance.name) == (None, "Casper Coach")


@pytest.mark.django_db(transaction=True)
def test_two_acceptances_at_once_are_one(team, coach):
    terms = nda(team)

    def accept():
        accept_terms(Team.objects.get(), read=read(terms), by=coach)

    assert in_turn(accept, accept) == ["done", "done"]
    assert (Acceptance.objects.count(), Notification.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_version_made_at_that_moment_is_not_accepted_unread(team, coach, company):
    terms = nda(team)
    found = in_turn(
        lambda: save(team.assignment, company, text="Anders.", seen=terms.pk),
        lambda: accept_terms(Team.objects.get(), read=read(terms), by=coach),
    )
    assert (found, Acceptance.objects.count()) == (["done", "TermsMoved"], 0)


@pytest.mark.django_db(transaction=True)
def test_two_next_versions_at_once_are_one_after_the_other(team, company, teacher):
    first = save(team.assignment, company)

    def write(by, text):
        return lambda: save(Assignment.objects.get(), by, text=text, seen=first.pk)

    assert in_turn(write(company, "Een."), write(teacher, "Twee.")) == ["done", "NewerTerms"]
    assert [each.text for each in Terms.objects.current()] == ["Een."]


# --- the pages -----------------------------------------------------------------------------------


def page(name, *args):
    return reverse(f"assignments:{name}", args=args)


def test_those_who_posted_write_terms_from_an_example(team, company, logged_in):
    client = logged_in(company)
    address = page("terms_edit", team.assignment_id, "geheimhouding")
    form = client.get(address).context["form"]
    assert form.initial["text"].startswith("What we tell and show you")
    answer = client.post(address, {"text": "Zwijg.", "language": "nl", "seen": ""})
    assert answer["Location"] == page("terms", team.assignment_id)
    terms = Terms.objects.get()
    assert (terms.kind, terms.version, terms.text, terms.made_by) == ("nda", 1, "Zwijg.", company)
    assert client.get(page("terms", team.assignment_id)).status_code == 200


def test_a_text_that_somebody_else_changed_meanwhile_is_kept_beside_theirs(
    team, company, teacher, logged_in
):
    client, address = logged_in(company), page("terms_edit", team.assignment_id, "eigendom")
    theirs = save(team.assignment, teacher, kind="ip", text="Van de school.")
    answer = client.post(address, {"text": "Van ons.", "language": "nl", "seen": ""})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert ("Van de school." in text, "Van ons." in text) == (True, True)
    # What is sent next follows on what they have seen by now.
    again = answer.context["form"]["seen"].value()
    client.post(address, {"text": "Van ons.", "language": "nl", "seen": again})
    assert [each.text for each in Terms.objects.current()] == ["Van ons."]
    assert Terms.objects.get(pk=theirs.pk).replaced_at is not None


def test_terms_end_after_a_question(team, company, logged_in):
    terms, client = nda(team), logged_in(company)
    address = page("terms_end", team.assignment_id, "geheimhouding")
    assert client.get(address).status_code == 200
    assert Terms.objects.current().exists()
    client.post(address, {"seen": terms.pk})
    assert not Terms.objects.current().exists()


def test_everyone_reads_the_words_before_anything_binds(team, client, company, coach):
    terms = nda(team)
    accept_terms(team, read=read(terms), by=coach)
    old = client.get(team.assignment.get_absolute_url()).content.decode()
    assert "Wat je hoort, blijft onder ons." in old
    save(team.assignment, company, text="Nieuwe woorden.", seen=terms.pk)
    text = client.get(team.assignment.get_absolute_url()).content.decode()
    assert ("Nieuwe woorden." in text, "blijft onder ons" in text) == (True, False)
    version = client.get(terms.get_absolute_url()).content.decode()
    assert ("blijft onder ons" in version, "Casper" in version) == (True, False)


def test_nobody_but_those_who_may_read_it_finds_the_terms_of_a_draft(client, logged_in, charlie):
    terms = factories.TermsFactory(assignment__state="draft")
    for browser in (client, logged_in(charlie)):
        assert browser.get(terms.get_absolute_url()).status_code == 404


def test_the_coach_accepts_on_a_page_with_the_words(team, coach, logged_in):
    terms, data = nda(team), nda(team, kind="dataset", text="Niet delen.")
    client, address = logged_in(coach), page("accept_terms", team.pk)
    text = client.get(address).content.decode()
    assert text.index("blijft onder ons") < text.index("Niet delen.")
    marks = [f"{each.pk}:{each.sha256}" for each in (terms, data)]
    answer = client.post(address, {"read": marks, f"yes-{terms.pk}": "on"})
    assert list(answer.context["form"].errors) == [f"yes-{data.pk}"]
    assert not Acceptance.objects.exists()
    answer = client.post(address, {"read": marks, f"yes-{terms.pk}": "on", f"yes-{data.pk}": "on"})
    assert answer["Location"] == page("receipt", team.pk)
    assert Acceptance.objects.count() == 2
    receipt = client.get(page("receipt", team.pk)).content.decode()
    assert all(each in receipt for each in ("Niet delen.", terms.sha256, "Casper Coach"))
    assert client.get(address)["Location"] == page("receipt", team.pk)


def test_what_changed_while_reading_is_refused_and_shown(team, coach, company, logged_in):
    terms = nda(team)
    second = save(team.assignment, company, text="Strenger.", seen=terms.pk)
    answer = logged_in(coach).post(
        page("accept_terms", team.pk),
        {"read": f"{terms.pk}:{terms.sha256}", f"yes-{terms.pk}": "on", f"yes-{second.pk}": "on"},
    )
    text = answer.content.decode()
    assert (answer.status_code, "Strenger." in text, "changed while you were" in text) == (
        409,
        True,
        True,
    )
    assert not Acceptance.objects.exists()


def test_a_mark_that_was_tampered_with_is_a_refusal_and_no_error(team, coach, logged_in):
    nda(team)
    for mark in ("", "x:y", "²:1", "1", ":"):
        answer = logged_in(coach).post(page("accept_terms", team.pk), {"read": mark})
        assert answer.status_code == 409
    assert not Acceptance.objects.exists()


@pytest.mark.parametrize(
    ("who", "expected"), [("company", 403), ("teacher", 403), ("charlie", 404), ("steering", 404)]
)
def test_others_do_not_come_to_the_page(who, expected, team, logged_in, request):
    nda(team)
    client = logged_in(request.getfixturevalue(who))
    assert client.get(page("accept_terms", team.pk)).status_code == expected


def test_a_team_that_was_not_accepted_is_led_back(coach, company, teacher, logged_in):
    team = running_team(company=company, teacher=teacher, coach=coach)
    Team.objects.update(state="applied")
    nda(team)
    answer = logged_in(coach).get(page("accept_terms", team.pk))
    assert answer["Location"] == team.get_absolute_url()


def test_those_who_posted_see_who_accepted_what_and_when(team, coach, company, logged_in):
    terms = nda(team)
    accept_terms(team, read=read(terms), by=coach)
    rows = logged_in(company).get(page("terms", team.assignment_id)).context["rows"]
    shown = [
        (
            row["binding"].slug,
            [(v["terms"], [a.name for a in v["accepted"]]) for v in row["versions"]],
        )
        for row in rows
    ]
    assert shown == [
        ("geheimhouding", [(terms, ["Casper Coach"])]),
        ("eigendom", []),
        ("data", []),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_as_many_queries_whatever_is_in_it(
    number, team, company, logged_in, django_assert_num_queries
):
    for version in range(number):
        terms = nda(
            team,
            version=version + 1,
            replaced_at=timezone.now() + timedelta(days=version),
        )
        factories.AcceptanceFactory(terms=terms, team=team)
    client = logged_in(company)
    with django_assert_num_queries(7):
        client.get(page("terms", team.assignment_id))
