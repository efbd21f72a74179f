"""The people of a partner: who belongs to it, who wants to, and who was asked."""

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.choices import MembershipRole, RequestState
from partners.models.partners import Partner
from partners.querysets import (
    InvitationQuerySet,
    MembershipQuerySet,
    MembershipRequestQuerySet,
)


@pghistory.track()
class Membership(models.Model):
    """A person in a partner organisation."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(
        _("role"), max_length=20, choices=MembershipRole, default=MembershipRole.MEMBER
    )
    function = models.CharField(
        _("function"), max_length=120, blank=True, help_text=_("Such as director or teacher.")
    )
    mandate = models.CharField(
        pgettext_lazy("to sign", "mandate"),
        max_length=200,
        blank=True,
        help_text=_(
            "Why a representative may sign for the organisation, such as “director, registered "
            "with the KvK”. Empty: may not sign."
        ),
    )
    mandate_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("mandate recorded by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    mandate_at = models.DateTimeField(
        _("mandate recorded on"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["partner__sort_name", "user__name"]
        constraints = [
            models.UniqueConstraint(
                "user",
                "partner",
                name="partners_membership_unique",
                violation_error_message=_("This person belongs to this partner already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=MembershipRole.values),
                name="partners_membership_role_known",
            ),
            models.CheckConstraint(
                condition=Q(mandate="") | Q(role=MembershipRole.REPRESENTATIVE),
                name="partners_membership_mandate_of_representative",
                violation_error_message=_("Only a representative can have a mandate."),
            ),
        ]
        triggers = [
            # The actions say so first and kindly. This holds against everything else, at the
            # end of a transaction, so that a successor may come and go in any order. An account
            # or a partner that is deleted altogether may go.
            pgtrigger.Trigger(
                name="last_representative",
                when=pgtrigger.After,
                operation=pgtrigger.Delete | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func="""
                IF OLD.role = 'representative'
                    AND EXISTS (
                        SELECT 1 FROM partners_partner WHERE id = OLD.partner_id
                    )
                    AND EXISTS (SELECT 1 FROM accounts_user WHERE id = OLD.user_id)
                    AND NOT EXISTS (
                        SELECT 1 FROM partners_membership
                        WHERE partner_id = OLD.partner_id AND role = 'representative'
                    )
                THEN
                    RAISE EXCEPTION USING
                        MESSAGE = 'The last representative of a partner cannot go',
                        ERRCODE = 'check_violation',
                        CONSTRAINT = 'partners_last_representative';
                END IF;
                RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.partner}"

    @property
    def may_sign(self) -> bool:
        """Whether the organisation lets this person sign for it."""
        return self.role == MembershipRole.REPRESENTATIVE and bool(self.mandate)


@pghistory.track()
class MembershipRequest(models.Model):
    """Someone who asks to join a partner."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="membership_requests",
    )
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        on_delete=models.CASCADE,
        related_name="membership_requests",
    )
    message = models.CharField(_("message"), max_length=500, blank=True)
    by_domain = models.BooleanField(
        _("has the partner’s e-mail domain"),
        default=False,
        editable=False,
        help_text=_("The confirmed address of that moment ended as the partner’s own do."),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState, default=RequestState.PENDING
    )
    created_at = models.DateTimeField(_("asked on"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    answer = models.CharField(
        _("answer"),
        max_length=500,
        blank=True,
        help_text=_("A word to who asked; it goes along in the mail."),
    )

    objects = MembershipRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "user",
                "partner",
                name="partners_request_one_open",
                condition=Q(state=RequestState.PENDING),
                violation_error_message=_("This person’s request is waiting already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="partners_request_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.PENDING, decided_at__isnull=True)
                | (~Q(state=RequestState.PENDING) & Q(decided_at__isnull=False)),
                name="partners_request_decided_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.partner}"


@pghistory.track(exclude=["token_hash"])
class Invitation(models.Model):
    """Someone who was asked by mail to join a partner; the link in it holds the secret."""

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(
        _("role"), max_length=20, choices=MembershipRole, default=MembershipRole.MEMBER
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(max_length=2, editable=False, default="nl")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("invited on"), auto_now_add=True)
    expires_at = models.DateTimeField(_("holds until"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("accepted by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    accepted_at = models.DateTimeField(_("accepted on"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "partner",
                "email",
                name="partners_invitation_one_open",
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                violation_error_message=_("This address has an invitation already."),
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="partners_invitation_email_lower"
            ),
            models.CheckConstraint(
                condition=Q(role__in=MembershipRole.values), name="partners_invitation_role_known"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="partners_invitation_accepted_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.partner}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the address in lower case, as people's are."""
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        """Whether its link still works."""
        return (
            self.accepted_at is None
            and self.revoked_at is None
            and self.expires_at > timezone.now()
        )
