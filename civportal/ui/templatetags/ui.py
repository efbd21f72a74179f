"""The components as template tags; every template has them without ``{% load %}``.

Each renders a template in ``templates/ui/``. ``docs/design.md`` lists them with a line of use,
``/stijlgids/`` shows them.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import heroicons
from django import template
from django.core.paginator import Page
from django.forms import BaseForm, SearchInput
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from civportal.lib.text import plain_text
from civportal.ui import words
from civportal.ui.filters import chosen_filters

register = template.Library()

UNFOLDED = 2
"""Filters that stand open everywhere; with more of them a phone folds the form."""

Day = date | datetime
Clock = time | datetime


# --- words ---------------------------------------------------------------------------------


def _time_element(machine: str, human: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', machine, human)


@register.simple_tag
def date_long(value: Day | None) -> str:
    """``<time>`` with a date in full: "donderdag 18 februari 2021"; nothing for None."""
    if value is None:
        return ""
    day = words.local_day(value)
    return _time_element(day.isoformat(), words.long_date(day))


@register.simple_tag
def date_short(value: Day | None) -> str:
    """``<time>`` with a date without its weekday: "18 februari 2021"; nothing for None."""
    if value is None:
        return ""
    day = words.local_day(value)
    return _time_element(day.isoformat(), words.short_date(day))


@register.simple_tag
def time_range(start: Clock | None, end: Clock | None = None) -> str:
    """``<time>`` elements with clock times: "15.00–17.00 uur"; nothing without a start."""
    return words.time_range_html(start, end)


@register.simple_tag
def moment(value: Day | None, start: Clock | None = None, end: Clock | None = None) -> str:
    """A date and its clock times: "donderdag 18 februari 2021, 15.00–17.00 uur"."""
    if value is None:
        return ""
    day = date_long(value)
    clock = words.time_range_html(start, end)
    return format_html("{}, {}", day, clock) if clock else day


@register.filter
def money(value: Decimal | int | None) -> str:
    """An amount in euro: "€ 12.500" in Dutch, "€12,500" in English; cents only where there are."""
    return "" if value is None else words.money(value)


@register.filter
def plain(html: str | None) -> str:
    """Rich text as one line of plain text, for an extract of it."""
    return plain_text(html or "")


# --- leaves --------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: int = 20, style: str = "outline") -> SafeString:
    """A heroicon as decoration: hidden from assistive technology, the words beside it tell."""
    return mark_safe(  # noqa: S308 - an SVG out of the package, no user text in it
        heroicons._render_icon(
            style, name + "", size, {"aria-hidden": "true", "focusable": "false"}
        )
    )


@register.inclusion_tag("ui/date_tile.html")
def date_tile(value: Day, *, past: bool = False, cancelled: bool = False) -> dict[str, Any]:
    """The tile that marks anything with a date: day large, month small."""
    day = words.local_day(value)
    return {"day": day, "month": words.short_month(day), "past": past, "cancelled": cancelled}


@register.inclusion_tag("ui/pill.html")
def pill(label: str, tone: str = "") -> dict[str, Any]:
    """A status as a word; ``tone`` is "" (quiet), info, good, wait or bad."""
    return {"label": label, "tone": tone}


@register.inclusion_tag("ui/line_tag.html")
def line_tag(line: Any, *, link: bool = True) -> dict[str, Any]:
    """The name of a programme line in its colour; reads ``title``, ``colour`` and its address."""
    return {"line": line, "link": link}


@register.inclusion_tag("ui/confidential.html")
def confidential(label: str = "") -> dict[str, Any]:
    """Marks what only full readers see."""
    return {"label": label}


@register.inclusion_tag("ui/person.html")
def person(name: str, role: str = "", organisation: str = "", href: str = "") -> dict[str, Any]:
    """A person (or an organisation) with role and organisation; no portrait."""
    return {"name": name, "role": role, "organisation": organisation, "href": href}


@register.inclusion_tag("ui/progress.html")
def progress(value: int, total: int, label: str) -> dict[str, Any]:
    """A progress line with its numbers in words."""
    return {"value": value, "total": total, "label": label}


@register.inclusion_tag("ui/steps.html")
def steps(current: int, *labels: str) -> dict[str, Any]:
    """Steps of a form in parts; ``current`` counts from 1."""
    return {"current": current, "labels": labels}


@register.inclusion_tag("ui/toc.html")
def toc(entries: Any, title: str = "") -> dict[str, Any]:
    """A table of contents out of pairs ``(fragment id, text)``."""
    return {"entries": entries, "title": title}


@register.inclusion_tag("ui/neighbours.html")
def neighbours(previous: Any = None, following: Any = None) -> dict[str, Any]:
    """Previous and next: objects with an address; ``str()`` is the text."""
    return {"previous": previous, "following": following}


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What is wrong in a bound form, each line a link to its field; nothing when all is well."""
    fields = [
        (f"{field.auto_id}_0" if field.use_fieldset else field.auto_id, field.label, error)
        for field in form.visible_fields()
        for error in field.errors
    ]
    hidden = [error for field in form.hidden_fields() for error in field.errors]
    return {"general": [*form.non_field_errors(), *hidden], "fields": fields}


# --- lists ---------------------------------------------------------------------------------


