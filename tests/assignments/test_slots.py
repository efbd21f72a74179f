"""Dates on offer: who adds, changes and cancels them, and what a date refuses."""

import datetime
import uuid

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from assignments import errors
from assignments.actions import slots as actions
from assignments.actions.slots import Facts
from assignments.models import Booking, Slot
from tests import factories
from tests.assignments.offering import MORE, a_date, facts, guest_lecture
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def lecture(company):
    return guest_lecture(company)


@pytest.fixture
def slot(lecture):
    return a_date(lecture)


@pytest.fixture
def other(db):
    user = factories.UserFactory(email="other@example.org")
    factories.MembershipFactory(user=user, partner__name="Ander BV")
    return user


def address(name, key):
    return reverse(f"assignments:{name}", args=[key])


def tomorrow(**changes):
    return Facts(
        **{
            "date": timezone.localdate() + MORE,
            "start": datetime.time(10),
            "end": datetime.time(12),
            "capacity": 30,
            "place": "Lab 2",
        }
        | changes
    )


def state_of(slot):
    slot.refresh_from_db()
    return slot.date, slot.start, slot.place, slot.capacity, slot.sequence, slot.cancel_reason


# --- adding ---------------------------------------------------------------------------------------


def test_dates_of_some_weeks_come_at_once_and_only_once(lecture, company, logged_in):
    day = timezone.localdate() + 7 * MORE
    sent = {
        "key": uuid.uuid4(), "date": day, "times": 3, "start": "10:00", "end": "12:00",
        "place": "Lab 2", "capacity": 30, "book_by": day - 2 * MORE,
    }  # fmt: skip
    client = logged_in(company)
    for _twice in range(2):
        response = client.post(address("slots", lecture.pk), sent)
        assert (response.status_code, response["Location"]) == (302, address("slots", lecture.pk))
    assert list(lecture.slots.values_list("date", "book_by", "capacity", "place")) == [
        (day + weeks * 7 * MORE, day + (weeks * 7 - 2) * MORE, 30, "Lab 2") for weeks in range(3)
    ]


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"date": "2020-01-01"}, "date", "That moment is over."),
        ({"date": "0205-01-01"}, "date", "Look at the year"),
        ({"end": "10:00"}, "end", "It ends after it begins."),
        ({"book_by": "2999-01-01"}, "book_by", "comes before the day itself"),
        ({"place": ""}, "place", "Say where it is, or give the online link."),
        ({"capacity": "0"}, "capacity", "greater than or equal to 1"),
        ({"times": "21"}, "times", "less than or equal to 20"),
    ],
)
def test_what_cannot_be_meant_is_asked_anew(changed, field, said, lecture, company, logged_in):
    sent = {
        "key": uuid.uuid4(), "date": timezone.localdate() + MORE, "times": 1, "start": "10:00",
        "end": "12:00", "place": "Lab 2", "capacity": 30,
    }  # fmt: skip
    response = logged_in(company).post(address("slots", lecture.pk), sent | changed)
    assert said in str(response.context["form"].errors[field])
    assert not lecture.slots.exists()


def test_the_same_moment_and_place_is_no_second_date(lecture, slot, company):
    with pytest.raises(errors.SameMoment):
        actions.add_slots(lecture, key=uuid.uuid4(), facts=[tomorrow(), facts(slot)], by=company)
    assert lecture.slots.get() == slot
    actions.add_slots(lecture, key=uuid.uuid4(), facts=[facts(slot, place="Lab 3")], by=company)
    assert lecture.slots.count() == 2


@pytest.mark.parametrize("state", ["finished", "archived", "withdrawn"])
def test_what_is_over_gets_no_more_dates(state, company):
    lecture = guest_lecture(company, state=state)
    with pytest.raises(errors.NoMoreDates):
        actions.add_slots(lecture, key=uuid.uuid4(), facts=[tomorrow()], by=company)


def test_what_teams_do_has_no_dates(company, logged_in):
    assignment = guest_lecture(company, form="research", teacher=factories.UserFactory())
    with pytest.raises(errors.NotBooked):
        actions.add_slots(assignment, key=uuid.uuid4(), facts=[tomorrow()], by=company)
    assert logged_in(company).get(address("slots", assignment.pk)).status_code == 404


def test_a_year_that_nobody_means_is_refused_in_the_model_too(slot):
    slot.date = datetime.date(205, 1, 1)
    with pytest.raises(ValidationError, match="Look at the year"):
        slot.clean()


