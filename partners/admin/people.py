"""Who asks to join a partner and who was asked, in the admin."""

from django.contrib import admin

from civportal.admin.readonly import ReadOnlyAdmin
from partners.models import Invitation, MembershipRequest


@admin.register(MembershipRequest)
class MembershipRequestAdmin(ReadOnlyAdmin):
    list_display = ["user", "partner", "state", "by_domain", "created_at", "decided_by"]
    list_filter = ["state", "by_domain"]
    list_select_related = ["user", "partner", "decided_by"]
    search_fields = ["user__name", "user__email", "partner__name"]
    fields = [
        "user", "partner", "message", "by_domain", "state", "created_at", "decided_by",
        "decided_at",
    ]  # fmt: skip


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "partner", "role", "created_at", "expires_at", "accepted_at"]
    list_filter = ["role"]
    list_select_related = ["partner"]
    search_fields = ["email", "partner__name"]
    fields = [
        "email", "partner", "role", "invited_by", "created_at", "expires_at", "accepted_by",
        "accepted_at", "revoked_at",
    ]  # fmt: skip
