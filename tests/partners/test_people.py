"""Inviting, asking to join, roles, mandates and leaving."""

import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from civportal.notifications.models import Notification
from partners import errors
from partners.actions import people as act
from partners.models import Invitation, Membership, MembershipRequest
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return factories.PartnerFactory(name="Zilt", email_domains=["zilt.example"])


@pytest.fixture
def alice(partner):
    """The representative."""
    return factories.MembershipFactory(
        partner=partner, role="representative", user__email="alice@zilt.example"
    )


@pytest.fixture
def bob(partner):
    """A member."""
    return factories.MembershipFactory(
        partner=partner, role="member", user__email="bob@zilt.example"
    )


def told() -> list[tuple[str, str]]:
    rows = Notification.objects.filter(state="pending").order_by("kind", "recipient__email")
    return [(row.kind.removeprefix("partners."), row.recipient.email) for row in rows]


def refresh(membership: Membership) -> Membership:
    return Membership.objects.get(pk=membership.pk)


# --- invitations ---------------------------------------------------------------------------------


def invitation(partner, link="geheim", **fields) -> Invitation:
    return factories.InvitationFactory(partner=partner, token_hash=act.token_hash(link), **fields)


def test_only_representatives_and_the_office_invite(partner, alice, bob, charlie):
    for somebody in (bob.user, charlie):
        with pytest.raises(errors.NotAllowed):
            act.invite(partner, email="x@zilt.example", role="member", by=somebody)
    with pytest.raises(errors.AlreadyMember):
        act.invite(partner, email="Bob@Zilt.example", role="member", by=alice.user)
    assert not Invitation.objects.exists()


def test_an_invitation_is_accepted_once_by_whom_it_was_sent_to(partner, alice, confirmed):
    invitation(partner, email="cora@zilt.example", role="contact", invited_by=alice.user)
    cora = confirmed("cora@zilt.example")
    assert act.find_invitation("geheim").role == "contact"
    with pytest.raises(errors.OtherAddress):
        act.accept_invitation("geheim", by=confirmed("dirk@zilt.example"))
    first = act.accept_invitation("geheim", by=cora)
    assert (first.user, first.partner, first.role) == (cora, partner, "contact")
    assert act.accept_invitation("geheim", by=cora) == first
    assert (act.find_invitation("geheim"), told()) == (
        None, [("invitation_accepted", "alice@zilt.example")],
    )  # fmt: skip
    first.delete()
    with pytest.raises(errors.InvitationOver):
        act.accept_invitation("geheim", by=cora)


def test_an_address_that_is_not_confirmed_opens_nothing(partner):
    invitation(partner, email="cora@zilt.example")
    with pytest.raises(errors.NotConfirmed):
        act.accept_invitation("geheim", by=factories.UserFactory(email="cora@zilt.example"))
    assert not Membership.objects.exists()


@pytest.mark.parametrize("over", ["expired", "revoked", "unknown"])
def test_an_invitation_that_is_over(over, partner, alice, confirmed):
    row = invitation(partner, email="cora@zilt.example")
    if over == "expired":
        row.expires_at = timezone.now() - datetime.timedelta(seconds=1)
        row.save()
    if over == "revoked":
        act.revoke_invitation(row, by=alice.user)
        act.revoke_invitation(row, by=alice.user)
    token = "ander" if over == "unknown" else "geheim"
    assert act.find_invitation(token) is None
    with pytest.raises(errors.InvitationOver):
        act.accept_invitation(token, by=confirmed("cora@zilt.example"))


def test_an_invitation_makes_a_member_representative_but_never_less(partner, alice, confirmed):
    cora = confirmed("cora@zilt.example")
    row = factories.MembershipFactory(partner=partner, user=cora, role="teacher")
    invitation(partner, "eerste", email=cora.email, role="member")
    act.accept_invitation("eerste", by=cora)
    assert refresh(row).role == "teacher"
    invitation(partner, "tweede", email=cora.email, role="representative")
    act.accept_invitation("tweede", by=cora)
    assert refresh(row).role == "representative"


