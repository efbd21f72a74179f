"""Addresses that belong to no single app."""

from django.urls import path

from civportal.pages import desk, health, home, views

urlpatterns = [
    path("", home.home, name="home"),
    path("mijn/", desk.desk, name="desk"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
