"""The pages of posting: choosing, writing, the preview, needs, the office."""

import json
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assignments.actions.confirming import adopt, confirm
from assignments.choices import Form
from assignments.models import Assignment
from assignments.voices import voice_of
from tests import factories
from tests.assignments.making import draft_of, need_of, organisation, sent_by_teacher

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"assignments:{name}", args=args)


def fields_of(response):
    """What a browser would send of the form on a page, as the form itself says it."""
    form = response.context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if bound.field.widget.__class__.__name__ == "CheckboxInput":
            if value:
                data[bound.html_name] = "on"
        elif isinstance(value, list):
            data[bound.html_name] = [str(getattr(each, "pk", each)) for each in value]
        else:
            shown = bound.field.widget.format_value(value)
            shown = shown[0] if isinstance(shown, list) else shown
            data[bound.html_name] = "" if shown is None else shown
    return data | {"seen": response.context["seen"]}


def statuses(logged_in, people, address):
    return [logged_in(person).get(address).status_code for person in people]


# --- choosing -------------------------------------------------------------------------------------


def test_who_can_post_chooses_a_form(logged_in, teacher):
    page = logged_in(teacher).get(url("new"))
    found = re.findall(r'name="form" value="(\w+)"', page.content.decode())
    assert found == Form.values


def test_a_stranger_reads_who_can_and_how(logged_in, charlie):
    page = logged_in(charlie).get(url("new"))
    assert page.status_code == 403
    assert reverse("partners:apply") in page.content.decode()


def test_choosing_twice_on_one_page_is_one_draft(logged_in, teacher):
    browser, key = logged_in(teacher), str(uuid.uuid4())
    ends = [
        browser.post(url("new"), {"form": form, "key": key, "as": "x"}).url
        for form in ("research", "research", "excursion")
    ]
    drafts = Assignment.objects.order_by("pk")
    assert [draft.form for draft in drafts] == ["research", "excursion"]
    assert ends == [url("edit", drafts[0].pk)] * 2 + [url("edit", drafts[1].pk)]


@pytest.mark.parametrize("data", [{}, {"form": "toveren"}, {"form": "research", "key": "x"}])
def test_what_is_no_choice_makes_nothing(logged_in, teacher, data):
    page = logged_in(teacher).post(url("new"), {"key": str(uuid.uuid4())} | data)
    assert (page.url, Assignment.objects.count()) == (url("new"), 0)


def test_a_copy_of_what_one_may_not_copy_is_not_there(logged_in, coach, teacher):
    draft = draft_of(teacher)
    data = {"key": str(uuid.uuid4()), "copy": draft.pk}
    assert logged_in(coach).post(url("new"), data).status_code == 404
    assert logged_in(teacher).post(url("new"), data).status_code == 302
    assert Assignment.objects.filter(copied_from=draft).count() == 1


def test_earlier_ones_are_found_by_word(logged_in, teacher):
    for title in ("Sensor", "Kas", "Bij"):
        draft_of(teacher, title=title, summary="", description="")
    page = logged_in(teacher).get(url("copies"), {"q": "kas"})
    assert [each.title for each in page.context["page"]] == ["Kas"]


# --- writing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ("assignment", {"hours_per_week", "learns_4", "place", "online", "names_needed"}),
        ("placement", {"hours_per_week", "learns_4", "place", "names_needed"}),
        ("dataset", {"hours_per_week", "learns_4", "names_needed"}),
        ("guest_lecture", set()),
    ],
)
def test_each_form_asks_only_what_belongs_to_it(logged_in, teacher, form, asked):
    draft = draft_of(teacher, form=form)
    names = set(logged_in(teacher).get(url("edit", draft.pk)).context["form"].fields)
    some = {"hours_per_week", "learns_4", "place", "online", "names_needed"}
    assert names & some == asked
    assert {"title", "summary", "partner", "contact_email"} <= names


