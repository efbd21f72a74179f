"""The admin of people and of groups."""

from typing import Any

from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import admin as _django_auth  # noqa: F401 - registers before we take over
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from civportal.accounts.models import User
from civportal.admin.base import OfficeModelAdmin, OfficeModelForm


def send_invitation(request: HttpRequest, user: User) -> None:
    """Send the mail with which someone chooses their password; that also proves the address."""
    form = ResetPasswordForm({"email": user.email})
    if form.is_valid():
        form.save(request)


def meaningful_permissions() -> "QuerySet[Permission]":
    """The rights over what stands in the admin; not those over the tables behind history."""
    labels = [(model._meta.app_label, model._meta.model_name) for model in admin.site._registry]
    apps = {app for app, _model in labels}
    models = {model for _app, model in labels}
    return Permission.objects.filter(
        content_type__app_label__in=apps, content_type__model__in=models
    ).select_related("content_type")


class UserForm(OfficeModelForm):
    """A person; nobody here sees or sets a password."""

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if EmailAddress.objects.filter(email=email).exclude(user=self.instance.pk).exists():
            raise ValidationError(gettext("Someone with this e-mail address exists already."))
        return email


class NewUserForm(UserForm):
    """A new person, who chooses their own password by way of a mail."""

    invite = forms.BooleanField(
        label=_("Send an invitation"),
        required=False,
        initial=True,
        help_text=_("A mail with a link by which they choose a password."),
    )


@admin.register(User)
class UserAdmin(OfficeModelAdmin):
    form = UserForm
    office_may = ("view", "add", "change")
    list_display = ["name_or_address", "email", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "groups", "language", "last_login"]
    search_fields = ["name", "email"]
    ordering = ["name", "email"]
    date_hierarchy = "date_joined"
    actions = ["invite"]
    filter_horizontal = ["groups", "user_permissions"]
    readonly_fields = ["last_login", "date_joined"]
    never_restored = ["email", "is_staff", "is_superuser", "is_active"]

    @admin.display(description=_("name"), ordering="name")
    def name_or_address(self, obj: User) -> str:
        return obj.get_full_name()

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's
        **kwargs: Any,
    ) -> Any:
        if obj is None:
            kwargs["form"] = NewUserForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["email", "name", "language", "invite"]})]
        told: list[Any] = [
            (None, {"fields": ["email", "name", "language", "time_zone"]}),
            (_("Account"), {"fields": ["is_active", "last_login", "date_joined"]}),
        ]
        if request.user.is_superuser:
            told.append(
                (
                    _("Rights"),
                    {
                        "fields": ["is_staff", "groups", "is_superuser", "user_permissions"],
                        "description": _(
                            "Someone of the programme office needs two things: the right to use "
                            "the admin, and the group Programmabureau."
                        ),
                    },
                )
            )
        return told

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        readonly = list(super().get_readonly_fields(request, obj))
        # Whoever sets the address of an account can take it over; so the office may mend a
        # typing error only until the person has been there.
        if obj is not None and obj.last_login and not request.user.is_superuser:
            readonly.append("email")
        return readonly

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user_permissions":
            kwargs["queryset"] = meaningful_permissions()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only an administrator changes who may use the admin."""
        allowed = super().has_change_permission(request, obj)
        privileged = obj is not None and (obj.is_staff or obj.is_superuser)
        return allowed and (request.user.is_superuser or not privileged)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Taking away *active* is the way; deleting is for administrators."""
        return bool(request.user.is_superuser) and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            # Without a password the mailed link is the only way in, and so proves the address.
            EmailAddress.objects.create(user=obj, email=obj.email, primary=True, verified=True)
            if form.cleaned_data.get("invite"):
                send_invitation(request, obj)
                self.message_user(request, gettext("The invitation is on its way."))
        elif "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()
            EmailAddress.objects.create(
                user=obj, email=obj.email, primary=True, verified=obj.last_login is None
            )

    @admin.action(description=_("Send an invitation"), permissions=["change"])
    def invite(self, request: HttpRequest, queryset: "QuerySet[User]") -> None:
        """To those who have never been there; others know the way, or ask for a new password."""
        new = list(queryset.filter(last_login__isnull=True, is_active=True))
        for user in new:
            send_invitation(request, user)
        sent = ngettext("%(count)s invitation sent.", "%(count)s invitations sent.", len(new))
        self.message_user(request, sent % {"count": len(new)})
        if queryset.count() > len(new):
            self.message_user(
                request,
                gettext("Who has logged in before, or is not active, got none."),
                messages.WARNING,
            )


admin.site.unregister(Group)  # Django's own has registered it on being imported


@admin.register(Group)
class GroupAdmin(OfficeModelAdmin):
    office_may = ()
    list_display = ["name", "people"]
    search_fields = ["name"]
    filter_horizontal = ["permissions"]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "permissions"],
                "description": _(
                    "The group Programmabureau makes someone part of the programme office, by "
                    "its name. Each update of the portal gives it the rights that the office "
                    "needs."
                ),
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Group]":
        queryset: QuerySet[Group] = super().get_queryset(request)
        return queryset.annotate(people_count=Count("user"))

    @admin.display(description=_("people"), ordering="people_count")
    def people(self, obj: Any) -> int:
        return int(obj.people_count)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "permissions":
            kwargs["queryset"] = meaningful_permissions()
        return super().formfield_for_manytomany(db_field, request, **kwargs)
