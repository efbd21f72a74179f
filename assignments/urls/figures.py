"""Addresses of assignments in figures."""

from django.urls import path

from assignments.views import figures

urlpatterns = [
    path("opdrachten/cijfers/", figures.overview, name="figures"),
    path("opdrachten/cijfers/bestand/csv/", figures.export, {"kind": "csv"}, name="figures_csv"),
    path("opdrachten/cijfers/bestand/xlsx/", figures.export, {"kind": "xlsx"}, name="figures_xlsx"),
]
