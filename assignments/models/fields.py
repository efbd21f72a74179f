"""Fields that more than one model of assignments has."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

QUARTER = Decimal("0.25")


def validate_quarters(hours: Decimal) -> None:
    """Refuse hours that are no number of quarters."""
    if hours % QUARTER:
        raise ValidationError(_("Count in quarters of an hour, such as 1.25 or 1.5."))


class QuarterHoursField(models.DecimalField):  # type: ignore[type-arg]  # not at run time
    """Hours as a decimal, in quarters, from none to ``most``."""

    def __init__(self, *args: Any, most: int = 99_999, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 7)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault(
            "validators", [MinValueValidator(0), MaxValueValidator(most), validate_quarters]
        )
        super().__init__(*args, **kwargs)