def test_one_open_invitation_for_an_address(partner):
    invitation(partner, "een", email="cora@zilt.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        invitation(partner, "twee", email="cora@zilt.example")


# --- asking to join ------------------------------------------------------------------------------


def test_asking_to_join(partner, alice, confirmed, office):
    cora = confirmed("cora@zilt.example")
    request = act.ask_to_join(partner, by=cora, message=" Ik begeleid. ")
    assert act.ask_to_join(partner, by=cora) == request
    assert (request.by_domain, request.message, told()) == (
        True, "Ik begeleid.", [("wants_to_join", "alice@zilt.example")],
    )  # fmt: skip
    act.decide_request(request, accept=True, by=alice.user, role="teacher")
    act.decide_request(request, accept=True, by=alice.user, role="contact")
    assert (cora.memberships.get().role, told()) == (
        "teacher", [("request_decided", "cora@zilt.example")],
    )  # fmt: skip
    with pytest.raises(errors.AlreadyAnswered):
        act.decide_request(request, accept=False, by=alice.user)
    with pytest.raises(errors.AlreadyMember):
        act.ask_to_join(partner, by=cora)


def test_an_address_that_is_not_confirmed_is_of_no_domain(partner, alice, charlie):
    stranger = factories.UserFactory(email="mallory@zilt.example")
    assert [act.ask_to_join(partner, by=person).by_domain for person in (stranger, charlie)] == [
        False,
        False,
    ]


def test_where_nobody_can_answer_the_office_hears(partner, charlie, office):
    factories.MembershipFactory(partner=partner, role="representative", user__is_active=False)
    act.ask_to_join(partner, by=charlie)
    assert told() == [("wants_to_join", "office@example.org")]


def test_nobody_else_decides(partner, alice, bob, charlie, company):
    request = act.ask_to_join(partner, by=charlie)
    for somebody in (bob.user, charlie, company):
        with pytest.raises(errors.NotAllowed):
            act.decide_request(request, accept=True, by=somebody)
    with pytest.raises(errors.NotAllowed):
        act.withdraw_request(request, by=bob.user)
    act.withdraw_request(request, by=charlie)
    act.withdraw_request(request, by=charlie)
    with pytest.raises(errors.AlreadyAnswered):
        act.decide_request(request, accept=True, by=alice.user)
    assert not charlie.memberships.exists()


# --- roles and mandates --------------------------------------------------------------------------


def test_roles_are_changed_by_representatives_and_the_office(partner, alice, bob, charlie, office):
    for somebody in (bob.user, charlie):
        with pytest.raises(errors.NotAllowed):
            act.change_role(bob, role="representative", by=somebody)
    assert act.change_role(bob, role="contact", by=alice.user).role == "contact"
    assert act.change_role(bob, role="teacher", by=office).role == "teacher"


def test_a_mandate_comes_from_who_has_one_and_goes_with_the_role(partner, alice, bob, office):
    with pytest.raises(errors.NotAllowed):  # one does not give it to oneself
        act.give_mandate(alice, mandate="directeur", by=alice.user)
    with pytest.raises(errors.NotAllowed):  # nor does a member get one
        act.give_mandate(bob, mandate="directeur", by=office)
    act.give_mandate(alice, mandate=" directeur ", by=office)
    act.change_role(bob, role="representative", by=alice.user)
    found = act.give_mandate(bob, mandate="gevolmachtigde", by=alice.user)
    assert (found.mandate, found.mandate_by, found.may_sign) == (
        "gevolmachtigde", alice.user, True,
    )  # fmt: skip
    found = act.change_role(bob, role="member", by=alice.user)
    assert (found.mandate, found.mandate_by, found.may_sign) == ("", None, False)


def test_the_database_gives_no_mandate_to_a_member(bob):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=bob.pk).update(mandate="directeur")


def test_ones_function_is_ones_own_to_say(alice, bob, charlie):
    assert act.set_function(bob, function=" Analist ", by=bob.user).function == "Analist"
    assert act.set_function(bob, function="Hoofd", by=alice.user).function == "Hoofd"
    with pytest.raises(errors.NotAllowed):
        act.set_function(alice, function="Baas", by=bob.user)


