"""The page behind the link in an invitation."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from civportal.accounts.models import User
from partners.actions.people import accept_invitation, find_invitation
from partners.errors import NotConfirmed, Refused
from partners.models import Invitation


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what one is invited to; the button on it, and nothing else, joins."""
    user = request.user if isinstance(request.user, User) else None
    if request.method == "POST" and user is not None:
        try:
            membership = accept_invitation(token, by=user)
        except NotConfirmed as error:
            messages.error(request, str(error))
            return redirect("account_email")
        except Refused as error:
            messages.error(request, str(error))
            return redirect("partners:invitation", token)
        messages.success(
            request, _("Welcome: you belong to %(name)s now.") % {"name": membership.partner.name}
        )
        return redirect(membership.partner)
    found = find_invitation(token)
    if found is None:
        return render(request, "partners/people/invitation_over.html", {})
    return render(request, "partners/people/invitation.html", _shown(request, found, user))


def _shown(request: HttpRequest, found: Invitation, user: User | None) -> dict[str, Any]:
    return {
        "invitation": found,
        "other_account": user is not None and user.email != found.email,
        "here": request.path,
    }
