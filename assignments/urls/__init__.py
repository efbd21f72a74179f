"""Addresses of assignments, by what they are about."""

from django.urls import URLPattern

from assignments.urls import board, finishing

app_name = "assignments"

urlpatterns: list[URLPattern] = [
    *board.urlpatterns,
    *finishing.urlpatterns,
]
