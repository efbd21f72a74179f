"""The people of a partner: who belongs to it, who is invited, who asks to join."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.actions.people import (
    change_role,
    decide_request,
    give_mandate,
    invite,
    leave_with_successor,
    remove_member,
    revoke_invitation,
    set_function,
)
from partners.choices import MembershipRole, RequestState
from partners.errors import AlreadyMember, Refused
from partners.forms.people import InviteForm, PersonForm, RequestForm, SuccessorForm
from partners.models import Membership, MembershipRequest, Partner
from partners.permissions import (
    can_decide,
    can_give_mandate,
    can_manage_people,
    can_see_people,
)
from partners.views.viewer import posted, viewer_of

ROLE_ORDER = Case(
    *[When(role=role, then=Value(place)) for place, role in enumerate(MembershipRole.values)]
)


def _partner(request: HttpRequest, slug: str) -> Partner:
    """The partner whose people this person may see; for anybody else there is no such page."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), slug=slug)
    if not can_see_people(request.user, partner):
        raise Http404
    return partner


def _managed(request: HttpRequest, slug: str) -> Partner:
    partner = _partner(request, slug)
    if not can_manage_people(request.user, partner):
        raise PermissionDenied
    return partner


@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Everyone of the partner; for who manages them also invitations and requests."""
    viewer = viewer_of(request)
    partner = _partner(request, slug)
    members = (
        partner.memberships.visible_to(viewer)
        .select_related("user")
        .order_by(ROLE_ORDER, "user__name", "pk")
    )
    manages = can_manage_people(viewer, partner)
    shown = {
        "partner": partner,
        "members": members,
        "manages": manages,
        "own": next((member for member in members if member.user_id == viewer.pk), None),
        "without_mandate": manages and not any(member.may_sign for member in members),
    }
    if manages:
        shown["invitations"] = (
            partner.invitations.visible_to(viewer).open().select_related("invited_by")
        )
        shown["requests"] = (
            partner.membership_requests.visible_to(viewer).pending().select_related("user")
        )
    return render(request, "partners/people/list.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_person(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite somebody by mail; the same address again sends a new link."""
    viewer = viewer_of(request)
    partner = _managed(request, slug)
    form = InviteForm(posted(request), initial={"language": get_language() or partner.language})
    if request.method == "POST" and form.is_valid():
        try:
            invitation, _token = invite(partner, by=viewer, **form.cleaned_data)
        except Refused as error:
            form.add_error("email" if isinstance(error, AlreadyMember) else None, str(error))
        else:
            messages.success(
                request,
                _("The invitation is on its way to %(email)s.") % {"email": invitation.email},
            )
            return redirect("partners:people", partner.slug)
    return render(request, "partners/people/invite.html", {"partner": partner, "form": form})


@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let the link of an invitation work no more."""
    viewer = viewer_of(request)
    partner = _managed(request, slug)
    invitation = get_object_or_404(partner.invitations.visible_to(viewer), pk=pk)
    try:
        revoke_invitation(invitation, by=viewer)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("The invitation of %(email)s is withdrawn.") % {"email": invitation.email},
        )
    return redirect("partners:people", partner.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change what somebody is here; oneself only the function."""
    viewer = viewer_of(request)
    partner = _partner(request, slug)
    membership = _member(request, partner, pk)
    manages, oneself = can_manage_people(viewer, partner), membership.user_id == viewer.pk
    if not (manages or oneself):
        raise PermissionDenied
    form = PersonForm(
        posted(request),
        membership=membership,
        manages=manages,
        gives_mandate=can_give_mandate(viewer, partner),
        oneself=oneself,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                if data["function"] != membership.function:
                    set_function(membership, function=data["function"], by=viewer)
                if data.get("mandate", membership.mandate) != membership.mandate:
                    give_mandate(membership, mandate=data["mandate"], by=viewer)
                change_role(membership, role=data["role"], by=viewer) if "role" in data else None
        except Refused as error:
            form.add_error("role" if "role" in form.fields else None, str(error))
        else:
            messages.success(request, _("Your change is kept."))
            return redirect("partners:people", partner.slug)
    return render(
        request,
        "partners/people/person.html",
        {"partner": partner, "membership": membership, "form": form, "oneself": oneself},
    )


def _member(request: HttpRequest, partner: Partner, pk: int) -> Membership:
    rows = partner.memberships.visible_to(request.user).select_related("user", "partner")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Leave, or take somebody out; the last representative names who comes next."""
    viewer = viewer_of(request)
    partner = _partner(request, slug)
    membership = _member(request, partner, pk)
    oneself = membership.user_id == viewer.pk
    if not (oneself or can_manage_people(viewer, partner)):
        raise PermissionDenied
    others = partner.memberships.representatives().exclude(pk=membership.pk)
    last = membership.role == MembershipRole.REPRESENTATIVE and not others.exists()
    form = SuccessorForm(posted(request), membership=membership) if last else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            if form is None:
                remove_member(membership, by=viewer)
            else:
                successor = form.cleaned_data["successor"]
                leave_with_successor(membership, successor=successor, by=viewer)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("partners:remove", partner.slug, pk)
        if oneself:
            messages.success(request, _("You have left %(name)s.") % {"name": partner.name})
            return redirect("desk")
        messages.success(
            request,
            _("%(person)s does not belong to %(name)s any more.")
            % {"person": membership.user.get_full_name(), "name": partner.name},
        )
        return redirect("partners:people", partner.slug)
    alone = form is not None and not form.fields["successor"].queryset.exists()  # type: ignore[attr-defined]
    return render(
        request,
        "partners/people/remove.html",
        {
            "partner": partner,
            "membership": membership,
            "oneself": oneself,
            "form": form,
            "alone": alone,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def join_request(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who asks to join, and the answer."""
    viewer = viewer_of(request)
    partner = _managed(request, slug)
    asked = get_object_or_404(
        MembershipRequest.objects.visible_to(viewer).select_related(
            "user", "partner", "decided_by"
        ),
        pk=pk,
        partner=partner,
    )
    form = RequestForm(posted(request))
    if request.method == "POST":
        if not can_decide(viewer, asked):
            raise PermissionDenied
        if form.is_valid():
            return _decide(request, asked, form)
    return render(
        request,
        "partners/people/request.html",
        {
            "partner": partner,
            "asked": asked,
            "form": form,
            "open": asked.state == RequestState.PENDING,
        },
    )


def _decide(request: HttpRequest, asked: MembershipRequest, form: RequestForm) -> HttpResponse:
    accept = request.POST.get("then") == "accept"
    name = asked.user.get_full_name()
    try:
        decide_request(asked, accept=accept, by=viewer_of(request), **form.cleaned_data)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            (_("%(person)s belongs to %(name)s now.") if accept else _("%(person)s is told no."))
            % {"person": name, "name": asked.partner.name},
        )
    return redirect(reverse("partners:people", args=[asked.partner.slug]))