def test_an_organisation_does_not_choose_an_organisation(logged_in, company):
    page = logged_in(company).get(url("edit", draft_of(company).pk))
    names = set(page.context["form"].fields)
    assert names & {"partner", "contact", "contact_name", "contact_email"} == {"contact"}


def test_a_draft_is_for_who_makes_it(logged_in, teacher, coach, company, charlie, office):
    draft = draft_of(teacher, partner=company.memberships.get().partner)
    people = [teacher, coach, company, charlie, office, None]
    for name in ("edit", "preview", "take_back"):
        found = statuses(logged_in, people, url(name, draft.pk))
        assert (name, found) == (name, [200, 404, 404, 404, 403, 302])


def test_a_colleague_goes_on_with_a_draft_of_the_organisation(logged_in, company):
    draft = draft_of(company)
    colleague = factories.MembershipFactory(partner=draft.partner, role="representative").user
    assert statuses(logged_in, [colleague], url("edit", draft.pk)) == [200]


def autosave(browser, pk, data):
    return browser.post(url("edit", pk), data, headers={"accept": "application/json"})


def test_a_draft_keeps_what_can_be_kept_and_says_the_rest(logged_in, teacher):
    draft = draft_of(teacher)
    browser = logged_in(teacher)
    data = fields_of(browser.get(url("edit", draft.pk)))
    data |= {
        "title": "Nieuw", "hours_per_week": "2,5", "level_min": "6", "level_max": "3",
        "disciplines": "ICT, techniek,, ICT", "weeks": "veel",
    }  # fmt: skip
    answer = autosave(browser, draft.pk, data).json()
    assert sorted(answer["errors"]) == ["level_max", "weeks"]
    draft.refresh_from_db()
    assert (draft.title, str(draft.hours_per_week), draft.level_min, draft.level_max) == (
        "Nieuw", "2.50", 4, 6,
    )  # fmt: skip
    assert (draft.disciplines, draft.weeks) == (["ICT", "techniek"], 10)


@pytest.mark.parametrize("text", ["2,3", "41", "-1", "veel"])
def test_hours_are_quarters_of_a_week(logged_in, teacher, text):
    draft = draft_of(teacher)
    browser = logged_in(teacher)
    data = fields_of(browser.get(url("edit", draft.pk))) | {"hours_per_week": text}
    assert list(autosave(browser, draft.pk, data).json()["errors"]) == ["hours_per_week"]


def test_two_windows_lose_no_word(logged_in, teacher):
    draft = draft_of(teacher)
    browser = logged_in(teacher)
    one, other = (fields_of(browser.get(url("edit", draft.pk))) for _ in range(2))
    autosave(browser, draft.pk, one | {"place": "Leiden-Zuid"})
    answer = autosave(browser, draft.pk, other | {"summary": "Anders."}).json()
    draft.refresh_from_db()
    assert (draft.place, draft.summary) == ("Leiden-Zuid", "Anders.")
    assert answer["elsewhere"] == {"place": ["Leiden-Zuid"]}
    # The page does not show it yet, so it must not look as if somebody put the old place back.
    again = other | {"summary": "Nog anders.", "seen": json.dumps(answer["seen"])}
    autosave(browser, draft.pk, again)
    draft.refresh_from_db()
    assert (draft.place, draft.summary) == ("Leiden-Zuid", "Nog anders.")


def test_two_texts_for_one_field_are_both_kept_until_somebody_chooses(logged_in, teacher):
    draft = draft_of(teacher)
    browser = logged_in(teacher)
    one, other = (fields_of(browser.get(url("edit", draft.pk))) for _ in range(2))
    autosave(browser, draft.pk, one | {"title": "Van een"})
    mine = other | {"title": "Van twee", "place": "Delft"}
    answer = autosave(browser, draft.pk, mine).json()
    draft.refresh_from_db()
    assert (draft.title, draft.place) == ("Van een", "Delft")
    assert answer["conflicts"]["title"]["values"] == ["Van een"]
    seen = answer["seen"] | {"title": ["Van een"]}
    autosave(browser, draft.pk, mine | {"seen": json.dumps(seen)})
    draft.refresh_from_db()
    assert draft.title == "Van twee"


