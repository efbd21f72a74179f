"""One's own details."""

import pytest
from django.test import Client

from civportal.accounts.models import User
from tests.accounts.conftest import visible


@pytest.fixture
def client(alice) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(alice)
    return client


def test_it_shows_who_one_is_and_where_to_change_how_one_logs_in(client, alice):
    response = client.get("/mijn/gegevens/")
    content = response.content.decode()
    assert 'value="Alice Appel"' in content
    assert '<option value="Europe/Amsterdam" selected>Amsterdam</option>' in content
    assert visible(response).endswith(
        "Logging in E-mail address alice@example.org Change your e-mail address Password Choose "
        "another one when someone may have seen it. Change your password A second step at login "
        "Off With an app or a key besides your password, your account is much safer. See the "
        "second step"
    )
    for address in ["/account/email/", "/account/password/change/", "/account/2fa/"]:
        assert f'href="{address}"' in content


def test_saving(client, alice):
    form = {"name": "Alice Aardbei", "language": "en", "time_zone": "America/Curacao"}
    response = client.post("/mijn/gegevens/", form, follow=True)
    assert response.redirect_chain == [("/mijn/gegevens/", 302)]
    assert "Your details are saved." in visible(response)
    alice.refresh_from_db()
    assert (alice.name, alice.language, alice.time_zone) == tuple(form.values())
    assert client.cookies["django_language"].value == "en"


def test_as_the_browser_asks_means_just_that(client, alice):
    client.post("/taal/", {"language": "nl"})
    form = {"name": "Alice Appel", "language": "", "time_zone": "Europe/Amsterdam"}
    response = client.post("/mijn/gegevens/", form, follow=True)
    assert '<html lang="en">' in response.content.decode()
    alice.refresh_from_db()
    assert alice.language == ""


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"language": "de"}, "language"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)
def test_what_is_refused_changes_nothing(client, alice, wrong, field):
    form = {"name": "Alice Aardbei", "language": "en", "time_zone": "Europe/Paris", **wrong}
    response = client.post("/mijn/gegevens/", form)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert "data-error-summary" in response.content.decode()
    alice.refresh_from_db()
    assert (alice.name, alice.language, alice.time_zone) == ("Alice Appel", "", "Europe/Amsterdam")


def test_nobody_makes_themselves_more_than_they_are(client, alice):
    client.post(
        "/mijn/gegevens/",
        {
            "name": "Alice",
            "language": "",
            "time_zone": "Europe/Amsterdam",
            "email": "boss@example.org",
            "is_staff": "on",
            "is_superuser": "on",
        },
    )
    alice = User.objects.get(pk=alice.pk)
    assert (alice.email, alice.is_staff, alice.is_superuser) == ("alice@example.org", False, False)


def test_a_time_zone_from_elsewhere_stays(client, alice):
    alice.time_zone = "Etc/GMT+3"
    alice.save()
    assert '<option value="Etc/GMT+3" selected>' in client.get("/mijn/gegevens/").content.decode()


def test_it_is_for_oneself(db):
    response = Client().get("/mijn/gegevens/")
    assert (response.status_code, response.url) == (302, "/account/login/?next=/mijn/gegevens/")
