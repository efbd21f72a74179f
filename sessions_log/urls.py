"""Addresses of sessions, bodies, reports, calendars."""

app_name = "sessions_log"
urlpatterns = []
