"""A partner keeps its own page."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.actions.page import page_version, save_page
from partners.errors import PageChanged
from partners.forms.page import PageForm
from partners.models import Partner
from partners.permissions import can_edit_partner
from partners.views.viewer import viewer_of


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the page; the preview shows it as visitors will see it, before it is kept."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), slug=slug)
    if not can_edit_partner(request.user, partner):
        raise PermissionDenied
    if request.method != "POST":
        return _edit_page(request, partner, PageForm(instance=partner))
    form = PageForm(request.POST, request.FILES, instance=partner)
    then = request.POST.get("then", "preview")
    if not form.is_valid() or then == "edit":
        return _edit_page(request, partner, form)
    if then == "preview":
        return render(
            request,
            "partners/page_preview.html",
            {
                "partner": form.instance,
                "form": form,
                "logo_url": form.shown_logo_url,
                "sectors": partner.sectors.all(),
                "website_name": urlsplit(form.instance.website).hostname or "",
            },
        )
    return _save(request, partner, form)


def _save(request: HttpRequest, partner: Partner, form: PageForm) -> HttpResponse:
    try:
        save_page(
            partner,
            texts=form.texts(),
            logo=form.logo,
            remove_logo=form.cleaned_data.get("remove_logo", False),
            version=form.cleaned_data["version"],
            by=viewer_of(request),
        )
    except PageChanged as error:
        # What was typed stays on the screen; saving once more replaces the other's work.
        form.add_error(None, str(error))
        form.put("version", page_version(Partner.objects.get(pk=partner.pk)))
        return _edit_page(request, partner, form)
    messages.success(request, _("The page is saved."))
    return redirect(partner)


def _edit_page(request: HttpRequest, partner: Partner, form: PageForm) -> HttpResponse:
    # The form puts what was typed into its instance; the title is what is stored.
    return render(
        request,
        "partners/page_edit.html",
        {"partner": partner, "form": form, "carried": form.logo is not None},
    )
