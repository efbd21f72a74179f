"""What is new on the board, in the digest: by line, by organisation and by the searches of each."""

from collections.abc import Iterator, Mapping, Sequence

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments import words
from assignments.models import Assignment, SavedSearch
from assignments.models.searches import TOPIC
from civportal.accounts.models import User
from civportal.notifications import kinds
from civportal.notifications.kinds import Entry, FollowedLines, Topic
from civportal.ui.words import short_date

KIND = "assignment"
PREFIX = "assignment"


def entries(keys: Sequence[int]) -> dict[int, Entry]:
    """The lines of a digest."""
    rows = Assignment.objects.filter(pk__in=keys).select_related("partner")
    return {row.pk: _entry(row) for row in rows.prefetch_related("lines")}


def _entry(assignment: Assignment) -> Entry:
    line = next(iter(assignment.lines.all()), None)
    return Entry(
        subject=f"{PREFIX}:{assignment.pk}",
        title=assignment.title,
        url=assignment.get_absolute_url(),
        moment=assignment.published_at or assignment.changed_at,
        text=_in_short(assignment),
        language=assignment.language,
        topic=line.title if line else None,
    )


def _in_short(assignment: Assignment) -> str:
    """Who it is of, for whom and how long one can apply; the summary comes first."""
    facts = [
        str(assignment.get_form_display()),
        assignment.partner.name if assignment.partner else "",
        words.level_range(assignment.level_min, assignment.level_max),
        words.workload(assignment),
    ]
    if assignment.apply_by and not assignment.is_booked:
        facts.append(_("apply until %(day)s") % {"day": short_date(assignment.apply_by)})
    return " · ".join(filter(None, [assignment.summary, *facts]))


def headings(followed: FollowedLines) -> Mapping[tuple[int, int], str]:
    """What came by a search that somebody follows comes under the name they gave it."""
    by_search = {
        (person, key): sorted(
            int(topic.removeprefix(TOPIC)) for topic in topics if topic.startswith(TOPIC)
        )
        for person, lines in followed.items()
        for key, topics in lines.items()
    }
    wanted = {pk for keys in by_search.values() for pk in keys}
    if not wanted:
        return {}
    names = {
        (owner, pk): name
        for owner, pk, name in SavedSearch.objects.filter(pk__in=wanted).values_list(
            "user", "pk", "name"
        )
    }
    found: dict[tuple[int, int], str] = {}
    for (person, key), searches in by_search.items():
        # Somebody else's search has no name here, whatever one's topics say.
        own = [names[person, pk] for pk in searches if (person, pk) in names]
        if own:
            found[person, key] = own[0]
    return found


def topics(user: User | AnonymousUser) -> Iterator[Topic]:
    """One's own searches."""
    for search in SavedSearch.objects.visible_to(user):
        yield Topic(
            key=search.topic,
            label=search.name,
            group=_("Searches for assignments"),
            url=search.get_absolute_url(),
        )


def register() -> None:
    """Make all of this known; called once, when Django is ready."""
    kinds.register_section(
        kinds.Section(
            name=KIND,
            label=gettext_lazy("Assignments"),
            prefix=PREFIX,
            visible=lambda viewer: Assignment.objects.visible_to(viewer).public(),
            entries=entries,
            headings=headings,
            order=30,
        )
    )
    kinds.register_subjects(PREFIX, Assignment.objects.visible_to)
    kinds.register_topics("assignment_searches", topics)
