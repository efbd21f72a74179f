"""Addresses of what people hear and how."""

from django.urls import path

from civportal.notifications.views import (
    bounces,
    jobs,
    ledger,
    policy,
    preferences,
    previews,
    unsubscribe,
    waking,
)

urlpatterns = [
    path("mijn/voorkeuren/", preferences.preferences, name="preferences"),
    path("mijn/volgen/", preferences.follow, name="follow"),
    path("voorkeuren/<str:token>/", preferences.preferences_by_link, name="preferences_by_link"),
    path("afmelden/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("mijn/meldingen/", ledger.my_notifications, name="my_notifications"),
    path(
        "mijn/meldingen/adres/",
        waking.ask_whether_address_works,
        name="ask_whether_address_works",
    ),
    path("adres-werkt/<str:token>/", waking.address_works, name="address_works"),
    path("meldingen/", ledger.ledger, name="ledger"),
    path("meldingen/schakelaar/", policy.mail_policy, name="mail_policy"),
    path("meldingen/<int:pk>/opnieuw/", ledger.resend, name="ledger_resend"),
    path("meldingen/over/<str:subject>/", ledger.about, name="ledger_about"),
    path("metrics", jobs.metrics, name="metrics"),
    path("post/<slug:provider>/", bounces.mail_webhook, name="mail_webhook"),
    path("stijlgids/mails/", previews.mail_previews, name="mail_previews"),
    path(
        "stijlgids/mails/<str:name>/<str:language>/",
        previews.mail_preview,
        name="mail_preview",
    ),
    path(
        "stijlgids/mails/<str:name>/<str:language>/html/",
        previews.mail_preview_html,
        name="mail_preview_html",
    ),
]