def test_without_script_one_chooses_on_the_page(logged_in, teacher):
    draft = draft_of(teacher)
    browser = logged_in(teacher)
    one, other = (fields_of(browser.get(url("edit", draft.pk))) for _ in range(2))
    browser.post(url("edit", draft.pk), one | {"title": "Van een"})
    page = browser.post(url("edit", draft.pk), other | {"title": "Van twee"})
    assert page.status_code == 409
    assert [(name, stored) for name, _label, stored in page.context["conflicts"]] == [
        ("title", "Van een")
    ]
    data = fields_of(page)
    assert data["title"] == "Van twee"
    browser.post(url("edit", draft.pk), data | {"take": "title"})
    draft.refresh_from_db()
    assert draft.title == "Van een"
    browser.post(url("edit", draft.pk), data)
    draft.refresh_from_db()
    assert draft.title == "Van twee"


def test_a_lost_answer_is_no_conflict_with_oneself(logged_in, teacher):
    draft = draft_of(teacher)
    browser = logged_in(teacher)
    data = fields_of(browser.get(url("edit", draft.pk)))
    autosave(browser, draft.pk, data | {"title": "Half "})
    unheard = json.dumps({"title": ["Half "]})
    answer = autosave(browser, draft.pk, data | {"title": "Half af", "unheard": unheard}).json()
    draft.refresh_from_db()
    assert (draft.title, answer["conflicts"]) == ("Half af", {})


@pytest.mark.parametrize("seen", ["", "{", "[1]", '{"title": 3}'])
def test_a_page_that_has_seen_nothing_can_still_save(logged_in, teacher, seen):
    draft = draft_of(teacher)
    browser = logged_in(teacher)
    data = fields_of(browser.get(url("edit", draft.pk))) | {"title": "Nieuw", "seen": seen}
    assert autosave(browser, draft.pk, data).status_code == 200
    draft.refresh_from_db()
    assert draft.title == "Nieuw"


def test_what_was_sent_in_another_window_is_not_a_draft_any_more(logged_in, teacher, company):
    draft = draft_of(teacher, partner=company.memberships.get().partner, contact=company)
    browser = logged_in(teacher)
    data = fields_of(browser.get(url("edit", draft.pk)))
    assert browser.post(url("send", draft.pk)).status_code == 302
    # What is typed after that is a change that the other side hears of, so never by itself.
    answer = browser.post(
        url("edit", draft.pk), data | {"title": "Later"}, headers={"accept": "application/json"}
    )
    draft.refresh_from_db()
    assert (answer.status_code, draft.title) == (422, "Een sensor voor schimmel")
    page = browser.post(url("edit", draft.pk), data | {"title": "Later", "then": "save"})
    draft.refresh_from_db()
    assert (fields_of(page)["title"], draft.title) == ("Later", "Een sensor voor schimmel")


def test_sending_says_what_is_missing_at_its_field(logged_in, teacher):
    draft = draft_of(teacher, title="")
    browser = logged_in(teacher)
    data = fields_of(browser.get(url("edit", draft.pk))) | {"then": "send", "place": "Delft"}
    page = browser.post(url("edit", draft.pk), data)
    assert sorted(page.context["form"].errors) == [
        "contact_email", "contact_name", "partner", "title",
    ]  # fmt: skip
    draft.refresh_from_db()
    assert (draft.state, draft.place) == ("draft", "Delft")


def test_a_known_address_becomes_the_account(logged_in, teacher, company):
    partner = company.memberships.get().partner
    draft = draft_of(teacher)
    browser = logged_in(teacher)
    data = fields_of(browser.get(url("edit", draft.pk))) | {
        "partner": partner.pk, "contact_name": "Carla", "contact_email": "Company@Example.org",
        "then": "send",
    }  # fmt: skip
    browser.post(url("edit", draft.pk), data)
    draft.refresh_from_db()
    assert (draft.contact, draft.state) == (company, "submitted")


