"""Addresses of teams at work."""

from django.urls import path

from assignments.views import running

urlpatterns = [
    path("opdrachten/<int:pk>/starten/", running.start, name="start"),
    path("opdrachten/<int:pk>/mijlpalen/", running.steps, name="steps"),
    path("opdrachten/mijlpaal/<int:pk>/", running.step, name="step"),
    path("opdrachten/mijlpaal/<int:pk>/weghalen/", running.step_remove, name="step_remove"),
    path("opdrachten/team/<int:pk>/inleveren/", running.hand_in, name="hand_in"),
    path("opdrachten/ingeleverd/<int:pk>/", running.hand_in_file, name="hand_in_file"),
    path("opdrachten/ingeleverd/<int:pk>/gezien/", running.hand_in_seen, name="hand_in_seen"),
    path("opdrachten/team/<int:pk>/gesprek/", running.thread, name="thread"),
]
