"""The contact person's link: it shows, changes nothing by itself, and ends."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from assignments.actions.posting import change, withdraw
from assignments.links import confirm_token
from assignments.models import Assignment
from assignments.voices import voice_of
from tests import factories
from tests.assignments.making import sent_by_teacher, told, without_office
from tests.assignments.test_posting_pages import fields_of

pytestmark = pytest.mark.django_db


def link(assignment, name="confirm_by_link"):
    assignment.refresh_from_db()
    return reverse(f"assignments:{name}", args=[confirm_token(assignment)])


def yes(assignment):
    return {"answer": "yes", "revision": assignment.revision}


@pytest.fixture
def sent(teacher):
    """A teacher posted it for an organisation, whose contact has no account."""
    return sent_by_teacher(teacher)


def test_a_scanner_that_opens_the_link_changes_nothing(client, sent):
    address = link(sent)
    for method in (client.get, client.head):
        assert method(address).status_code == 200
        method(reverse("assignments:change_by_link", args=[confirm_token(sent)]))
    before = Assignment.objects.values().get()
    assert (before["company_yes_at"], before["revision"]) == (None, sent.revision)
    page = client.get(address)
    assert "In de kas is het te nat." in page.content.decode()
    assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex, nofollow", "same-origin")
    assert "no-store" in page["Cache-Control"]


def test_the_button_says_yes_once(client, sent):
    without_office()
    address = link(sent)
    for _twice in range(2):
        assert client.post(address, yes(sent)).url == address
    sent.refresh_from_db()
    assert (sent.state, sent.company_yes_by) == ("published", "Piet Zilt <piet@zilt.example>")
    assert told("assignments.confirmed") == []  # what is public says more
    assert told("assignments.published") == [("published", "teacher")]
    page = client.get(address).content.decode()
    assert sent.get_absolute_url() in page
    assert "piet@zilt.example" not in client.get(sent.get_absolute_url()).content.decode()


@pytest.mark.parametrize("data", [{}, {"answer": "yes"}, {"answer": "yes", "revision": "x"},
                                  {"answer": "misschien"}])  # fmt: skip
def test_anything_else_is_no_yes(client, sent, data):
    client.post(link(sent), data)
    sent.refresh_from_db()
    assert sent.company_yes_at is None


def test_what_changed_meanwhile_is_read_again(client, sent, teacher):
    address, old = link(sent), yes(sent)
    change(sent, {"weeks": 4}, by=voice_of(teacher, sent))
    page = client.post(address, old, follow=True)
    sent.refresh_from_db()
    assert (sent.company_yes_at, page.redirect_chain) == (None, [(address, 302)])


def test_no_needs_a_reason_and_ends_the_link(client, sent):
    address = link(sent)
    assert client.post(address, {"answer": "no", "reason": " "}).context["no"].errors
    assert client.post(address, {"answer": "no", "reason": "Niet van ons."}).status_code == 200
    sent.refresh_from_db()
    assert (sent.state, sent.returned_reason, sent.returned_by) == (
        "draft", "Niet van ons.", "Piet Zilt",
    )  # fmt: skip
    assert client.get(address).status_code == 410


def test_the_contact_changes_it_first(client, sent):
    address = link(sent, "change_by_link")
    page = client.get(address)
    assert "partner" not in page.context["form"].fields
    answer = client.post(address, fields_of(page) | {"title": "Zo is het beter"})
    assert answer.url == address.removesuffix("wijzigen/")
    sent.refresh_from_db()
    assert (sent.title, sent.teacher_yes_at, bool(sent.company_yes_at)) == (
        "Zo is het beter", None, True,
    )  # fmt: skip
    assert told() == [("confirm_again", "teacher")]


def test_who_changes_it_by_the_link_stays_the_contact(client, sent):
    """Though the organisation has people with an account, who could be chosen."""
    factories.MembershipFactory(partner=sent.partner, role="contact")
    address = link(sent, "change_by_link")
    page = client.get(address)
    client.post(address, fields_of(page) | {"title": "Zo is het beter"})
    sent.refresh_from_db()
    assert (sent.contact, sent.contact_email) == (None, "piet@zilt.example")
    assert client.get(link(sent)).status_code == 200


def test_a_colleague_leaves_the_contact_as_it_was(logged_in, sent):
    colleague = factories.MembershipFactory(partner=sent.partner, role="contact").user
    browser = logged_in(colleague)
    address = reverse("assignments:edit", args=[sent.pk])
    page = browser.get(address)
    assert page.context["form"].fields["contact"].choices[0] == ("", "Piet Zilt")
    browser.post(address, fields_of(page) | {"title": "Zo is het beter"})
    sent.refresh_from_db()
    assert (sent.title, sent.contact) == ("Zo is het beter", None)


def test_nothing_is_saved_by_itself_by_a_link(client, sent):
    address = link(sent, "change_by_link")
    data = fields_of(client.get(address)) | {"title": "Stil"}
    answer = client.post(address, data, headers={"accept": "application/json"})
    sent.refresh_from_db()
    assert (answer.status_code, sent.title) == (422, "Een sensor voor schimmel")


def test_once_public_it_is_not_changed_by_a_link(client, sent):
    without_office()
    address = link(sent)
    client.post(address, yes(sent))
    assert client.get(f"{address}wijzigen/").url == address


def test_a_link_of_another_is_no_link(client, sent):
    for name in ("confirm_by_link", "change_by_link"):
        assert client.get(reverse(f"assignments:{name}", args=["vals"])).status_code == 404
        token = confirm_token(sent)
        assert client.get(reverse(f"assignments:{name}", args=[token + "x"])).status_code == 404


@pytest.mark.parametrize(
    "ends", ["withdrawn", "contact", "address", "draft", "deleted", "inactive"]
)
def test_a_link_ends(client, sent, teacher, ends):
    contact = factories.UserFactory()
    if ends == "inactive":
        Assignment.objects.filter(pk=sent.pk).update(contact=contact)
    addresses = [link(sent), link(sent, "change_by_link")]
    rows = Assignment.objects.filter(pk=sent.pk)
    match ends:
        case "withdrawn":
            withdraw(sent, reason="Toch niet.", by=voice_of(teacher, sent))
        case "contact":
            rows.update(contact=contact)
        case "address":
            rows.update(contact_email="jan@zilt.example")
        case "draft":
            rows.update(state="draft")
        case "deleted":
            sent.delete()
        case "inactive":
            contact.is_active = False
            contact.save()
    assert [client.get(address).status_code for address in addresses] == [410, 410]
    assert [client.post(address, yes(sent)).status_code for address in addresses] == [410, 410]


def test_a_link_is_good_for_thirty_days(client, sent):
    address = link(sent)
    now = datetime.datetime.now(datetime.UTC)
    found = []
    for days in (29, 31):
        with time_machine.travel(now + datetime.timedelta(days=days), tick=False):
            found.append(client.get(address).status_code)
    assert found == [200, 410]


def test_the_link_speaks_for_its_contact_whoever_is_logged_in(logged_in, sent, charlie):
    logged_in(charlie).post(link(sent), yes(sent))
    sent.refresh_from_db()
    assert sent.company_yes_by == "Piet Zilt <piet@zilt.example>"
