"""Who may see what of the programme lines; lines themselves are public."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import OuterRef, Q

from civportal.accounts.viewers import Viewer, has_permission, is_office, viewer_key
from civportal.lib.exists import Exists
from partners.querysets import is_member_of_signed_partner
from programme_lines.choices import ChapterVisibility

if TYPE_CHECKING:
    from programme_lines.models import PlanChapter


def chapter_rule(viewer: Viewer) -> Q:
    """A chapter is for its writers and the office, until it is opened to partners or everyone."""
    from programme_lines.models import LineLeader, PlanChapter  # noqa: PLC0415 - they import this

    rule = Q(visibility=ChapterVisibility.PUBLIC)
    key = viewer_key(viewer)
    if key is None:
        return rule
    authors = PlanChapter.authors.through.objects.filter(planchapter=OuterRef("pk"), user=key)
    leaders = LineLeader.objects.filter(line=OuterRef("line"), user=key)
    return (
        rule
        | (Q(visibility=ChapterVisibility.PARTNERS) & is_member_of_signed_partner(viewer))
        | Q(Exists(authors))
        | Q(Exists(leaders))
        | is_office(viewer)
        | has_permission(viewer, "programme_lines.view_planchapter")
    )


class PlanChapterQuerySet(models.QuerySet["PlanChapter"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The chapters that this person may read."""
        return self.filter(chapter_rule(viewer))
