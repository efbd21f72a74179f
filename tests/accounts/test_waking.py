"""The owner of a dead address shows that mail arrives there again."""

import datetime
import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from civportal.accounts.models import User
from civportal.notifications.choices import State
from civportal.notifications.models import DeadAddress, Notification
from tests.reading import Reading, read

NOON = datetime.datetime(2026, 11, 23, 11, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def dead(alice, centre) -> DeadAddress:
    return DeadAddress.objects.create(email=alice.email, state="complained")


def ask_for_proof(client: Client) -> Reading:
    return Reading(
        client.post(
            reverse("ask_whether_address_works"), follow=True, headers={"accept-language": "en"}
        )
    )


def proof() -> str:
    """The path of the link in the mail that came."""
    return re.search(r"example\.org(/adres-werkt/\S+)", mail.outbox[-1].body)[1]


def test_the_owner_of_a_dead_address_shows_that_it_works(alice, dead, logged_in):
    client = logged_in(alice)
    page = read(client, reverse("my_notifications"))
    assert "Send me a mail to confirm" in page.text
    assert "A mail is on its way to alice@example.org." in ask_for_proof(client).text
    [message] = mail.outbox
    assert (message.to, message.subject) == ([alice.email], "Does your e-mail address work?")
    visitor = Client(headers={"accept-language": "en"})
    asked = visitor.get(proof())
    assert "Did you get our mail at alice@example.org ?" in Reading(asked).text
    assert asked["Referrer-Policy"] == "same-origin"  # with none, browsers may not post the form
    assert DeadAddress.objects.exists()  # scanners open links
    assert visitor.post(proof()).url == reverse("my_notifications")
    assert not DeadAddress.objects.exists()
    assert visitor.post(proof()).status_code == 302  # the same button twice
    row = Notification.objects.get()
    assert (row.to, row.title, row.state, row.data) == (
        alice.email, message.subject, State.SENT, {},
    )  # fmt: skip


def test_such_a_mail_goes_once_in_a_while_and_to_dead_addresses_only(alice, dead, logged_in):
    client = logged_in(alice)
    for _time in range(2):
        page = ask_for_proof(client)
    assert "A mail went there just now" in page.text
    assert len(mail.outbox) == 1
    cache.clear()
    dead.delete()
    ask_for_proof(client)
    assert len(mail.outbox) == 1


def test_a_proof_ends_and_holds_for_that_address_only(alice, dead, logged_in, noon):
    ask_for_proof(logged_in(alice))
    client = Client(headers={"accept-language": "en"})
    User.objects.filter(pk=alice.pk).update(email="aardbei@example.org")
    assert client.post(proof()).status_code == 404
    User.objects.filter(pk=alice.pk).update(email=dead.email)
    noon.move_to(NOON + datetime.timedelta(hours=73), tick=False)
    response = client.post(proof())
    assert (response.status_code, "This link no longer works" in Reading(response).text) == (
        404,
        True,
    )
    assert client.get(proof()[:-3] + "/").status_code == 404
    assert DeadAddress.objects.exists()
