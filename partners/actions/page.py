"""A partner's own page: what it tells about itself."""

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from civportal.accounts.models import User
from partners.actions.locks import locked
from partners.errors import NotAllowed, PageChanged
from partners.models import Partner
from partners.permissions import can_edit_partner

TEXTS = ("summary", "description", "offers", "seeks", "website", "language")


def page_version(partner: Partner) -> str:
    """A mark of what the page says now, to notice that somebody else has saved it meanwhile."""
    said = "\0".join(str(getattr(partner, name)) for name in (*TEXTS, "logo"))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@transaction.atomic
def save_page(
    partner: Partner,
    *,
    texts: dict[str, Any],
    logo: "ContentFile[bytes] | None",
    remove_logo: bool,
    version: str,
    by: User,
) -> Partner:
    """Keep the texts (the fields of ``TEXTS``, checked by their form) and the logo of a page.

    ``version`` is ``page_version`` of what was on the screen. A logo that was replaced stays in
    the store, because history leads back to it. Raises ``NotAllowed``, and ``PageChanged`` when
    the page says something else by now; saying the same again changes nothing.
    """
    partner = locked(partner)
    if not can_edit_partner(by, partner):
        raise NotAllowed
    same_text = all(getattr(partner, name) == texts[name] for name in TEXTS)
    if same_text and logo is None and not remove_logo:
        return partner
    if page_version(partner) != version:
        raise PageChanged
    for name in TEXTS:
        setattr(partner, name, texts[name])
    if logo is not None:
        partner.logo = logo  # stored when the row is
    elif remove_logo:
        partner.logo = ""
    partner.save(update_fields=[*TEXTS, "logo"])
    return partner
