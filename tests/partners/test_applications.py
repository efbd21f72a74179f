"""From an application to the decision: each step, each refusal, and who hears of it."""

import datetime
import uuid

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from civportal.notifications.models import Notification
from partners import errors
from partners.actions import applications as act
from partners.models import Membership, Partner, PartnerApplication, StatusChange
from tests import factories

pytestmark = pytest.mark.django_db


def details(**changes) -> act.Details:
    return act.Details(
        **{
            "name": "Zilt BV",
            "kind": "company",
            "kvk_number": "12345678",
            "website": "https://zilt.example",
            "applicant_name": "Anna Applicant",
            "applicant_function": "Directeur",
            "applicant_email": "Anna@Zilt.example",
            "forms": ("assignment", "excursion"),
            **changes,
        }
    )


def told() -> list[tuple[str, str]]:
    """Who hears of what."""
    rows = Notification.objects.filter(state="pending").order_by("kind", "recipient__email")
    return [(row.kind.removeprefix("partners."), row.recipient.email) for row in rows]


def moves(partner) -> list[tuple[str, str]]:
    return list(partner.status_changes.order_by("pk").values_list("before", "after"))


@pytest.fixture
def anna(confirmed):
    return confirmed("anna@zilt.example", name="Anna Applicant")


@pytest.fixture
def application(anna):
    return act.receive_application(details(), key=uuid.uuid4(), by=anna)


def test_a_visitor_applies_and_confirms(office, confirmed):
    key, sector = uuid.uuid4(), factories.SectorFactory()
    waiting = act.receive_application(details(), key=key, by=None, sectors=[sector])
    assert (waiting.state, waiting.user, waiting.submitted_at, told()) == (
        "unconfirmed", None, None, [],
    )  # fmt: skip
    assert (list(waiting.sectors.all()), waiting.forms) == ([sector], ["assignment", "excursion"])
    anna = confirmed("anna@zilt.example")
    found = act.confirm_application(waiting, by=anna)
    assert (found.state, found.user, found.submitted_at is not None) == ("submitted", anna, True)
    assert act.confirm_application(waiting, by=anna).submitted_at == found.submitted_at
    assert told() == [
        ("application_received", "anna@zilt.example"),
        ("new_application", "office@example.org"),
    ]


def test_only_who_has_confirmed_the_address_confirms(confirmed):
    waiting = act.receive_application(details(), key=uuid.uuid4(), by=None)
    with pytest.raises(errors.NotTheApplicant):
        act.confirm_application(waiting, by=confirmed("anna@elsewhere.example"))
    with pytest.raises(errors.NotConfirmed):
        act.confirm_application(waiting, by=factories.UserFactory(email="anna@zilt.example"))
    waiting.refresh_from_db()
    assert (waiting.state, told()) == ("unconfirmed", [])


def test_somebody_logged_in_applies_with_their_own_address(charlie, office):
    found = act.receive_application(details(), key=uuid.uuid4(), by=charlie)
    assert (found.state, found.applicant_email, found.user) == (
        "submitted", "charlie@example.org", charlie,
    )  # fmt: skip


def test_sending_it_twice_is_one_application(anna):
    key = uuid.uuid4()
    first = act.receive_application(details(), key=key, by=anna)
    again = act.receive_application(details(name="Other"), key=key, by=anna)
    assert (again.pk, again.name, PartnerApplication.objects.count()) == (first.pk, "Zilt BV", 1)
    assert [kind for kind, _who in told()] == ["application_received"]


def test_a_prospects_number_makes_no_difference(anna):
    factories.PartnerFactory(name="Zilt BV", kvk_number="12345678", status="in_talks")
    found = act.receive_application(details(), key=uuid.uuid4(), by=anna)
    assert (found.state, found.partner, Partner.objects.count()) == ("submitted", None, 1)


