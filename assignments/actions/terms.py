"""What teams bind themselves to: versions of terms, and that a coach accepted them."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.choices import State, TeamState, TermsKind
from assignments.errors import NewerTerms, NotAccepted, NoTeams, NotTheCoach, Over, TermsMoved
from assignments.models import Acceptance, Assignment, Team, Terms
from assignments.notifications import telling_terms as telling
from assignments.permissions import coaches
from civportal.accounts.models import User

OVER = [State.FINISHED, State.ARCHIVED, State.WITHDRAWN]
"""Nothing is made ready any more for who works on it."""


def hold_for_change(assignment: Assignment) -> Assignment:
    """The assignment as it is now, held; raises ``Over``, and ``NoTeams`` where none come."""
    assignment = locked(assignment)
    if assignment.is_booked:
        raise NoTeams
    if assignment.state in OVER:
        raise Over
    return assignment


@transaction.atomic
def save_terms(
    assignment: Assignment, *, kind: TermsKind, text: str, language: str, seen: int | None, by: User
) -> Terms:
    """Make this the text that holds; what held stays readable, with who accepted it.

    ``seen`` is the key of the version that the writer had before them, None for none; where
    another holds by now, ``NewerTerms`` is raised. The same text again changes nothing. Teams
    that were accepted are told.
    """
    assignment = hold_for_change(assignment)
    text = text.strip().replace("\r\n", "\n")
    current = assignment.terms.current().filter(kind=kind).first()
    if current is not None and (current.text, current.language) == (text, language):
        return current
    if (current.pk if current else None) != seen:
        raise NewerTerms
    last = assignment.terms.filter(kind=kind).order_by("-version").first()
    now = timezone.now()
    if current is not None:
        current.replaced_at = now
        current.save(update_fields=["replaced_at"])
    terms = Terms.objects.create(
        assignment=assignment,
        kind=kind,
        version=last.version + 1 if last else 1,
        text=text,
        language=language,
        made_by=by,
    )
    telling.terms_changed(terms)
    return terms


@transaction.atomic
def end_terms(assignment: Assignment, *, kind: TermsKind, seen: int, by: User) -> None:
    """Let no text of this kind hold from now on; pressed twice it changes nothing.

    Raises ``NewerTerms`` where another version than ``seen`` holds by now.
    """
    assignment = hold_for_change(assignment)
    current = assignment.terms.current().filter(kind=kind).first()
    if current is None:
        return
    if current.pk != seen:
        raise NewerTerms
    current.replaced_at = timezone.now()
    current.save(update_fields=["replaced_at"])


def waiting_terms(team: Team) -> list[Terms]:
    """The texts that hold and that this team has not accepted."""
    accepted = team.acceptances.values("terms")
    waiting = team.assignment.terms.current().exclude(pk__in=accepted)
    return sorted(waiting, key=lambda terms: TermsKind.values.index(terms.kind))


@transaction.atomic
def accept_terms(team: Team, *, read: Mapping[int, str], by: User) -> list[Acceptance]:
    """Accept for the team what holds now; the coach gets the texts by mail.

    ``read`` has the SHA-256 of each text that the coach had on the screen, by the key of its
    version. Where something holds that is not in it, ``TermsMoved`` is raised and nothing is
    accepted. What was accepted before stays as it is. Raises ``NotTheCoach`` and ``NotAccepted``.
    """
    if not coaches(by, team):
        raise NotTheCoach
    assignment = locked(team.assignment)
    team = locked(team)
    if team.state != TeamState.ACCEPTED or team.finished_at or assignment.state in OVER:
        raise NotAccepted
    waiting = waiting_terms(team)
    if any(read.get(terms.pk) != terms.sha256 for terms in waiting):
        raise TermsMoved
    accepted = [
        Acceptance.objects.create(
            terms=terms, team=team, user=by, name=by.get_full_name(), sha256=terms.sha256
        )
        for terms in waiting
    ]
    if accepted:
        telling.terms_accepted(team, accepted)
    return accepted
