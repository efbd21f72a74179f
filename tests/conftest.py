"""The people of the tests: each sees the portal as their role does.

``office`` runs the centre, ``steering`` sits in the steering group, ``company`` is the contact
of a signed partner, ``teacher`` and ``coach`` teach at schools of different levels, ``charlie``
is logged in and belongs nowhere. A plain ``client`` is a
visitor.
"""

from collections.abc import Callable

import pytest
from django.test import Client

from civportal.accounts.models import User
from tests import factories

pytest_plugins = ["tests.surroundings", "tests.spreading"]


@pytest.fixture
def office(db: None) -> User:
    return factories.office_worker(email="office@example.org", name="Olga Office")


@pytest.fixture
def steering_group(db: None):
    return factories.BodyFactory(name="Stuurgroep", kind="steering_group")


@pytest.fixture
def steering(steering_group) -> User:
    user = factories.UserFactory(email="steering@example.org", name="Stefan Steering")
    factories.SeatFactory(body=steering_group, user=user)
    return user


@pytest.fixture
def company(db: None) -> User:
    user = factories.UserFactory(email="company@example.org", name="Carla Company")
    factories.MembershipFactory(user=user, partner__name="Bedrijf BV")
    return user


@pytest.fixture
def teacher(db: None) -> User:
    """Teaches at an mbo school that is a partner."""
    user = factories.UserFactory(email="teacher@example.org", name="Tineke Teacher")
    factories.MembershipFactory(
        user=user, role="teacher", partner__name="Mbo Noord", partner__kind="mbo_school"
    )
    return user


@pytest.fixture
def coach(db: None) -> User:
    """Teaches at a university of applied sciences that is a partner."""
    user = factories.UserFactory(email="coach@example.org", name="Casper Coach")
    factories.MembershipFactory(
        user=user, role="teacher", partner__name="Hogeschool Zuid", partner__kind="hbo_institution"
    )
    return user


@pytest.fixture
def charlie(db: None) -> User:
    return factories.UserFactory(email="charlie@example.org", name="Charlie Stranger")


@pytest.fixture
def viewers(office: User, steering: User, company: User, charlie: User) -> dict[str, User | None]:
    """Everyone by name, from who sees least to who sees most."""
    return {
        "visitor": None,
        "charlie": charlie,
        "company": company,
        "steering": steering,
        "office": office,
    }


@pytest.fixture
def logged_in() -> Callable[[User | None], Client]:
    """A browser in which this person is logged in; None gives a visitor's."""

    def browser(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return browser
