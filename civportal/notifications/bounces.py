"""Mail that came back, and mail that someone marked as unwanted.

The provider that sends our mail tells of it by a webhook; django-anymail knows the shape and the
signature of each provider's, and hands over the same event for all.
"""

import re
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.db import transaction

from civportal.notifications.choices import AddressState, Reason, State
from civportal.notifications.delivery import message_id
from civportal.notifications.models import DeadAddress, Notification

FOR_GOOD = {RejectReason.BOUNCED, RejectReason.INVALID}
"""Why an address will not take mail later either; a full mailbox or a filter is no such reason."""
SOFT = {"SoftBounce"}
"""What Postmark calls bounces that may pass; Anymail counts them among the others."""
MESSAGE_ID = re.compile(r"<?n(\d+)\.[0-9a-f]{16}@[^<>@\s]+>?")


def take_event(sender: Any, event: AnymailTrackingEvent, esp_name: str = "", **kwargs: Any) -> None:
    """What a provider tells, about a mail of ours or about an address."""
    state = _state(event)
    if state is None or not event.recipient:
        return
    detail = _detail(event)
    email = event.recipient.strip().lower()
    with transaction.atomic():
        mark_dead(email, state, detail)
        row = notification_of(event.message_id)
        if row is not None and row.state == State.SENT and row.to == email:
            # A complaint did arrive; so it stays told, and no digest tells it again.
            reason = Reason.REFUSED if state == AddressState.BOUNCED else Reason.NONE
            Notification.objects.filter(pk=row.pk, state=State.SENT).update(
                reason=reason, detail=detail
            )


def _state(event: AnymailTrackingEvent) -> AddressState | None:
    """What it means for the address; None for what passes, or is no matter of ours."""
    if event.event_type == EventType.COMPLAINED:
        return AddressState.COMPLAINED
    if event.event_type not in {EventType.BOUNCED, EventType.REJECTED}:
        return None
    raw = event.esp_event
    if isinstance(raw, dict) and raw.get("Type") in SOFT:
        return None
    return AddressState.BOUNCED if event.reject_reason in FOR_GOOD else None


def _detail(event: AnymailTrackingEvent) -> str:
    words = event.mta_response or event.description or event.event_type or ""
    return " ".join(str(words).split())[:300]


def mark_dead(email: str, state: AddressState, detail: str) -> None:
    """Send nothing to this address until it is confirmed; a complaint stays one."""
    found, is_new = DeadAddress.objects.get_or_create(
        email=email, defaults={"state": state, "detail": detail}
    )
    if not is_new and state == AddressState.COMPLAINED != found.state:
        found.state, found.detail = state, detail
        found.save(update_fields=["state", "detail"])


def notification_of(identifier: str | None) -> Notification | None:
    """The row that was sent under this Message-ID; None for what we did not send."""
    match = MESSAGE_ID.fullmatch((identifier or "").strip())
    if match is None:
        return None
    row = Notification.objects.select_related("recipient").filter(pk=int(match[1])).first()
    ours = row is not None and message_id(row).strip("<>") == match[0].strip("<>")
    return row if ours else None


def works_again(sender: Any, email_address: EmailAddress, **kwargs: Any) -> None:
    """Its owner read a mail there and followed the link: mail arrives."""
    DeadAddress.objects.filter(email=email_address.email.lower()).delete()


def listen() -> None:
    """Be told of both; called once, when Django is ready."""
    tracking.connect(take_event, dispatch_uid="civportal.notifications.bounces")
    email_confirmed.connect(works_again, dispatch_uid="civportal.notifications.works_again")
