"""What terms are about, in plain words, and an example of each to start from."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assignments.choices import TermsKind


@dataclass(frozen=True)
class Binding:
    """``slug`` stands in addresses; ``means`` is one sentence for a student."""

    kind: TermsKind
    slug: str
    means: str | Promise
    example: str | Promise

    @property
    def label(self) -> str:
        """What it is called."""
        return str(self.kind.label)


BINDINGS = [
    Binding(
        TermsKind.NDA,
        "geheimhouding",
        _("It says what you keep to yourself of what you hear and see."),
        # Translators: an example of terms that a company can start from; keep the empty lines.
        _(
            "What we tell and show you for this assignment is meant for your team and your coach. "
            "Do not pass it on, and do not put it online.\n\n"
            "You may talk about it with your teachers, as far as they need it to help you or to "
            "mark your work.\n\n"
            "You may always tell that you did an assignment for us, and what you learned. Would "
            "you like to show more, such as in a portfolio? Ask us; we answer within two weeks.\n\n"
            "This holds until one year after the end of the assignment. What is known to everyone "
            "you may tell anyone."
        ),
    ),
    Binding(
        TermsKind.IP,
        "eigendom",
        _("It says who may use what you make, and for what."),
        # Translators: an example of terms that a company can start from; keep the empty lines.
        _(
            "What you make stays yours: your texts, drawings, code and ideas.\n\n"
            "We may use it in our own organisation, without paying for it, and change it. Where we "
            "show it to others, we name your team and your school.\n\n"
            "Your school may use it for teaching, without what is confidential.\n\n"
            "Does something come out that can be sold or patented? Then we first talk with you and "
            "your school about what each of us gets, and put that on paper."
        ),
    ),
    Binding(
        TermsKind.DATASET,
        "data",
        _("It says what you may do with the data, and when you delete them."),
        # Translators: an example of terms that a company can start from; keep the empty lines.
        _(
            "Use the data for this assignment only. Do not give them to anyone outside your team, "
            "and do not put them in an online service that may use them for itself, such as a "
            "chatbot.\n\n"
            "Keep them where only your team and your coach can reach them.\n\n"
            "Do not try to find out which people or organisations the data are about.\n\n"
            "In what you hand in you may show results, tables and charts, but not the data as a "
            "whole.\n\n"
            "Delete the data and all copies when the assignment is over. Has something gone wrong, "
            "such as a laptop that was lost? Tell us the same day."
        ),
    ),
]
"""In the order in which people read them."""

BY_SLUG = {binding.slug: binding for binding in BINDINGS}
BY_KIND = {str(binding.kind): binding for binding in BINDINGS}
