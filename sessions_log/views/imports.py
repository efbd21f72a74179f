"""Reports come in: upload, check beside the original, confirm or discard."""

from pathlib import PurePosixPath

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from civportal.accounts.models import User
from sessions_log.actions.imports import (
    AlreadyImported,
    ImportRefused,
    NotInReview,
    bring_in_report,
    confirm_import,
    correct_import,
    discard_import,
)
from sessions_log.choices import ImportState
from sessions_log.forms.imports import UploadForm
from sessions_log.forms.review import ReviewForm
from sessions_log.models import ReportImport
from sessions_log.permissions import can_bring_in_reports
from sessions_log.reports import ReportError

PER_PAGE = 30
TONES = {
    ImportState.REVIEW: "wait",
    ImportState.CONFIRMED: "good",
    ImportState.DISCARDED: "",
}


def _office(request: HttpRequest) -> User:
    """The person who brings in reports; anyone else is refused."""
    if not can_bring_in_reports(request.user) or not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request: HttpRequest) -> HttpResponse:
    """Bring in a report."""
    user = _office(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            report = bring_in_report(
                file.read(), file.name, by=user, visibility=form.cleaned_data["visibility"]
            )
        except AlreadyImported as error:
            messages.info(request, str(error))
            return redirect(error.earlier)
        except ReportError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("The report is in. Check below what was understood of it."))
            return redirect(report)
    waiting = ReportImport.objects.visible_to(user).filter(state=ImportState.REVIEW)[:5]
    return render(
        request,
        "sessions_log/imports/upload.html",
        {"form": form, "waiting": waiting},
    )


@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """All imports, newest first, with their state."""
    user = _office(request)
    reports = (
        ReportImport.objects.visible_to(user)
        .select_related("uploaded_by")
        .prefetch_related("sessions")
        .defer("text", "understood")
    )
    page = Paginator(reports, PER_PAGE).get_page(request.GET.get("page"))
    for report in page.object_list:
        report.tone = TONES[ImportState(report.state)]  # type: ignore[attr-defined] # for the page
    return render(request, "sessions_log/imports/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def import_review(request: HttpRequest, pk: int) -> HttpResponse:
    """What was understood beside the original; correct, confirm or discard it."""
    user = _office(request)
    report = get_object_or_404(
        ReportImport.objects.visible_to(user).select_related("uploaded_by", "decided_by"), pk=pk
    )
    if request.method == "POST":
        return _decide(request, report, user)
    return _review_page(request, report, ReviewForm(report=report))


def _decide(request: HttpRequest, report: ReportImport, user: User) -> HttpResponse:
    """Do what the button says; a second submit of the same page finds the work done."""
    then = request.POST.get("then", "save")
    try:
        if then == "discard":
            discard_import(report, by=user)
            messages.success(request, _("The import is discarded; its file and text are gone."))
            return redirect("sessions_log:import_list")
        if report.state == ImportState.REVIEW:
            return _correct(request, report, user, confirming=then == "confirm")
        if report.state == ImportState.CONFIRMED and then == "confirm":
            return _to_sessions(request, report, user)
        raise NotInReview
    except ImportRefused as error:
        messages.error(request, str(error))
        return redirect(report)


def _correct(
    request: HttpRequest, report: ReportImport, user: User, *, confirming: bool
) -> HttpResponse:
    form = ReviewForm(request.POST, report=report, confirming=confirming)
    if not form.is_valid():
        return _review_page(request, report, form)
    with transaction.atomic():
        correct_import(report, understood=form.understood(), visibility=report.visibility)
        if confirming:
            return _to_sessions(request, report, user)
    messages.success(request, _("Your corrections are kept."))
    return redirect(report)


def _to_sessions(request: HttpRequest, report: ReportImport, user: User) -> HttpResponse:
    """Confirm, and lead to the drafts."""
    sessions = confirm_import(report, by=user)
    messages.success(
        request,
        ngettext(
            "One session is made of it, with its report as a draft.",
            "%(count)s sessions are made of it, each with its report as a draft.",
            len(sessions),
        )
        % {"count": len(sessions)},
    )
    return redirect(sessions[0] if len(sessions) == 1 else report)


def _review_page(request: HttpRequest, report: ReportImport, form: ReviewForm) -> HttpResponse:
    state = ImportState(report.state)
    if state != ImportState.REVIEW:
        notices = [*form.questions(), *form.notes()]
        return render(
            request,
            "sessions_log/imports/done.html",
            {
                "report": report,
                "tone": TONES[state],
                "notices": notices,
                "sessions": report.sessions.select_related("body").order_by("date", "pk"),
            },
        )
    questions = form.questions()
    return render(
        request,
        "sessions_log/imports/review.html",
        {
            "report": report,
            "form": form,
            "meetings": list(form.meetings()),
            "questions": questions,
            "open_questions": sum(1 for group in questions if not group.is_done),
            "notes": form.notes(),
            "language": report.understood.get("language", "nl"),
        },
    )


@require_safe
def import_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it came in, to keep, never shown as a page of this site."""
    user = _office(request)
    report = get_object_or_404(ReportImport.objects.visible_to(user), pk=pk)
    if not report.file:
        raise Http404
    try:
        content = report.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = PurePosixPath(report.filename).name or f"verslag.{report.format}"
    return FileResponse(
        content,
        as_attachment=True,
        filename=name,
        content_type="application/octet-stream",
        headers={"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"},
    )
