"""What of partners waits, on the admin's first page."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from civportal.admin.waiting import Shortcut, Waiting, register
from partners.choices import ApplicationState, PartnerStatus
from partners.models import Partner, PartnerApplication


def waiting_applications(request: HttpRequest) -> Iterator[Waiting]:
    """Applications that are with the office."""
    if not request.user.has_perm("partners.view_partnerapplication"):
        return
    submitted = PartnerApplication.objects.visible_to(request.user).filter(
        state=ApplicationState.SUBMITTED
    )
    number = submitted.count()
    address = reverse("admin:partners_partnerapplication_changelist")
    yield Waiting(
        ngettext("application to decide on", "applications to decide on", number),
        number,
        f"{address}?state__exact={ApplicationState.SUBMITTED}",
    )


def waiting(request: HttpRequest) -> Iterator[Waiting]:
    """Applications and organisations that wait for a talk or an answer."""
    yield from waiting_applications(request)
    if not request.user.has_perm("partners.view_partner"):
        return
    address = reverse("admin:partners_partner_changelist")
    partners = Partner.objects.visible_to(request.user)
    applied = partners.filter(status=PartnerStatus.APPLIED).count()
    yield Waiting(
        ngettext("organisation that applied", "organisations that applied", applied),
        applied,
        f"{address}?status__exact={PartnerStatus.APPLIED}",
    )
    prospects = partners.filter(status=PartnerStatus.PROSPECT).count()
    yield Waiting(
        ngettext("prospect", "prospects", prospects),
        prospects,
        f"{address}?status__exact={PartnerStatus.PROSPECT}",
    )


def shortcuts(request: HttpRequest) -> Iterator[Shortcut]:
    """Adding an organisation."""
    if request.user.has_perm("partners.add_partner"):
        yield Shortcut(gettext("Add an organisation"), reverse("admin:partners_partner_add"))


register("partners", order=30, waiting=waiting, shortcuts=shortcuts)
