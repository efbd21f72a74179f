"""Who may know what of partners: the table of the domain, asked of the rules themselves."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import F, Func, OuterRef, Subquery

from civportal.accounts.models import User
from partners.models import (
    Agreement,
    ApplicationMessage,
    ContactMoment,
    Invitation,
    MembershipRequest,
    Partner,
    PartnerApplication,
    Signature,
    SignatureRequest,
    StatusChange,
)
from partners.permissions import (
    can_answer,
    can_edit_partner,
    can_give_mandate,
    can_make_agreements,
    can_manage_people,
    can_move,
    can_review,
    can_see_pipeline,
    signs_for,
)
from tests import factories

pytestmark = pytest.mark.django_db

MODELS = [
    Partner, PartnerApplication, ApplicationMessage, ContactMoment, StatusChange, Agreement,
    SignatureRequest, Signature, MembershipRequest, Invitation,
]  # fmt: skip


@pytest.fixture
def prospect():
    return factories.PartnerFactory(name="Geheim BV", status="in_talks")


@pytest.fixture
def people(office, steering, company, charlie, prospect):
    """Everyone, among them three people of an organisation that talks with the centre."""
    found = {
        "visitor": AnonymousUser(),
        "charlie": charlie,
        "company": company,
        "steering": steering,
        "office": office,
    }
    for role in ("representative", "member"):
        found[role] = factories.MembershipFactory(partner=prospect, role=role).user
    found["left"] = factories.UserFactory()
    reader = factories.UserFactory()
    reader.user_permissions.add(Permission.objects.get(codename="view_pipeline"))
    found["reader"] = User.objects.get(pk=reader.pk)
    found["applicant"] = factories.UserFactory()
    return found


@pytest.fixture
def archive(prospect, people, company):
    """Something of everything about the organisation in talks."""
    application = factories.ApplicationFactory(
        name="accepted", state="accepted", partner=prospect, user=people["applicant"]
    )
    factories.ApplicationMessageFactory(application=application)
    factories.ApplicationFactory(name="open", partner=prospect, user=people["applicant"])
    factories.ApplicationFactory(name="robot", state="unconfirmed", user=people["left"])
    factories.MomentFactory(partner=prospect)
    factories.StatusChangeFactory(partner=prospect)
    factories.SignatureRequestFactory(partner=prospect, agreement__title="open")
    factories.SignatureRequestFactory(
        partner=prospect, agreement__title="draft", agreement__state="draft"
    )
    factories.SignatureRequestFactory(
        partner=prospect, agreement__title="withdrawn", withdrawn_at="2021-03-01T12:00Z"
    )
    factories.SignatureFactory(partner=prospect, agreement__title="signed")
    factories.MembershipRequestFactory(partner=prospect, user=people["left"])
    factories.InvitationFactory(partner=prospect)


def readers(people, model, **which) -> set[str]:
    return {
        name
        for name, who in people.items()
        if model.objects.visible_to(who).filter(**which).exists()
    }


INSIDERS = {"office", "steering", "reader"}
OWN = {"representative", "member"}


def test_who_sees_what(archive, people, prospect):
    seen = {
        "partner": readers(people, Partner, pk=prospect.pk),
        "accepted application": readers(people, PartnerApplication, name="accepted"),
        "message": readers(people, ApplicationMessage),
        "open application": readers(people, PartnerApplication, name="open"),
        "robot": readers(people, PartnerApplication, name="robot"),
        "moment": readers(people, ContactMoment),
        "change": readers(people, StatusChange),
        "open agreement": readers(people, Agreement, title="open"),
        "draft": readers(people, Agreement, title="draft"),
        "withdrawn": readers(people, Agreement, title="withdrawn"),
        "signed": readers(people, Agreement, title="signed"),
        "request to sign": readers(people, SignatureRequest, agreement__title="open"),
        "request of a draft": readers(people, SignatureRequest, agreement__title="draft"),
        "withdrawn request": readers(people, SignatureRequest, agreement__title="withdrawn"),
        "signature": readers(people, Signature),
        "request to join": readers(people, MembershipRequest),
        "invitation": readers(people, Invitation),
    }
    assert seen == {
        "partner": INSIDERS | OWN,
        "accepted application": INSIDERS | OWN | {"applicant"},
        "message": INSIDERS | OWN | {"applicant"},
        "open application": INSIDERS | {"applicant"},
        "robot": {"left"},
        "moment": INSIDERS | OWN,
        "change": INSIDERS | OWN,
        "open agreement": INSIDERS | OWN,
        "draft": INSIDERS,
        "withdrawn": INSIDERS,
        "signed": INSIDERS | OWN,
        "request to sign": INSIDERS | OWN,
        "request of a draft": INSIDERS,
        "withdrawn request": INSIDERS,
        "signature": INSIDERS | OWN,
        "request to join": {"office", "representative", "left"},
        "invitation": {"office", "representative"},
    }


@pytest.mark.parametrize("model", MODELS)
def test_one_query_over_all_people_says_the_same(archive, people, model):
    """The rule for an ``OuterRef`` is the rule for a ``User``."""
    people["member"].is_active = False
    people["member"].save()
    rows = model.objects.visible_to(OuterRef("pk")).order_by()
    count = rows.annotate(n=Func(F("pk"), function="COUNT")).values("n")
    counted = User.objects.annotate(n=Subquery(count)).order_by("pk")
    assert [(person.pk, person.n) for person in counted] == [
        (person.pk, model.objects.visible_to(person).count())
        for person in User.objects.order_by("pk")
    ]


def test_a_former_seat_in_the_steering_group_opens_nothing(steering_group, prospect):
    former = factories.UserFactory()
    factories.SeatFactory(body=steering_group, user=former, end="2021-03-01")
    working = factories.UserFactory()
    factories.SeatFactory(body__kind="working_group", user=working)
    assert readers({"former": former, "working group": working}, Partner, pk=prospect.pk) == set()


def test_who_may_do_what(archive, people, prospect):
    agreement = Agreement.objects.get(title="open")
    application = PartnerApplication.objects.get(name="open")
    people["mandated"] = factories.MembershipFactory(
        partner=prospect, role="representative", mandate="directeur"
    ).user
    allowed = {
        "review": {name for name, who in people.items() if can_review(who)},
        "answer": {name for name, who in people.items() if can_answer(who, application)},
        "see the pipeline": {name for name, who in people.items() if can_see_pipeline(who)},
        "move": {name for name, who in people.items() if can_move(who)},
        "edit": {name for name, who in people.items() if can_edit_partner(who, prospect)},
        "people": {name for name, who in people.items() if can_manage_people(who, prospect)},
        "mandate": {name for name, who in people.items() if can_give_mandate(who, prospect)},
        "agreements": {name for name, who in people.items() if can_make_agreements(who)},
        "sign": {name for name, who in people.items() if signs_for(who, agreement).exists()},
    }
    assert allowed == {
        "review": {"office"},
        "answer": {"applicant"},
        "see the pipeline": INSIDERS,
        "move": {"office"},
        "edit": {"office", "representative", "mandated"},
        "people": {"office", "representative", "mandated"},
        "mandate": {"office", "mandated"},
        "agreements": {"office"},
        "sign": {"mandated"},
    }
