"""The mails about partners: to whom, at the moment of sending, and in how many queries."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civportal.notifications import delivery, kinds, reminders
from civportal.notifications.models import Notification
from partners.actions import people, signing
from partners.choices import SigningMethod
from partners.notifications import names, telling
from tests import factories

pytestmark = pytest.mark.django_db

NOON = "2026-06-03T10:00:00+00:00"  # a Wednesday, 12.00 in Amsterdam


@pytest.fixture(autouse=True)
def wednesday():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def own_media(media):
    return media


def sent() -> list[tuple[str, str]]:
    delivery.deliver_batch()
    return sorted((letter.to[0], letter.subject) for letter in mail.outbox)


def states(kind: str) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(kind=kind).order_by("recipient__email")
    return [(row.state, row.reason) for row in rows]


def signatory(partner, **fields):
    return factories.MembershipFactory(
        partner=partner, role="representative", user__language="en", **fields
    ).user


def test_an_answer_to_who_asked_to_join(logged_in):
    partner = factories.PartnerFactory(name="Zilt")
    boss = signatory(partner)
    cora = factories.UserFactory(email="cora@example.org", language="en")
    dirk = factories.UserFactory(email="dirk@example.org", language="en")
    for person, accept in ((cora, True), (dirk, False)):
        request = people.ask_to_join(partner, by=person)
        people.decide_request(request, accept=accept, by=boss)
    assert sent() == [
        ("cora@example.org", "You belong to Zilt now"),
        ("dirk@example.org", "Your request to join Zilt"),
    ]
    # Who asked needs no answer from the representative any more.
    assert states(names.WANTS_TO_JOIN) == [("withheld", "outdated")] * 2


def test_new_partners_are_told_to_who_follows_and_may_know(charlie):
    charlie.language = "en"
    charlie.save()
    from civportal.notifications.models import Follow, Preference

    Follow.objects.create(user=charlie, topic=names.ALL_PARTNERS)
    Preference.objects.create(user=charlie, kind=names.NEW_PARTNER, mode="at_once")
    agreement = factories.AgreementFactory()
    for name in ("Zilt", "Zoet"):
        partner = factories.PartnerFactory(name=name, status="in_talks")
        user = signatory(partner, mandate="directeur")
        factories.SignatureRequestFactory(agreement=agreement, partner=partner)
        signing.sign(
            agreement, partner, by=user, method=SigningMethod.PASSWORD,
            document_sha256=agreement.sha256,
        )  # fmt: skip
    partner.status = "ended"
    partner.save()
    kind = kinds.kind(names.NEW_PARTNER)
    found = Notification.objects.filter(kind=names.NEW_PARTNER).order_by("pk")
    rows = list(found.select_related("recipient"))
    made = kind.compose(rows)
    assert [getattr(made[row.pk], "reason", None) for row in rows] == [None, "no_longer_visible"]
    assert made[rows[0].pk].letter.subject == "New partner: Zilt"


@pytest.mark.parametrize("number", [1, 3])
def test_a_batch_takes_as_many_queries_for_three_as_for_one(number):
    for _place in range(number):
        partner = factories.PartnerFactory()
        factories.MembershipRequestFactory(partner=partner, state="accepted", decided_at=NOON)
    for request in partner.membership_requests.model.objects.all():
        telling.request_decided(request)
    rows = list(Notification.objects.select_related("recipient"))
    with CaptureQueriesContext(connection) as queries:
        made = kinds.kind(names.LET_IN).compose(rows)
    assert (len(made), len(queries)) == (number, 2)


def test_who_is_reminded_to_sign():
    last = timezone.localdate() + datetime.timedelta(days=1)
    agreement = factories.AgreementFactory(sign_by=last)

    waiting = factories.PartnerFactory(status="in_talks")
    mandated = signatory(waiting, mandate="directeur")
    signatory(waiting)  # a colleague without a mandate
    nobody = factories.PartnerFactory(status="in_talks")
    either = signatory(nobody)
    factories.MembershipFactory(partner=nobody, role="contact")
    done = factories.PartnerFactory()
    signatory(done, mandate="directeur")
    factories.SignatureFactory(agreement=agreement, partner=done)
    for partner in (waiting, nobody, done):
        factories.SignatureRequestFactory(
            agreement=agreement, partner=partner, asked_at=timezone.now()
        )
    with time_machine.travel("2026-06-04T10:00:00+00:00", tick=False):
        reminders.sweep()
        reminders.sweep()
    found = Notification.objects.filter(kind=names.SIGN_REMINDER, state="pending")
    assert sorted(row.recipient_id for row in found) == sorted([mandated.pk, either.pk])
