"""Booking a date for a class: who may, until when, how many, and what becomes of it."""

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from assignments import errors
from assignments.actions.bookings import book, cancel_booking, change_booking
from assignments.actions.slots import cancel_slot
from assignments.models import Assignment, Booking
from tests import factories
from tests.assignments.offering import MORE, a_date, guest_lecture, party
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def lecture(company):
    return guest_lecture(company)


@pytest.fixture
def slot(lecture):
    return a_date(lecture, online_url="https://meet.example/clean")


@pytest.fixture
def other(db):
    user = factories.UserFactory(email="other@example.org")
    factories.MembershipFactory(user=user, partner__name="Ander BV")
    return user


def address(name, key):
    return reverse(f"assignments:{name}", args=[key])


def sent(user, **changes):
    return {
        "school": user.partners.get().pk, "group": "Class 2A", "level": 4, "number": 20,
        "note": "Two need a lift.",
    } | changes  # fmt: skip


def standing():
    rows = Booking.objects.standing().order_by("pk")
    return list(rows.values_list("teacher__email", "group", "number"))


# --- booking --------------------------------------------------------------------------------------


def test_a_teacher_books_from_the_page(slot, teacher, logged_in):
    client = logged_in(teacher)
    page = read(client, slot.assignment.get_absolute_url())
    assert "30 places left" in page.text
    assert "meet.example" not in page.response.text
    assert address("booking_new", slot.pk) in page.links.values()
    form = client.get(address("booking_new", slot.pk)).context["form"]
    assert form["school"].value() == teacher.partners.get().pk
    assert [label for _key, label in form.fields["level"].choices][1:] == [
        "Mbo level 4", "Associate degree", "Hbo bachelor",
    ]  # fmt: skip
    for _twice in range(2):
        response = client.post(address("booking_new", slot.pk), sent(teacher))
        assert response["Location"] == Booking.objects.get().get_absolute_url()
    assert standing() == [("teacher@example.org", "Class 2A", 20)]
    page = read(client, slot.assignment.get_absolute_url())
    assert "10 places left" in page.text
    assert "Class 2A, 20 people" in page.links
    assert page.links["Online link"] == "https://meet.example/clean"


def test_a_visitor_is_led_to_log_in(slot, client):
    page = read(client, slot.assignment.get_absolute_url())
    assert page.links["Log in to book"].startswith("/account/login/?next=/opdrachten/")
    assert client.get(address("booking_new", slot.pk)).status_code == 302


@pytest.mark.parametrize("who", ["charlie", "other", "office"])
def test_who_does_not_teach_at_a_partner_is_told_what_to_do(who, slot, request, logged_in):
    user = request.getfixturevalue(who)
    page = read(logged_in(user), address("booking_new", slot.pk))
    assert (page.status, page.headings[0]) == (403, "Partners book this")
    response = logged_in(user).post(address("booking_new", slot.pk), {"group": "Class 2A"})
    assert (response.status_code, standing()) == (403, [])


def test_nobody_books_for_a_school_of_others(slot, teacher, coach, logged_in):
    response = logged_in(teacher).post(address("booking_new", slot.pk), sent(coach))
    assert "school" in response.context["form"].errors
    assert standing() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"book_by": timezone.localdate() - MORE}, "It could be booked until"),
        ({"cancelled_at": timezone.now(), "cancel_reason": "Ill."}, "This date was cancelled."),
        ({"date": timezone.localdate() - MORE}, "This date is over"),
    ],
)
def test_a_date_that_takes_no_bookings_offers_others(changes, said, lecture, teacher, logged_in):
    slot, free = a_date(lecture, **changes), a_date(lecture, days=40)
    page = read(logged_in(teacher), address("booking_new", slot.pk))
    assert page.status == 409
    assert said in page.text
    assert address("booking_new", free.pk) in page.links.values()
    with pytest.raises(errors.Refused):
        book(slot, party=party(teacher), by=teacher)
    assert standing() == []


