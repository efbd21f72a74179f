"""The admin site of this portal in place of Django's plain one."""

from django.contrib.admin.apps import AdminConfig


class OfficeAdminConfig(AdminConfig):
    default_site = "civportal.admin.site.OfficeSite"
