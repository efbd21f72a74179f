"""The agenda: an item, and a file that is put with it."""

from pathlib import PurePosixPath
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from civportal.accounts.models import Language
from civportal.lib.text import without_controls
from sessions_log.choices import Visibility
from sessions_log.models import AgendaItem, Document, Participation, WorkSession
from sessions_log.uploads import MAX_BYTES, endings, validate_document

LONGEST = 480
"""Minutes of one item: a working day."""


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]  # no brackets at run time
    """What an item is about; its minutes are written elsewhere.

    ``place`` is the number that a new item gets, so that sending the form twice is once.
    """

    place = forms.IntegerField(widget=forms.HiddenInput, required=False)
    minutes_planned = forms.IntegerField(
        label=gettext_lazy("Minutes planned"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST)],
        widget=forms.NumberInput(attrs={"min": 1, "max": LONGEST, "inputmode": "numeric"}),
    )

    class Meta:
        model = AgendaItem
        fields = ("title", "purpose", "minutes_planned", "presenter", "confidential")

    def __init__(self, *args: Any, session: WorkSession, place: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].initial = place
        people = Participation.objects.filter(session=session).select_related("user", "partner")
        people = people.order_by("pk")
        field = self.fields["presenter"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - it is a foreign key
        field.queryset = people
        field.choices = [("", _("Nobody yet")), *((row.pk, labelled(row)) for row in people)]
        self.fields["title"].widget.attrs["lang"] = session.language
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "place", "title", Row("purpose", "minutes_planned"), "presenter", "confidential"
        )

    @property
    def facts(self) -> dict[str, Any]:
        """The fields of the item itself."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def labelled(row: Participation) -> str:
    """Someone on the list, with their organisation: ``Anna de Vries (mboRijnland)``."""
    if row.person_name and row.organisation_name:
        return f"{row.person_name} ({row.organisation_name})"
    return str(row)


class DocumentForm(forms.ModelForm):  # type: ignore[type-arg]  # no brackets at run time
    """A file for the whole session or for one item."""

    file = forms.FileField(label=gettext_lazy("File"), validators=[validate_document])
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("As people read it. Empty: the name of the file."),
    )

    class Meta:
        model = Document
        fields = ("file", "title", "item", "language", "visibility")
        widgets = {"visibility": forms.RadioSelect}

    def __init__(self, *args: Any, session: WorkSession, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        self.fields["file"].widget.attrs["accept"] = ",".join(endings())
        self.fields["file"].help_text = _("At most %(megabytes)d MB: %(kinds)s.") % {
            "megabytes": MAX_BYTES // 1024**2,
            "kinds": ", ".join(ending.lstrip(".") for ending in endings()),
        }
        field = self.fields["item"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - it is a foreign key
        field.queryset = items
        field.label = pgettext_lazy("a document", "Belongs to")
        field.empty_label = _("The whole session")
        self.fields["language"].initial = session.language or Language.DUTCH
        self.fields["visibility"].initial = Visibility.BODY
        self.fields["visibility"].help_text = _(
            "Never more people than may see the session, or the item."
        )
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        """Name a document after its file where nobody gave it a title."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file and not cleaned.get("title"):
            name = PurePosixPath(without_controls(file.name)).stem.replace("_", " ")
            cleaned["title"] = " ".join(name.split())[:160] or _("Document")
        return cleaned

    def document(self) -> Document:
        """The document, not stored yet."""
        data = self.cleaned_data
        return Document(
            title=data["title"],
            item=data["item"],
            language=data["language"],
            visibility=data["visibility"],
        )
