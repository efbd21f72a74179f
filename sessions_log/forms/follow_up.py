"""Saying what became of an attention point."""

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from sessions_log.actions.follow_up import seen_of
from sessions_log.choices import AttentionState
from sessions_log.models import AttentionPoint


class AnswerForm(forms.Form):
    """The state and the answer; ``seen`` is what the person had before them when they began."""

    all_optional = True  # a word beside the answer would mislead: only an open point needs none

    state = forms.ChoiceField(
        label=_("What became of it"), choices=AttentionState.choices, widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "What was done with it, or why nothing was. Who may read the point reads this."
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, data: QueryDict | None, *, point: AttentionPoint) -> None:
        start = {"state": point.state, "answer": point.answer, "seen": seen_of(point)}
        super().__init__(data, initial=start)
        self.fields["answer"].widget.attrs["lang"] = point.item.session.language
        self.helper = FormHelper()
        self.helper.form_tag = False

    def see_again(self, point: AttentionPoint) -> None:
        """Take it that the person has now seen what someone else answered."""
        self.data = {**self.data.dict(), "seen": seen_of(point)}  # type: ignore[attr-defined] # a QueryDict
