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


def clean_phone_number(text: str) -> str:
    """A phone number that somebody can dial, spaced as it was typed.

    Dutch ones have ten digits and begin with 0; others begin with + or 00 and have at most fifteen
    (ITU-T E.164). ``"+31 (0)71 516 50 00"`` is ``"+31 71 516 50 00"``. Raises ``ValidationError``.
    """
    number = " ".join(text.replace("(0)", " ").split())
    digits = re.sub(r"[ ()./\-]", "", number)
    if not re.fullmatch(r"0[1-9][0-9]{8}|(?:\+|00)[1-9][0-9]{7,14}", digits):
        raise ValidationError(
            _("Write a phone number such as 071 516 50 00, or one with + and a country code.")
        )
    return number
