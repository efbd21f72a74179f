"""How an assignment comes back to the meeting that wanted it."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.models.assignments import Assignment
from assignments.querysets import AgendaReturnQuerySet
from sessions_log.models import AgendaItem


@pghistory.track()
class AgendaReturn(models.Model):
    """That an agenda item is about what became of an assignment."""

    item = models.OneToOneField(
        AgendaItem,
        verbose_name=_("agenda item"),
        on_delete=models.CASCADE,
        related_name="assignment_return",
    )
    assignment = models.ForeignKey(
        Assignment,
        verbose_name=_("assignment"),
        on_delete=models.CASCADE,
        related_name="agenda_returns",
    )

    objects = AgendaReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment on an agenda")
        verbose_name_plural = _("assignments on agendas")

    def __str__(self) -> str:
        return f"{self.assignment} · {self.item}"
