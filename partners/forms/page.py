"""A partner's own page."""

import base64
import binascii
import io
from functools import partial
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

from civportal.lib.images import FORMATS, MAX_BYTES, validate_raster_image
from partners.actions.page import TEXTS, page_version
from partners.models import Partner

SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}


class PageForm(forms.ModelForm):  # type: ignore[type-arg]  # no subscript at run time
    """Text and logo, with a preview in between.

    A browser sends a chosen file once. So that it is still there after the preview, or after a
    mistake elsewhere in the form, the page carries it along (``carried_logo``, base64); it is
    checked again each time, as what it is: something that a browser sent.
    """

    logo_file = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        validators=[FileExtensionValidator(["png", "jpg", "jpeg", "webp"]), validate_raster_image],
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 1 MB."),
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.webp"}),
    )
    remove_logo = forms.BooleanField(label=gettext_lazy("Take the logo away"), required=False)
    carried_logo = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Partner
        fields = list(TEXTS)
        widgets = {
            "description": forms.Textarea(attrs={"rows": 8}),
            "offers": forms.Textarea(attrs={"rows": 4}),
            "seeks": forms.Textarea(attrs={"rows": 4}),
        }
        field_classes = {"website": partial(forms.URLField, assume_scheme="https")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = page_version(self.instance)
        self.stored_logo_url = self.instance.logo_url
        self.logo: ContentFile[bytes] | None = None
        description, website = self.fields["description"], self.fields["website"]
        assert isinstance(description, forms.CharField)  # noqa: S101 - for the type checker
        description.max_length = 5000
        description.validators.append(forms.CharField(max_length=5000).validators[0])
        website.help_text = _("Such as https://www.example.nl.")
        if not self.stored_logo_url:
            del self.fields["remove_logo"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Fieldset(_("In words"), *TEXTS),
            Fieldset(_("Logo"), *(n for n in ("logo_file", "remove_logo") if n in self.fields)),
            "carried_logo",
            "version",
        )

    def clean_carried_logo(self) -> str:
        """The logo that came along: as strict as one that was just chosen."""
        carried: str = self.cleaned_data["carried_logo"]
        if not carried:
            return ""
        refused = ValidationError(_("Choose the logo again."), code="logo")
        if len(carried) > MAX_BYTES * 2:
            raise refused
        try:
            content = base64.b64decode(carried, validate=True)
        except binascii.Error:
            raise refused from None
        file = ContentFile(content)
        validate_raster_image(file)
        self.logo = self._named(content)
        return carried

    def clean(self) -> dict[str, Any]:
        """Hold on to a logo that was just chosen, whatever else is wrong."""
        data = super().clean() or {}
        chosen = data.get("logo_file")
        if chosen:
            content = chosen.read()
            self.logo = self._named(content)
            self.put("carried_logo", base64.b64encode(content).decode())
        if self.logo is not None and data.get("remove_logo"):
            self.add_error("remove_logo", _("Choose a new logo, or take the logo away; not both."))
        return data

    def put(self, name: str, value: str) -> None:
        """Let the form that goes back hold something else than came in."""
        data: Any = self.data
        self.data = data.copy()
        self.data[name] = value  # type: ignore[index]  # a QueryDict

    def _named(self, content: bytes) -> "ContentFile[bytes]":
        """With a name of our own: what it is called says nothing about what it is."""
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            suffix = SUFFIXES[image.format or "PNG"]
        return ContentFile(content, name=f"{self.instance.slug}.{suffix}")

    @property
    def shown_logo_url(self) -> str:
        """The logo as it will be: the new one as a data address, the stored one, or none."""
        if self.logo is not None:
            content = self.logo.open().read()
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                kind = Image.MIME[image.format or "PNG"]
            return f"data:{kind};base64,{base64.b64encode(content).decode()}"
        return "" if self.cleaned_data.get("remove_logo") else self.stored_logo_url

    def texts(self) -> dict[str, Any]:
        """What the page will say."""
        return {name: self.cleaned_data[name] for name in TEXTS}