def test_what_is_withdrawn_cannot_be_booked(slot, teacher, logged_in):
    Assignment.objects.update(state="withdrawn", withdrawn_at=timezone.now())
    assert logged_in(teacher).get(address("booking_new", slot.pk)).status_code == 404
    with pytest.raises(errors.NotOnOffer):
        book(slot, party=party(teacher), by=teacher)


def test_a_full_date_says_so_and_offers_others(slot, teacher, coach, logged_in):
    book(slot, party=party(coach, number=25), by=coach)
    free = a_date(slot.assignment, days=40)
    full = a_date(slot.assignment, days=41, capacity=1)
    factories.BookingFactory(slot=full, number=1)
    client = logged_in(teacher)
    response = client.post(address("booking_new", slot.pk), sent(teacher, number=6))
    assert response.status_code == 409
    assert response.context["form"].errors["number"] == ["There are 5 places left."]
    assert list(response.context["others"]) == [free]
    client.post(address("booking_new", slot.pk), sent(teacher, number=5))
    page = read(client, address("booking_new", slot.pk))
    assert (page.status, "This date is full." in page.text) == (409, True)
    with pytest.raises(errors.TooFull, match="somebody took the last places"):
        book(slot, party=party(coach, group="Class 1B"), by=coach)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.BookingFactory(slot=slot, number=1)


def test_the_same_class_in_other_words_is_no_second_booking(slot, teacher):
    booking = book(slot, party=party(teacher), by=teacher)
    assert book(slot, party=party(teacher), by=teacher) == booking
    with pytest.raises(errors.BookedBefore):
        book(slot, party=party(teacher, number=4), by=teacher)
    book(slot, party=party(teacher, number=4, group="Class 1B"), by=teacher)
    assert len(standing()) == 2


def test_training_is_for_everyone_of_a_partner(company, other, charlie, logged_in):
    slot = a_date(guest_lecture(company, form="training"), capacity=5)
    client = logged_in(other)
    form = client.get(address("booking_new", slot.pk)).context["form"]
    assert list(form.fields) == ["school", "group", "number", "note"]
    assert (form["group"].value(), form["number"].value()) == (other.get_full_name(), 1)
    filled = {"school": other.partners.get().pk, "group": "The laboratory", "number": 3, "note": ""}
    assert client.post(address("booking_new", slot.pk), filled).status_code == 302
    assert standing() == [("other@example.org", "The laboratory", 3)]
    assert logged_in(charlie).get(address("booking_new", slot.pk)).status_code == 403


# --- afterwards -----------------------------------------------------------------------------------


@pytest.fixture
def booking(slot, teacher):
    return book(slot, party=party(teacher), by=teacher)


def test_who_made_it_and_those_who_offer_it_see_a_booking(
    booking, teacher, company, office, coach, other, charlie, logged_in
):
    got = {
        user.email.partition("@")[0]: tuple(
            logged_in(user).get(address(name, booking.pk)).status_code
            for name in ("booking", "booking_ics", "booking_change", "booking_cancel")
        )
        for user in (teacher, company, office, coach, other, charlie)
    }
    assert got == {
        "teacher": (200,) * 4,
        "company": (200, 200, 403, 403),
        "office": (200,) * 4,
        "coach": (404,) * 4,
        "other": (404,) * 4,
        "charlie": (404,) * 4,
    }


def test_a_booking_changes_within_the_places(booking, teacher, coach, logged_in):
    book(booking.slot, party=party(coach, number=5), by=coach)
    client = logged_in(teacher)
    response = client.post(address("booking_change", booking.pk), sent(teacher, number=26))
    assert response.context["form"].errors["number"] == ["There are 25 places left."]
    response = client.post(
        address("booking_change", booking.pk), sent(teacher, number=25, group="Class 2B")
    )
    assert response["Location"] == booking.get_absolute_url()
    assert standing()[0] == ("teacher@example.org", "Class 2B", 25)


def test_after_the_last_day_fewer_can_come_and_not_more(booking, teacher):
    booking.slot.book_by = timezone.localdate() - MORE
    booking.slot.save()
    with pytest.raises(errors.NoMoreThen):
        change_booking(booking, party=party(teacher, number=21), by=teacher)
    assert change_booking(booking, party=party(teacher, number=19), by=teacher)
    assert not change_booking(booking, party=party(teacher, number=19), by=teacher)
    assert standing() == [("teacher@example.org", "Class 2A", 19)]


