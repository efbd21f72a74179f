"""Forms about agreements: making them, asking partners, and recording paper."""

import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.core.validators import FileExtensionValidator
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civportal.lib.pdf import validate_pdf
from civportal.ui.widgets import DateInput
from partners.actions.signing import Paper
from partners.choices import PartnerStatus
from partners.forms.people import fields_only
from partners.models import Agreement, Membership, Partner, Signature, SignatureRequest

ASKABLE = [PartnerStatus.IN_TALKS, PartnerStatus.LETTER_OF_INTENT, PartnerStatus.SIGNED]
"""Who can be asked to sign: partners, and organisations that are on the way to it."""

MOST_ON_A_SHEET = 20
"""More signatures than this stand on several sheets, each with its own scan."""


class AgreementForm(forms.ModelForm):  # type: ignore[type-arg]  # no subscript at run time
    """A draft: the text as a PDF, and its terms."""

    class Meta:
        model = Agreement
        fields = [
            "kind", "title", "version", "language", "document", "valid_from", "valid_until",
            "sign_by",
        ]  # fmt: skip
        widgets = {
            "document": forms.FileInput(attrs={"accept": ".pdf"}),
            "valid_from": DateInput,
            "valid_until": DateInput,
            "sign_by": DateInput,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "kind", "title", Row("version", "language"), "document",
            Row("valid_from", "valid_until"), "sign_by",
        )  # fmt: skip
        if self.instance.document:
            self.fields["document"].help_text = _(
                "A PDF of at most 20 MB. Choose one only to replace the document that is there."
            )

    def clean_sign_by(self) -> datetime.date | None:
        """The last day to sign lies ahead."""
        return _not_past(self.cleaned_data["sign_by"])


def _not_past(day: datetime.date | None) -> datetime.date | None:
    if day is not None and day < timezone.localdate():
        raise forms.ValidationError(_("This day has passed."), code="past")
    return day


class LastDayForm(forms.Form):
    """The last day to sign, of a draft or an open agreement."""

    sign_by = forms.DateField(
        label=gettext_lazy("The last day to sign"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("Empty: no last day, and no reminders."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()

    def clean_sign_by(self) -> datetime.date | None:
        """It lies ahead."""
        return _not_past(self.cleaned_data["sign_by"])


def askable(agreement: Agreement) -> QuerySet[Partner]:
    """The partners that can still be asked; ``has_signatory``: somebody there has a mandate."""
    asked = SignatureRequest.objects.filter(
        agreement=agreement, partner=OuterRef("pk"), withdrawn_at__isnull=True
    )
    may_sign = Membership.objects.may_sign().filter(partner=OuterRef("pk"))
    return (
        Partner.objects.filter(~Exists(asked), status__in=ASKABLE)
        .annotate(has_signatory=Exists(may_sign))
        .order_by("sort_name", "pk")
    )


class _PartnerChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # as above
    def label_from_instance(self, obj: Any) -> str:
        """Its name and status, and whether anybody there can sign."""
        words = f"{obj.name} ({obj.get_status_display()})"
        if obj.has_signatory:
            return words
        return _("%(partner)s: nobody has a mandate yet") % {"partner": words}


class AskForm(forms.Form):
    """Which partners to ask; of a new version, those of the version before are ticked."""

    partners = _PartnerChoice(
        label=gettext_lazy("Partners to ask"),
        queryset=Partner.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one partner.")},
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        field = self.fields["partners"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - for the type checker
        field.queryset = askable(agreement)
        if agreement.replaces_id:
            self.initial["partners"] = list(
                SignatureRequest.objects.filter(
                    agreement=agreement.replaces_id, withdrawn_at__isnull=True
                ).values_list("partner", flat=True)
            )


class SheetForm(forms.Form):
    """When it was signed on paper, and the scan."""

    signed_on = forms.DateField(label=gettext_lazy("Signed on"), widget=DateInput)
    scan = forms.FileField(
        label=gettext_lazy("Scan"),
        validators=[FileExtensionValidator(["pdf"]), validate_pdf],
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        help_text=gettext_lazy("Of the sheet with the signatures: a PDF of at most 20 MB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()

    def clean_signed_on(self) -> datetime.date:
        """Nobody has signed tomorrow."""
        day: datetime.date = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has yet to come."), code="future")
        return day

    def moment(self) -> datetime.datetime:
        """Noon of that day on the centre's clock, as a sheet does not tell the hour; or now."""
        zone = timezone.get_default_timezone()
        noon = datetime.time(12)
        return min(
            datetime.datetime.combine(self.cleaned_data["signed_on"], noon, tzinfo=zone),
            timezone.now(),
        )


class PaperForm(forms.Form):
    """Who signed for which partner."""

    partner = forms.ModelChoiceField(
        label=gettext_lazy("Partner"),
        queryset=Partner.objects.none(),
        empty_label=gettext_lazy("Choose a partner"),
    )
    name = forms.CharField(label=gettext_lazy("Name of the signatory"), max_length=120)
    function = forms.CharField(
        label=gettext_lazy("Function of the signatory"), max_length=120, required=False
    )
    mandate = forms.CharField(
        label=gettext_lazy("Mandate"),
        max_length=200,
        help_text=gettext_lazy("Why this person may sign, such as “director”."),
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        signed = Signature.objects.filter(agreement=agreement, partner=OuterRef("pk"))
        field = self.fields["partner"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = Partner.objects.filter(~Exists(signed), status__in=ASKABLE).order_by(
            "sort_name", "pk"
        )


class Papers(forms.BaseFormSet):  # type: ignore[type-arg]  # no subscript at run time
    def clean(self) -> None:
        """Each partner once."""
        chosen = [form.cleaned_data["partner"] for form in self.forms if _is_filled(form)]
        if len(set(chosen)) != len(chosen):
            raise forms.ValidationError(_("Each partner stands on a sheet once."), code="twice")

    def papers(self) -> list[Paper]:
        """What was filled in."""
        return [
            Paper(
                partner=form.cleaned_data["partner"],
                name=form.cleaned_data["name"],
                function=form.cleaned_data["function"],
                mandate=form.cleaned_data["mandate"],
            )
            for form in self.forms
            if _is_filled(form)
        ]


def _is_filled(form: Any) -> bool:
    return bool(form.cleaned_data.get("partner"))


def papers_formset(number: int) -> type[Papers]:
    """A formset of at least one signature and ``number`` rows."""
    made: type[Any] = forms.formset_factory(
        PaperForm,
        formset=Papers,
        extra=number,
        min_num=0,
        max_num=MOST_ON_A_SHEET,
        absolute_max=MOST_ON_A_SHEET,
        validate_max=True,
    )
    return made