def test_days_between_the_periods_of_schools_are_pointed_out(lecture, company, logged_in):
    first = timezone.localdate() + 10 * MORE
    factories.SchoolPeriodFactory(starts_on=first - 60 * MORE, ends_on=first - MORE)
    factories.SchoolPeriodFactory(
        name="Period 4", starts_on=first + 7 * MORE, ends_on=first + 60 * MORE
    )
    days = [first - MORE, first, first + 7 * MORE, first + 61 * MORE]
    assert actions.between_periods(days) == [first]
    sent = {
        "key": uuid.uuid4(), "date": first, "times": 2, "start": "10:00", "end": "12:00",
        "place": "Lab 2", "capacity": 30,
    }  # fmt: skip
    page = logged_in(company).post(address("slots", lecture.pk), sent, follow=True)
    said = [str(message) for message in page.context["messages"]]
    assert said[0] == "2 dates are on offer."
    assert said[1].startswith("Mind: by the periods we know, schools have no lessons on ")
    assert lecture.slots.count() == 2  # told, not refused


# --- who may --------------------------------------------------------------------------------------


def test_only_those_who_offer_it_come_to_its_dates(
    slot, company, office, teacher, other, charlie, logged_in
):
    names = [("slots", slot.assignment_id)] + [
        (name, slot.pk) for name in ("slot", "slot_edit", "slot_cancel")
    ]
    got = {
        user.email.partition("@")[0]: {
            logged_in(user).get(address(name, key)).status_code for name, key in names
        }
        for user in (company, office, teacher, other, charlie)
    }
    assert got == {
        "company": {200}, "office": {200}, "teacher": {403}, "other": {403}, "charlie": {403},
    }  # fmt: skip


def test_the_dates_of_a_draft_are_not_there_for_others(company, teacher, logged_in):
    slot = a_date(guest_lecture(company, state="draft"))
    assert logged_in(company).get(address("slots", slot.assignment_id)).status_code == 200
    for name, key in (("slots", slot.assignment_id), ("slot", slot.pk), ("booking_new", slot.pk)):
        assert logged_in(teacher).get(address(name, key)).status_code == 404


# --- changing and cancelling ----------------------------------------------------------------------


def test_a_move_counts_for_calendars_and_more_places_do_not(slot, company):
    actions.change_slot(slot, to=facts(slot, capacity=40), by=company)
    slot.refresh_from_db()
    assert (slot.capacity, slot.sequence) == (40, 0)
    later = slot.date + 7 * MORE
    assert actions.change_slot(slot, to=facts(slot, date=later), by=company)
    slot.refresh_from_db()
    assert not actions.change_slot(slot, to=facts(slot), by=company)
    assert state_of(slot) == (later, slot.start, "Lab 2", 40, 1, "")


def test_there_are_no_fewer_places_than_people(slot, company, logged_in):
    factories.BookingFactory(slot=slot, number=20)
    factories.BookingFactory(slot=slot, number=5, cancelled_at=timezone.now())
    with pytest.raises(errors.TooFewPlaces, match="20 people have booked already"):
        actions.change_slot(slot, to=facts(slot, capacity=19), by=company)
    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.update(capacity=19)
    sent = {
        "date": slot.date, "start": "10:00", "end": "12:00", "place": "Lab 2", "capacity": 19,
    }  # fmt: skip
    page = logged_in(company).post(address("slot_edit", slot.pk), sent)
    assert "20 people have booked already" in str(page.context["form"].errors["capacity"])
    logged_in(company).post(address("slot_edit", slot.pk), sent | {"capacity": 20})
    assert state_of(slot)[3] == 20


def test_what_was_cancelled_or_is_over_stays(slot, company, logged_in):
    factories.BookingFactory(slot=slot)
    with time_machine.travel(slot.starts_at + MORE):
        for refused in (
            lambda: actions.change_slot(slot, to=facts(slot, place="x"), by=company),
            lambda: actions.cancel_slot(slot, reason="x", by=company),
        ):
            with pytest.raises(errors.SlotOver):
                refused()
        response = logged_in(company).get(address("slot_edit", slot.pk))
        assert response["Location"] == address("slot", slot.pk)
    assert actions.cancel_slot(slot, reason="The lab is closed.", by=company)
    assert not actions.cancel_slot(slot, reason="Again.", by=company)
    assert state_of(slot)[-2:] == (1, "The lab is closed.")
    with pytest.raises(errors.SlotCancelled):
        actions.change_slot(slot, to=facts(slot, place="x"), by=company)


