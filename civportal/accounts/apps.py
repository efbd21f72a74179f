from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "civportal.accounts"
    verbose_name = _("people")

    def ready(self) -> None:
        from civportal.accounts.office import give_office_its_rights  # noqa: PLC0415 - models

        post_migrate.connect(give_office_its_rights, dispatch_uid="office_rights")
