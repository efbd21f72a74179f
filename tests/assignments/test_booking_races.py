"""Two people want the last places at the same moment, on real connections: one gets them."""

import pytest
from django.db import IntegrityError

from assignments.actions.bookings import book, cancel_booking, change_booking
from assignments.actions.slots import cancel_slot, change_slot
from assignments.errors import Refused
from assignments.models import Booking, Slot
from civportal.notifications.models import Notification
from tests.assignments.offering import a_date, facts, guest_lecture, party
from tests.assignments.turns import in_turn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slot(company):
    return a_date(guest_lecture(company))


def fresh(slot):
    return Slot.objects.select_related("assignment").get(pk=slot.pk)


def taken():
    return sorted(Booking.objects.standing().values_list("teacher__email", "number"))


def test_the_last_places_go_to_one(slot, teacher, coach):
    def books(user):
        return lambda: book(fresh(slot), party=party(user, number=16), by=user)

    assert in_turn(books(teacher), books(coach)) == ["done", "TooFull"]
    assert taken() == [("teacher@example.org", 16)]


def test_without_the_action_the_database_holds_it(slot, teacher, coach):
    """Such as a script that writes rows by itself."""

    def writes(user):
        def write():
            try:
                Booking.objects.create(
                    slot_id=slot.pk, teacher=user, school=user.partners.get(), group="A", number=16
                )
            except IntegrityError as error:
                raise Refused from error

        return write

    assert in_turn(writes(teacher), writes(coach)) == ["done", "Refused"]
    assert taken() == [("teacher@example.org", 16)]


def test_pressing_twice_at_once_is_one_booking(slot, teacher):
    def books():
        book(fresh(slot), party=party(teacher), by=teacher)

    assert in_turn(books, books) == ["done", "done"]
    assert taken() == [("teacher@example.org", 20)]
    assert Notification.objects.filter(recipient=teacher).count() == 1


def test_a_date_shrinks_or_is_booked(slot, teacher, company):
    def shrinks():
        change_slot(fresh(slot), to=facts(slot, capacity=10), by=company)

    def books():
        book(fresh(slot), party=party(teacher), by=teacher)

    assert in_turn(books, shrinks) == ["done", "TooFewPlaces"]
    Booking.objects.all().delete()
    assert in_turn(shrinks, books) == ["done", "TooFull"]


def test_a_date_that_is_called_off_takes_nobody_and_who_was_in_time_hears(
    slot, teacher, coach, company
):
    def cancels():
        cancel_slot(fresh(slot), reason="The lab is closed.", by=company)

    def books(user):
        return lambda: book(fresh(slot), party=party(user, number=4), by=user)

    book(fresh(slot), party=party(coach, number=4), by=coach)
    assert in_turn(cancels, books(teacher)) == ["done", "SlotCancelled"]
    assert in_turn(cancels, books(teacher)) == ["done", "SlotCancelled"]
    told = Notification.objects.filter(kind="assignments.booking_date")
    assert [row.recipient for row in told] == [coach]


def test_given_back_and_taken_at_once(slot, teacher, coach):
    booking = book(fresh(slot), party=party(teacher, number=30), by=teacher)

    def gives_back():
        cancel_booking(Booking.objects.get(pk=booking.pk), by=teacher)

    def books():
        book(fresh(slot), party=party(coach, number=30), by=coach)

    assert in_turn(gives_back, books) == ["done", "done"]
    assert taken() == [("coach@example.org", 30)]


def test_two_that_grow_at_once(slot, teacher, coach):
    first, second = (
        book(fresh(slot), party=party(user, number=10), by=user) for user in (teacher, coach)
    )

    def grows(booking, user):
        row = Booking.objects.select_related("slot__assignment").get(pk=booking.pk)
        return lambda: change_booking(row, party=party(user, number=16), by=user)

    assert in_turn(grows(first, teacher), grows(second, coach)) == ["done", "TooFull"]
    assert taken() == [("coach@example.org", 10), ("teacher@example.org", 16)]
