"""Addresses of posting, confirming and publishing."""

from django.urls import path

from assignments.views import confirming, editing, posting

urlpatterns = [
    path("opdrachten/nieuw/", posting.new, name="new"),
    path("opdrachten/nieuw/kopie/", posting.copies, name="copies"),
    path("opdrachten/behoeften/", posting.needs, name="needs"),
    path("opdrachten/te-controleren/", posting.to_check, name="to_check"),
    path("opdrachten/<int:pk>/bewerken/", editing.edit, name="edit"),
    path("opdrachten/<int:pk>/voorbeeld/", posting.preview, name="preview"),
    path("opdrachten/<int:pk>/versturen/", posting.send, name="send"),
    path("opdrachten/<int:pk>/intrekken/", posting.take_back, name="take_back"),
    path("opdrachten/<int:pk>/bevestigen/", confirming.confirm_here, name="confirm"),
    path("opdrachten/<int:pk>/adopteren/", posting.adopt_need, name="adopt"),
    path("opdrachten/<int:pk>/loslaten/", posting.let_go_of_need, name="let_go"),
    path("opdrachten/<int:pk>/controleren/", posting.check, name="check"),
    path("opdrachten/bevestigen/<str:token>/", confirming.confirm_by_link, name="confirm_by_link"),
    path(
        "opdrachten/bevestigen/<str:token>/wijzigen/",
        confirming.change_by_link,
        name="change_by_link",
    ),
]
