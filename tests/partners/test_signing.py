"""Agreements and signatures: asking, signing, what proves it, and that it stays as it was."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from civportal.notifications.models import Happening, Notification
from partners import errors
from partners.actions import agreements, signing
from partners.choices import SigningMethod
from partners.documents import verified_document, verified_scan
from partners.models import Agreement, Signature, SignatureRequest
from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = SigningMethod.PASSWORD


@pytest.fixture(autouse=True)
def own_media(media):
    return media


@pytest.fixture
def agreement():
    return factories.AgreementFactory(title="Overeenkomst", sign_by=None)


def partner_with_signatory(**fields):
    membership = factories.MembershipFactory(
        partner=factories.PartnerFactory(status="in_talks", **fields),
        role="representative",
        function="Directeur",
        mandate="directeur, ingeschreven bij de KvK",
    )
    return membership.partner, membership.user


def asked(agreement, **fields):
    partner, user = partner_with_signatory(**fields)
    factories.SignatureRequestFactory(agreement=agreement, partner=partner)
    return partner, user


def sign(agreement, partner, user, **changes) -> Signature:
    return signing.sign(
        agreement,
        partner,
        **{
            "by": user,
            "method": PASSWORD,
            "document_sha256": agreement.sha256,
            "address": "192.0.2.7",
            "user_agent": "Lynx/2.9",
            **changes,
        },
    )


def told(kind: str) -> list[str]:
    rows = Notification.objects.filter(kind=f"partners.{kind}", state="pending")
    return sorted(rows.values_list("recipient__email", flat=True))


# --- agreements ----------------------------------------------------------------------------------


def test_an_agreement_takes_the_hash_of_its_document(agreement):
    draft = factories.AgreementFactory(state="draft", document__data=b"%PDF-1.7 x %%EOF")
    first = draft.sha256
    draft.document = ContentFile(factories.PDF, "nieuw.pdf")
    draft.save()
    assert (len(first), draft.sha256 != first, draft.sha256) == (64, True, agreement.sha256)
    assert verified_document(draft) == factories.PDF


def test_asking_and_opening(office):
    draft = factories.AgreementFactory(state="draft")
    first, signatory = partner_with_signatory()
    factories.MembershipFactory(partner=first, role="representative")  # without a mandate
    second = factories.PartnerFactory(status="in_talks")
    other = factories.MembershipFactory(partner=second, role="representative").user
    assert len(agreements.ask_to_sign(draft, [first], by=office)) == 1
    assert agreements.ask_to_sign(draft, [first], by=office) == []
    assert told("to_sign") == []
    agreements.open_agreement(draft, by=office)
    agreements.open_agreement(draft, by=office)
    assert told("to_sign") == [signatory.email]
    agreements.ask_to_sign(draft, [first, second], by=office)
    assert told("to_sign") == sorted([signatory.email, other.email])


def test_a_request_is_withdrawn_and_made_anew(agreement, office):
    partner, user = asked(agreement)
    request = SignatureRequest.objects.get()
    agreements.withdraw_signature_request(request, by=office)
    agreements.withdraw_signature_request(request, by=office)
    with pytest.raises(errors.NotAsked):
        sign(agreement, partner, user)
    agreements.ask_to_sign(agreement, [partner], by=office)
    sign(agreement, partner, user)
    with pytest.raises(errors.AlreadySigned):
        agreements.withdraw_signature_request(request, by=office)


def test_closing(agreement, office):
    partner, user = asked(agreement)
    agreements.close_agreement(agreement, by=office)
    agreements.close_agreement(agreement, by=office)
    for refused in (
        lambda: sign(agreement, partner, user),
        lambda: agreements.ask_to_sign(agreement, [partner], by=office),
        lambda: agreements.set_last_day(agreement, sign_by=None, by=office),
        lambda: agreements.close_agreement(factories.AgreementFactory(state="draft"), by=office),
    ):
        with pytest.raises(errors.NotOpen):
            refused()
    with pytest.raises(errors.NotADraft):
        agreements.open_agreement(agreement, by=office)


def test_an_agreement_whose_last_day_is_past_is_not_opened(office):
    past = timezone.localdate() - datetime.timedelta(days=1)
    draft = factories.AgreementFactory(state="draft", sign_by=past)
    with pytest.raises(errors.NotOpen):
        agreements.open_agreement(draft, by=office)
    agreements.set_last_day(draft, sign_by=timezone.localdate(), by=office)
    assert agreements.open_agreement(draft, by=office).is_open


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Anders"}, {"version": "9"}, {"document": "x.pdf"}, {"sha256": "0" * 64},
        {"kind": "partial"}, {"valid_until": "2030-01-01"}, {"valid_from": "2020-01-01"},
        {"state": "draft", "opened_at": None},
    ],
)  # fmt: skip
def test_the_terms_of_an_opened_agreement_stay(change, agreement):
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(**change)
    draft = factories.AgreementFactory(state="draft")
    assert Agreement.objects.filter(pk=draft.pk).update(**change) == 1


def test_an_opened_agreement_is_not_deleted(agreement):
    with pytest.raises(IntegrityError, match="cannot be deleted"), transaction.atomic():
        agreement.delete()
    factories.AgreementFactory(state="draft").delete()


# --- the document --------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["changed", "gone"])
def test_a_document_that_is_not_what_was_put_in(what, agreement, office):
    partner, user = asked(agreement)
    storage, name = agreement.document.storage, agreement.document.name
    storage.delete(name)
    if what == "changed":
        storage.save(name, ContentFile(factories.PDF + b"x"))
    draft = factories.AgreementFactory(state="draft")
    draft.document.storage.delete(draft.document.name)
    for refused in (
        lambda: verified_document(agreement),
        lambda: sign(agreement, partner, user),
        lambda: agreements.open_agreement(draft, by=office),
    ):
        with pytest.raises(errors.DocumentChanged):
            refused()
    assert not Signature.objects.exists()


def test_a_changed_document_is_not_served(agreement, office, logged_in):
    address = f"/partners/overeenkomsten/{agreement.pk}/document/"
    answer = logged_in(office).get(address)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (
        200, factories.PDF, "application/pdf",
    )  # fmt: skip
    storage, name = agreement.document.storage, agreement.document.name
    storage.delete(name)
    storage.save(name, ContentFile(b"%PDF-1.7 vals %%EOF"))
    answer = logged_in(office).get(address)
    assert (answer.status_code, b"vals" in answer.content) == (409, False)


# --- signing -------------------------------------------------------------------------------------


def test_signing_leaves_evidence_and_makes_a_partner(agreement, office):
    partner, user = asked(agreement)
    found = sign(agreement, partner, user)
    assert (
        found.user, found.name, found.function, found.mandate, found.method,
        found.document_sha256, found.address, found.user_agent,
    ) == (
        user, user.name, "Directeur", "directeur, ingeschreven bij de KvK", "password",
        agreement.sha256, "192.0.2.7", "Lynx/2.9",
    )  # fmt: skip
    partner.refresh_from_db()
    change = partner.status_changes.get()
    assert (partner.status, change.before, change.after, change.by, change.signature) == (
        "signed", "in_talks", "signed", user, found,
    )  # fmt: skip
    assert told("signed") == sorted([user.email, office.email])
    assert [row.topics for row in Happening.objects.all()] == [
        sorted([f"partner:{partner.pk}", "partners"])
    ]


def test_a_partial_agreement_makes_no_partner():
    partner, user = asked(agreement := factories.AgreementFactory(kind="partial"))
    sign(agreement, partner, user)
    partner.refresh_from_db()
    assert (partner.status, partner.status_changes.count(), Happening.objects.count()) == (
        "in_talks", 0, 0,
    )  # fmt: skip


def test_who_may_not_sign(agreement, office, charlie):
    partner, user = asked(agreement)
    without = factories.MembershipFactory(partner=partner, role="representative").user
    _other, elsewhere = asked(agreement)
    for somebody in (without, elsewhere, office, charlie):
        with pytest.raises(errors.NoMandate):
            sign(agreement, partner, somebody)
    user.is_active = False
    user.save()
    with pytest.raises(errors.NoMandate):
        sign(agreement, partner, user)


def test_what_cannot_be_signed(agreement):
    partner, user = asked(agreement)
    unasked, other = partner_with_signatory()
    with pytest.raises(errors.NotAsked):
        sign(agreement, unasked, other)
    with pytest.raises(errors.OtherDocument):
        sign(agreement, partner, user, document_sha256="0" * 64)
    draft = factories.AgreementFactory(state="draft")
    late = factories.AgreementFactory(sign_by=timezone.localdate() - datetime.timedelta(days=1))
    for closed in (draft, late):
        factories.SignatureRequestFactory(agreement=closed, partner=partner)
        with pytest.raises(errors.NotOpen):
            sign(closed, partner, user)
    assert not Signature.objects.exists()


def test_signing_twice_is_one_signature(agreement):
    partner, user = asked(agreement)
    first = sign(agreement, partner, user)
    with pytest.raises(errors.AlreadySigned) as refused:
        sign(agreement, partner, user)
    assert (refused.value.signature, Signature.objects.count()) == (first, 1)


def hand(agreement, partner, user) -> signing.Hand:
    return signing.Hand(
        partner=partner, user=user, method=PASSWORD, document_sha256=agreement.sha256
    )


def test_signing_together_is_all_or_none(agreement):
    both = [asked(agreement), asked(agreement)]
    stranger = partner_with_signatory()
    with pytest.raises(errors.NotAsked):
        signing.sign_together(agreement, [hand(agreement, *one) for one in (*both, stranger)])
    assert not Signature.objects.exists()
    found = signing.sign_together(agreement, [hand(agreement, *one) for one in both])
    assert [(s.partner, s.user) for s in found] == both
    assert {one.status_changes.get().after for one, _user in both} == {"signed"}


def paper(partner, **fields) -> signing.Paper:
    return signing.Paper(
        partner=partner, **{"name": "Dirk Directeur", "mandate": "directeur", **fields}
    )


def scan() -> ContentFile:
    return ContentFile(factories.PDF + b"scan", "blad.pdf")


def test_one_sheet_of_paper_for_several_partners(office, agreement, own_media):
    partners = [factories.PartnerFactory(status="letter_of_intent") for _n in range(2)]
    moment = timezone.now() - datetime.timedelta(days=3)
    agreements.close_agreement(agreement, by=office)  # signed before that
    found = signing.record_paper(
        agreement, [paper(each) for each in partners], signed_at=moment, scan=scan(), by=office
    )
    assert [
        (s.partner, s.name, s.user, s.method, s.signed_at, s.recorded_by, s.address) for s in found
    ] == [(p, "Dirk Directeur", None, "paper", moment, office, None) for p in partners]
    assert len({s.scan.name for s in found}) == 1
    assert verified_scan(found[1]) == factories.PDF + b"scan"
    assert [p.status_changes.get().after for p in partners] == ["signed", "signed"]


def test_paper_that_cannot_be(office, agreement, own_media):
    partner, _user = asked(agreement)
    now = timezone.now()
    last = factories.AgreementFactory(sign_by=now.date() - datetime.timedelta(days=5))
    for which, moment in (
        (agreement, now + datetime.timedelta(hours=1)),
        (factories.AgreementFactory(state="draft"), now),
        (last, now),
    ):
        with pytest.raises(errors.NotOpen):
            signing.record_paper(which, [paper(partner)], signed_at=moment, scan=scan(), by=office)
    signing.record_paper(agreement, [paper(partner)], signed_at=now, scan=scan(), by=office)
    other = factories.PartnerFactory(status="in_talks")
    with pytest.raises(errors.AlreadySigned):
        signing.record_paper(
            agreement, [paper(other), paper(partner)], signed_at=now, scan=scan(), by=office
        )
    assert (Signature.objects.count(), len(list(own_media.rglob("blad*.pdf")))) == (1, 1)


@pytest.mark.parametrize(
    "impossible",
    [{"mandate": ""}, {"name": ""}, {"method": "paper"}, {"scan": "x.pdf"}, {"method": "stamp"}],
)
def test_the_database_refuses(impossible):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.SignatureFactory(**impossible)


# --- it stays as it was --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Ander"}, {"mandate": "geen"}, {"document_sha256": "0" * 64},
        {"signed_at": "2020-01-01T12:00Z"}, {"method": "passkey"}, {"address": "198.51.100.1"},
        {"user_agent": "Ander"},
    ],
)  # fmt: skip
def test_a_signature_does_not_change(change):
    signature = factories.SignatureFactory(
        address="192.0.2.7", user_agent="Lynx", user=factories.UserFactory()
    )
    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(**change)
    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(user=factories.UserFactory())


def test_a_signature_is_not_deleted_but_an_account_can_go():
    signature = factories.SignatureFactory(user=factories.UserFactory())
    with pytest.raises(IntegrityError, match="cannot be deleted"), transaction.atomic():
        Signature.objects.all().delete()
    signature.user.delete()
    signature.refresh_from_db()
    assert (signature.user, signature.name) == (None, "Dirk Directeur")


def test_evidence_is_erased_when_the_law_asks_no_more():
    today = datetime.date(2030, 3, 1)
    long_ago, just = datetime.date(2023, 2, 28), datetime.date(2023, 3, 1)
    ended = factories.PartnerFactory(status="ended")

    def signature(name, **fields):
        return factories.SignatureFactory(
            name=name, address="192.0.2.7", user_agent="Lynx", **fields
        )

    signature("over", agreement__valid_until=long_ago)
    signature("just not", agreement__valid_until=just)
    signature("without end")
    signature("partnership over", partner=ended)
    factories.StatusChangeFactory(
        partner=ended, before="signed", after="ended", reason="Klaar.", at="2022-01-01T12:00Z"
    )
    signature("again a partner", partner=(again := factories.PartnerFactory()))
    factories.StatusChangeFactory(
        partner=again, before="signed", after="ended", reason="Klaar.", at="2022-01-01T12:00Z"
    )
    assert signing.erase_old_evidence(today=today) == 2
    assert signing.erase_old_evidence(today=today) == 0
    erased = Signature.objects.filter(address=None, user_agent="", evidence_erased_at__isnull=False)
    assert sorted(erased.values_list("name", flat=True)) == ["over", "partnership over"]
    from partners.models import Signature as Model

    names = {field.name for field in Model.pgh_event_model._meta.get_fields()}
    assert names & {"address", "user_agent"} == set()


def test_two_representatives_sign_at_once(at_once):
    for _round in range(3):
        agreement = factories.AgreementFactory()
        partner, one = asked(agreement)
        two = factories.MembershipFactory(
            partner=partner, role="representative", mandate="bestuurder"
        ).user
        came_to = at_once(
            lambda a=agreement, p=partner, u=one: sign(a, p, u).user_id,
            lambda a=agreement, p=partner, u=two: sign(a, p, u).user_id,
        )
        [signature] = agreement.signatures.all()
        assert sorted(map(str, came_to)) == sorted(["AlreadySigned", str(signature.user_id)])
        assert partner.status_changes.count() == 1


def test_a_conference_signs_at_once(at_once):
    agreement = factories.AgreementFactory()
    pairs = [asked(agreement) for _n in range(4)]
    came_to = at_once(
        *(lambda p=partner, u=user: sign(agreement, p, u).partner_id for partner, user in pairs)
    )
    assert came_to == [partner.pk for partner, _user in pairs]