def test_questions_and_answers(application, anna, office):
    colleague = factories.office_worker(email="colleague@example.org")
    with pytest.raises(errors.NoQuestion):
        act.answer_question(application, text="Zomaar.", by=anna)
    act.ask_question(application, text="Hoeveel studenten?", by=office)
    application.refresh_from_db()
    assert application.state == "question"
    with pytest.raises(errors.NotTheApplicant):
        act.answer_question(application, text="Vier.", by=colleague)
    act.answer_question(application, text=" Twaalf. ", by=anna)
    application.refresh_from_db()
    assert application.state == "submitted"
    assert [(m.from_office, m.author, m.text) for m in application.messages.all()] == [
        (True, office, "Hoeveel studenten?"),
        (False, anna, "Twaalf."),
    ]
    assert [each for each in told() if "question" in each[0]] == [
        ("question", "anna@zilt.example"),
        ("question_answered", "office@example.org"),  # who asked, not all of the office
    ]


def test_accepting_makes_the_partner(application, anna, office):
    application.sectors.add(factories.SectorFactory(slug="lab"))
    partner = act.accept_application(application, by=office, mandate="directeur, KvK")
    application.refresh_from_db()
    assert (application.state, application.partner, application.decided_by) == (
        "accepted", partner, office,
    )  # fmt: skip
    assert (
        partner.name, partner.status, partner.kvk_number, partner.email_domains,
        [sector.slug for sector in partner.sectors.all()],
    ) == ("Zilt BV", "in_talks", "12345678", ["zilt.example"], ["lab"])  # fmt: skip
    membership = partner.memberships.get()
    assert (
        membership.user, membership.role, membership.function, membership.mandate,
        membership.mandate_by,
    ) == (anna, "representative", "Directeur", "directeur, KvK", office)  # fmt: skip
    assert moves(partner) == [("", "in_talks")]
    # The office need not look at it any more.
    assert told() == [
        ("application_accepted", "anna@zilt.example"),
        ("application_received", "anna@zilt.example"),
    ]


def test_a_public_mail_provider_is_no_domain_of_a_partner(confirmed, office):
    found = act.receive_application(details(), key=uuid.uuid4(), by=confirmed("anna@gmail.com"))
    assert act.accept_application(found, by=office).email_domains == []


def test_a_linked_prospect_has_applied_and_comes_into_talks(application, office):
    prospect = factories.PartnerFactory(name="Zilt", status="prospect", website="https://z.example")
    act.link_partner(application, prospect, by=office)
    prospect.refresh_from_db()
    assert prospect.status == "applied"
    partner = act.accept_application(application, by=office)
    assert (partner, Partner.objects.count()) == (prospect, 1)
    assert (partner.kvk_number, partner.website) == ("12345678", "https://z.example")
    assert moves(prospect) == [("prospect", "applied"), ("applied", "in_talks")]
    assert partner.memberships.get().role == "representative"


def test_linking_another_takes_the_first_back(application, office):
    first, second = (factories.PartnerFactory(status="prospect") for _each in range(2))
    act.link_partner(application, first, by=office)
    act.link_partner(application, first, by=office)  # pressing twice
    act.link_partner(application, second, by=office)
    act.link_partner(application, None, by=office)
    assert [moves(each) for each in (first, second)] == [
        [("prospect", "applied"), ("applied", "prospect")]
    ] * 2


def test_who_is_further_stays_there(application, anna, office):
    signed = factories.PartnerFactory()
    factories.MembershipFactory(partner=signed, user=anna, role="teacher")
    partner = act.accept_application(application, by=office, partner=signed, role="contact")
    assert (partner.status, moves(signed)) == ("signed", [])
    assert Membership.objects.get(user=anna).role == "teacher"


def test_a_number_that_is_taken_is_told_to_the_office(application, office):
    known = factories.PartnerFactory(kvk_number="12345678", status="prospect")
    with pytest.raises(errors.KvkTaken) as refused:
        act.accept_application(application, by=office)
    assert refused.value.partner == known
    application.refresh_from_db()
    assert (application.state, Partner.objects.count()) == ("submitted", 1)


def test_declining_says_why(application, anna, office):
    prospect = factories.PartnerFactory(status="prospect")
    act.link_partner(application, prospect, by=office)
    with pytest.raises(errors.ReasonMissing):
        act.decline_application(application, reason="  ", by=office)
    act.decline_application(application, reason="Te ver weg.", by=office)
    application.refresh_from_db()
    assert (application.state, application.reason) == ("declined", "Te ver weg.")
    change = StatusChange.objects.filter(partner=prospect).latest("pk")
    assert (change.after, change.reason, change.application) == (
        "declined", "Te ver weg.", application,
    )  # fmt: skip
    assert ("application_declined", anna.email) in told()
    assert not Membership.objects.exists()


