"""Addresses of partners."""

from django.urls import path

from partners.views import documents, invitations, page, people, wall

app_name = "partners"
urlpatterns = [
    path("partners/", wall.partner_list, name="list"),
    path(
        "partners/overeenkomsten/<int:pk>/document/",
        documents.agreement_document,
        name="agreement_document",
    ),
    path("partners/handtekeningen/<int:pk>/scan/", documents.signature_scan, name="signature_scan"),
    path("partners/uitnodiging/<str:token>/", invitations.invitation, name="invitation"),
    path("partners/pijplijn/brief/<int:pk>/", documents.letter, name="letter"),
    # A partner's short name may be any word but those above: ``models.partners.RESERVED_SLUGS``.
    path("partners/<slug:slug>/", wall.partner_detail, name="detail"),
    path("partners/<slug:slug>/logo/", wall.partner_logo, name="logo"),
    path("partners/<slug:slug>/bewerken/", page.edit, name="edit"),
    path("partners/<slug:slug>/mensen/", people.people, name="people"),
    path("partners/<slug:slug>/mensen/uitnodigen/", people.invite_person, name="invite"),
    path(
        "partners/<slug:slug>/mensen/uitnodigingen/<int:pk>/intrekken/",
        people.revoke,
        name="revoke_invitation",
    ),
    path(
        "partners/<slug:slug>/mensen/verzoeken/<int:pk>/",
        people.join_request,
        name="join_request",
    ),
    path("partners/<slug:slug>/mensen/<int:pk>/", people.person, name="person"),
    path("partners/<slug:slug>/mensen/<int:pk>/weg/", people.remove, name="remove"),
]
