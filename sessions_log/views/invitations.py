"""Who is invited to a session, and sending them the invitation."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from sessions_log.actions.replies import ReplyRefused, invite, places_taken, signed_up_only
from sessions_log.models import BodyMembership, Participation, WorkSession
from sessions_log.notifications.common import as_seen
from sessions_log.notifications.invitation_letters import To, write_invitation
from sessions_log.permissions import can_plan_session
from sessions_log.querysets import active_on


@dataclass(frozen=True)
class Candidate:
    """Someone who can be invited; ``key`` names them in the form."""

    key: str
    who: User | Participation
    name: str
    organisation: str
    place: Participation | None = None
    ticked: bool = False


@dataclass(frozen=True)
class Candidates:
    """Who has no invitation yet, who has one, and who cannot be mailed."""

    new: list[Candidate]
    invited: list[Candidate]
    unreachable: list[Participation]

    def chosen(self, keys: list[str]) -> list[User | Participation]:
        """Those that the form named."""
        return [each.who for each in [*self.new, *self.invited] if each.key in keys]


def candidates(session: WorkSession) -> Candidates:
    """Everyone on the list, and who sits in the body without being on it."""
    places = list(session.participations.select_related("user", "partner").order_by("pk"))
    found = Candidates([], [], [])
    for place in places:
        if not (place.user.is_active if place.user else place.email):
            found.unreachable.append(place)
            continue
        each = Candidate(
            key=f"p{place.pk}",
            who=place,
            name=place.person_name or place.email,
            organisation=place.organisation_name,
            place=place,
            ticked=not (place.invited_at or place.reply or signed_up_only(place)),
        )
        (found.new if place.invited_at is None else found.invited).append(each)
    listed = {place.user_id for place in places}
    seats = BodyMembership.objects.filter(
        active_on(session.date), body=session.body_id, user__is_active=True
    ).select_related("user", "partner")
    for seat in seats if session.body_id else []:
        if seat.user is None or seat.user_id in listed:
            continue
        listed.add(seat.user_id)
        found.new.append(
            Candidate(
                key=f"u{seat.user_id}",
                who=seat.user,
                name=seat.user.get_full_name(),
                organisation=seat.organisation_name,
                # With nobody on the list, nobody was taken off it either.
                ticked=not places,
            )
        )
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who gets the invitation, see it as it goes out, send it."""
    assert request.user.is_authenticated  # noqa: S101 - LoginRequiredMiddleware saw to it
    visible = (
        WorkSession.objects.visible_to(request.user)
        .select_related("body")
        .prefetch_related("lines", "items")
    )
    session = get_object_or_404(visible, pk=pk)
    if not can_plan_session(request.user, session):
        raise PermissionDenied
    people = candidates(session)
    nobody = False
    if request.method == "POST":
        chosen = people.chosen(request.POST.getlist("people"))
        nobody = not chosen
        if chosen:
            return _send(request, session, chosen)
    return render(
        request,
        "sessions_log/replies/invite.html",
        {
            "session": session,
            "people": people,
            "letter": _example(session, request.user),
            "taken": places_taken(session),
            "nobody": nobody,
        },
    )


def _send(
    request: HttpRequest, session: WorkSession, chosen: list[User | Participation]
) -> HttpResponse:
    assert request.user.is_authenticated  # noqa: S101 - the caller saw to it
    try:
        sent = invite(session, chosen, by=request.user)
    except ReplyRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(session)
    if sent:
        told = ngettext(
            "%(number)d invitation is on its way.", "%(number)d invitations are on their way.", sent
        )
        messages.success(request, told % {"number": sent})
    else:
        messages.info(request, _("These people got an invitation a moment ago."))
    return redirect("sessions_log:invite", pk=session.pk)


def _example(session: WorkSession, user: User) -> object:
    """The letter as the planner would get it."""
    seen = as_seen(session, {session.pk}, {item.pk for item in session.items.all()})
    to = To(
        name=_("name of who reads it"),
        email=user.email,
        zone_name=user.time_zone,
        place=Participation(pk=0, user=user, session=session),
        centre_name=CentreProfile.current().name,
    )
    return write_invitation(seen, to, {}).letter
