"""Addresses of sessions, bodies, reports, calendars."""

from django.urls import path

from sessions_log.views import (
    agenda,
    attendance,
    bodies,
    calendars,
    documents,
    follow_up,
    imports,
    papers,
    people,
    planning,
    registers,
    sessions,
    writing,
)

app_name = "sessions_log"
urlpatterns = [
    path("werksessies/", sessions.session_list, name="list"),
    path("werksessies/inlezen/", imports.import_upload, name="import_upload"),
    path("werksessies/inlezen/overzicht/", imports.import_list, name="import_list"),
    path("werksessies/inlezen/<int:pk>/", imports.import_review, name="import_review"),
    path("werksessies/inlezen/<int:pk>/bestand/", imports.import_file, name="import_file"),
    path("werksessies/<int:pk>-<slug:slug>/", sessions.session_detail, name="detail"),
    path("werksessies/nieuw/", planning.session_new, name="plan"),
    path("werksessies/<int:pk>/bewerken/", planning.session_edit, name="edit"),
    path("werksessies/<int:pk>/kopie/", planning.session_copy, name="copy"),
    path("werksessies/<int:pk>/verplaatsen/", planning.session_move, name="move"),
    path("werksessies/<int:pk>/annuleren/", planning.session_cancel, name="cancel"),
    path("werksessies/<int:pk>/toch/", planning.session_plan_again, name="plan_again"),
    path("werksessies/<int:pk>/gehouden/", planning.session_hold, name="hold"),
    path("werksessies/<int:pk>/agenda/", agenda.agenda, name="agenda"),
    path("werksessies/<int:pk>/agenda/nieuw/", agenda.item_new, name="item_new"),
    path("werksessies/<int:pk>/agenda/erbij/", agenda.suggestion_add, name="suggestion_add"),
    path("werksessies/<int:pk>/agenda/<int:item_pk>/", agenda.item_edit, name="item_edit"),
    path("werksessies/<int:pk>/agenda/<int:item_pk>/weg/", agenda.item_remove, name="item_remove"),
    path("werksessies/<int:pk>/stukken/", agenda.document_new, name="document_new"),
    path(
        "werksessies/<int:pk>/stukken/<int:document_pk>/weg/",
        agenda.document_remove,
        name="document_remove",
    ),
    path("werksessies/<int:pk>/mensen/", people.people, name="people"),
    path("werksessies/<int:pk>/mensen/account/", people.person_add, name="person_add"),
    path("werksessies/<int:pk>/mensen/gast/", people.guest_add, name="guest_add"),
    path(
        "werksessies/<int:pk>/mensen/organisatie/", people.organisation_add, name="organisation_add"
    ),
    path("werksessies/<int:pk>/mensen/<int:row_pk>/", people.person_edit, name="person_edit"),
    path(
        "werksessies/<int:pk>/mensen/<int:row_pk>/weg/", people.person_remove, name="person_remove"
    ),
    path("werksessies/<int:pk>/notuleren/", attendance.write, name="write"),
    path(
        "werksessies/<int:pk>/notuleren/in-het-kort/", writing.write_summary, name="write_summary"
    ),
    path("werksessies/<int:pk>/notuleren/punt/", writing.write_add_item, name="write_add_item"),
    path("werksessies/<int:pk>/notuleren/<int:item_pk>/", writing.write_item, name="write_item"),
    path(
        "werksessies/<int:pk>/notuleren/<int:item_pk>/gegevens/",
        writing.write_describe_item,
        name="write_describe_item",
    ),
    path("werksessies/<int:pk>/agenda.pdf", papers.agenda_pdf, name="agenda_pdf"),
    path("werksessies/<int:pk>/verslag.pdf", papers.minutes_pdf, name="minutes_pdf"),
    path(
        "werksessies/<int:pk>/versies/<int:number>/verslag.pdf",
        papers.minutes_pdf,
        name="version_pdf",
    ),
    path("werksessies/<int:pk>.ics", calendars.session_ics, name="session_ics"),
    path("werksessies.atom", calendars.feed, name="feed"),
    path("werksessies.ics", calendars.public_calendar, name="calendar"),
    path("agenda/<slug:token>.ics", calendars.personal_calendar, name="personal_calendar"),
    path("mijn/agenda/", calendars.calendar_token, name="calendar_token"),
    path("documenten/<int:pk>/", documents.document_file, name="document"),
    path("besluiten/", registers.decision_list, name="decisions"),
    path("besluiten/<int:pk>/", registers.decision_place, name="decision"),
    path("actiepunten/", registers.action_list, name="actions"),
    path("actiepunten/<int:pk>/", follow_up.action, name="action"),
    path("actiepunten/<str:token>/gedaan/", follow_up.action_by_link, name="action_by_link"),
    path("aandachtspunten/", registers.point_list, name="points"),
    path("aandachtspunten/<int:pk>/", follow_up.point, name="point"),
    path("overleggen/", bodies.body_list, name="body_list"),
    path("overleggen/<slug:slug>/", bodies.body_detail, name="body"),
]
