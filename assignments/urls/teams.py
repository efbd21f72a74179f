"""Addresses of teams."""

from django.urls import path

from assignments.views import choosing, names, teams

urlpatterns = [
    path("opdrachten/<int:pk>/team-vormen/", teams.new, name="team_new"),
    path("opdrachten/<int:pk>/teams/", choosing.compare, name="teams"),
    path("opdrachten/<int:pk>/teams/genoeg/", choosing.enough, name="teams_enough"),
    path("opdrachten/<int:pk>/teams/meer/", choosing.more, name="teams_more"),
    path("opdrachten/team/<int:pk>/", teams.team, name="team"),
    path("opdrachten/team/<int:pk>/bewerken/", teams.edit, name="team_edit"),
    path("opdrachten/team/<int:pk>/aanmelden/", teams.apply, name="team_apply"),
    path("opdrachten/team/<int:pk>/intrekken/", teams.withdraw, name="team_withdraw"),
    path("opdrachten/team/<int:pk>/kiezen/", choosing.accept, name="team_accept"),
    path("opdrachten/team/<int:pk>/reserve/", choosing.reserve, name="team_reserve"),
    path("opdrachten/team/<int:pk>/afwijzen/", choosing.decline, name="team_decline"),
    path("opdrachten/team/<int:pk>/heroverwegen/", choosing.take_back, name="team_take_back"),
    path("opdrachten/team/<int:pk>/namen/", names.names, name="team_names"),
    path(
        "opdrachten/team/<int:pk>/namen/<int:member>/weghalen/",
        names.remove,
        name="team_name_remove",
    ),
]
