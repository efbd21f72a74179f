"""What an assignment must say before it is sent to the other side."""

from django.utils import timezone
from django.utils.translation import gettext as _

from assignments.models import Assignment
from assignments.voices import Part


def missing(assignment: Assignment, side: Part) -> dict[str, str]:
    """By field of the form: what is to be filled in or mended, said to a person.

    ``side`` is who posts: only others than the company say who its contact person is.
    """
    return {**_who(assignment, side), **_what(assignment), **_teams(assignment)}


def _who(assignment: Assignment, side: Part) -> dict[str, str]:
    found = {}
    if assignment.partner_id is None:
        found["partner"] = _("Choose the organisation.")
    if side == "company" or assignment.contact_id is not None:
        return found
    if not assignment.contact_name:
        found["contact_name"] = _("Who says yes for the organisation? Give the name.")
    if not assignment.contact_email:
        found["contact_email"] = _("Where can we ask this person for a yes?")
    return found


def _what(assignment: Assignment) -> dict[str, str]:
    found = {}
    if not assignment.title:
        found["title"] = _("Give it a title.")
    if not assignment.summary:
        found["summary"] = _("Say in one sentence what it is about.")
    if not assignment.description:
        found["description"] = _("Tell what it is about.")
    if assignment.level_min is None:
        found["level_min"] = _("Choose the lowest level that can take part.")
    if assignment.level_max is None:
        found["level_max"] = _("Choose the highest level that can take part.")
    if assignment.shape.has_goals and assignment.levels:
        goals = assignment.goals.filter(level__in=assignment.levels)
        if not any(goal.learns or goal.delivers for goal in goals):
            found[f"learns_{int(assignment.levels[0])}"] = _(
                "Say for one level at least what its students learn or deliver."
            )
    return found


def _teams(assignment: Assignment) -> dict[str, str]:
    asked, today = assignment.shape.fields, timezone.localdate()
    questions = {
        "hours_per_week": _("How many hours a week does it take?"),
        "weeks": _("How many weeks does it take?"),
        "starts_on": _("When does it begin?"),
        "apply_by": _("Until when can teams apply?"),
    }
    found = {
        name: question
        for name, question in questions.items()
        if name in asked and not getattr(assignment, name)
    }
    if "apply_by" in asked and assignment.apply_by and assignment.apply_by < today:
        found["apply_by"] = _("This day has passed: no team could apply any more.")
    if "place" in asked and not assignment.place and not assignment.online:
        found["place"] = (
            _("Say where it is done, or that it can be done online.")
            if "online" in asked
            else _("Say where it is done.")
        )
    if "names_needed" in asked and assignment.names_needed and not assignment.names_reason:
        found["names_reason"] = _("Say why names of students are needed.")
    return found
