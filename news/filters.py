"""The filter of the news; it lives in the address."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from news.models import NewsItem
from programme_lines.models import ProgrammeLine


class NewsFilter(django_filters.FilterSet):
    """News of one programme line."""

    line = django_filters.ModelChoiceFilter(
        label=_("Programme line"),
        field_name="lines",
        to_field_name="slug",
        queryset=ProgrammeLine.objects.all(),
        empty_label=_("All programme lines"),
    )

    class Meta:
        model = NewsItem
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.all_optional = True
