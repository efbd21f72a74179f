"""The filters of the wall of partners; they live in the address."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partners.choices import PartnerKind, PartnerStatus
from partners.models import Partner, Sector


class PartnerFilter(django_filters.FilterSet):
    """Kind and sector, and the status for who may know of more than the signed ones.

    Only what leads somewhere is offered: of the partners in ``queryset``, the kinds, sectors and
    statuses that occur. Nothing else is a value, so a guess in the address tells nothing.
    """

    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("All kinds"))
    sector = django_filters.ModelChoiceFilter(
        label=_("Sector"),
        field_name="sectors",
        to_field_name="slug",
        queryset=Sector.objects.none(),
        empty_label=_("All sectors"),
    )
    status = django_filters.ChoiceFilter(label=_("Status"), empty_label=_("Every status"))

    class Meta:
        model = Partner
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[Partner], **kwargs: Any) -> None:
        super().__init__(data, queryset=queryset, **kwargs)
        pairs = set(queryset.order_by().values_list("kind", "status").distinct())
        kinds, statuses = {kind for kind, _status in pairs}, {status for _kind, status in pairs}
        self.filters["kind"].extra["choices"] = [
            choice for choice in PartnerKind.choices if choice[0] in kinds
        ]
        self.filters["sector"].queryset = Sector.objects.filter(
            partners__in=queryset.order_by().values("pk")
        ).distinct()
        if statuses <= {PartnerStatus.SIGNED}:
            del self.filters["status"]
        else:
            self.filters["status"].extra["choices"] = [
                choice for choice in PartnerStatus.choices if choice[0] in statuses
            ]
        self.form.all_optional = True
