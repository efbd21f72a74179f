"""When a team's outcome becomes public, the office finds a draft of news about it."""

from django.template.loader import render_to_string
from django.utils import translation

from assignments.models import Outcome
from assignments.outcomes import on_published
from news.models import NewsItem


def draft(outcome: Outcome) -> None:
    """Write a draft in the outcome's language, with its lines and everyone who took part.

    There is one for each outcome, whatever happened in between: an outcome that was changed and
    agreed to again finds the item that the office had, as the office left it.
    """
    if NewsItem.objects.filter(outcome=outcome).exists():
        return
    team = outcome.team
    assignment = team.assignment
    with translation.override(outcome.language):
        body = render_to_string(
            "news/from_outcome.html", {"outcome": outcome, "assignment": assignment}
        )
    item = NewsItem.objects.create(
        outcome=outcome,
        title=outcome.title,
        lead=outcome.summary or outcome.result[:400],
        body=body,
        language=outcome.language,
    )
    item.assignments.add(assignment)
    item.lines.set(assignment.lines.all())
    took_part = set(team.counts.values_list("school", flat=True))
    if assignment.partner_id is not None:
        took_part.add(assignment.partner_id)
    item.partners.set(sorted(took_part))


def register() -> None:
    """Be told of outcomes that become public; called once, when Django is ready."""
    on_published("news", draft)
