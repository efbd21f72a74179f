"""The wall of partners and the page of each."""

from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from civportal.lib.images import picture_response
from civportal.ui.sections import sections_for
from partners.filters import PartnerFilter
from partners.models import Partner
from partners.permissions import can_edit_partner, can_see_pipeline

PER_PAGE = 48


@login_not_required
@require_safe
def partner_list(request: HttpRequest) -> HttpResponse:
    """Signed partners alone, whoever looks: who is on the way stands in the pipeline."""
    filterset = PartnerFilter(request.GET, Partner.objects.visible_to(request.user).signed())
    partners = filterset.qs.order_by("-founding", "sort_name", "pk")
    page = Paginator(partners, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "partners/list.html",
        {"form": filterset.form, "page": page, "insider": can_see_pipeline(request.user)},
    )


@login_not_required
@require_safe
def partner_detail(request: HttpRequest, slug: str) -> HttpResponse:
    partner = get_object_or_404(
        Partner.objects.visible_to(request.user).prefetch_related("sectors"), slug=slug
    )
    people = partner.memberships.visible_to(request.user).select_related("user")
    return render(
        request,
        "partners/detail.html",
        {
            "partner": partner,
            "people": people,
            "insider": can_see_pipeline(request.user),
            "can_edit": can_edit_partner(request.user, partner),
            "website_name": urlsplit(partner.website).hostname or "",
            "actions": sections_for("partner_head", request, partner),
            "sections": sections_for("partner", request, partner),
        },
    )


@login_not_required
@require_safe
def partner_logo(request: HttpRequest, slug: str) -> HttpResponseBase:
    partner = get_object_or_404(Partner.objects.visible_to(request.user), slug=slug)
    return picture_response(request, partner.logo, public=partner.is_signed)
