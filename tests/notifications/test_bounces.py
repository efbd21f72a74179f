"""Mail that comes back: what the provider tells, in its own shape, and who is believed."""

import base64
import datetime
import hashlib
import hmac
import json

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.urls import reverse
from django.utils import timezone

from civportal.notifications.choices import Reason, State
from civportal.notifications.delivery import deliver_batch, message_id
from civportal.notifications.models import DeadAddress, Notification
from tests import factories

SECRET = "provider:long-and-random"
KEY = "key-of-mailgun"


@pytest.fixture(autouse=True)
def _mailgun(settings):
    provider(settings, "mailgun")


def provider(settings, name):
    settings.MAIL_PROVIDER = name
    settings.MAIL_SIGNING_KEY = KEY
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}


@pytest.fixture
def yara(db):
    return factories.UserFactory(email="yara@example.org")


@pytest.fixture
def sent(yara):
    now = timezone.now()
    return Notification.objects.create(
        recipient=yara, kind="news.published", subject="newsitem:1", dedupe_key="one",
        state=State.SENT, settled_at=now, title="News",
    )  # fmt: skip


def event(row=None, email="yara@example.org", **fields):
    """As Mailgun posts it (its documented shape, shortened)."""
    identifier = message_id(row) if row else "<20210218.1.ABC@mg.example.org>"
    return {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": 1613660000.28,
        "log-level": "error",
        "recipient": email,
        "recipient-domain": "example.org",
        "message": {"headers": {"message-id": identifier.strip("<>"), "to": email}},
        "delivery-status": {
            "code": 550, "attempt-no": 1,
            "message": "5.1.1 The email account that you tried to reach does not exist",
            "description": "",
        },
        "tags": [],
        "user-variables": {},
    } | fields  # fmt: skip


def signed(data, key=KEY):
    token, moment = "a" * 50, "1613660000"
    mark = hmac.new(key.encode(), f"{moment}{token}".encode(), hashlib.sha256).hexdigest()
    return {"signature": {"token": token, "timestamp": moment, "signature": mark},
            "event-data": data}  # fmt: skip


def post(client, body, *, name="mailgun", secret=SECRET):
    headers = {}
    if secret:
        headers["Authorization"] = "Basic " + base64.b64encode(secret.encode()).decode()
    return client.post(
        reverse("mail_webhook", args=[name]), json.dumps(body), content_type="application/json",
        headers=headers,
    )  # fmt: skip


def dead():
    return list(DeadAddress.objects.values_list("email", "state"))


GONE = "5.1.1 The email account that you tried to reach does not exist"


def test_a_hard_bounce_marks_the_address_and_the_row(client, sent):
    assert post(client, signed(event(sent, email="Yara@Example.org"))).status_code == 200
    assert dead() == [("yara@example.org", "bounced")]
    assert DeadAddress.objects.get().detail == GONE
    sent.refresh_from_db()
    assert (sent.state, sent.reason, sent.detail) == (State.SENT, Reason.REFUSED, GONE)


def test_a_complaint_marks_the_address_and_stays_one(client, sent):
    post(client, signed(event(sent, event="complained")))
    post(client, signed(event(sent)))
    assert dead() == [("yara@example.org", "complained")]


def test_a_complaint_after_a_bounce_counts_for_more(client, sent):
    post(client, signed(event(sent)))
    post(client, signed(event(sent, event="complained")))
    assert dead() == [("yara@example.org", "complained")]


@pytest.mark.parametrize(
    "fields",
    [{"severity": "temporary"}, {"event": "delivered"}, {"event": "opened"},
     {"event": "rejected", "reason": "generic"}],
)  # fmt: skip
def test_what_may_pass_changes_nothing(client, sent, fields):
    assert post(client, signed(event(sent, **fields))).status_code == 200
    sent.refresh_from_db()
    assert (dead(), sent.reason, sent.detail) == ([], "", "")


