"""What stands with an outcome in a row: ``{% load outcome_words %}``."""

from django import template
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext

from assignments.models import Outcome
from programme_lines.choices import Level

register = template.Library()


@register.filter
def schools(outcome: Outcome) -> str:
    """The schools with their levels: ``Mbo Noord (Mbo level 4) and Ho Zuid (Hbo bachelor)``.

    Wants ``team.counts`` with their schools at hand.
    """
    found: dict[str, list[str]] = {}
    for count in outcome.team.counts.all():
        found.setdefault(count.school.name, []).append(str(Level(count.level).label))
    named = [f"{school} ({', '.join(levels)})" for school, levels in found.items()]
    return get_text_list(named, gettext("and"))


@register.filter
def outcome_year(outcome: Outcome) -> int:
    """The year in which the team finished, on the centre's calendar."""
    moment = outcome.team.finished_at or outcome.published_at or outcome.changed_at
    return timezone.localtime(moment, timezone.get_default_timezone()).year
