"""Addresses of assignments, by what they are about."""

from django.urls import URLPattern

from assignments.urls import board, figures, finishing, posting, teams

app_name = "assignments"

urlpatterns: list[URLPattern] = [
    *posting.urlpatterns,
    *board.urlpatterns,
    *finishing.urlpatterns,
    *figures.urlpatterns,
    *teams.urlpatterns,
]