# --- leaving -------------------------------------------------------------------------------------


def test_leaving_and_being_taken_out(partner, alice, bob, charlie):
    with pytest.raises(errors.NotAllowed):
        act.remove_member(alice, by=bob.user)
    with pytest.raises(errors.NotAllowed):
        act.remove_member(bob, by=charlie)
    act.remove_member(bob, by=bob.user)
    act.remove_member(bob, by=alice.user)  # a moment later
    assert [m.user for m in partner.memberships.all()] == [alice.user]


def test_the_last_representative_stays(partner, alice, bob, office):
    gone = factories.MembershipFactory(
        partner=partner, role="representative", user__is_active=False
    )
    for refused in (
        lambda: act.remove_member(alice, by=alice.user),
        lambda: act.remove_member(alice, by=office),
        lambda: act.change_role(alice, role="member", by=alice.user),
        lambda: act.change_role(alice, role="member", by=office),
    ):
        with pytest.raises(errors.LastRepresentative):
            refused()
    assert refresh(alice).role == "representative"
    act.remove_member(gone, by=alice.user)  # somebody else still speaks for it


def test_leaving_with_a_successor(partner, alice, bob, charlie):
    elsewhere = factories.MembershipFactory()
    for successor, by in ((elsewhere, alice.user), (alice, alice.user), (bob, bob.user)):
        with pytest.raises(errors.NotAllowed):
            act.leave_with_successor(alice, successor=successor, by=by)
    act.leave_with_successor(alice, successor=bob, by=alice.user)
    assert [(m.user, m.role) for m in partner.memberships.all()] == [(bob.user, "representative")]


def at_the_end_of_the_transaction() -> None:
    """Let what waits for the end of the transaction happen now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@transaction.atomic
def committed(change: Callable[[], object]) -> None:
    change()
    at_the_end_of_the_transaction()


def test_the_database_keeps_the_last_representative(partner, alice, bob):
    for cut in (
        lambda: Membership.objects.filter(pk=alice.pk).delete(),
        lambda: Membership.objects.filter(pk=alice.pk).update(role="member"),
        lambda: Membership.objects.filter(pk=alice.pk).update(partner=factories.PartnerFactory()),
    ):
        with pytest.raises(IntegrityError, match="last representative"):
            committed(cut)
    assert refresh(alice).role == "representative"


def test_the_database_lets_a_successor_come_after(partner, alice, bob):
    with transaction.atomic():
        Membership.objects.filter(pk=alice.pk).delete()
        Membership.objects.filter(pk=bob.pk).update(role="representative")
        at_the_end_of_the_transaction()
    assert partner.memberships.get().user == bob.user


@pytest.mark.parametrize("what", ["account", "partner"])
def test_an_account_or_a_partner_can_be_deleted_altogether(what, partner, alice):
    with transaction.atomic():
        (alice.user if what == "account" else partner).delete()
        at_the_end_of_the_transaction()
    assert not Membership.objects.exists()


def test_two_representatives_leave_at_once(at_once):
    for _round in range(3):
        partner = factories.PartnerFactory()
        one, two = (
            factories.MembershipFactory(partner=partner, role="representative") for _n in range(2)
        )
        came_to = at_once(
            lambda row=one: act.remove_member(row, by=row.user),
            lambda row=two: act.change_role(row, role="member", by=row.user).role,
        )
        assert came_to in ([None, "LastRepresentative"], ["LastRepresentative", "member"])
        assert partner.memberships.representatives().count() == 1


def test_two_answers_to_one_request_at_once(at_once):
    partner = factories.PartnerFactory()
    one, two = (
        factories.MembershipFactory(partner=partner, role="representative").user for _n in range(2)
    )
    request = factories.MembershipRequestFactory(partner=partner)
    came_to = at_once(
        lambda: act.decide_request(request, accept=True, by=one).state,
        lambda: act.decide_request(request, accept=False, by=two).state,
    )
    state = MembershipRequest.objects.get().state
    assert sorted(map(str, came_to)) == sorted(["AlreadyAnswered", state])
    assert partner.memberships.filter(user=request.user).exists() == (state == "accepted")
