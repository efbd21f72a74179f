"""Addresses of assignments, by what they are about."""

from django.urls import URLPattern

app_name = "assignments"

urlpatterns: list[URLPattern] = []
