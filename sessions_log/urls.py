"""Addresses of sessions, bodies, reports, calendars."""

from django.urls import path

from sessions_log.views import bodies, calendars, documents, sessions

app_name = "sessions_log"
urlpatterns = [
    path("werksessies/", sessions.session_list, name="list"),
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
