"""Addresses of the end of an assignment: hours, feedback, outcome, next year."""

from django.urls import URLPattern, path

from assignments.views import finishing, outcomes

urlpatterns: list[URLPattern] = [
    path("opdrachten/team/<int:pk>/afronden/", finishing.finish, name="finish"),
    path("opdrachten/team/<int:pk>/uren/", finishing.hours, name="hours"),
    path("opdrachten/team/<int:pk>/heropenen/", finishing.reopen_team, name="reopen_team"),
    path("opdrachten/team/<int:pk>/feedback/", finishing.feedback, name="feedback"),
    path("opdrachten/feedback/<int:pk>/lezen/", finishing.read_feedback, name="read_feedback"),
    path("opdrachten/team/<int:pk>/uitkomst/", outcomes.outcome, name="outcome"),
    path("opdrachten/uitkomst/<int:pk>/akkoord/", outcomes.agree, name="agree"),
    path("opdrachten/uitkomst/<int:pk>/intrekken/", outcomes.withdraw, name="withdraw_agreement"),
    path("opdrachten/<int:pk>/afronden/", finishing.finish_all, name="finish_all"),
    path("opdrachten/<int:pk>/heropenen/", finishing.reopen, name="reopen"),
    path("opdrachten/<int:pk>/volgend-jaar/", outcomes.next_year, name="next_year"),
]
