"""Addresses of assignments, by what they are about."""

from django.urls import URLPattern

from assignments.urls import board, figures, finishing, teams

app_name = "assignments"

urlpatterns: list[URLPattern] = [
    *board.urlpatterns,
    *finishing.urlpatterns,
    *figures.urlpatterns,
    *teams.urlpatterns,
]
