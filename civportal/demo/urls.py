"""The mailbox of the demonstration."""

from django.urls import path

from civportal.demo import views

urlpatterns = [
    path("postvak/", views.mailbox, name="mailbox"),
    path("postvak/<slug:name>/", views.mailbox_letter, name="mailbox_letter"),
    path("postvak/<slug:name>/html/", views.mailbox_html, name="mailbox_html"),
]
