"""``EXISTS`` that PostgreSQL asks anew for each row further out."""

from typing import Any

from django.db import models


class Exists(models.Exists):
    """As Django's; right as well where it looks at a row more than one query further out.

    Such is a rule about a viewer who is an ``OuterRef``. PostgreSQL (seen in 18.6) may then make a
    table of the answers once, for the first viewer, and give these to all: one sees what another
    may. ``OFFSET 0`` changes no answer, and keeps it from rewriting the subquery
    (``simplify_EXISTS_query`` in its planner).
    """

    def as_sql(
        self, compiler: Any, connection: Any, template: str | None = None, **context: Any
    ) -> Any:
        here = compiler.query.alias_map
        if any(column.alias not in here for column in self.get_external_cols()):
            template = "EXISTS(%(subquery)s OFFSET 0)"
        return super().as_sql(compiler, connection, template=template, **context)
