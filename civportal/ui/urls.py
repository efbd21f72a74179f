"""The style guide."""

from django.urls import path

from civportal.ui import views

urlpatterns = [path("stijlgids/", views.style_guide, name="style_guide")]
