"""Addresses of programme lines."""

from django.urls import path

from programme_lines import views

app_name = "programme_lines"
urlpatterns = [
    path("programmalijnen/", views.line_list, name="list"),
    path("programmalijnen/<slug:slug>/", views.line_detail, name="detail"),
    path("programmalijnen/<slug:slug>/activiteitenplan/", views.line_plan, name="plan"),
]
