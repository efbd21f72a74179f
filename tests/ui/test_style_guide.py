"""The style guide is there for staff."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("is_staff", "status"), [(True, 200), (False, 403)], ids=["staff", "someone else"]
)
def test_for_staff(logged_in, is_staff, status):
    browser = logged_in(factories.UserFactory(is_staff=is_staff))
    assert browser.get("/stijlgids/").status_code == status


def test_a_visitor_is_asked_to_log_in(client):
    response = client.get("/stijlgids/")
    assert (response.status_code, response.url) == (302, "/account/login/?next=/stijlgids/")


def test_its_form_answers(logged_in):
    browser = logged_in(factories.UserFactory(is_staff=True))
    response = browser.post("/stijlgids/", {"title": "Kept"})
    assert 'name="title" value="Kept"' in response.content.decode()
