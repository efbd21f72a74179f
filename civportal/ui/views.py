"""The style guide: every component in its states, for staff."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row, Submit
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from civportal.ui.forms import SampleFilterForm, SampleForm
from civportal.ui.sections import sections_for

LINE_COLOURS = ["petrol", "plum", "ochre", "blue", "berry"]
SWATCHES = [
    "paper",
    "surface",
    "sunken",
    "ink",
    "muted",
    "edge",
    "rule",
    "brand",
    "brand-deep",
    "brand-wash",
    "mark",
    "focus",
    "good",
    "wait",
    "bad",
    "info",
]
SAMPLE_LINES = [
    "Vraaggericht excellent onderwijs",
    "Practoraat",
    "Leven Lang Ontwikkelen",
    "Open laboratorium",
    "Internationaal",
]


class SampleLine(NamedTuple):
    """What ``line_tag`` and ``neighbours`` read of a programme line."""

    title: str
    colour: str
    get_absolute_url: str

    def __str__(self) -> str:
        return self.title


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_id = "sample-form"
    helper.layout = Layout(
        "title",
        "email",
        Row("kind", "day", "start"),
        Fieldset(_("Readers"), "visibility", "lines"),
        "text",
        "file",
        "agree",
    )
    helper.add_input(Submit("save", _("Save")))
    return helper


def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component in its states; the filter form and the sample form answer for real."""
    if not request.user.is_staff:
        raise PermissionDenied
    here = reverse("style_guide")
    form = SampleForm(request.POST or None, request.FILES or None, auto_id="sample_%s")
    form.helper = _helper()
    # The same form with nothing filled in shows every message at once.
    refused = SampleForm({"title": "", "email": "jan@", "day": ""}, auto_id="refused_%s")
    refused.helper = _helper()
    refused.helper.form_id = "refused-form"
    form.is_valid()
    page_number = request.GET.get("page", "4")
    return render(
        request,
        "ui/style_guide.html",
        {
            "lines": [
                SampleLine(title, colour, here)
                for title, colour in zip(SAMPLE_LINES, LINE_COLOURS, strict=True)
            ],
            "swatches": SWATCHES,
            "form": form,
            "refused": refused,
            "filter": SampleFilterForm(request.GET),
            "page": Paginator(range(97), 10).get_page(page_number),
            "day": date(2021, 2, 18),
            "start": time(15),
            "end": time(17),
            "summer": datetime(2026, 7, 1, 13, 0, tzinfo=timezone.get_fixed_timezone(0)),
            "amount": Decimal("12500.00"),
            "toc": [("type", _("Type")), ("marks", _("Marks")), ("forms", _("Forms"))],
            "here": here,
            "sections": sections_for("style_guide", request, None),
        },
    )
