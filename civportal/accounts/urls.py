"""One's own account: allauth's pages."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.urls"))]
