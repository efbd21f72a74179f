"""From an assignment to what its mails say: who reads it, and where the button leads."""

from typing import Any

from django.urls import reverse

from assignments.links import confirm_url
from assignments.models import Assignment
from assignments.notifications.posting_letters import About
from assignments.wording import from_data, in_short
from civportal.accounts.models import User
from civportal.lib.mail import absolute


def about_of(assignment: Assignment, *, reader: User | None, data: dict[str, Any]) -> About:
    """What a mail to this person says; ``reader`` None is a contact person without an account.

    ``assignment`` has its partner, teacher and contact loaded. Only the contact person gets the
    secret link; everybody else answers on the site.
    """
    is_contact = reader is None or reader.pk == assignment.contact_id
    page = absolute(assignment.get_absolute_url())
    answer = (
        confirm_url(assignment)
        if is_contact
        else absolute(reverse("assignments:confirm", args=[assignment.pk]))
    )
    return About(
        name=reader.name if reader else assignment.contact_name,
        title=assignment.title,
        form=str(assignment.get_form_display()),
        partner=assignment.partner.name if assignment.partner else "",
        teacher=assignment.teacher.get_full_name() if assignment.teacher else "",
        by=data.get("by", ""),
        reason=data.get("reason", ""),
        # Who has no account reads what is not public by the link alone.
        page=page if assignment.is_public or reader is not None else answer,
        answer=answer,
        check=absolute(reverse("assignments:check", args=[assignment.pk])),
        edit=absolute(reverse("assignments:edit", args=[assignment.pk])),
        by_link=is_contact,
        changes=[in_short(change) for change in from_data(data.get("changes", []))],
    )
