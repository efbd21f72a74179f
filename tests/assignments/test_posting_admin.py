"""Assignments in the admin: text, people and steps, by the same rules as on the site."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assignments.actions.confirming import confirm
from assignments.models import Assignment, SchoolPeriod
from assignments.voices import voice_of
from civportal.accounts.models import PROGRAMME_OFFICE
from tests import factories
from tests.assignments.making import draft_of, sent_by_teacher, soon, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague():
    """Somebody of the office who works in the admin."""
    user = factories.UserFactory(email="colleague@example.org", name="Coby", is_staff=True)
    user.groups.add(Group.objects.get(name=PROGRAMME_OFFICE))
    return user


@pytest.fixture
def boss():
    return factories.UserFactory(email="boss@example.org", is_staff=True, is_superuser=True)


def url(page, *args, model="assignment"):
    return reverse(f"admin:assignments_{model}_{page}", args=args)


def saved(browser, row, **values):
    """Save the page of a row with these values and else what it shows."""
    page = browser.get(url("change", row.pk))
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    data = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False:
                continue
            if isinstance(value, list | QuerySet):
                data[bound.html_name] = [str(getattr(each, "pk", each)) for each in value]
            else:
                data[bound.html_name] = getattr(value, "pk", value)
    return browser.post(url("change", row.pk), data | values)


@pytest.fixture
def public(teacher, company):
    row = factories.AssignmentFactory(
        teacher=teacher, partner=company.memberships.get().partner, contact=company,
        title="Meten in de kas", starts_on=soon(), apply_by=soon(10), disciplines=["ICT"],
    )  # fmt: skip
    factories.GoalFactory(assignment=row)
    return row


def test_pages_open_for_the_office(logged_in, colleague, public):
    browser = logged_in(colleague)
    row = factories.SchoolPeriodFactory()
    addresses = [
        url("changelist"), url("change", public.pk), url("history", public.pk),
        url("changelist", model="schoolperiod"), url("add", model="schoolperiod"),
        url("change", row.pk, model="schoolperiod"), reverse("admin:index"),
    ]  # fmt: skip
    assert {a: browser.get(a).status_code for a in addresses} == dict.fromkeys(addresses, 200)
    assert browser.get(url("add")).status_code == 403


def test_a_change_of_something_public_is_told_as_on_the_site(logged_in, colleague, public, coach):
    factories.TeamFactory(assignment=public, coach=coach)
    answer = saved(logged_in(colleague), public, place="Delft", state="archived")
    assert answer.status_code == 302
    public.refresh_from_db()
    assert (public.place, public.state, public.revision) == ("Delft", "published", 1)
    assert told() == [("changed", "coach"), ("changed", "company"), ("changed", "teacher")]


def test_a_goal_is_part_of_what_was_agreed(logged_in, colleague, public):
    saved(logged_in(colleague), public, **{"goals-0-learns": "Iets anders."})
    public.refresh_from_db()
    assert (public.goals.get().learns, public.revision) == ("Iets anders.", 1)
    assert told() == [("changed", "company"), ("changed", "teacher")]


def test_saving_without_a_change_tells_nobody(logged_in, colleague, public):
    assert saved(logged_in(colleague), public).status_code == 302
    assert (told(), Assignment.objects.get().revision) == ([], 0)


def test_what_waits_for_a_yes_keeps_its_text(logged_in, colleague, teacher, company):
    sent = sent_by_teacher(teacher, company)
    saved(logged_in(colleague), sent, title="Anders", **{"goals-0-learns": "Anders"})
    sent.refresh_from_db()
    assert (sent.title, sent.goals.first().learns) == ("Een sensor voor schimmel", "Meten.")


def test_another_teacher_is_asked_for_a_yes(logged_in, colleague, teacher, company, coach):
    sent = sent_by_teacher(teacher, company)
    saved(logged_in(colleague), sent, teacher=coach.pk)
    sent.refresh_from_db()
    assert (sent.teacher, sent.teacher_yes_at) == (coach, None)
    assert told("assignments.confirm_again") == [("confirm_again", "coach")]


def test_another_contact_is_asked_for_a_yes(logged_in, colleague, teacher, company, charlie):
    sent = sent_by_teacher(teacher, company)
    sent = confirm(sent, revision=sent.revision, by=voice_of(company, sent))
    saved(logged_in(colleague), sent, contact=charlie.pk)
    sent.refresh_from_db()
    assert (sent.contact, sent.company_yes_at) == (charlie, None)
    assert told("assignments.confirm") == [("confirm", "charlie")]


def test_no_fewer_teams_than_were_accepted(logged_in, colleague, public):
    Assignment.objects.filter(pk=public.pk).update(teams_wanted=3)
    factories.TeamFactory.create_batch(2, assignment=public, state="accepted")
    page = saved(logged_in(colleague), public, teams_wanted=1)
    assert list(page.context["adminform"].form.errors) == ["teams_wanted"]


def test_an_address_is_kept_in_small_letters(logged_in, colleague, public):
    saved(logged_in(colleague), public, contact_email="Piet@Zilt.example")
    public.refresh_from_db()
    assert public.contact_email == "piet@zilt.example"


def test_the_office_publishes_here_too(logged_in, colleague, teacher, company):
    sent = sent_by_teacher(teacher, company)
    browser = logged_in(colleague)
    browser.post(url("publish", sent.pk))
    sent.refresh_from_db()
    assert sent.state == "submitted"
    sent = confirm(sent, revision=sent.revision, by=voice_of(company, sent))
    page = browser.get(url("change", sent.pk)).content.decode()
    assert all(url(step, sent.pk) in page for step in ("publish", "ask", "withdraw"))
    assert browser.get(url("publish", sent.pk)).status_code == 200
    browser.post(url("publish", sent.pk))
    sent.refresh_from_db()
    assert (sent.state, sent.checked_by) == ("published", colleague)


def test_the_office_sends_back_and_withdraws_here_too(logged_in, colleague, teacher, company):
    browser = logged_in(colleague)
    ends = []
    for step in ("ask", "withdraw"):
        sent = sent_by_teacher(teacher, company)
        confirm(sent, revision=sent.revision, by=voice_of(company, sent))
        assert browser.post(url(step, sent.pk)).context["form"].errors
        browser.post(url(step, sent.pk), {"reason": "Daarom."})
        sent.refresh_from_db()
        ends.append((sent.state, sent.returned_reason, sent.withdrawn_reason))
    assert ends == [("draft", "Daarom.", ""), ("withdrawn", "", "Daarom.")]


def test_several_are_put_on_the_board_at_once(logged_in, colleague, teacher, company):
    ready = sent_by_teacher(teacher, company)
    confirm(ready, revision=ready.revision, by=voice_of(company, ready))
    waits = sent_by_teacher(teacher, company)
    data = {"action": "publish_chosen", "_selected_action": [ready.pk, waits.pk]}
    logged_in(colleague).post(url("changelist"), data)
    assert list(Assignment.objects.order_by("pk").values_list("state", flat=True)) == [
        "published", "submitted",
    ]  # fmt: skip


def test_only_drafts_are_deleted(logged_in, boss, public, teacher):
    draft = draft_of(teacher)
    browser = logged_in(boss)
    assert browser.get(url("delete", public.pk)).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [public.pk, draft.pk], "post": "yes"}
    browser.post(url("changelist"), data)
    assert Assignment.objects.count() == 2
    browser.post(url("delete", draft.pk), {"post": "yes"})
    assert list(Assignment.objects.all()) == [public]


def test_an_earlier_text_comes_back_and_is_told(logged_in, boss, public):
    browser = logged_in(boss)
    saved(browser, public, place="Delft")
    events = public.events.order_by("pgh_id")
    first = events.filter(place="").first()
    browser.post(url("restore", public.pk, first.pgh_id))
    public.refresh_from_db()
    assert (public.place, public.revision, public.state) == ("", 2, "published")
    assert len(told("assignments.changed")) == 4


def test_only_schools_have_periods(logged_in, colleague, public):
    school = factories.PartnerFactory(kind="hbo_institution")
    browser = logged_in(colleague)
    data = {"name": "Periode 1", "starts_on": "2021-09-01", "ends_on": "2021-11-12"}
    for partner in (public.partner, school):
        browser.post(url("add", model="schoolperiod"), data | {"school": partner.pk})
    assert list(SchoolPeriod.objects.values_list("school", flat=True)) == [school.pk]


def test_the_list_takes_as_many_queries_for_one_as_for_three(logged_in, boss):
    browser, counts = logged_in(boss), []
    for number in (1, 2):
        factories.AssignmentFactory.create_batch(number)
        browser.get(url("changelist"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("changelist"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
