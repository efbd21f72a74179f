"""The office view of a session, and putting people on its list."""

import dataclasses

import pytest
from django.utils import timezone

from sessions_log.actions import people
from sessions_log.models import Participation
from tests import factories


@pytest.fixture(autouse=True)
def _english(english):
    pass


@pytest.fixture
def planned(steering_group, soon):
    return factories.SessionFactory(
        body=steering_group, status="planned", visibility="body", date=soon, capacity=10
    )


@pytest.fixture
def secretary(steering_group):
    user = factories.UserFactory(name="Sara Secretary")
    factories.SeatFactory(body=steering_group, user=user, role="secretary")
    return user


@pytest.fixture
def page(logged_in, office, planned):
    browser = logged_in(office)

    class Page:
        def get(self, path=""):
            return browser.get(f"/werksessies/{planned.pk}/mensen/{path}")

        def post(self, path, **data):
            return browser.post(f"/werksessies/{planned.pk}/mensen/{path}", data)

    return Page()


def reply(session, answer, **fields):
    return factories.ParticipationFactory(
        session=session,
        reply=answer,
        replied_at=timezone.now(),
        invited=True,
        invited_at=timezone.now(),
        **{"organisation": "Provincie", **fields},
    )


def test_who_answered_what_by_organisation(page, planned):
    reply(planned, "yes", name="Zoë")
    reply(planned, "no", name="Anna", reply_note="Op vakantie")
    reply(planned, "replaced", name="Bo", organisation="Waterschap", replaced_by="Cas de Boer")
    reply(planned, "maybe", name="Dirk", organisation="")
    factories.ParticipationFactory(session=planned, invited=True, invited_at=timezone.now())
    response = page.get()
    assert [
        (group.name, [one.row.person_name for one in group.people])
        for group in response.context["groups"]
    ] == [
        ("Een organisatie", [""]),
        ("Provincie", ["Anna", "Zoë"]),
        ("Waterschap", ["Bo"]),
        ("", ["Dirk"]),
    ]
    numbers = response.context["numbers"]
    assert dataclasses.asdict(numbers) == {
        "listed": 5,
        "invited": 5,
        "mailed": 5,
        "yes": 1,
        "maybe": 1,
        "no": 1,
        "replaced": 1,
        "silent": 1,
        "attended": 0,
        "noted": 0,
    }
    assert response.context["places_left"] == 6  # all but who said no
    text = response.content.decode()
    for words in ("Op vakantie", "Cas de Boer", "No answer yet", "6 of 10"):
        assert words in text
    assert f"/werksessies/{planned.pk}/uitnodigen/" in text
    assert f"worksession:{planned.pk}" in text
    assert "Was there" not in text


def test_afterwards_it_tells_who_was_there(page, planned):
    reply(planned, "yes", name="Zoë", attended=True)
    reply(planned, "yes", name="Anna", attended=False)
    reply(planned, "yes", name="Bo")
    type(planned).objects.update(status="held")
    response = page.get()
    assert (response.context["numbers"].attended, response.context["numbers"].noted) == (1, 2)
    text = response.content.decode()
    assert "Not noted" in text
    assert f"/werksessies/{planned.pk}/uitnodigen/" not in text


def test_the_ledger_is_for_the_office(logged_in, secretary, planned):
    text = logged_in(secretary).get(f"/werksessies/{planned.pk}/mensen/").content.decode()
    assert "worksession:" not in text


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_the_list(page, planned, number, django_assert_num_queries):
    for _ in range(number):
        reply(planned, "yes", user=factories.UserFactory(), partner=factories.PartnerFactory())
    with django_assert_num_queries(7):
        assert page.get().status_code == 200


# --- someone with an account ------------------------------------------------------------------


def found(page, words):
    form = page.get(f"account/?zoek={words}").context["form"]
    return [str(label) for _value, label in form.fields["user"].choices] if form else []


def test_the_office_finds_people_by_name_organisation_and_address(page, company, charlie):
    factories.UserFactory(name="Charlie Gone", is_active=False)
    assert found(page, "charl") == ["Charlie Stranger, charlie@example.org"]
    assert found(page, "carla+bedr") == ["Carla Company, Bedrijf BV, company@example.org"]
    assert found(page, "stranger%40") == []
    assert found(page, "charlie%40example") == ["Charlie Stranger, charlie@example.org"]
    assert found(page, "") == []


def test_a_secretary_finds_the_own_circle_without_addresses(
    logged_in, secretary, planned, steering, company, charlie
):
    before = factories.SessionFactory(body=planned.body)
    factories.ParticipationFactory(session=before, user=company, organisation="")
    address = f"/werksessies/{planned.pk}/mensen/account/"
    browser = logged_in(secretary)

    def names(words):
        form = browser.get(address, {"zoek": words}).context["form"]
        return [str(label) for _value, label in form.fields["user"].choices] if form else []

    assert names("") == ["Carla Company, Bedrijf BV", "Sara Secretary", "Stefan Steering"]
    assert names("charlie") == []
    assert names("stefan") == ["Stefan Steering"]
    assert names("example.org") == []
    browser.post(address, {"user": charlie.pk, "role": "participant"})
    assert not planned.participations.exists()


def test_someone_comes_on_the_list_once_with_their_organisation(page, planned, company):
    sent = {"user": company.pk, "role": "speaker", "function": "manager"}
    for _ in range(2):
        assert page.post("account/?zoek=carla", **sent).status_code == 302
    row = planned.participations.get()
    assert (row.user, row.role, row.function, row.organisation_name, row.invited) == (
        company,
        "speaker",
        "manager",
        "Bedrijf BV",
        True,
    )
    assert row.invited_at is None
    assert found(page, "carla") == []


