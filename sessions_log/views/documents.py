"""Documents: given to whoever may open them, never shown as a page of this site."""

from pathlib import PurePosixPath

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from civportal.lib.text import file_name as kept_as
from sessions_log.models import Document

SAFE_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".txt": "text/plain; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
"""What a file may call itself. All else is bytes to keep: HTML or SVG from here could run."""

UNKNOWN = "application/octet-stream"


def file_name(document: Document) -> str:
    """The name under which people keep the file: its title, with the ending of what came in."""
    fallback = f"document-{document.pk}"
    return kept_as(document.title, document.file.name or "", fallback=fallback)


@login_not_required
@require_safe
def document_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file, for who may open it; a stranger is told that there is none."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    try:
        content = document.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = file_name(document)
    return FileResponse(
        content,
        as_attachment=True,
        filename=name,
        content_type=SAFE_TYPES.get(PurePosixPath(name).suffix.lower(), UNKNOWN),
        headers={"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"},
    )
