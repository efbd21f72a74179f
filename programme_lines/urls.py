"""Addresses of programme lines."""

app_name = "programme_lines"
urlpatterns = []
