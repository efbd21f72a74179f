"""The filters of partners and of agreements; they live in the address."""

import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civportal.lib.text import seen_line
from partners.choices import (
    AgreementKind,
    AgreementState,
    ApplicationState,
    PartnerKind,
    PartnerStatus,
)
from partners.models import Agreement, Partner, PartnerApplication, Sector, SignatureRequest


class PartnerFilter(django_filters.FilterSet):
    """Kind and sector.

    Only what leads somewhere is offered: of the partners in ``queryset``, the kinds and sectors
    that occur. Nothing else is a value, so a guess in the address tells nothing.
    """

    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("All kinds"))
    sector = django_filters.ModelChoiceFilter(
        label=_("Sector"),
        field_name="sectors",
        to_field_name="slug",
        queryset=Sector.objects.none(),
        empty_label=_("All sectors"),
    )

    class Meta:
        model = Partner
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[Partner], **kwargs: Any) -> None:
        super().__init__(data, queryset=queryset, **kwargs)
        kinds = set(queryset.order_by().values_list("kind", flat=True).distinct())
        self.filters["kind"].extra["choices"] = [
            choice for choice in PartnerKind.choices if choice[0] in kinds
        ]
        self.filters["sector"].queryset = Sector.objects.filter(
            partners__in=queryset.order_by().values("pk")
        ).distinct()
        self.form.all_optional = True


class ApplicationFilter(django_filters.FilterSet):
    """Applications by state, kind and a word; only what occurs in ``queryset`` is offered."""

    q = django_filters.CharFilter(label=_("Search"), method="by_word", widget=forms.SearchInput)
    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("of an application", "State"), empty_label=_("Every state")
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("All kinds"))

    class Meta:
        model = PartnerApplication
        fields: list[str] = []

    def __init__(
        self, data: QueryDict, queryset: QuerySet[PartnerApplication], **kwargs: Any
    ) -> None:
        super().__init__(data, queryset=queryset, **kwargs)
        pairs = set(queryset.order_by().values_list("kind", "state").distinct())
        for name, choices, found in (
            ("kind", PartnerKind.choices, {kind for kind, _state in pairs}),
            ("state", ApplicationState.choices, {state for _kind, state in pairs}),
        ):
            self.filters[name].extra["choices"] = [one for one in choices if one[0] in found]
        self.form.all_optional = True

    def by_word(
        self, rows: QuerySet[PartnerApplication], name: str, value: str
    ) -> QuerySet[PartnerApplication]:
        """In the name, the KvK number, or the applicant's name or address."""
        word = seen_line(value)
        return rows.filter(
            Q(name__icontains=word)
            | Q(kvk_number=word)
            | Q(applicant_name__icontains=word)
            | Q(applicant_email__icontains=word)
        )


NOBODY = "niemand"


class PipelineFilter(django_filters.FilterSet):
    """Owner, kind, sector, late and status; only what occurs in ``queryset`` is offered.

    ``queryset`` is annotated by ``with_pipeline``.
    """

    owner = django_filters.ChoiceFilter(
        label=_("Contact at the office"), empty_label=_("Everyone"), method="by_owner"
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=PartnerKind, empty_label=_("All kinds")
    )
    sector = django_filters.ModelChoiceFilter(
        label=_("Sector"),
        field_name="sectors",
        to_field_name="slug",
        queryset=Sector.objects.all(),
        empty_label=_("All sectors"),
    )
    late = django_filters.ChoiceFilter(
        label=_("Next step"),
        choices=[("ja", _("Overdue"))],
        empty_label=_("All organisations"),
        method="by_late",
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=PartnerStatus, empty_label=_("Every status")
    )

    class Meta:
        model = Partner
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(data, queryset=queryset, **kwargs)
        owners = (
            Partner.objects.filter(owner__isnull=False)
            .order_by("owner__name", "owner")
            .values_list("owner", "owner__name")
            .distinct()
        )
        self.filters["owner"].extra["choices"] = [
            *((str(key), name) for key, name in owners),
            (NOBODY, _("Nobody yet")),
        ]
        self.form.all_optional = True

    def by_owner(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Of this person, or of nobody."""
        return rows.filter(owner=None) if value == NOBODY else rows.filter(owner=int(value))

    def by_late(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """With a next step that should have been taken."""
        return rows.filter(due__lt=timezone.localdate())

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters in force; a value that is no choice is none."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    def applications(self) -> QuerySet[PartnerApplication]:
        """The applications on the board that meet the same filters, the oldest first.

        They have a kind and sectors; nobody owns them yet, and no step follows from them.
        """
        chosen = self.chosen
        rows = PartnerApplication.objects.on_the_board()
        if "late" in chosen or chosen.get("owner", NOBODY) != NOBODY:
            return rows.none()
        if chosen.get("status", PartnerStatus.APPLIED) != PartnerStatus.APPLIED:
            return rows.none()
        if "kind" in chosen:
            rows = rows.filter(kind=chosen["kind"])
        if "sector" in chosen:
            rows = rows.filter(sectors=chosen["sector"])
        return rows


class AgreementFilter(django_filters.FilterSet):
    """Agreements by kind and state; only what occurs among those in ``queryset`` is offered."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("All kinds"))
    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("of an agreement", "State"), empty_label=_("Every state")
    )

    class Meta:
        model = Agreement
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[Agreement], **kwargs: Any) -> None:
        super().__init__(data, queryset=queryset, **kwargs)
        pairs = set(queryset.order_by().values_list("kind", "state").distinct())
        for name, choices, found in (
            ("kind", AgreementKind.choices, {kind for kind, _state in pairs}),
            ("state", AgreementState.choices, {state for _kind, state in pairs}),
        ):
            self.filters[name].extra["choices"] = [one for one in choices if one[0] in found]
        self.form.all_optional = True


