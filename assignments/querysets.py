"""Who may see what of assignments: one rule per model, for a person or for an ``OuterRef``.

Three parties come back in most rules. The **company side** is the contact person, and who
represents or is contact of the organisation whose need it is; the **teacher side** is the teacher
who posted or adopted it; a **coach** acts for a team. Both sides together are those who posted.
"""

import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from assignments.choices import (
    BOOKED,
    PUBLIC_STATES,
    SENT_TEAMS,
    Side,
    State,
    TeamState,
)
from civportal.accounts.models import User
from civportal.accounts.viewers import (
    NOBODY,
    Viewer,
    has_permission,
    inside,
    is_office,
    viewer_key,
)
from civportal.lib.exists import Exists
from partners.choices import MembershipRole, PartnerKind, PartnerStatus
from partners.models import Membership
from partners.querysets import own_people

if TYPE_CHECKING:
    from assignments.models import (
        Acceptance,
        AgendaReturn,
        Assignment,
        AssignmentDocument,
        Booking,
        Download,
        Feedback,
        HandIn,
        LevelGoal,
        Outcome,
        SavedSearch,
        SchoolPeriod,
        Slot,
        Step,
        Team,
        TeamCount,
        TeamMember,
        TeamMessage,
        Terms,
    )

SCHOOLS = [PartnerKind.MBO_SCHOOL, PartnerKind.HBO_INSTITUTION]
SPEAKS = [MembershipRole.REPRESENTATIVE, MembershipRole.CONTACT]
"""What somebody is who posts and decides for an organisation."""
FEEDBACK_OPENS = datetime.timedelta(days=30)
"""How long after a team's end the feedback of one side waits for that of the other."""


def is_teacher(viewer: Viewer) -> Q:
    """A rule that holds when the viewer teaches at a school that is a partner."""
    key = viewer_key(viewer)
    if key is None:
        return NOBODY
    return Q(
        Exists(
            Membership.objects.filter(
                user=key,
                user__is_active=True,
                role=MembershipRole.TEACHER,
                partner__kind__in=SCHOOLS,
                partner__status=PartnerStatus.SIGNED,
            )
        )
    )


def named_in(viewer: Viewer, *fields: str) -> Q:
    """A rule that holds when the viewer is the person in one of these fields of the row."""
    if viewer_key(viewer) is None:
        return NOBODY
    key = viewer if isinstance(viewer, OuterRef) else viewer.pk
    theirs = Q()
    for field in fields:
        theirs |= Q(**{field: key, f"{field}__is_active": True})
    return theirs


def company_side(viewer: Viewer, assignment: str = "") -> Q:
    """A rule that holds when the viewer speaks for the organisation whose need it is.

    ``assignment`` is the path from the row to the assignment, such as ``"team__assignment__"``.
    """
    return named_in(viewer, f"{assignment}contact") | own_people(
        viewer, f"{assignment}partner", role__in=SPEAKS
    )


def both_sides(viewer: Viewer, assignment: str = "") -> Q:
    """A rule that holds for the company side, the teacher, and the office."""
    return (
        company_side(viewer, assignment)
        | named_in(viewer, f"{assignment}teacher")
        | is_office(viewer)
    )


def assignment_rule(viewer: Viewer) -> Q:
    """What is public is for everyone, what is not for those who make it.

    A draft is for who began it, and for the company side where the company began it. A need of a
    company that waits for a teacher is for every teacher, so that one can adopt it.
    """
    waits_for_teacher = Q(state=State.SUBMITTED, teacher__isnull=True) & ~Q(form__in=BOOKED)
    return (
        Q(state__in=PUBLIC_STATES)
        | named_in(viewer, "posted_by", "teacher")
        | (company_side(viewer) & (~Q(state=State.DRAFT) | Q(teacher__isnull=True)))
        | (waits_for_teacher & is_teacher(viewer))
        | is_office(viewer)
        | has_permission(viewer, "assignments.view_assignment")
    )


def team_rule(viewer: Viewer) -> Q:
    """A team is for its coach alone until it applies, then for both sides of the assignment too."""
    sent = Q(state__in=SENT_TEAMS) | Q(state=TeamState.WITHDRAWN, applied_at__isnull=False)
    return (
        named_in(viewer, "coach")
        | (sent & both_sides(viewer, "assignment__"))
        | (sent & has_permission(viewer, "assignments.view_team"))
    )


def of_readable_assignment(viewer: Viewer, assignment: str = "assignment") -> Q:
    """A rule that holds when the assignment that the row belongs to may be read."""
    from assignments.models import Assignment  # noqa: PLC0415 - models import this module

    readable = Assignment.objects.filter(assignment_rule(inside(viewer)))
    return Q(Exists(readable.filter(pk=OuterRef(assignment))))


