"""The searches that somebody keeps."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments import matching
from assignments.actions import searches as actions
from assignments.errors import Refused
from assignments.filter_words import in_words
from assignments.models import SavedSearch
from assignments.searches import own_searches, with_news
from civportal.accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def searches(request: HttpRequest) -> HttpResponse:
    """One's searches, each with what is new; POST keeps another."""
    assert isinstance(request.user, User)  # noqa: S101 - LoginRequiredMiddleware saw to it
    if request.method == "POST":
        return _keep(request, request.user)
    kept = with_news(list(own_searches(request.user)))
    words = in_words([row.search.query for row in kept])
    return render(
        request,
        "assignments/searches.html",
        {"kept": [(row, words[row.search.query]) for row in kept]},
    )


def _keep(request: HttpRequest, by: User) -> HttpResponse:
    try:
        search = actions.keep(
            request.POST.get("query", ""),
            name=request.POST.get("name", ""),
            follow=request.POST.get("follow") == matching.YES,
            by=by,
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("assignments:searches")
    messages.success(request, _("Kept as “%(name)s”.") % {"name": search.name})
    return redirect(search)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, follow or remove one's own search."""
    assert isinstance(request.user, User)  # noqa: S101 - LoginRequiredMiddleware saw to it
    search = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=pk)
    what = request.POST.get("what")
    if what == "rename":
        actions.rename(search, request.POST.get("name", ""), by=request.user)
        said = _("This search is called “%(name)s” now.")
    elif what == "follow":
        actions.follow(search, wanted=True, by=request.user)
        said = _("What comes with “%(name)s” is told in your digest.")
    elif what == "unfollow":
        actions.follow(search, wanted=False, by=request.user)
        said = _("“%(name)s” no longer comes in your digest.")
    elif what == "remove":
        return _removed(request, actions.remove(search, by=request.user))
    else:
        return HttpResponseBadRequest()
    messages.success(request, said % {"name": search.name})
    return redirect("assignments:searches")


def _removed(request: HttpRequest, removed: actions.Removed) -> HttpResponse:
    said = render_to_string("assignments/search_removed.html", {"removed": removed}, request)
    messages.success(request, said, extra_tags="with-form")
    return redirect("assignments:searches")
