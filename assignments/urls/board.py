"""Addresses of the board and of the searches that people keep."""

from django.urls import path

from assignments.views import board, feeds, searches

urlpatterns = [
    path("opdrachten/", board.board, name="list"),
    path("opdrachten.atom", feeds.feed, name="feed"),
    path("opdrachten/<int:pk>-<slug:slug>/", board.detail, name="detail"),
    path("opdrachten/zoekopdrachten/", searches.searches, name="searches"),
    path("opdrachten/zoekopdrachten/<int:pk>/", searches.change, name="search"),
]
