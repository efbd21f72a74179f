"""Addresses of terms, documents and datasets."""

from django.urls import path

from assignments.views import documents, terms

urlpatterns = [
    path("opdrachten/<int:pk>/voorwaarden/", terms.terms, name="terms"),
    path("opdrachten/<int:pk>/voorwaarden/<slug:kind>/", terms.terms_edit, name="terms_edit"),
    path("opdrachten/<int:pk>/voorwaarden/<slug:kind>/stoppen/", terms.terms_end, name="terms_end"),
    path("opdrachten/voorwaarden/<int:pk>/", terms.terms_version, name="terms_version"),
    path("opdrachten/team/<int:pk>/voorwaarden/", terms.accept_terms, name="accept_terms"),
    path("opdrachten/team/<int:pk>/bewijs/", terms.receipt, name="receipt"),
    path("opdrachten/<int:pk>/stukken/", documents.documents, name="documents"),
    path("opdrachten/stuk/<int:pk>/", documents.document, name="document"),
    path("opdrachten/stuk/<int:pk>/bewerken/", documents.document_edit, name="document_edit"),
    path("opdrachten/stuk/<int:pk>/weghalen/", documents.document_remove, name="document_remove"),
]
