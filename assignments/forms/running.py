"""What is said, put down and handed in while teams are at work."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assignments.errors import EmptyMessage, NothingHandedIn
from assignments.models import Assignment, AssignmentDocument, Step
from assignments.uploads import endings, validate_file
from civportal.lib.fields import LineField, SeenTextField
from civportal.ui.widgets import DateInput
from partners.forms.people import fields_only


class UploadField(forms.FileField):
    """A large file, of a kind that people work with."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validators=[validate_file],
            max_length=100,
            widget=forms.FileInput(attrs={"accept": ",".join(endings())}),
            **kwargs,
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """So that the page can say it before the file is on its way (upload.js)."""
        most = settings.ASSIGNMENT_FILE_MB * 1024**2
        return super().widget_attrs(widget) | {"data-most-bytes": str(most)}


def upload_help() -> str:
    """How large a file can be, and of which kinds."""
    return _(
        "At most %(megabytes)d MB: a document, spreadsheet, picture, recording, data file or ZIP."
    ) % {"megabytes": settings.ASSIGNMENT_FILE_MB}


class DescribeForm(forms.ModelForm):  # type: ignore[type-arg]  # no subscript at run time
    """What a document is."""

    title = LineField(label=gettext_lazy("Title"), max_length=120)

    class Meta:
        model = AssignmentDocument
        fields = ("kind", "title", "description")
        widgets = {
            "kind": forms.RadioSelect,
            "description": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()


class DocumentForm(DescribeForm):
    """A document with its file."""

    file = UploadField(label=gettext_lazy("File"))

    class Meta(DescribeForm.Meta):
        fields = ("file", *DescribeForm.Meta.fields)  # type: ignore[assignment]  # one longer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = upload_help()


class StepForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    """A milestone."""

    title = LineField(
        label=gettext_lazy("What should be there?"),
        max_length=120,
        help_text=gettext_lazy("Such as: plan, first measurements, final presentation."),
    )

    class Meta:
        model = Step
        fields = ("title", "due", "wants_file")
        widgets = {"due": DateInput}
        labels = {
            "due": pgettext_lazy("of a milestone", "On which day?"),
            "wants_file": gettext_lazy("The teams hand something in for it"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()


class HandInForm(forms.Form):
    """Work of a team: a file, a note, or both."""

    all_optional = True

    step = forms.ModelChoiceField(
        label=gettext_lazy("For which milestone?"),
        queryset=Step.objects.none(),
        required=False,
        empty_label=gettext_lazy("Something else"),
    )
    file = UploadField(label=gettext_lazy("File"), required=False)
    note = SeenTextField(
        label=gettext_lazy("What is it?"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "A few words, or a link to where it is. No names of students, please."
        ),
    )

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        self.fields["file"].help_text = upload_help()
        steps = self.fields["step"]
        assert isinstance(steps, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        steps.queryset = assignment.steps.filter(wants_file=True)
        if not steps.queryset.exists():
            del self.fields["step"]

    def clean(self) -> dict[str, Any]:
        """Something has to be handed in."""
        given = super().clean() or {}
        if not self.errors and not given.get("file") and not given.get("note"):
            self.add_error("file", str(NothingHandedIn()))
        return given


class MessageForm(forms.Form):
    """Something to say in a team's conversation."""

    text = SeenTextField(
        label=gettext_lazy("Your message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": EmptyMessage.sentence},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