def test_a_cancellation_says_why_and_a_date_that_nobody_booked_simply_goes(
    slot, company, logged_in
):
    client = logged_in(company)
    booking = factories.BookingFactory(slot=slot)
    client.post(address("slot_cancel", slot.pk), {"reason": ""})
    assert state_of(slot)[-1] == ""
    with pytest.raises(errors.HasBookings):
        actions.remove_slot(slot, by=company)
    client.post(address("slot_cancel", slot.pk), {"reason": "The lab is closed."})
    assert state_of(slot)[-1] == "The lab is closed."
    assert Booking.objects.get() == booking
    free = a_date(slot.assignment, days=30)
    assert client.get(address("slot_cancel", free.pk)).context["form"] is None
    client.post(address("slot_cancel", free.pk))
    assert list(slot.assignment.slots.all()) == [slot]


def test_withdrawing_calls_every_date_to_come_off(slot, company):
    past = a_date(slot.assignment, days=-3)
    assert actions.call_off_all(slot.assignment, reason="It is withdrawn.") == 1
    assert (state_of(slot)[-1], state_of(past)[-1]) == ("It is withdrawn.", "")


# --- what is left ---------------------------------------------------------------------------------


def test_places_are_counted_without_what_was_cancelled(slot):
    factories.BookingFactory(slot=slot, number=12)
    factories.BookingFactory(slot=slot, number=6)
    factories.BookingFactory(slot=slot, number=7, cancelled_at=timezone.now())
    empty = a_date(slot.assignment, days=30)
    counted = Slot.objects.with_places().values_list("pk", "taken", "left")
    assert list(counted) == [(slot.pk, 18, 12), (empty.pk, 0, 30)]


def test_which_dates_can_be_booked_today(lecture):
    today = timezone.localdate()
    can = [a_date(lecture), a_date(lecture, days=5, book_by=today)]
    a_date(lecture, days=6, book_by=today - MORE)
    a_date(lecture, days=-1)
    a_date(lecture, days=7, cancelled_at=timezone.now(), cancel_reason="x")
    a_date(factories.AssignmentFactory(form="excursion", state="withdrawn"))
    assert {*Slot.objects.open_to_book()} == {*can}


# --- the lists ------------------------------------------------------------------------------------


def test_who_comes_is_listed_with_totals(slot, company, teacher, logged_in):
    factories.BookingFactory(
        slot=slot, teacher=teacher, school=teacher.partners.get(), group="Class 2A", level=4,
        number=18, note="Two need a lift.",
    )  # fmt: skip
    factories.BookingFactory(slot=slot, group="Class 1B", number=4)
    factories.BookingFactory(slot=slot, group="Gone", cancelled_at=timezone.now())
    page = read(logged_in(company), address("slot", slot.pk))
    for words in (
        "Class 2A", "Mbo Noord", "Mbo level 4", "18", "Two need a lift.", "Tineke Teacher",
        "People 22", "Places left 8", "Bookings 2", "Schools 2", "1 booking that was cancelled",
    ):  # fmt: skip
        assert words in page.text
    assert page.links["teacher@example.org"] == "mailto:teacher@example.org"


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_dates_and_bookings(
    number, lecture, company, logged_in, django_assert_num_queries
):
    for days in range(number):
        slot = a_date(lecture, days=10 + days)
        for _each in range(number):
            factories.BookingFactory(slot=slot, number=2)
    client = logged_in(company)
    client.get(address("slots", lecture.pk))
    with django_assert_num_queries(7):
        client.get(address("slots", lecture.pk))
    with django_assert_num_queries(5):
        client.get(address("slot", slot.pk))


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_the_page_do_not_grow(
    number, lecture, teacher, logged_in, django_assert_num_queries
):
    from django.test import RequestFactory

    from assignments.sections.bookings import beside, dates, desk_booked, desk_offered

    for days in range(number):
        slot = a_date(lecture, days=10 + days)
        factories.BookingFactory(slot=slot, teacher=teacher)
    request = RequestFactory().get("/")
    request.user = teacher
    for build, subject, queries in (
        (dates, lecture, 5),
        (beside, lecture, 2),
        (desk_booked, None, 1),
    ):
        with django_assert_num_queries(queries):
            assert build(request, subject) is not None
    request.user = lecture.contact
    with django_assert_num_queries(2):
        assert len(desk_offered(request, None)["slots"]) == number
    request.user = AnonymousUser()
    with django_assert_num_queries(1):
        assert len(dates(request, lecture)["first"]) == number
