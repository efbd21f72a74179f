"""Something on offer: a guest lecture of the company, on a date to come, and who books it."""

import datetime

from django.utils import timezone

from assignments.actions.bookings import Party
from assignments.actions.slots import Facts
from tests import factories

MORE = datetime.timedelta(days=1)


def guest_lecture(company, **fields):
    """On the board, offered by the company; no teacher stands for it."""
    return factories.AssignmentFactory(
        **{
            "form": "guest_lecture",
            "title": "Clean work",
            "summary": "How one works without a speck.",
            "partner": company.partners.get(),
            "contact": company,
            "teacher": None,
            "posted_by": company,
            "language": "en",
            **fields,
        }
    )


def a_date(assignment, days=21, **fields):
    """Of thirty places, from ten to twelve in a laboratory."""
    return factories.SlotFactory(
        **{
            "assignment": assignment,
            "date": timezone.localdate() + days * MORE,
            "place": "Lab 2",
            **fields,
        }
    )


def party(user, number=20, group="Class 2A", **fields):
    """A class of the school where this person teaches."""
    return Party(school=user.partners.get(), group=group, number=number, **fields)


def facts(slot, **changes):
    """The date as it is, but for these changes."""
    names = ("date", "start", "end", "capacity", "place", "online_url", "book_by")
    return Facts(**{name: getattr(slot, name) for name in names} | changes)