def test_withdrawing(application, anna, office):
    prospect = factories.PartnerFactory(status="prospect")
    act.link_partner(application, prospect, by=office)
    with pytest.raises(errors.NotAllowed):
        act.withdraw_application(application, by=office)
    act.withdraw_application(application, by=anna)
    act.withdraw_application(application, by=anna)
    application.refresh_from_db()
    assert (application.state, moves(prospect)[-1], told()) == (
        "withdrawn", ("applied", "prospect"), [],
    )  # fmt: skip


@pytest.mark.parametrize("state", ["accepted", "declined", "withdrawn"])
def test_what_is_decided_stays_so(state, anna, office):
    decided = factories.ApplicationFactory(
        state=state, user=anna, partner=factories.PartnerFactory()
    )
    for refused in (
        lambda: act.ask_question(decided, text="Nog iets?", by=office),
        lambda: act.answer_question(decided, text="Ja.", by=anna),
        lambda: act.link_partner(decided, None, by=office),
        lambda: act.accept_application(decided, by=office),
        lambda: act.decline_application(decided, reason="Nee.", by=office),
    ):
        with pytest.raises(errors.AlreadyDecided):
            refused()
    if state != "withdrawn":
        with pytest.raises(errors.AlreadyDecided):
            act.withdraw_application(decided, by=anna)


def test_what_nobody_confirmed_is_not_decided_on(office):
    waiting = factories.ApplicationFactory(state="unconfirmed", user=None)
    for refused in (
        lambda: act.ask_question(waiting, text="Wie?", by=office),
        lambda: act.accept_application(waiting, by=office),
        lambda: act.decline_application(waiting, reason="Nee.", by=office),
    ):
        with pytest.raises(errors.NotConfirmed):
            refused()


def test_what_came_to_nothing_is_forgotten_in_time_with_its_history():
    now = timezone.now()
    for days, state in (
        (6, "unconfirmed"), (8, "unconfirmed"), (400, "submitted"), (400, "accepted"),
        (360, "declined"), (370, "declined"), (370, "withdrawn"),
    ):  # fmt: skip
        past = now - datetime.timedelta(days=days)
        row = factories.ApplicationFactory(name=f"{days} {state}", state=state, user=None)
        row.sectors.add(factories.SectorFactory())
        factories.ApplicationMessageFactory(application=row)
        PartnerApplication.objects.filter(pk=row.pk).update(
            created_at=past, decided_at=past if row.decided_at else None
        )
    kept = ["360 declined", "400 accepted", "400 submitted", "6 unconfirmed"]
    assert act.forget_old(now=now) == 3
    assert sorted(PartnerApplication.objects.values_list("name", flat=True)) == kept
    models = apps.get_app_config("partners")
    events = models.get_model("PartnerApplicationEvent").objects
    assert sorted(set(events.values_list("name", flat=True))) == kept
    for name, number in (("ApplicationMessageEvent", 4), ("ApplicationSectorEvent", 4)):
        assert models.get_model(name).objects.count() == number


@pytest.mark.parametrize(
    "impossible",
    [
        {"state": "declined", "reason": ""},
        {"state": "accepted", "decided_at": None},
        {"state": "submitted", "submitted_at": None},
        {"kvk_number": "1234567"},
        {"state": "lost"},
    ],
)
def test_the_database_refuses(impossible):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.ApplicationFactory(**impossible)


def test_two_reviewers_decide_at_once(at_once):
    office = factories.office_worker()
    for _round in range(3):
        application = factories.ApplicationFactory()
        came_to = at_once(
            lambda row=application: act.accept_application(row, by=office) and "accepted",
            lambda row=application: (
                act.decline_application(row, reason="Nee.", by=office) and "declined"
            ),
        )
        application.refresh_from_db()
        assert sorted(map(str, came_to)) == sorted(["AlreadyDecided", application.state])
        decided = Notification.objects.filter(subject=f"partnerapplication:{application.pk}")
        assert [row.kind for row in decided] == [f"partners.application_{application.state}"]
