"""The rights of the programme office in the admin: as each admin class says with ``office_may``."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as all_apps
from django.apps.registry import Apps
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from civportal.accounts.models import PROGRAMME_OFFICE


def give_office_its_rights(
    sender: AppConfig,
    *,
    using: str,
    apps: Apps = all_apps,  # flush sends none
    **kwargs: Any,
) -> None:
    """After migrating an app: the group *Programmabureau*, with its rights over that app.

    Rights exist only once an app is migrated, and flushing a test database empties the group, so
    this is no migration of data but happens after each. It gives what is missing and takes
    nothing away.
    """
    wanted = {
        get_permission_codename(action, model._meta)
        for model, model_admin in admin.site._registry.items()
        if model._meta.app_label == sender.label
        for action in getattr(model_admin, "office_may", ())
    }
    if not wanted:
        return
    try:
        apps.get_model("auth", "Permission")
        apps.get_model("accounts", "User")
    except LookupError:  # migrating back to before these existed
        return
    create_permissions(sender, using=using, apps=apps, verbosity=0)
    group, _made = Group.objects.using(using).get_or_create(name=PROGRAMME_OFFICE)
    group.permissions.add(
        *Permission.objects.using(using).filter(
            content_type__app_label=sender.label, codename__in=wanted
        )
    )
