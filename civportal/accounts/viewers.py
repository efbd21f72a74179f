"""Who is looking: the part of every visibility rule that concerns the viewer alone.

A viewer is a ``User``, an ``AnonymousUser``, or an ``OuterRef`` to a user's key, so that a rule
written once serves a page for one person as well as one query over ten thousand people.
"""

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Q

from civportal.accounts.models import PROGRAMME_OFFICE, User
from civportal.lib.exists import Exists

Viewer: TypeAlias = User | AnonymousUser | OuterRef

NOBODY = Q(pk__in=[])
"""A rule that nothing meets; Django drops it, or what is joined to it, before the database."""


def inside(viewer: Viewer) -> Viewer:
    """The same viewer, as seen from one subquery deeper."""
    return OuterRef(viewer) if isinstance(viewer, OuterRef) else viewer


def viewer_key(viewer: Viewer) -> int | OuterRef | None:
    """The viewer's key, to compare with inside an ``Exists`` of the rule; None for a visitor."""
    if isinstance(viewer, OuterRef):
        return OuterRef(viewer)
    return viewer.pk if viewer.is_authenticated and viewer.is_active else None


def is_office(viewer: Viewer) -> Q:
    """A rule that holds when the viewer works in the programme office.

    A superuser counts as office: they could make themselves a member anyway.
    """
    key = viewer_key(viewer)
    if key is None:
        return NOBODY
    people = User.objects.filter(is_active=True).filter(
        Q(groups__name=PROGRAMME_OFFICE) | Q(is_superuser=True)
    )
    return Q(Exists(people.filter(pk=key)))


def has_permission(viewer: Viewer, permission: str) -> Q:
    """A rule that holds when the viewer has ``app.codename``, by themselves or by a group."""
    key = viewer_key(viewer)
    if key is None:
        return NOBODY
    app, codename = permission.split(".")
    right = {"content_type__app_label": app, "codename": codename}
    people = User.objects.filter(is_active=True, pk=key).filter(
        Q(**{f"user_permissions__{name}": value for name, value in right.items()})
        | Q(**{f"groups__permissions__{name}": value for name, value in right.items()})
        | Q(is_superuser=True)
    )
    return Q(Exists(people))


def in_office(user: User | AnonymousUser) -> bool:
    """Whether this person works in the programme office (asked once per request)."""
    if not (user.is_authenticated and user.is_active):
        return False
    known = user.__dict__.get("_in_office")
    if known is None:
        known = user.is_superuser or user.groups.filter(name=PROGRAMME_OFFICE).exists()
        user.__dict__["_in_office"] = known
    return known
