"""Addresses of the board."""

from django.urls import path

from assignments.views import board, feeds

urlpatterns = [
    path("opdrachten/", board.board, name="list"),
    path("opdrachten.atom", feeds.feed, name="feed"),
    path("opdrachten/<int:pk>-<slug:slug>/", board.detail, name="detail"),
]