def test_only_people_of_the_organisation_are_offered(logged_in, teacher, company, charlie):
    draft = draft_of(teacher, partner=company.memberships.get().partner)
    browser = logged_in(teacher)
    page = browser.get(url("edit", draft.pk))
    assert [key for key, _name in page.context["form"].fields["contact"].choices] == [
        "", str(company.pk),
    ]  # fmt: skip
    data = fields_of(page) | {"contact": charlie.pk}
    assert list(autosave(browser, draft.pk, data).json()["errors"]) == ["contact"]


def test_organisations_that_have_not_signed_are_not_known(logged_in, teacher):
    organisation(name="Wel BV")
    factories.PartnerFactory(name="Niet BV", status="in_talks")
    page = logged_in(teacher).get(url("edit", draft_of(teacher).pk)).content.decode()
    assert ("Wel BV" in page, "Niet BV" in page) == (True, False)


def test_the_preview_shows_the_page_and_changes_nothing(logged_in, teacher):
    draft = draft_of(teacher)
    page = logged_in(teacher).get(url("preview", draft.pk))
    assert "In de kas is het te nat." in page.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


# --- what was sent --------------------------------------------------------------------------------


def test_a_change_of_what_was_sent_is_all_or_nothing(logged_in, teacher, company):
    sent = sent_by_teacher(teacher, company)
    browser = logged_in(teacher)
    data = fields_of(browser.get(url("edit", sent.pk)))
    page = browser.post(url("edit", sent.pk), data | {"place": "Delft", "weeks": "veel"})
    sent.refresh_from_db()
    assert (page.status_code, sent.place) == (200, "Leiden")
    page = browser.post(url("edit", sent.pk), data | {"place": "Delft", "title": ""})
    sent.refresh_from_db()
    assert (list(page.context["form"].errors), sent.place) == (["title"], "Leiden")
    page = browser.post(url("edit", sent.pk), data | {"place": "Delft"})
    sent.refresh_from_db()
    assert (page.url, sent.place) == (sent.get_absolute_url(), "Delft")


def test_while_yes_is_asked_only_both_sides_write(
    logged_in, teacher, company, coach, office, charlie
):
    sent = sent_by_teacher(teacher, company)
    people = [teacher, company, coach, office, charlie, None]
    assert statuses(logged_in, people, url("edit", sent.pk)) == [200, 200, 404, 403, 404, 302]
    assert statuses(logged_in, people, url("confirm", sent.pk)) == [200, 200, 404, 403, 404, 302]


def test_withdrawing_asks_why(logged_in, teacher, company, charlie):
    public = factories.AssignmentFactory(teacher=teacher)
    browser = logged_in(teacher)
    assert browser.post(url("take_back", public.pk)).context["form"].errors
    browser.post(url("take_back", public.pk), {"reason": "Te druk."})
    public.refresh_from_db()
    assert public.state == "withdrawn"
    other = factories.AssignmentFactory()
    people = [teacher, charlie, None]
    assert statuses(logged_in, people, url("take_back", other.pk)) == [403, 403, 302]


def test_a_draft_goes_after_one_question(logged_in, teacher):
    draft = draft_of(teacher)
    browser = logged_in(teacher)
    browser.get(url("take_back", draft.pk))
    assert Assignment.objects.exists()
    assert browser.post(url("take_back", draft.pk)).url == url("new")
    assert not Assignment.objects.exists()


# --- needs ----------------------------------------------------------------------------------------


def test_needs_are_for_teachers(logged_in, teacher, coach, company, office, charlie):
    need = need_of(company)
    people = [teacher, coach, company, office, charlie, None]
    assert statuses(logged_in, people, url("needs")) == [200, 200, 403, 200, 403, 302]
    posts = [
        logged_in(person).post(url("adopt", need.pk)).status_code
        for person in (charlie, company, None)
    ]
    assert posts == [404, 403, 302]


