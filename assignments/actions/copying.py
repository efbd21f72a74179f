"""Beginning with what an earlier assignment says."""

import datetime
import uuid

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from assignments.actions.posting import APPLY_BEFORE, sensible, shifted, who_posts
from assignments.choices import State
from assignments.errors import KeyTaken
from assignments.models import Assignment, LevelGoal
from assignments.querysets import AssignmentQuerySet
from assignments.shapes import shape_of
from assignments.voices import Hat
from assignments.wording import PLAIN
from civportal.accounts.models import User


def earlier_ones(by: User, hat: Hat) -> AssignmentQuerySet:
    """What this person can copy as this: their own, those of the same school or organisation, and
    for the office all."""
    rows = Assignment.objects.visible_to(by).exclude(title="")
    own = Q(posted_by=by) | Q(teacher=by)
    if hat.side == "teacher":
        return rows.filter(own | Q(school=hat.partner) & ~Q(state=State.DRAFT))
    if hat.side == "company":
        return rows.filter(partner=hat.partner)
    return rows


@transaction.atomic
def copy_of(source: Assignment, *, hat: Hat, key: uuid.UUID, by: User) -> Assignment:
    """A draft that says the same, a year or more later; the same ``key`` gives the same draft.

    What was agreed, who applied and what came of it stay with the earlier one.
    """
    known = Assignment.objects.filter(key=key).first()
    if known is not None:
        if known.posted_by_id != by.pk:
            raise KeyTaken
        return known
    row = Assignment(key=key, form=source.form, copied_from=source)
    for name in PLAIN:
        setattr(row, name, getattr(source, name))
    if hat.side != "company":
        row.partner = source.partner
        row.contact = source.contact
        row.contact_name, row.contact_email = source.contact_name, source.contact_email
    for name, value in who_posts(hat, by=by).items():
        setattr(row, name, value)
    _put_dates(row)
    row.save()
    row.lines.set(source.lines.all())
    LevelGoal.objects.bulk_create(
        LevelGoal(assignment=row, level=goal.level, learns=goal.learns, delivers=goal.delivers)
        for goal in source.goals.all()
    )
    return row


def _put_dates(row: Assignment) -> None:
    """The same time of the year, and the same weekday, from now on."""
    today = timezone.localdate()
    if "starts_on" not in shape_of(row.form).fields:
        return
    before: datetime.timedelta = APPLY_BEFORE
    if row.starts_on and row.apply_by:
        before = row.starts_on - row.apply_by
    # Only a begin before which teams can still apply is of use.
    row.starts_on = shifted(row.starts_on, today=today + before)
    row.starts_on = row.starts_on or sensible(row.form, today=today)["starts_on"]
    row.apply_by = row.starts_on - before