def of_readable_team(viewer: Viewer, team: str = "team") -> Q:
    """A rule that holds when the team that the row belongs to may be read."""
    from assignments.models import Team  # noqa: PLC0415 - models import this module

    readable = Team.objects.filter(team_rule(inside(viewer)))
    return Q(Exists(readable.filter(pk=OuterRef(team))))


def open_rule() -> Q:
    """A rule that holds for an assignment that takes teams or bookings today."""
    in_time = Q(apply_by__isnull=True) | Q(apply_by__gte=timezone.localdate())
    return (Q(form__in=BOOKED) | in_time) & Q(state=State.PUBLISHED)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The assignments that this person may read."""
        return self.filter(assignment_rule(viewer))

    def public(self) -> Self:
        """Those on the board, closed ones too."""
        return self.filter(state__in=PUBLIC_STATES)

    def open(self) -> Self:
        """Those for which a team can apply today, or a class can be booked."""
        return self.filter(open_rule())

    def open_first(self, *order: Any) -> Self:
        """What is open before what is not, each part in ``order``; the newest first without."""
        closed = Case(When(open_rule(), then=0), default=1)
        return self.order_by(closed, *order, F("published_at").desc(nulls_last=True), "-pk")

    def for_cards(self) -> Self:
        """With what a card shows: organisation, lines, and the ``next_date`` on offer."""
        from assignments.models import Slot  # noqa: PLC0415 - models import this module

        coming = Slot.objects.upcoming().filter(assignment=OuterRef("pk")).order_by("date")
        return (
            self.select_related("partner")
            .prefetch_related("lines")
            .annotate(next_date=Subquery(coming.values("date")[:1]))
        )

    def like(self, assignment: "Assignment") -> Self:
        """Others of the same line or organisation, most alike first, what is open before."""
        lines = assignment.lines.through.objects.filter(
            assignment=OuterRef("pk"), programmeline__in=assignment.lines.all()
        )
        same = Case(When(partner=assignment.partner_id, then=1), default=0)
        kind = Case(When(form=assignment.form, then=1), default=0)
        return (
            self.filter(Q(partner=assignment.partner_id) | Q(Exists(lines)))
            .exclude(pk=assignment.pk)
            .annotate(alike=same + kind + Case(When(Exists(lines), then=2), default=0))
            .open_first("-alike")
        )

    def waiting_for_teacher(self) -> Self:
        """Needs of companies that a teacher can adopt."""
        return self.filter(state=State.SUBMITTED, teacher__isnull=True).exclude(form__in=BOOKED)

    def waiting_for_office(self) -> Self:
        """Those to which both sides said yes and at which the office has not looked."""
        return self.filter(
            Q(teacher_yes_at__isnull=False) | Q(form__in=BOOKED),
            state=State.SUBMITTED,
            company_yes_at__isnull=False,
            checked_at__isnull=True,
        )


class LevelGoalQuerySet(models.QuerySet["LevelGoal"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Those of the assignments that this person may read."""
        return self.filter(of_readable_assignment(viewer))


