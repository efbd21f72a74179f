"""Who sees what, asked the same way of every model.

A model whose queryset has ``visible_to`` is limited by it; any other is open to whoever has
Django's permission for it.
"""

from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

M = TypeVar("M", bound=Model)
Person = AbstractBaseUser | AnonymousUser

NOT_VISIBLE = _("(not visible to you)")
"""What stands in for the name of something that this person may not know of."""


def is_limited(model: type[Model]) -> bool:
    """Whether not everyone may know of every row of this model."""
    return hasattr(model._default_manager, "visible_to")


def visible(queryset: "QuerySet[M]", user: Person) -> "QuerySet[M]":
    """Of these rows, the ones that this person may know of."""
    limit = getattr(queryset, "visible_to", None)
    return limit(user) if limit else queryset


def visible_rows(model: type[M], user: Person) -> "QuerySet[M]":
    """All rows of a model that this person may know of."""
    return visible(model._default_manager.all(), user)


def hidden_keys(model: type[Model], user: Person) -> set[Any]:
    """The keys of the rows that this person may not know of; one query, or none."""
    if not is_limited(model):
        return set()
    seen = visible_rows(model, user).order_by().values("pk")
    return set(model._default_manager.exclude(pk__in=seen).order_by().values_list("pk", flat=True))
