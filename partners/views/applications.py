"""Applying to become a partner: three steps, the last page, and the applicant's own page."""

import uuid
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.utils import complete_signup
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import consume
from allauth.core.ratelimit import respond_429
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civportal.accounts.emails import Along
from civportal.accounts.models import User
from partners.actions.applications import Details, receive_application
from partners.choices import ApplicationState
from partners.doubles import Double, Wanted, signed_partner_like
from partners.draft import Draft
from partners.forms.applications import (
    STEPS,
    KnownPersonForm,
    NewPersonForm,
    PersonFields,
    Step,
    seen_of,
)
from partners.models import PartnerApplication
from partners.notifications.letters import DAYS_UNTIL_ANSWER

ADDRESSES = {
    "organisation": "partners:apply",
    "wishes": "partners:apply_wishes",
    "you": "partners:apply_you",
}
PLACES = list(ADDRESSES)
RATES = {
    # A robot, not somebody who mends a mistake now and then, nor a school behind one address.
    "partners_step": "60/m/ip",
    "partners_send": "20/h/ip,5/h/key",
}


def too_fast(request: HttpRequest, action: str, key: str | None = None) -> HttpResponse | None:
    """Count a POST; the page that says so when there were too many of these."""
    if consume(request, app="partners", action=action, config=RATES, key=key):
        return None
    answer: HttpResponse = respond_429(request)
    return answer


def person_of(request: HttpRequest) -> User | None:
    """Who is logged in; None for a visitor."""
    return request.user if isinstance(request.user, User) else None


def _page(request: HttpRequest, place: str, form: Step, **more: Any) -> HttpResponse:
    number = PLACES.index(place) + 1
    context = {
        "form": form,
        "number": number,
        "back": ADDRESSES[PLACES[number - 2]] if number > 1 else "",
        "days": DAYS_UNTIL_ANSWER,
        **more,
    }
    return render(request, f"partners/apply/{place}.html", context)


def _step(request: HttpRequest, place: str) -> HttpResponse:
    """A step that is kept until the last one."""
    draft = Draft(request)
    missing = draft.first_missing(place)
    if missing:
        return redirect(ADDRESSES[missing])
    if request.method != "POST":
        return _page(request, place, STEPS[place](initial=draft.typed(place)))
    return too_fast(request, "partners_step") or _take(request, draft, place)


def _take(request: HttpRequest, draft: Draft, place: str) -> HttpResponse:
    number = PLACES.index(place)
    typed = STEPS[place].typed(request.POST)
    if number and request.POST.get("then") == "back":
        draft.keep(place, typed)
        return redirect(ADDRESSES[PLACES[number - 1]])
    form = STEPS[place](request.POST)
    if not form.is_valid():
        return _page(request, place, form)
    draft.keep(place, typed)
    like = _partner_like(draft, form.cleaned_data) if place == "organisation" else None
    return _lead_to(draft, like) if like else redirect(ADDRESSES[PLACES[number + 1]])


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """Step 1: which organisation it is."""
    return _step(request, "organisation")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """Step 2: what they would like to do together."""
    return _step(request, "wishes")


def _partner_like(draft: Draft, data: dict[str, Any], email: str = "") -> Double | None:
    """The signed partner that it probably is; for any other organisation nothing is looked up."""
    wanted = Wanted(
        name=data["name"],
        kvk_number=data["kvk_number"],
        emails=tuple(each for each in (data["email"], email) if each),
        website=data["website"],
    )
    return signed_partner_like(wanted, besides=draft.not_these)


def _lead_to(draft: Draft, like: Double) -> HttpResponse:
    draft.is_like(like.partner.pk, certain=like.is_certain)
    return redirect("partners:join", like.partner.slug)


@login_not_required
@require_POST
def another(request: HttpRequest) -> HttpResponse:
    """The applicant says to be another organisation than the partner that looks alike."""
    draft = Draft(request)
    if not draft.is_another():
        messages.error(request, _("Go on from here: your application is not complete yet."))
    return redirect(ADDRESSES[draft.first_missing("you") or "you"])


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def you(request: HttpRequest) -> HttpResponse:
    """Step 3: who applies; a visitor gets an account along with it. Then it is sent."""
    draft, user = Draft(request), person_of(request)
    if request.method == "POST" and request.POST.get("key") == draft.sent.get("key", ""):
        return redirect("partners:apply_done")  # sent already: the button was pressed twice
    missing = draft.first_missing("you")
    if missing:
        return redirect(ADDRESSES[missing])
    seen = seen_of(draft.typed("organisation"), draft.typed("wishes"))
    form_class: type[PersonFields] = KnownPersonForm if user else NewPersonForm
    if request.method != "POST":
        name = {"name": user.name} if user else {}
        hidden = {"seen": seen, "key": str(draft.key)}
        form = form_class(initial={**name, **draft.typed("you"), **hidden})
        return _you_page(request, draft, form)
    return too_fast(request, "partners_step") or _take_person(request, draft, form_class, seen)


