"""Applications in the admin: to look at, and to ask, accept and decline as on the site."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civportal.accounts.models import User
from civportal.admin.readonly import ReadOnlyAdmin, ReadOnlyInline
from partners.actions.applications import accept_application
from partners.choices import OPEN_APPLICATION
from partners.deciding import STEPS, carry_out, form_for
from partners.doubles import possible_doubles
from partners.errors import AlreadyDecided, Refused
from partners.models import ApplicationMessage, PartnerApplication
from partners.permissions import can_review

TITLES = {
    "ask": _("Ask a question"),
    "accept": _("Accept and tell the applicant"),
    "decline": _("Decline and tell the applicant"),
}
"""What the steps are called, on their buttons too."""


class MessageInline(ReadOnlyInline):
    model = ApplicationMessage
    fields = ["created_at", "from_office", "author", "text"]


@admin.register(PartnerApplication)
class PartnerApplicationAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "state", "submitted_at", "partner", "decided_by"]
    list_filter = ["state", "kind"]
    list_select_related = ["partner", "decided_by"]
    search_fields = ["name", "kvk_number", "applicant_name", "applicant_email"]
    date_hierarchy = "submitted_at"
    view_on_site = False
    inlines = [MessageInline]
    fieldsets = [
        (None, {"fields": ["state", "partner", "submitted_at"]}),
        (
            _("The organisation"),
            {
                "fields": [
                    "name", "kind", "sectors", "kvk_number", "website", "email", "phone",
                    "street", "postcode", "city",
                ]
            },
        ),
        (_("What they would like"), {"fields": ["in_words", "wishes"]}),
        (
            _("The applicant"),
            {
                "fields": [
                    "applicant_name", "applicant_function", "applicant_email", "user", "language",
                    "consent_at",
                ]
            },
        ),
        (_("The decision"), {"fields": ["decided_by", "decided_at", "reason"]}),
    ]  # fmt: skip
    actions = ["accept_chosen"]
    readonly_fields = ["in_words"]

    @admin.display(description=_("forms of cooperation"))
    def in_words(self, obj: PartnerApplication) -> str:
        return ", ".join(obj.together) or "–"

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Who handles applications on the site does so here."""
        return can_review(request.user)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        name = "partners_partnerapplication"
        own = [
            path(
                f"<path:object_id>/{step}/",
                wrap(self.step_view),
                {"step": step},
                name=f"{name}_{step}",
            )
            for step in STEPS
        ]
        return own + super().get_urls()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None and obj.is_open and self.has_review_permission(request):
            context["review_steps"] = [
                (reverse(f"admin:partners_partnerapplication_{step}", args=[quote(obj.pk)]), title)
                for step, title in TITLES.items()
            ]
        return super().render_change_form(request, context, *args, **kwargs)

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """One of the steps, by the same form and the same action as on the site."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not isinstance(request.user, User) or not self.has_review_permission(request):
            raise PermissionDenied
        back = reverse("admin:partners_partnerapplication_change", args=[quote(obj.pk)])
        if not obj.is_open:
            self.message_user(request, str(AlreadyDecided()), messages.ERROR)
            return HttpResponseRedirect(back)
        form = form_for(step, obj, request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                self.message_user(request, carry_out(form, by=request.user), messages.SUCCESS)
            except AlreadyDecided as error:
                self.message_user(request, str(error), messages.ERROR)
            except Refused as error:
                form.add_error(None, str(error))
                return self._step_page(request, obj, step, form, back)
            return HttpResponseRedirect(back)
        return self._step_page(request, obj, step, form, back)

    def _step_page(
        self, request: HttpRequest, obj: PartnerApplication, step: str, form: Any, back: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": TITLES[step],
            "object": obj,
            "opts": self.opts,
            "form": form,
            "back": back,
            "danger": step == "decline",
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/partners/partnerapplication/step.html", context)

    @admin.action(description=_("Accept the chosen applications"), permissions=["review"])
    def accept_chosen(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """After asking once; those that look like an organisation that is known are left alone."""
        assert isinstance(request.user, User)  # noqa: S101 - admin_view saw to it
        waiting = list(queryset.filter(state__in=OPEN_APPLICATION).select_related("partner"))
        alike = [one for one in waiting if not one.partner and possible_doubles(one)]
        ready = [one for one in waiting if one not in alike]
        if ready and "sure" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Accept these applications?"),
                "opts": self.opts,
                "ready": ready,
                "alike": alike,
                "chosen": [one.pk for one in queryset],
            }
            request.current_app = self.admin_site.name
            return TemplateResponse(
                request, "admin/partners/partnerapplication/accept_chosen.html", context
            )
        done = 0
        for one in ready:
            try:
                accept_application(one, by=request.user)
                done += 1
            except Refused as error:
                self.message_user(request, f"{one}: {error}", messages.ERROR)
        if done:
            said = gettext("%(count)s accepted; the applicants are told.") % {"count": done}
            self.message_user(request, said, messages.SUCCESS)
        left = len(queryset) - len(ready)
        if left:
            said = gettext(
                "%(count)s left as they are: decided on already, or like an organisation that we "
                "know. Look at those one by one."
            )
            self.message_user(request, said % {"count": left}, messages.WARNING)
        return None
