"""Answering an invitation, and signing up."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sessions_log.actions.replies import Answer, Visitor
from sessions_log.choices import Reply
from sessions_log.models import Participation

CHOICES = [
    (Reply.YES, pgettext_lazy("button in an invitation", "Yes, I will be there")),
    (Reply.MAYBE, pgettext_lazy("button in an invitation", "Maybe")),
    (Reply.NO, pgettext_lazy("button in an invitation", "No")),
    (Reply.REPLACED, pgettext_lazy("button in an invitation", "Someone goes for me")),
]


class ReplyForm(forms.Form):
    """What someone answers to an invitation."""

    all_optional = True
    """Whether "who goes instead" may stay empty depends on the answer: the labels do not say."""

    reply = forms.ChoiceField(label=_("Can you come?"), choices=CHOICES, widget=forms.RadioSelect)
    replaced_by = forms.CharField(label=_("Who goes instead?"), max_length=120, required=False)
    note = forms.CharField(
        label=_("Do you want to add something?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    @classmethod
    def of(cls, place: Participation | None, preselected: str = "") -> "ReplyForm":
        """The form with what someone answered before, or is about to."""
        if place is None:
            return cls(initial={"reply": preselected})
        return cls(
            initial={
                "reply": preselected or place.reply,
                "replaced_by": place.replaced_by,
                "note": place.reply_note,
            }
        )

    def clean(self) -> dict[str, Any]:
        """Ask who goes, where someone else goes."""
        data = super().clean() or {}
        if data.get("reply") == Reply.REPLACED and not data.get("replaced_by"):
            self.add_error("replaced_by", _("Fill in who goes instead of you."))
        return data

    @property
    def answer(self) -> Answer:
        """What was said, once the form is valid."""
        data = self.cleaned_data
        return Answer(Reply(data["reply"]), data["replaced_by"], data["note"])


class VisitorForm(forms.Form):
    """A visitor without an account signs up; ``website`` is a trap that only robots fill in."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("You get a mail there, with a link to confirm that you come."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def is_robot(self) -> bool:
        """Whether someone filled in what people do not see."""
        return bool(self.cleaned_data["website"])

    @property
    def visitor(self) -> Visitor:
        """Who signs up, once the form is valid."""
        data = self.cleaned_data
        return Visitor(data["name"], data["email"], data["organisation"])
