"""One's own account: allauth's pages, one's details and the language."""

from allauth.account import views as account
from django.urls import include, path
from django.views.generic import RedirectView

from civportal.accounts import views

urlpatterns = [
    path("mijn/gegevens/", views.my_data, name="my_data"),
    path("taal/", views.set_language, name="set_language"),
    path("account/", include("allauth.urls")),
    # The admin's own ways to do the same: through allauth too, with its limits and notices.
    path("beheer/logout/", account.logout),
    path("beheer/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
]