def test_whoever_signed_up_is_invited_by_it(page, planned, charlie):
    row = factories.ParticipationFactory(
        session=planned, user=charlie, organisation="", reply="yes"
    )
    page.post("account/?zoek=charlie", user=charlie.pk, role="chair")
    row.refresh_from_db()
    assert (row.invited, row.role, row.reply) == (True, "chair", "yes")


def test_many_are_cut_and_said(page):
    for number in range(22):
        factories.UserFactory(name=f"Jansen {number:02}")
    assert len(found(page, "jansen")) == 20
    assert "There are more" in page.get("account/?zoek=jansen").content.decode()


# --- guests and organisations -------------------------------------------------------------------


def test_a_guest_comes_on_the_list_once(page, planned):
    partner = factories.PartnerFactory(name="Gemeente")
    guest = {
        "name": "Gerda Gast", "email": "Gerda@Example.org", "function": "wethouder",
        "partner": partner.pk, "role": "speaker",
    }  # fmt: skip
    for sent in (guest, guest, guest | {"name": "Anders", "email": "gerda@example.org"}):
        assert page.post("gast/", **sent).status_code == 302
    row = planned.participations.get()
    assert (str(row), row.email, row.function, row.partner, row.role, row.invited) == (
        "Gerda Gast",
        "gerda@example.org",
        "wethouder",
        partner,
        "speaker",
        True,
    )


def test_someone_with_an_account_is_no_guest(page, planned, charlie):
    response = page.post("gast/", name="Charlie", email="CHARLIE@example.org", role="participant")
    assert "has an account" in response.content.decode()
    assert not planned.participations.exists()


def test_an_organisation_alone(page, planned):
    assert "Choose a partner" in page.post("organisatie/", partner="").content.decode()
    partner = factories.PartnerFactory(name="Gemeente")
    for _ in range(2):
        page.post("organisatie/", partner=partner.pk)
    page.post("organisatie/", organisation="A/B")
    assert [(str(row), row.invited) for row in planned.participations.order_by("pk")] == [
        ("Gemeente", True),
        ("A/B", True),
    ]


# --- changing and taking off ----------------------------------------------------------------------


def test_the_list_is_corrected(page, planned, charlie):
    guest = reply(planned, "yes", name="Gast", email="gast@example.org")
    person = reply(planned, "", user=charlie, organisation="")
    alone = factories.ParticipationFactory(session=planned, organisation="Provincie", invited=True)
    page.post(f"{guest.pk}/", name="Gast Beter", email="", role="chair", organisation="Waterschap")
    page.post(f"{person.pk}/", role="secretary", function="hoofd", organisation="Gemeente")
    page.post(f"{alone.pk}/", organisation="Rijk")
    assert [
        (str(row), row.email, row.role, row.function, row.organisation, row.reply)
        for row in planned.participations.order_by("pk")
    ] == [
        ("Gast Beter", "", "chair", "", "Waterschap", "yes"),
        ("Charlie Stranger", "", "secretary", "hoofd", "Gemeente", ""),
        ("Rijk", "", "participant", "", "Rijk", ""),
    ]
    assert "Choose a partner" in page.post(f"{alone.pk}/", organisation="").content.decode()


def test_two_guests_do_not_become_one(page, planned):
    first = reply(planned, "", name="Anna", email="anna@example.org")
    second = reply(planned, "", name="Bo")
    page.post(f"{second.pk}/", name="Bo", email="ANNA@example.org", role="participant",
              organisation="Provincie")  # fmt: skip
    page.post(f"{second.pk}/", name="anna", role="participant", organisation="Provincie")
    assert [str(row) for row in planned.participations.order_by("pk")] == ["Anna", "Bo"]
    assert first.email == "anna@example.org"


def test_someone_comes_off_after_asking(page, planned):
    row = reply(planned, "", name="Gast")
    text = page.get(f"{row.pk}/weg/").content.decode()
    assert "They get no mail about it." in text  # there is no address
    for _ in range(2):
        assert page.post(f"{row.pk}/weg/").status_code == 302
    assert not planned.participations.exists()
    assert page.get(f"{row.pk}/weg/").status_code == 404


def test_whose_attendance_was_noted_stays(page, planned):
    row = reply(planned, "yes", name="Gast", attended=True)
    with pytest.raises(people.WasThere):
        people.take_off(row)
    page.post(f"{row.pk}/weg/")
    assert planned.participations.count() == 1


@pytest.mark.parametrize("state", ["cancelled", "approved"])
def test_a_closed_list_stays(page, planned, charlie, state):
    row = reply(planned, "", name="Gast")
    if state == "cancelled":
        type(planned).objects.update(status="cancelled")
    else:
        type(planned).objects.update(status="held")
        factories.MinutesFactory(session=planned, state="approved", published_at=None)
    page.post("account/?zoek=charlie", user=charlie.pk, role="chair")
    page.post("gast/", name="Nieuw", role="chair")
    page.post("organisatie/", organisation="Nieuw")
    page.post(f"{row.pk}/", name="Anders", role="chair", organisation="X")
    page.post(f"{row.pk}/weg/")
    assert list(Participation.objects.values_list("name", "role")) == [("Gast", "participant")]
    text = page.get().content.decode()
    assert "This list stays as it is" in text
    assert "/weg/" not in text


def test_the_row_of_another_session_is_not_here(page):
    row = factories.ParticipationFactory()
    assert [page.get(f"{row.pk}/{end}").status_code for end in ("", "weg/")] == [404, 404]
    page.post(f"{row.pk}/weg/")
    assert Participation.objects.filter(pk=row.pk).exists()
