"""Addresses of assignments, by what they are about."""

from django.urls import URLPattern

from assignments.urls import board, bookings, documents, figures, finishing, posting, running, teams

app_name = "assignments"

urlpatterns: list[URLPattern] = [
    *posting.urlpatterns,
    *board.urlpatterns,
    *bookings.urlpatterns,
    *finishing.urlpatterns,
    *figures.urlpatterns,
    *teams.urlpatterns,
    *documents.urlpatterns,
    *running.urlpatterns,
]