def test_a_mail_that_is_not_in_the_ledger_still_marks_the_address(client, sent):
    other = Notification(pk=sent.pk, dedupe_key="forged")
    for row in (None, other):
        assert post(client, signed(event(row))).status_code == 200
    sent.refresh_from_db()
    assert (dead(), sent.reason) == ([("yara@example.org", "bounced")], "")


def test_a_bounce_at_another_address_leaves_the_row_alone(client, sent):
    """Such as one that forwards: the row says what became of the mail to its own recipient."""
    post(client, signed(event(sent, email="elsewhere@example.org")))
    sent.refresh_from_db()
    assert (dead(), sent.reason) == ([("elsewhere@example.org", "bounced")], "")


@pytest.mark.parametrize(
    ("secret", "key"),
    [("", KEY), ("provider:guess", KEY), (SECRET, "another-key")],
)
def test_what_is_not_signed_is_refused(client, sent, secret, key):
    assert post(client, signed(event(sent), key), secret=secret).status_code == 400
    assert dead() == []


def test_what_has_no_signature_at_all_is_refused(client, sent):
    assert post(client, {"event-data": event(sent)}).status_code == 400
    assert dead() == []


@pytest.mark.parametrize("change", ["none", "other", "no secret", "no key"])
def test_without_the_settings_there_is_nothing_here(client, sent, settings, change):
    if change == "none":
        settings.MAIL_PROVIDER = ""
    elif change == "other":
        settings.MAIL_PROVIDER = "postmark"
    elif change == "no secret":
        settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": ""}
    else:
        settings.MAIL_SIGNING_KEY = None
    assert post(client, signed(event(sent))).status_code == 404
    assert dead() == []


def postmark(kind, **fields):
    return {
        "RecordType": "Bounce", "Type": kind, "ID": 4323372036854775807, "MessageID": "883953f4",
        "Details": "smtp;550 no such user", "Email": "yara@example.org",
        "BouncedAt": "2021-02-18T14:00:00Z", "Inactive": True,
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (postmark("HardBounce"), [("yara@example.org", "bounced")]),
        (postmark("BadEmailAddress"), [("yara@example.org", "bounced")]),
        (postmark("SoftBounce"), []),
        (postmark("Transient"), []),
        (
            postmark("SpamComplaint", RecordType="SpamComplaint"),
            [("yara@example.org", "complained")],
        ),
    ],
)
def test_another_provider_says_it_in_its_own_words(client, db, settings, body, expected):
    provider(settings, "postmark")
    assert post(client, body, name="postmark").status_code == 200
    assert dead() == expected
    assert post(client, body, name="postmark", secret="").status_code == 400


def test_nothing_goes_to_a_dead_address_until_its_owner_confirms_it(
    client, yara, sent, mailoutbox, rf
):
    post(client, signed(event(sent)))
    now = timezone.now() - datetime.timedelta(minutes=1)
    waiting = Notification.objects.create(
        recipient=yara, kind="digest", dedupe_key="two", data={"from": 0, "to": 0},
        due_at=now, next_try_at=now,
    )  # fmt: skip
    deliver_batch()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (State.WITHHELD, Reason.DEAD_ADDRESS)
    assert mailoutbox == []
    address = EmailAddress.objects.create(user=yara, email="yara@example.org", verified=True)
    email_confirmed.send(EmailAddress, request=rf.get("/"), email_address=address)
    assert dead() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"MAIL_PROVIDER": ""}, []),
        ({"MAIL_PROVIDER": "pigeons"}, ["E001"]),
        ({"ANYMAIL": {"WEBHOOK_SECRET": ""}}, ["E002"]),
        ({"MAIL_SIGNING_KEY": None}, ["E003"]),
    ],
)
def test_settings_that_cannot_work_fail_the_check(settings, changes, expected):
    for name, value in changes.items():
        setattr(settings, name, value)
    said = ""
    try:
        call_command("check")
    except SystemCheckError as error:
        said = str(error)
    assert [
        code for code in ("E001", "E002", "E003") if f"notifications.{code}" in said
    ] == expected
