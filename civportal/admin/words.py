"""Texts of Django, its admin and import-export that we say in Dutch ourselves.

Their own catalogues leave some in English, say *u* where the portal says *je*, or take every noun
for a *de*-word. Nothing reads these names: they stand here so that ``script/messages`` finds the
texts and keeps them in our catalogue, which goes before theirs.
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
    _("Select %s"),
    _("Select %s to change"),
    _("Select %s to view"),
    _("Are you sure?"),
    _("You may edit it again below."),
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("The %(name)s “%(obj)s” was deleted successfully."),
    _("You don’t have permission to view or edit anything."),
    _(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of the '
        "following related items will be deleted:"
    ),
    _(
        "Are you sure you want to delete the selected %(objects_name)s? All of the following "
        "objects and their related items will be deleted:"
    ),
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related "
        "objects, but your account doesn't have permission to delete the following types of "
        "objects:"
    ),
    _(
        "Deleting the selected %(objects_name)s would result in deleting related objects, but "
        "your account doesn't have permission to delete the following types of objects:"
    ),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
)
IMPORT_EXPORT = (
    _("Resource"),
    _("Value could not be parsed."),
    _("Import finished: {} new, {} updated, {} deleted and {} skipped {}."),
    _("No valid data to import. Ensure your file has the correct headers or data for import."),
    _(
        "%(exc_name)s encountered while trying to read file. Ensure you have chosen the correct "
        "format for the file."
    ),
    _("You must select an export format."),
    _(
        "Below is a preview of data to be imported. If you are satisfied with the results, click "
        "'Confirm import'"
    ),
    _(
        "Please correct these errors in your data where possible, then reupload it using the form "
        "above."
    ),
    _("Confirm import"),
    _("This importer will import the following fields: "),
)