def _take_person(
    request: HttpRequest, draft: Draft, form_class: type[PersonFields], seen: str
) -> HttpResponse:
    if request.POST.get("then") == "back":
        draft.keep("you", form_class.typed(request.POST))
        return redirect(ADDRESSES["wishes"])
    form = form_class(request.POST)
    if form.is_valid() and form.cleaned_data["seen"] != seen:
        form.add_error(
            None, _("Your answers have changed, perhaps in another tab. Look at them once more.")
        )
        data = request.POST.copy()
        data["seen"] = seen
        form.data = data
    return _send(request, draft, form) if form.is_valid() else _you_page(request, draft, form)


def _you_page(request: HttpRequest, draft: Draft, form: PersonFields) -> HttpResponse:
    about, together = draft.form("organisation"), draft.form("wishes")
    about.is_valid(), together.is_valid()
    labels = dict(together.fields["together"].choices)  # type: ignore[attr-defined]
    return _page(
        request,
        "you",
        form,
        about=about.cleaned_data,
        together=[labels[each] for each in together.cleaned_data["together"]],
        wishes=together.cleaned_data["wishes"],
    )


def _send(request: HttpRequest, draft: Draft, form: PersonFields) -> HttpResponse:
    user, data = person_of(request), form.cleaned_data
    email = user.email if user else data["email"]
    stopped = too_fast(request, "partners_send", key=email)
    if stopped:
        return stopped
    about, together = draft.form("organisation"), draft.form("wishes")
    about.is_valid(), together.is_valid()
    like = _partner_like(draft, about.cleaned_data, email)
    if like is not None:
        draft.keep("you", form.typed(request.POST))
        return _lead_to(draft, like)
    confirmed = user is not None and has_confirmed(user)
    now = timezone.now()
    application = receive_application(
        Details(
            **{name: value for name, value in about.cleaned_data.items() if name != "trap"},
            forms=together.cleaned_data["together"],
            wishes=together.cleaned_data["wishes"],
            phone=data["phone"],
            applicant_name=data["name"],
            applicant_function=data["function"],
            applicant_email=email,
            language=get_language() or "nl",
        ),
        key=draft.key,
        by=user if confirmed else None,
        sectors=list(together.cleaned_data.get("sectors", [])),
        consent_at=now,
    )
    made = application.consent_at == now  # else the other of two presses of the button made it
    if made and isinstance(form, NewPersonForm):
        try:
            _sign_up(request, form, application)
        except ImmediateHttpResponse as stop:
            answer: HttpResponse = stop.response
            return answer
    draft.was_sent(email=email, state="sent" if confirmed else "known" if user else "new")
    return redirect("partners:apply_done")


def has_confirmed(user: User) -> bool:
    """Whether this person reads the mail at the address of the account."""
    own = EmailAddress.objects.filter(user=user, email__iexact=user.email)
    return bool(own.filter(verified=True).exists())


def _sign_up(request: HttpRequest, form: NewPersonForm, application: PartnerApplication) -> None:
    """Make the account and send the mail that confirms the address.

    Who has one already gets another mail; neither this page nor the next one tells.
    """
    here = application.get_absolute_url()
    request.along = Along(  # type: ignore[attr-defined]
        confirm=gettext_lazy(
            "With that you also send your application to become a partner to the programme office."
        ),
        go_on=gettext_lazy(
            "Someone, probably you, applied with this address to become a partner. Log in and look "
            "at the application; with one press it goes to the programme office. Without that it "
            "is gone after a week."
        ),
        label=gettext_lazy("Look at the application"),
        url=here,
    )
    user, _response = form.try_save(request)
    if user is not None:
        complete_signup(request, user, None, here)


@login_not_required
@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """The last page: what happens next, and when."""
    sent, user = Draft(request).sent, person_of(request)
    if not sent:
        return redirect("partners:apply")
    application = None
    if user is not None:
        rows = PartnerApplication.objects.visible_to(user) | (
            PartnerApplication.objects.claimable_by(user)
        )
        application = rows.filter(key=uuid.UUID(sent["key"])).first()
    confirmed = application is not None and application.state != ApplicationState.UNCONFIRMED
    return render(
        request,
        "partners/apply/done.html",
        {
            "email": sent["email"],
            "state": "sent" if confirmed else sent["state"],
            "application": application,
            "days": DAYS_UNTIL_ANSWER,
        },
    )
