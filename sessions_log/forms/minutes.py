"""Remarks on minutes, their answers, and corrections of what was approved."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from civportal.editor.widgets import RichTextWidget
from sessions_log.actions.minutes import Correction, ItemText
from sessions_log.models import AgendaItem, Minutes

LONGEST = 2000
"""Characters of a remark or an answer."""


class RemarkForm(forms.Form):
    """What should be different."""

    text = forms.CharField(
        label=gettext_lazy("What should be different?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say in a few words what should be different.")},
    )


class WholeRemarkForm(RemarkForm):
    """The same, for what belongs to no item."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = _(
            "Everyone who checks these minutes can read this. Does it concern something "
            "confidential? Then make your remark with that item."
        )


class AnswerForm(forms.Form):
    """The writer's answer to a remark."""

    answer = forms.CharField(
        label=pgettext_lazy("to a remark", "Your answer"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed when the text stays as it is."),
    )


@dataclass
class CorrectedItem:
    """The fields of one agenda item."""

    item: AgendaItem
    number: int
    main: list[BoundField] = field(default_factory=list)
    outcomes: list[BoundField] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Whether something here has to be looked at."""
        return any(one.errors for one in (*self.main, *self.outcomes))


def _area(label: Any, text: str, *, required: bool, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        initial=text,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CorrectionForm(forms.Form):
    """The texts of approved minutes, and why they are corrected."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    looked = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=gettext_lazy("What do you correct, and why?"),
        max_length=300,
        help_text=gettext_lazy("Stands with the new version, for those who read everything."),
    )
    summary = forms.CharField(label=gettext_lazy("In short"), required=False, widget=RichTextWidget)
    facts = forms.BooleanField(
        label=gettext_lazy("Also take over who was there, and the place and times as known now"),
        required=False,
        help_text=gettext_lazy(
            "Owners and dates of action items come along too. Otherwise these stay as they were "
            "approved."
        ),
    )

    def __init__(self, *args: Any, minutes: Minutes, seen: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"seen": seen, "summary": minutes.summary}
        self.rows = list(
            minutes.session.items.prefetch_related(
                "decisions", "actions", "attention_points"
            ).order_by("order")
        )
        for item in self.rows:
            self._add_fields(item)

    def _add_fields(self, item: AgendaItem) -> None:
        key = item.pk
        new: dict[str, forms.Field] = {
            f"title-{key}": forms.CharField(label=_("Title"), initial=item.title, max_length=200),
            f"text-{key}": forms.CharField(
                label=_("Minutes"), initial=item.text, required=False, widget=RichTextWidget
            ),
            f"confidential-{key}": forms.BooleanField(
                label=_("Confidential"), initial=item.confidential, required=False
            ),
        }
        for decision in item.decisions.all():
            new[f"decision-{decision.pk}"] = _area(
                _("Decision"), decision.text, required=False, help_text=_("Empty: it goes.")
            )
        new[f"decided-{key}"] = _area(_("Another decision"), "", required=False)
        for action in item.actions.all():
            new[f"action-{action.pk}"] = _area(_("Action item"), action.text, required=True)
        for point in item.attention_points.all():
            new[f"point-{point.pk}"] = _area(_("Attention point"), point.text, required=True)
        self.fields.update(new)

    def items(self) -> Iterator[CorrectedItem]:
        """The fields by item, for the page."""
        for number, item in enumerate(self.rows, start=1):
            key = item.pk
            outcomes = [
                *(f"decision-{one.pk}" for one in item.decisions.all()),
                f"decided-{key}",
                *(f"action-{one.pk}" for one in item.actions.all()),
                *(f"point-{one.pk}" for one in item.attention_points.all()),
            ]
            yield CorrectedItem(
                item,
                number,
                main=[self[f"title-{key}"], self[f"text-{key}"], self[f"confidential-{key}"]],
                outcomes=[self[name] for name in outcomes],
            )

    def correction(self) -> Correction:
        """What was filled in."""
        data = self.cleaned_data

        def texts(prefix: str) -> dict[int, str]:
            return {
                int(name.removeprefix(f"{prefix}-")): value
                for name, value in data.items()
                if name.startswith(f"{prefix}-")
            }

        return Correction(
            summary=data["summary"],
            items={
                item.pk: ItemText(
                    title=data[f"title-{item.pk}"],
                    text=data[f"text-{item.pk}"],
                    confidential=data[f"confidential-{item.pk}"],
                )
                for item in self.rows
            },
            decisions=texts("decision"),
            new_decisions=texts("decided"),
            actions=texts("action"),
            points=texts("point"),
            facts=data["facts"],
        )
