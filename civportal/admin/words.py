"""Texts of Django, its admin and import-export that their own Dutch catalogues leave in English.

Nothing reads these names. They stand here so that ``script/messages`` finds the texts and keeps
them in our catalogue, which goes before theirs.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

DJANGO = (
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    _("%(model)s instance with %(field)s %(value)r is not a valid choice."),
)
ADMIN = (
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
)
IMPORT_EXPORT = (
    _("Resource"),
    _("Select all"),
    _("This exporter will export the following fields: "),
    _("Value could not be parsed."),
    _("Import finished: {} new, {} updated, {} deleted and {} skipped {}."),
    _("No valid data to import. Ensure your file has the correct headers or data for import."),
    _(
        "%(exc_name)s encountered while trying to read file. Ensure you have chosen the correct "
        "format for the file."
    ),
    _('Select at least 1 field for "%(resource_name)s" to export'),
    ngettext_lazy("Export %(len)s selected item.", "Export %(len)s selected items.", "len"),
)