def test_who_comes_second_hears_it_kindly(logged_in, teacher, coach, company):
    need = need_of(company)
    assert logged_in(teacher).post(url("adopt", need.pk)).url == url("edit", need.pk)
    page = logged_in(coach).post(url("adopt", need.pk), follow=True)
    assert page.redirect_chain == [(url("needs"), 302)]
    assert "Tineke Teacher" in page.content.decode()


def test_a_draft_cannot_be_adopted_or_found_that_way(logged_in, teacher, company):
    draft = draft_of(company)
    assert logged_in(teacher).post(url("adopt", draft.pk)).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_lists_take_as_many_queries_for_one_as_for_three(
    logged_in, teacher, company, office, number
):
    for _each in range(number):
        need = need_of(company)
        adopted = need_of(company)
        adopt(adopted, school=teacher.memberships.get().partner, by=teacher)
        adopted.refresh_from_db()
        confirm(adopted, revision=adopted.revision, by=voice_of(teacher, adopted))
        need.lines.add(factories.LineFactory())
    browser, of_office = logged_in(teacher), logged_in(office)
    counts = []
    for client, name in ((browser, "needs"), (browser, "copies"), (of_office, "to_check")):
        client.get(url(name))
        with CaptureQueriesContext(connection) as queries:
            client.get(url(name))
        counts.append(len(queries))
    assert counts == [6, 6, 5]


# --- the office -----------------------------------------------------------------------------------


def ready(company, teacher):
    sent = sent_by_teacher(teacher, company)
    return confirm(sent, revision=sent.revision, by=voice_of(company, sent))


def test_the_office_looks_and_publishes(logged_in, company, teacher, office, charlie):
    sent = ready(company, teacher)
    people = [office, teacher, company, charlie, None]
    assert statuses(logged_in, people, url("to_check")) == [200, 403, 403, 403, 302]
    assert statuses(logged_in, people, url("check", sent.pk)) == [200, 403, 403, 404, 302]
    browser = logged_in(office)
    browser.post(url("check", sent.pk), {"then": "publish", "revision": sent.revision - 1})
    sent.refresh_from_db()
    assert sent.state == "submitted"
    browser.post(url("check", sent.pk), {"then": "publish", "revision": sent.revision})
    sent.refresh_from_db()
    assert (sent.state, sent.checked_by) == ("published", office)


def test_the_office_sends_it_back_with_words(logged_in, company, teacher, office):
    sent = ready(company, teacher)
    browser = logged_in(office)
    assert browser.post(url("check", sent.pk), {"then": "ask"}).context["form"].errors
    browser.post(url("check", sent.pk), {"then": "ask", "reason": "Wat doet niveau 4?"})
    sent.refresh_from_db()
    assert (sent.state, sent.returned_reason) == ("draft", "Wat doet niveau 4?")
    page = logged_in(teacher).get(url("edit", sent.pk)).content.decode()
    assert "Wat doet niveau 4?" in page


def test_the_desk_shows_what_waits(logged_in, company, teacher, office):
    draft_of(teacher, title="Mijn concept")
    need_of(company, title="Een behoefte")
    sent_by_teacher(teacher, company, title="Zeg ja hierop")
    ready_one = ready(company, teacher)
    texts = ["Mijn concept", "Een behoefte", "Zeg ja hierop", ready_one.title]
    desks = {
        person.email.partition("@")[0]: [
            text in logged_in(person).get("/mijn/").content.decode() for text in texts
        ]
        for person in (teacher, company, office)
    }
    assert desks == {
        "teacher": [True, True, True, True],
        "company": [False, True, True, False],
        "office": [False, False, False, True],
    }


def test_beside_a_page_stands_what_one_can_do(logged_in, company, teacher, coach, charlie):
    need = need_of(company)
    people = {"company": company, "teacher": teacher}
    links = ["edit", "adopt", "take_back", "confirm"]
    found = {
        name: [
            link
            for link in links
            if url(link, need.pk) in logged_in(person).get(need.get_absolute_url()).content.decode()
        ]
        for name, person in people.items()
    }
    assert found == {"company": ["edit", "take_back"], "teacher": ["adopt"]}