class RegisterFilter(django_filters.FilterSet):
    """Who signed which agreement: by partner, agreement, answer, and when it runs out.

    ``queryset`` has ``signature_id``, as ``with_signature`` gives.
    """

    ANSWERS = [
        ("signed", pgettext_lazy("answer of a partner", "Signed")),
        ("waiting", pgettext_lazy("answer of a partner", "Not answered yet")),
        ("late", pgettext_lazy("answer of a partner", "Not signed in time")),
        ("withdrawn", pgettext_lazy("answer of a partner", "Asked no more")),
    ]
    MONTHS = [("3", _("Within three months")), ("12", _("Within a year")), ("0", _("Has run out"))]

    agreement = django_filters.ModelChoiceFilter(
        label=_("Agreement"), queryset=Agreement.objects.none(), empty_label=_("All agreements")
    )
    partner = django_filters.ModelChoiceFilter(
        label=_("Partner"),
        to_field_name="slug",
        queryset=Partner.objects.none(),
        empty_label=_("All partners"),
    )
    answer = django_filters.ChoiceFilter(
        label=_("Answer"), choices=ANSWERS, empty_label=_("Every answer"), method="by_answer"
    )
    ends = django_filters.ChoiceFilter(
        label=_("Runs out"), choices=MONTHS, empty_label=_("At any time"), method="by_end"
    )

    class Meta:
        model = SignatureRequest
        fields: list[str] = []

    def __init__(
        self, data: QueryDict, queryset: QuerySet[SignatureRequest], **kwargs: Any
    ) -> None:
        super().__init__(data, queryset=queryset, **kwargs)
        rows = queryset.order_by()
        self.filters["agreement"].queryset = Agreement.objects.filter(
            pk__in=rows.values("agreement")
        )
        self.filters["partner"].queryset = Partner.objects.filter(
            pk__in=rows.values("partner")
        ).order_by("sort_name", "pk")
        self.form.all_optional = True

    # ``Any``: the rows carry what ``with_signature`` adds.
    def by_answer(self, rows: Any, name: str, value: str) -> Any:
        """Signed; still to be; too late; or asked no more."""
        if value == "signed":
            return rows.filter(signature_id__isnull=False)
        rows = rows.filter(signature_id__isnull=True)
        if value == "withdrawn":
            return rows.filter(withdrawn_at__isnull=False)
        rows = rows.filter(withdrawn_at__isnull=True)
        over = Q(agreement__state=AgreementState.CLOSED) | Q(
            agreement__sign_by__lt=timezone.localdate()
        )
        return rows.filter(over) if value == "late" else rows.exclude(over)

    def by_end(self, rows: Any, name: str, value: str) -> Any:
        """What was signed, by the day on which it ends."""
        today = timezone.localdate()
        rows = rows.filter(signature_id__isnull=False)
        if value == "0":
            return rows.filter(agreement__valid_until__lt=today)
        last = today + datetime.timedelta(days=int(value) * 365 // 12)
        return rows.filter(agreement__valid_until__gte=today, agreement__valid_until__lte=last)