class SchoolPeriodQuerySet(models.QuerySet["SchoolPeriod"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """All; when a school teaches stands on its own site too."""
        return self.all()


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The teams that this person may read."""
        return self.filter(team_rule(viewer))

    def sent(self) -> Self:
        """Those that the side that posted has in front of it."""
        return self.filter(state__in=SENT_TEAMS)

    def accepted(self) -> Self:
        """Those that do the assignment."""
        return self.filter(state=TeamState.ACCEPTED)


class TeamCountQuerySet(models.QuerySet["TeamCount"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Those of teams that this person may read; of accepted teams they are for everyone."""
        accepted = Q(team__state=TeamState.ACCEPTED, team__assignment__state__in=PUBLIC_STATES)
        return self.filter(accepted | of_readable_team(viewer))


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """For the coach, and for the company side of a team that it accepted. Nobody else."""
        accepted = Q(team__state=TeamState.ACCEPTED, team__assignment__names_needed=True)
        return self.filter(
            named_in(viewer, "team__coach")
            | (accepted & company_side(viewer, "team__assignment__"))
        )


class TeamMessageQuerySet(models.QuerySet["TeamMessage"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Those of the teams that this person may read."""
        return self.filter(of_readable_team(viewer))


class TermsQuerySet(models.QuerySet["Terms"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Those of the assignments that this person may read: who applies has to know them."""
        return self.filter(of_readable_assignment(viewer))

    def current(self) -> Self:
        """The versions that hold now."""
        return self.filter(replaced_at__isnull=True)


class AcceptanceQuerySet(models.QuerySet["Acceptance"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Those of the teams that this person may read."""
        return self.filter(of_readable_team(viewer))


class AssignmentDocumentQuerySet(models.QuerySet["AssignmentDocument"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """What this person may know of: title and size. Who gets the file, an action decides."""
        return self.filter(of_readable_assignment(viewer))

    def there(self) -> Self:
        """Those that were not removed."""
        return self.filter(removed_at__isnull=True)


class DownloadQuerySet(models.QuerySet["Download"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """For both sides of the assignment, and for the coach those of the team."""
        return self.filter(
            both_sides(viewer, "document__assignment__")
            | named_in(viewer, "team__coach")
            | has_permission(viewer, "assignments.view_download")
        )


class StepQuerySet(models.QuerySet["Step"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Those of the assignments that this person may read."""
        return self.filter(of_readable_assignment(viewer))


class HandInQuerySet(models.QuerySet["HandIn"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Those of the teams that this person may read."""
        return self.filter(of_readable_team(viewer))


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """One's own side's; the other's once both sides gave theirs, or after a month.

        So nobody writes in answer to what the other wrote. The office reads all at once.
        """
        given_by_both = Exists(
            self.model._default_manager.filter(team=OuterRef("team")).exclude(pk=OuterRef("pk"))
        )
        own = (Q(side=Side.TEAM) & named_in(viewer, "team__coach")) | (
            Q(side=Side.COMPANY)
            & company_side(viewer, "team__assignment__")
            & ~named_in(viewer, "team__coach")
        )
        opened = Q(given_by_both) | Q(team__finished_at__lte=timezone.now() - FEEDBACK_OPENS)
        return self.filter(
            (of_readable_team(viewer) & (own | opened))
            | is_office(viewer)
            | has_permission(viewer, "assignments.view_feedback")
        )


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Everyone reads what both sides made public; else those who may read the team."""
        public = Q(published_at__isnull=False) & of_readable_assignment(viewer, "team__assignment")
        return self.filter(public | of_readable_team(viewer))

    def published(self) -> Self:
        """Those that both sides made public."""
        return self.filter(published_at__isnull=False)


class SlotQuerySet(models.QuerySet["Slot"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Those of the assignments that this person may read."""
        return self.filter(of_readable_assignment(viewer))

    def upcoming(self) -> Self:
        """Those from today on that were not cancelled."""
        return self.filter(date__gte=timezone.localdate(), cancelled_at__isnull=True)

    def open_to_book(self) -> Self:
        """Those of public assignments of which the last day to book has not passed."""
        today = timezone.localdate()
        return self.filter(
            Q(book_by__isnull=True) | Q(book_by__gte=today),
            Q(date__gt=today) | Q(date=today, start__gt=timezone.localtime().time()),
            cancelled_at__isnull=True,
            assignment__state=State.PUBLISHED,
        )

    def hosted_by(self, viewer: Viewer) -> Self:
        """Those that this person offers: both sides, and the office."""
        return self.filter(both_sides(viewer, "assignment__"))

    def with_places(self) -> Self:
        """With how many people booked (``taken``) and how many still can (``left``)."""
        from assignments.models import Booking  # noqa: PLC0415 - models import this module

        booked = (
            Booking.objects.standing()
            .filter(slot=OuterRef("pk"))
            .order_by()
            .values("slot")
            .annotate(people=Sum("number"))
            .values("people")
        )
        return self.annotate(taken=Coalesce(Subquery(booked), 0)).annotate(
            left=F("capacity") - F("taken")
        )


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """For the teacher who booked, and for both sides of what is offered."""
        return self.filter(
            named_in(viewer, "teacher")
            | both_sides(viewer, "slot__assignment__")
            | has_permission(viewer, "assignments.view_booking")
        )

    def standing(self) -> Self:
        """Those that were not cancelled."""
        return self.filter(cancelled_at__isnull=True)


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """One's own."""
        return self.filter(named_in(viewer, "user"))


class AgendaReturnQuerySet(models.QuerySet["AgendaReturn"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Those of agenda items and assignments that this person may read both."""
        from sessions_log.models import AgendaItem  # noqa: PLC0415 - models import this module

        items = AgendaItem.objects.visible_to(inside(viewer))
        return self.filter(
            Q(Exists(items.filter(pk=OuterRef("item")))) & of_readable_assignment(viewer)
        )
