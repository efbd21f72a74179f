"""The site map. Addresses are Dutch and stay the same in every language."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from civportal.pages.health import healthz, readyz

# One door: the limits, the mails and the second step of logging in hold for the admin too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("civportal.pages.urls")),
    path("", include("news.urls")),
    path("", include("programme_lines.urls")),
    path("", include("partners.urls")),
    path("", include("assignments.urls")),
    path("", include("sessions_log.urls")),
    path("", include("civportal.notifications.urls")),
    path("", include("civportal.accounts.urls")),
    path("", include("civportal.ui.urls")),
    path("", include("civportal.centre.urls")),
    path("", include("civportal.demo.urls")),
    path("beheer/", admin.site.urls),
]
handler400 = "civportal.pages.views.bad_request"
handler403 = "civportal.pages.views.permission_denied"
handler404 = "civportal.pages.views.not_found"
handler500 = "civportal.pages.views.server_error"
