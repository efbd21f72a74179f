"""The centre's colours and logo."""

from django.urls import path

from civportal.centre import views

urlpatterns = [
    path("centre.<slug:name>.css", views.centre_stylesheet, name="centre_stylesheet"),
    path("centre/logo/", views.centre_logo, name="centre_logo"),
]