@register.inclusion_tag("ui/filter_form.html", takes_context=True)
def filter_form(
    context: Context, form: BaseForm, submit: str = "", *, renews: bool = False
) -> dict[str, Any]:
    """A GET form whose changes renew ``#results`` (and the address) without a reload.

    With ``renews`` they renew the choices too, for a form that counts what each choice leaves; a
    search field stays as it is, since somebody may be typing. ``more_fields`` of the form names
    fields that stand under "more filters".
    """
    more = getattr(form, "more_fields", ())
    folds = len(form.visible_fields()) > UNFOLDED
    chosen = getattr(form, "cleaned_data", {}) if form.is_valid() else {}
    folded = [
        name
        for name, field in form.fields.items()
        if not (renews and isinstance(field.widget, SearchInput))  # stands above the fold
    ]
    return {
        "form": form,
        "submit": submit,
        "path": context["request"].path,
        "renews": renews,
        "more": more,
        "more_open": any(chosen.get(name) for name in more),
        "folds": folds,
        "open": folds and (bool(form.errors) or any(chosen.get(name) for name in folded)),
    }


@register.inclusion_tag("ui/chips.html", takes_context=True)
def chips(context: Context, form: BaseForm) -> dict[str, Any]:
    """The filters in force, each a link that takes it away."""
    request = context["request"]
    return {"chips": chosen_filters(form, request.GET), "path": request.path}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: Context, page: "Page[Any]") -> dict[str, Any]:
    """Page numbers that keep the other parameters; nothing when there is one page."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "numbers": list(numbers) if page.paginator.num_pages > 1 else [],
        "ellipsis": page.paginator.ELLIPSIS,
        "query": query.urlencode(),
    }


# --- blocks --------------------------------------------------------------------------------


@register.simple_block_tag
def page_head(content: str, title: str, eyebrow: str = "", lead: str = "", lang: str = "") -> str:
    """The head of a page with its ``<h1>``; the block holds buttons or facts beside it.

    ``lang`` is the language of title and lead where that may not be the page's own.
    """
    return render_to_string(
        "ui/page_head.html",
        {
            "content": mark_safe(content.strip()),  # noqa: S308 - the block was escaped when rendered
            "title": title,
            "eyebrow": eyebrow,
            "lead": lead,
            "lang": lang,
        },
    )


@register.simple_block_tag
def section(  # noqa: PLR0917 - keywords in templates
    content: str,
    title: str,
    id: str = "",  # noqa: A002 - the name of the attribute it sets
    href: str = "",
    link: str = "",
    plain: bool = False,  # noqa: FBT001, FBT002 - by keyword in templates
) -> str:
    """A part of a page under an ``<h2>``, with a link to more beside it."""
    return render_to_string(
        "ui/section.html",
        {"content": content, "title": title, "id": id, "href": href, "link": link, "plain": plain},
    )


@register.simple_block_tag
def card(  # noqa: PLR0917 - keywords in templates
    content: str,
    title: str = "",
    href: str = "",
    line: str = "",
    level: int = 3,
    lang: str = "",
) -> str:
    """A card; with ``href`` all of it leads there. ``line`` is a colour token.

    ``lang`` is the language of the title where that may not be the page's own.
    """
    return render_to_string(
        "ui/card.html",
        {
            "content": content,
            "title": title,
            "href": href,
            "line": line,
            "level": level,
            "lang": lang,
        },
    )


@register.simple_block_tag
def row(  # noqa: PLR0917 - keywords in templates
    content: str,
    title: str,
    href: str = "",
    day: Day | None = None,
    above: str = "",
    level: int = 3,
    past: bool = False,  # noqa: FBT001, FBT002 - by keyword in templates
    cancelled: bool = False,  # noqa: FBT001, FBT002 - by keyword in templates
    lang: str = "",
) -> str:
    """A row of a list (``<ul class="rows">``), with a date tile when it has a ``day``."""
    return render_to_string(
        "ui/row.html",
        {
            "content": content,
            "title": title,
            "href": href,
            "day": day,
            "above": above,
            "level": level,
            "past": past,
            "cancelled": cancelled,
            "lang": lang,
        },
    )


@register.simple_block_tag
def callout(content: str, title: str = "", tone: str = "info") -> str:
    """A remark that stands out; ``tone`` is info, good, wait or bad."""
    return render_to_string("ui/callout.html", {"content": content, "title": title, "tone": tone})


@register.simple_block_tag
def empty_state(content: str, title: str, level: int = 2) -> str:
    """Says what will come here; the block holds a sentence and the next step."""
    return render_to_string(
        "ui/empty_state.html", {"content": content, "title": title, "level": level}
    )


@register.simple_block_tag
def summary_box(content: str, title: str = "", line: str = "", id: str = "") -> str:  # noqa: A002 - as the attribute
    """The box "In het kort"; the block holds parts under an ``<h3>``."""
    return render_to_string(
        "ui/summary_box.html", {"content": content, "title": title, "line": line, "id": id}
    )


@register.simple_block_tag
def disclosure(content: str, label: str, open: bool = False) -> str:  # noqa: A002, FBT001, FBT002 - as the attribute
    """Something that opens on demand."""
    return render_to_string(
        "ui/disclosure.html", {"content": content, "label": label, "open": open}
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> str:  # noqa: A002 - as the attribute
    """A dialog that an element with ``data-dialog-open="<id>"`` opens."""
    return render_to_string("ui/dialog.html", {"content": content, "id": id, "title": title})


@register.simple_block_tag
def crumbs(content: str) -> str:
    """Breadcrumbs; home comes by itself, the block holds ``{% crumb %}``s."""
    return render_to_string("ui/crumbs.html", {"content": content, "home": reverse("home")})


@register.inclusion_tag("ui/crumb.html")
def crumb(label: str, href: str = "") -> dict[str, Any]:
    """One step of the breadcrumbs: an address or the name of a route; without, the page itself."""
    if href and "/" not in href:
        href = reverse(href)
    return {"label": label, "href": href}
