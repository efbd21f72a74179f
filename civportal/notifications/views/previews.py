"""Every mail of the portal as an example, for staff: part of the style guide."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps

from csp.constants import SELF
from csp.decorators import csp, csp_update
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from civportal.accounts.emails import LETTERS
from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from civportal.lib.http import LETTER_POLICY
from civportal.lib.mail import compose
from civportal.notifications import waking
from civportal.notifications.choices import ACCOUNT
from civportal.notifications.delivery import mail_for
from civportal.notifications.kinds import Kind, kinds
from civportal.notifications.models import Notification

Builder = Callable[[User, str], EmailMultiAlternatives]
ACCOUNT_GROUP = _("Account")


@dataclass(frozen=True)
class Preview:
    """One mail that can be shown; ``build`` makes it for an invented reader."""

    name: str
    label: str | Promise
    group: str | Promise
    build: Builder


def _of_kind(kind: Kind) -> Builder:
    def build(reader: User, centre_name: str) -> EmailMultiAlternatives:
        row = Notification(pk=0, recipient=reader, kind=kind.name, dedupe_key="preview")
        return mail_for(row, kind.preview(), centre_name=centre_name)

    return build


def _of_account(template: str) -> Builder:
    def build(reader: User, centre_name: str) -> EmailMultiAlternatives:
        letter = LETTERS[template](
            {
                "user": reader,
                "email": reader.email,
                "centre_name": centre_name,
                "activate_url": "/account/confirm-email/voorbeeld/",
                "password_reset_url": "/account/password/reset/key/voorbeeld/",
                "signup_url": "/account/signup/",
                "timestamp": datetime(2021, 2, 18, 14, 4, tzinfo=UTC),
                "ip": "192.0.2.18",
                "from_email": reader.email,
                "to_email": "yara.nieuw@example.org",
                "deleted_email": "yara.oud@example.org",
            }
        )
        return compose(letter, to=reader.email, centre_name=centre_name, language=reader.language)

    return build


def _of_waking(reader: User, centre_name: str) -> EmailMultiAlternatives:
    letter = waking.letter_to(reader)
    return compose(letter, to=reader.email, centre_name=centre_name, language=reader.language)


def all_previews() -> dict[str, Preview]:
    """By name: the kinds in the order they came, then each of the mails about one's account."""
    found = {
        kind.name: Preview(kind.name, kind.label, kind.group, _of_kind(kind))
        for kind in kinds()
        if kind.name != ACCOUNT
    }
    for template, letter in LETTERS.items():
        name = f"account.{letter.__name__}"
        found.setdefault(name, Preview(name, "", ACCOUNT_GROUP, _of_account(template)))
    found["account.address_works"] = Preview("account.address_works", "", ACCOUNT_GROUP, _of_waking)
    return found


def _mail(preview: Preview, language: str, centre_name: str) -> EmailMultiAlternatives:
    reader = User(
        pk=0, name="Yara Pinas", email="yara@example.org", language=language, is_active=True
    )
    with translation.override(language):
        return preview.build(reader, centre_name)


def _chosen(name: str, language: str) -> EmailMultiAlternatives:
    preview = all_previews().get(name)
    if preview is None or language not in dict(settings.LANGUAGES):
        raise Http404
    return _mail(preview, language, CentreProfile.current().name)


def for_staff(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """As the rest of the style guide."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, **kwargs)

    return guarded


def _part(mail: EmailMultiAlternatives, kind: str) -> str:
    """The alternative of a mail of that content type, without its parameters."""
    for part in mail.alternatives:
        content, mimetype = part[0], part[1]
        if str(mimetype).split(";", maxsplit=1)[0] == kind:
            return str(content)
    return ""


@for_staff
def mail_previews(request: HttpRequest) -> HttpResponse:
    """All mails by group, with their subject in each language."""
    centre_name = CentreProfile.current().name
    groups: dict[str, list[dict[str, object]]] = {}
    for preview in all_previews().values():
        subjects = [
            (language, label, _mail(preview, language, centre_name).subject)
            for language, label in settings.LANGUAGES
        ]
        own = next(
            (subject for language, _label, subject in subjects if language == get_language()), ""
        )
        groups.setdefault(str(preview.group), []).append(
            {"preview": preview, "label": preview.label or own, "subjects": subjects}
        )
    return render(request, "notifications/mail_previews.html", {"groups": groups})


@csp_update({"frame-src": [SELF]})
@for_staff
def mail_preview(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """One mail: what stands in its head, its text, and below it how it looks."""
    mail = _chosen(name, language)
    head = mail.message()
    shown = ["From", "To", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post"]
    return render(
        request,
        "notifications/mail_preview.html",
        {
            "name": name,
            "language": language,
            "languages": settings.LANGUAGES,
            "mail": mail,
            "headers": [
                (each, {"From": mail.from_email, "Subject": mail.subject}.get(each, head[each]))
                for each in shown
                if head[each]
            ],
            "calendar": _part(mail, "text/calendar"),
        },
    )


@csp(LETTER_POLICY)
@for_staff
@xframe_options_sameorigin
def mail_preview_html(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """The HTML of a mail as a page of its own, shut in."""
    html = _part(_chosen(name, language), "text/html")
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
