"""Addresses of partners."""

from django.urls import path

from partners.views import documents, wall

app_name = "partners"
urlpatterns = [
    path("partners/", wall.partner_list, name="list"),
    path(
        "partners/overeenkomsten/<int:pk>/document/",
        documents.agreement_document,
        name="agreement_document",
    ),
    path("partners/handtekeningen/<int:pk>/scan/", documents.signature_scan, name="signature_scan"),
    path("partners/pijplijn/brief/<int:pk>/", documents.letter, name="letter"),
    # A partner's short name may be any word but those above: ``models.partners.RESERVED_SLUGS``.
    path("partners/<slug:slug>/", wall.partner_detail, name="detail"),
    path("partners/<slug:slug>/logo/", wall.partner_logo, name="logo"),
]
