"""Addresses of partners."""

from django.urls import path

from partners.views import (
    agreements,
    applicant,
    applications,
    contact,
    documents,
    invitations,
    joining,
    page,
    people,
    pipeline,
    review,
    signing,
    together,
    wall,
)

app_name = "partners"
urlpatterns = [
    path("partners/", wall.partner_list, name="list"),
    path("partners/aanmelden/", applications.organisation, name="apply"),
    path("partners/aanmelden/samen/", applications.wishes, name="apply_wishes"),
    path("partners/aanmelden/jij/", applications.you, name="apply_you"),
    path("partners/aanmelden/andere/", applications.another, name="apply_another"),
    path("partners/aanmelden/klaar/", applications.done, name="apply_done"),
    path("partners/aanmelding/<uuid:key>/", applicant.application, name="application"),
    path(
        "partners/aanmelding/<uuid:key>/bevestigen/", applicant.confirm, name="application_confirm"
    ),
    path(
        "partners/aanmelding/<uuid:key>/intrekken/", applicant.withdraw, name="application_withdraw"
    ),
    path("partners/aanmeldingen/", review.review_list, name="review_list"),
    path("partners/aanmeldingen/<uuid:key>/", review.review, name="review"),
    path(
        "partners/aanmeldingen/<uuid:key>/vraag/", review.step, {"step": "ask"}, name="review_ask"
    ),
    path(
        "partners/aanmeldingen/<uuid:key>/accepteren/",
        review.step,
        {"step": "accept"},
        name="review_accept",
    ),
    path(
        "partners/aanmeldingen/<uuid:key>/afwijzen/",
        review.step,
        {"step": "decline"},
        name="review_decline",
    ),
    path("partners/aanmeldingen/<uuid:key>/koppelen/", review.link, name="review_link"),
    path("partners/overeenkomsten/", agreements.agreement_list, name="agreement_list"),
    path("partners/overeenkomsten/nieuw/", agreements.agreement_new, name="agreement_new"),
    path("partners/overeenkomsten/register/", agreements.register, name="register"),
    path("partners/overeenkomsten/<int:pk>/", agreements.agreement, name="agreement"),
    path(
        "partners/overeenkomsten/<int:pk>/bewerken/",
        agreements.agreement_edit,
        name="agreement_edit",
    ),
    path("partners/overeenkomsten/<int:pk>/vragen/", agreements.ask, name="agreement_ask"),
    path(
        "partners/overeenkomsten/<int:pk>/openen/",
        agreements.step,
        {"name": "open"},
        name="agreement_open",
    ),
    path(
        "partners/overeenkomsten/<int:pk>/sluiten/",
        agreements.step,
        {"name": "close"},
        name="agreement_close",
    ),
    path(
        "partners/overeenkomsten/<int:pk>/weggooien/",
        agreements.step,
        {"name": "delete"},
        name="agreement_delete",
    ),
    path(
        "partners/overeenkomsten/<int:pk>/laatste-dag/",
        agreements.last_day,
        name="agreement_last_day",
    ),
    path("partners/overeenkomsten/<int:pk>/papier/", together.paper, name="agreement_paper"),
    path("partners/overeenkomsten/<int:pk>/samen/", together.together, name="agreement_together"),
    path("partners/overeenkomsten/<int:pk>/tekenen/", signing.sign, name="sign"),
    path("partners/verzoeken/<int:pk>/intrekken/", agreements.withdraw, name="withdraw_request"),
    path("partners/handtekeningen/<int:pk>/", signing.signature, name="signature"),
    path(
        "partners/overeenkomsten/<int:pk>/document/",
        documents.agreement_document,
        name="agreement_document",
    ),
    path("partners/handtekeningen/<int:pk>/scan/", documents.signature_scan, name="signature_scan"),
    path("partners/uitnodiging/<str:token>/", invitations.invitation, name="invitation"),
    path("partners/pijplijn/", pipeline.pipeline, name="pipeline"),
    path("partners/pijplijn/brief/<int:pk>/", documents.letter, name="letter"),
    path("partners/pijplijn/organisatie/nieuw/", pipeline.prospect_new, name="prospect_new"),
    path("partners/pijplijn/bestand/csv/", pipeline.export, {"kind": "csv"}, name="pipeline_csv"),
    path(
        "partners/pijplijn/bestand/xlsx/", pipeline.export, {"kind": "xlsx"}, name="pipeline_xlsx"
    ),
    path("partners/pijplijn/<slug:slug>/", contact.contact, name="contact"),
    path("partners/pijplijn/<slug:slug>/gesprek/", contact.talk, name="talk"),
    path("partners/pijplijn/<slug:slug>/eigenaar/", contact.owner, name="owner"),
    path("partners/pijplijn/<slug:slug>/naar/<slug:to>/", contact.move, name="move"),
    path("partners/pijplijn/<slug:slug>/stap/<int:pk>/", contact.step, name="step"),
    path("partners/pijplijn/<slug:slug>/stap/<int:pk>/later/", contact.replan, name="replan"),
    # A partner's short name may be any word but those above: ``models.partners.RESERVED_SLUGS``.
    path("partners/<slug:slug>/", wall.partner_detail, name="detail"),
    path("partners/<slug:slug>/logo/", wall.partner_logo, name="logo"),
    path("partners/<slug:slug>/meedoen/", joining.join, name="join"),
    path("partners/<slug:slug>/meedoen/intrekken/", joining.stop_asking, name="stop_asking"),
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
