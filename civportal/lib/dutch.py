"""Dutch identifiers, checked and written in one way."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NotValid
from stdnum.nl import postcode as dutch_postcode

KVK_NUMBER = r"^[0-9]{8}$"
validate_kvk_number = RegexValidator(KVK_NUMBER, _("A KvK number has 8 digits."))
"""The number of the Chamber of Commerce has no check digit: its length is all there is."""


def clean_kvk_number(text: str) -> str:
    """The digits of what someone typed: ``"12 34.56-78"`` is ``"12345678"``; other letters stay."""
    return re.sub(r"[\s.\-]", "", text)


def clean_postcode(text: str) -> str:
    """A Dutch postcode as it is written on letters: ``"2333cr"`` is ``"2333 CR"``.

    Raises ``ValidationError`` for what is none (SA, SD and SS are never given out).
    """
    try:
        return dutch_postcode.validate(text)
    except NotValid:
        raise ValidationError(
            _("A postcode has 4 digits and 2 letters, such as 2333 CR.")
        ) from None


def validate_postcode(text: str) -> None:
    """Refuse what is no Dutch postcode."""
    clean_postcode(text)
