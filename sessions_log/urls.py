"""Addresses of sessions, bodies, reports, calendars."""

from django.urls import path

from sessions_log.views import bodies, calendars, documents, imports, sessions

app_name = "sessions_log"
urlpatterns = [
    path("werksessies/", sessions.session_list, name="list"),
    path("werksessies/inlezen/", imports.import_upload, name="import_upload"),
    path("werksessies/inlezen/overzicht/", imports.import_list, name="import_list"),
    path("werksessies/inlezen/<int:pk>/", imports.import_review, name="import_review"),
    path("werksessies/inlezen/<int:pk>/bestand/", imports.import_file, name="import_file"),
    path("werksessies/<int:pk>-<slug:slug>/", sessions.session_detail, name="detail"),
    path("werksessies/<int:pk>.ics", calendars.session_ics, name="session_ics"),
    path("werksessies.atom", calendars.feed, name="feed"),
    path("werksessies.ics", calendars.public_calendar, name="calendar"),
    path("agenda/<slug:token>.ics", calendars.personal_calendar, name="personal_calendar"),
    path("mijn/agenda/", calendars.calendar_token, name="calendar_token"),
    path("documenten/<int:pk>/", documents.document_file, name="document"),
    path("overleggen/", bodies.body_list, name="body_list"),
    path("overleggen/<slug:slug>/", bodies.body_detail, name="body"),
]
