"""Who sees what of assignments, model by model."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef

from civportal.accounts.models import User
from tests import factories


@pytest.fixture
def people(viewers, teacher, coach):
    """Everyone, and a second company's contact."""
    other = factories.UserFactory(email="other@example.org")
    factories.MembershipFactory(user=other, partner__name="Ander BV")
    return {
        **{name: user or AnonymousUser() for name, user in viewers.items()},
        "teacher": teacher,
        "coach": coach,
        "other": other,
    }


def who_sees(row, people):
    """The names of those who see a row; asked one by one, and in one query over all."""
    rows = type(row).objects
    one_by_one = {
        name for name, user in people.items() if rows.visible_to(user).filter(pk=row.pk).exists()
    }
    known = {user.pk: name for name, user in people.items() if user.pk}
    at_once = User.objects.filter(
        Exists(rows.visible_to(OuterRef("pk")).filter(pk=row.pk)), pk__in=known
    )
    assert {known[user.pk] for user in at_once} == one_by_one - {"visitor"}
    return one_by_one


EVERYONE = {"visitor", "charlie", "company", "steering", "office", "teacher", "coach", "other"}


@pytest.mark.parametrize(
    ("state", "with_teacher", "expected"),
    [
        ("draft", True, {"teacher", "office"}),
        ("draft", False, {"company", "office"}),
        ("submitted", True, {"teacher", "company", "office"}),
        ("submitted", False, {"teacher", "coach", "company", "office"}),
        ("withdrawn", True, {"teacher", "company", "office"}),
        ("published", True, EVERYONE),
        ("running", True, EVERYONE),
        ("archived", True, EVERYONE),
    ],
)
def test_an_assignment(state, with_teacher, expected, people, company, teacher):
    row = factories.AssignmentFactory(
        state=state,
        partner=company.partners.get(),
        teacher=teacher if with_teacher else None,
        posted_by=teacher if with_teacher else company,
    )
    assert who_sees(row, people) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("draft", {"coach"}),
        ("applied", {"coach", "teacher", "company", "office"}),
        ("declined", {"coach", "teacher", "company", "office"}),
    ],
)
def test_a_team(state, expected, people, company, teacher, coach):
    row = factories.TeamFactory(
        state=state,
        coach=coach,
        assignment__partner=company.partners.get(),
        assignment__teacher=teacher,
    )
    assert who_sees(row, people) == expected


@pytest.mark.parametrize(
    ("state", "expected"), [("applied", {"coach"}), ("accepted", {"coach", "company"})]
)
def test_the_names_of_students(state, expected, people, company, teacher, coach):
    row = factories.TeamMemberFactory(
        team__state=state,
        team__coach=coach,
        team__assignment__partner=company.partners.get(),
        team__assignment__teacher=teacher,
        team__assignment__names_needed=True,
        team__assignment__names_reason="Toegang tot het lab",
    )
    assert who_sees(row, people) == expected


def test_a_booking(people, company, teacher, coach):
    row = factories.BookingFactory(teacher=coach, slot__assignment__partner=company.partners.get())
    assert who_sees(row, people) == {"coach", "company", "office"}
