"""The steps of the office about an application, for the site and for the admin alike."""

from typing import Any

from django.utils.translation import gettext as _

from civportal.accounts.models import User
from partners.actions.applications import accept_application, ask_question, decline_application
from partners.doubles import possible_doubles
from partners.forms.review import AcceptForm, DeclineForm, OfficeForm, QuestionForm
from partners.models import PartnerApplication

STEPS = ("ask", "accept", "decline")


def form_for(step: str, application: PartnerApplication, data: Any = None) -> OfficeForm:
    """The form of a step."""
    if step == "ask":
        return QuestionForm(data, application=application)
    if step == "decline":
        return DeclineForm(data, application=application)
    return AcceptForm(data, application=application, doubles=possible_doubles(application))


def carry_out(form: OfficeForm, *, by: User) -> str:
    """Do what a valid form says; gives a sentence about it. Raises what the actions raise."""
    application, data = form.application, form.cleaned_data
    if isinstance(form, AcceptForm):
        partner = accept_application(
            application,
            by=by,
            partner=form.partner,
            role=data["role"],
            mandate=data["mandate"],
            reason=data["reason"],
        )
        return _("%(name)s is in talks now.") % {"name": partner.name}
    if isinstance(form, DeclineForm):
        decline_application(application, reason=data["reason"], by=by)
        return _("The applicant is told no, with your reason.")
    ask_question(application, text=data["text"], by=by)
    return _("Your question is on its way.")
