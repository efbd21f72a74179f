"""Assignments on their way to the board, as the tests of posting want them."""

import datetime
import uuid

from django.utils import timezone

from assignments.actions.posting import begin, submit, write_draft
from assignments.choices import Form
from assignments.voices import Hat, voice_of
from civportal.notifications.models import Notification
from tests import factories

WRITTEN = {
    "title": "Een sensor voor schimmel",
    "summary": "Je bouwt een sensor.",
    "description": "In de kas is het te nat.",
    "level_min": 4,
    "level_max": 6,
    "place": "Leiden",
    "goals": {4: ("Meten.", "Een meetrapport."), 6: ("Ontwerpen.", "Een ontwerp.")},
}


def hat_of(user):
    """The first thing that this person posts as."""
    membership = user.memberships.select_related("partner").get()
    side = "teacher" if membership.role == "teacher" else "company"
    return Hat(side, membership.partner)


def organisation(**fields):
    """A signed company."""
    return factories.PartnerFactory(status="signed", **fields)


def draft_of(user, form=Form.ASSIGNMENT, hat=None, **values):
    """A draft that is complete, unless ``values`` say otherwise."""
    hat = hat or hat_of(user)
    draft = begin(form, hat=hat, key=uuid.uuid4(), by=user)
    fits = {
        name: value
        for name, value in WRITTEN.items()
        if name != "place" or "place" in draft.shape.fields
    }
    return write_draft(draft, fits | values)


def sent_by_teacher(teacher, contact=None, **values):
    """A teacher posted it for an organisation, whose contact is asked."""
    if contact is not None:
        partner = contact.memberships.get().partner
        values = {"partner": partner, "contact": contact} | values
    else:
        values = {
            "partner": organisation(name="Zilt BV"),
            "contact_name": "Piet Zilt",
            "contact_email": "piet@zilt.example",
        } | values
    draft = draft_of(teacher, **values)
    return submit(draft, by=voice_of(teacher, draft))


def need_of(company, **values):
    """A company posted it, and it waits for a teacher."""
    draft = draft_of(company, **values)
    return submit(draft, by=voice_of(company, draft))


def without_office():
    """The centre publishes without looking."""
    from civportal.centre.models import CentreProfile

    profile = CentreProfile.current()
    profile.check_assignments = False
    profile.save()


def told(kind=None):
    """Who is told what, in the order of the alphabet: ``(kind, first part of the address)``."""
    rows = Notification.objects.exclude(state="withheld")
    if kind:
        rows = rows.filter(kind=kind)
    return sorted(
        (name.removeprefix("assignments."), address.partition("@")[0])
        for name, address in rows.values_list("kind", "recipient__email")
    )


def soon(days=30):
    return timezone.localdate() + datetime.timedelta(days=days)