def test_no_booking_becomes_one_that_there_is(booking, teacher):
    second = book(booking.slot, party=party(teacher, number=2, group="Class 1B"), by=teacher)
    with pytest.raises(errors.BookedBefore):
        change_booking(second, party=party(teacher, number=2), by=teacher)


def test_cancelling_asks_first_and_frees_the_places(booking, teacher, coach, logged_in):
    client = logged_in(teacher)
    page = read(client, address("booking_cancel", booking.pk))
    assert "20 places are free for others" in page.text
    assert len(standing()) == 1
    for _twice in range(2):
        response = client.post(address("booking_cancel", booking.pk))
        assert response["Location"] == booking.get_absolute_url()
    assert standing() == []
    with pytest.raises(errors.BookingGone):
        change_booking(booking, party=party(teacher, number=3), by=teacher)
    book(booking.slot, party=party(coach, number=30), by=coach)
    page = read(client, booking.get_absolute_url())
    assert "Cancelled" in page.text
    assert "meet.example" not in page.response.text


def test_once_it_began_a_booking_stays(booking, teacher, logged_in):
    with time_machine.travel(booking.slot.starts_at + MORE):
        with pytest.raises(errors.SlotOver):
            cancel_booking(booking, by=teacher)
        with pytest.raises(errors.SlotOver):
            change_booking(booking, party=party(teacher, number=3), by=teacher)
        response = logged_in(teacher).get(address("booking_change", booking.pk))
        assert response["Location"] == booking.get_absolute_url()
    assert len(standing()) == 1


def test_a_cancelled_date_changes_no_bookings(booking, teacher, company, logged_in):
    cancel_slot(booking.slot, reason="The lab is closed.", by=company)
    with pytest.raises(errors.SlotCancelled):
        change_booking(booking, party=party(teacher, number=3), by=teacher)
    page = read(logged_in(teacher), booking.get_absolute_url())
    assert "The lab is closed." in page.text
    assert "Change the booking" not in page.links


# --- on the desk ----------------------------------------------------------------------------------


def test_the_desk_knows_what_one_booked_and_who_comes(booking, teacher, company, coach, logged_in):
    assert "You booked" in read(logged_in(teacher), "/mijn/").headings
    page = read(logged_in(company), "/mijn/")
    assert "They come to you" in page.headings
    assert "20 of 30 places" in page.text
    assert "1 new booking" in page.text
    assert {"You booked", "They come to you"}.isdisjoint(read(logged_in(coach), "/mijn/").headings)


def test_the_desk_points_at_what_has_no_dates(company, logged_in):
    lecture = guest_lecture(company)
    page = read(logged_in(company), "/mijn/")
    assert page.links["Add dates : Clean work"] == address("slots", lecture.pk)


def test_the_page_without_dates_says_what_comes_next(company, teacher, logged_in, client):
    lecture = guest_lecture(company)
    offered = read(logged_in(company), lecture.get_absolute_url())
    assert "No dates on offer yet" in offered.headings
    assert offered.links["Add dates"] == address("slots", lecture.pk)
    for browser in (logged_in(teacher), client):
        page = read(browser, lecture.get_absolute_url())
        assert "No dates to come" in page.headings
        assert page.links["To the page of Bedrijf BV"] == lecture.partner.get_absolute_url()


def test_the_admin_shows_dates_with_their_bookings(booking, logged_in):
    staff = factories.UserFactory(is_superuser=True, is_staff=True)
    client = logged_in(staff)
    page = client.get(f"/beheer/assignments/slot/{booking.slot_id}/change/")
    assert "Class 2A" in page.text
    assert booking.slot.get_bookings_url() in page.text
    for listed in ("slot/?when=coming", "slot/?when=cancelled", "booking/"):
        assert client.get(f"/beheer/assignments/{listed}").status_code == 200
