from django.urls import path

from civportal.pages import views

urlpatterns = [
    path("taal/", views.set_language, name="set_language"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
]
