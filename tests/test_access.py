"""Every route, opened by everyone: one table of who gets what.

The walk over the URLconf fails for a route that is not in the table, so that nobody adds a page
without saying whom it is for.
"""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from PIL import Image

from assignments.links import confirm_token
from civportal.accounts.models import User
from civportal.notifications.links import preferences_token
from civportal.notifications.models import Notification
from civportal.notifications.unsubscribe import token_for
from civportal.pages.tasks import HEARTBEAT_KEY
from sessions_log import action_links
from sessions_log.actions.minutes import freeze
from sessions_log.links import answer_token
from sessions_log.models import CalendarToken, ReportImport
from tests import factories

ROLES = ["visitor", "charlie", "company", "steering", "office", "admin"]

# What each role gets on GET, in the order of ROLES. A visitor's 302 leads to the login page.
EVERYONE = (200, 200, 200, 200, 200, 200)
LOGGED_IN = (302, 200, 200, 200, 200, 200)
OFFICE = (302, 403, 403, 403, 200, 200)
STAFF = (302, 403, 403, 403, 403, 200)
PARTNERS = (404, 404, 200, 404, 200, 200)
BODY = (404, 404, 404, 200, 200, 200)
INSIDERS = (302, 404, 404, 200, 200, 200)
INSIDERS_ROW = (404, 404, 404, 200, 200, 200)
OFFICE_ROW = (404, 404, 404, 404, 200, 200)
OFFICE_OF_ROW = (302, 404, 404, 404, 200, 200)
OFFICE_OF_INSIDERS_ROW = (302, 404, 404, 403, 200, 200)
POST_WITH_LOGIN = (302, 405, 405, 405, 405, 405)
POST_ONLY = (405, 405, 405, 405, 405, 405)
POST_AFTER_LOGIN = (302, 405, 405, 405, 405, 405)
VISITORS = (200, 302, 302, 302, 302, 302)
MOVED_ON = (302, 302, 302, 302, 302, 302)
# Asks for the password or second step again; nobody but the admin has either here.
SECURED = (302, 403, 403, 403, 403, 302)
NOT_MINE = (302, 404, 404, 404, 404, 302)
NO_CODES = (302, 404, 404, 404, 404, 404)
WRITERS_MOVED_ON = (302, 403, 403, 403, 302, 302)
NOWHERE = (404, 404, 404, 404, 404, 404)

# Name of a route → whom it is for. Routes with a thing of their own in the address stand twice:
# here for the thing that everyone may see, below for one that they may not.
ROUTES = {
    "home": EVERYONE,
    "healthz": EVERYONE,
    "readyz": EVERYONE,
    "accessibility": EVERYONE,
    "privacy": EVERYONE,
    "centre_stylesheet": EVERYONE,
    "centre_logo": NOWHERE,  # this centre has no logo
    "set_language": POST_ONLY,
    "style_guide": STAFF,
    "desk": LOGGED_IN,
    "my_data": LOGGED_IN,
    "mailbox": NOWHERE,
    "mailbox_letter": NOWHERE,
    "mailbox_html": NOWHERE,
    "news:list": EVERYONE,
    "news:feed": EVERYONE,
    "news:detail": EVERYONE,
    "news:picture": EVERYONE,
    "programme_lines:list": EVERYONE,
    "programme_lines:detail": EVERYONE,
    "programme_lines:plan": EVERYONE,
    "partners:list": EVERYONE,
    "partners:apply": EVERYONE,
    "partners:apply_wishes": MOVED_ON,  # to the first step, which is not filled in
    "partners:apply_you": MOVED_ON,
    "partners:apply_another": POST_ONLY,
    "partners:apply_done": MOVED_ON,
    "partners:application": INSIDERS,
    "partners:application_confirm": POST_AFTER_LOGIN,
    "partners:application_withdraw": (302, 404, 404, 403, 403, 403),  # the applicant alone
    "partners:review_list": OFFICE,
    "partners:review": OFFICE,
    "partners:review_ask": OFFICE,
    "partners:review_accept": OFFICE,
    "partners:review_decline": OFFICE,
    "partners:review_link": POST_AFTER_LOGIN,
    "partners:join": EVERYONE,
    "partners:stop_asking": POST_AFTER_LOGIN,
    "partners:detail": EVERYONE,
    "partners:logo": EVERYONE,
    "partners:agreement_document": INSIDERS,
    "partners:signature_scan": INSIDERS,
    "partners:letter": INSIDERS,
    "partners:pipeline": INSIDERS,
    "partners:pipeline_csv": INSIDERS,
    "partners:pipeline_xlsx": INSIDERS,
    "partners:contact": INSIDERS,
    "partners:prospect_new": OFFICE_OF_INSIDERS_ROW,
    "partners:talk": OFFICE_OF_INSIDERS_ROW,
    "partners:move": OFFICE_OF_INSIDERS_ROW,
    "partners:replan": OFFICE_OF_INSIDERS_ROW,
    "partners:step": POST_WITH_LOGIN,
    "partners:owner": POST_WITH_LOGIN,
    "partners:people": OFFICE_OF_ROW,  # and its own people
    "partners:invite": OFFICE_OF_ROW,
    "partners:revoke_invitation": POST_WITH_LOGIN,
    "partners:join_request": OFFICE_OF_ROW,
    "partners:person": OFFICE_OF_ROW,
    "partners:remove": OFFICE_OF_ROW,
    "partners:edit": OFFICE,
    "partners:invitation": EVERYONE,  # whoever has the mail
    "partners:agreement_list": (302, 404, 200, 200, 200, 200),
    "partners:agreement_new": OFFICE,
    "partners:register": INSIDERS,
    "partners:agreement": INSIDERS,  # and who was asked to sign it
    "partners:agreement_edit": OFFICE_OF_INSIDERS_ROW,
    "partners:agreement_ask": OFFICE_OF_INSIDERS_ROW,
    "partners:agreement_open": OFFICE_OF_INSIDERS_ROW,
    "partners:agreement_close": OFFICE_OF_INSIDERS_ROW,
    "partners:agreement_delete": OFFICE_OF_INSIDERS_ROW,
    "partners:agreement_last_day": POST_WITH_LOGIN,
    "partners:agreement_paper": OFFICE_OF_INSIDERS_ROW,
    "partners:agreement_together": OFFICE_OF_INSIDERS_ROW,
    "partners:sign": (302, 404, 404, 403, 403, 403),  # nobody here has a mandate
    "partners:withdraw_request": POST_WITH_LOGIN,
    "partners:signature": INSIDERS,
    "sessions_log:list": EVERYONE,
    "sessions_log:detail": EVERYONE,
    "sessions_log:session_ics": EVERYONE,
    "sessions_log:agenda_pdf": EVERYONE,
    "sessions_log:minutes_pdf": EVERYONE,
    "sessions_log:version_pdf": EVERYONE,
    "sessions_log:feed": EVERYONE,
    "sessions_log:calendar": EVERYONE,
    "sessions_log:personal_calendar": EVERYONE,  # whoever has the secret address
    "sessions_log:calendar_token": LOGGED_IN,
    "sessions_log:body_calendar_token": (302, 403, 403, 200, 200, 200),
    "sessions_log:plan": OFFICE,
    "sessions_log:edit": OFFICE,
    "sessions_log:copy": OFFICE,
    "sessions_log:move": OFFICE,
    "sessions_log:cancel": OFFICE,
    "sessions_log:plan_again": WRITERS_MOVED_ON,  # it is planned
    "sessions_log:hold": OFFICE,
    "sessions_log:agenda": OFFICE,
    "sessions_log:item_new": OFFICE,
    "sessions_log:item_edit": OFFICE,
    "sessions_log:item_remove": OFFICE,
    "sessions_log:suggestion_add": (302, 405, 405, 405, 405, 405),
    "sessions_log:document_new": OFFICE,
    "sessions_log:document_remove": OFFICE,
    "sessions_log:people": OFFICE,
    "sessions_log:person_add": OFFICE,
    "sessions_log:guest_add": OFFICE,
    "sessions_log:organisation_add": OFFICE,
    "sessions_log:person_edit": OFFICE,
    "sessions_log:person_remove": OFFICE,
    "sessions_log:invite": OFFICE,
    "sessions_log:answer": (302, 404, 404, 404, 404, 404),  # nobody here is asked
    "sessions_log:sign_up": (200, 302, 302, 302, 302, 302),  # with an account: a button
    "sessions_log:confirm_sign_up": NOWHERE,  # without the mail
    "sessions_log:answer_by_link": EVERYONE,  # whoever has the mail
    "sessions_log:document": EVERYONE,
    "sessions_log:decisions": EVERYONE,
    "sessions_log:decision": MOVED_ON,  # to its place in the report
    "sessions_log:actions": EVERYONE,
    "sessions_log:action": MOVED_ON,
    "sessions_log:action_by_link": EVERYONE,  # whoever has the mail
    "sessions_log:points": EVERYONE,
    "sessions_log:point": EVERYONE,
    "sessions_log:write": OFFICE,
    "sessions_log:write_item": OFFICE,
    "sessions_log:write_summary": OFFICE,
    "sessions_log:write_add_item": (302, 405, 405, 405, 405, 405),
    "sessions_log:write_describe_item": (302, 405, 405, 405, 405, 405),
    "sessions_log:circulate": WRITERS_MOVED_ON,  # the report is published already
    "sessions_log:check": OFFICE,
    "sessions_log:remark_answer": (302, 405, 405, 405, 405, 405),
    "sessions_log:approve": WRITERS_MOVED_ON,
    "sessions_log:publish": WRITERS_MOVED_ON,
    "sessions_log:correct": OFFICE,
    "sessions_log:versions": EVERYONE,
    "sessions_log:version": EVERYONE,
    "sessions_log:body_list": EVERYONE,
    "sessions_log:body": EVERYONE,
    "sessions_log:import_list": OFFICE,
    "sessions_log:import_upload": OFFICE,
    "sessions_log:import_review": OFFICE,
    "sessions_log:import_file": OFFICE,
    # The board.
    "assignments:list": EVERYONE,
    "assignments:feed": EVERYONE,
    "assignments:detail": EVERYONE,
    "assignments:searches": LOGGED_IN,
    "assignments:search": POST_WITH_LOGIN,
    # Posting: for teachers as well; what is public is changed by those who posted, too.
    "assignments:new": (302, 403, 200, 403, 200, 200),
    "assignments:copies": (302, 403, 200, 403, 200, 200),
    "assignments:needs": OFFICE,
    "assignments:to_check": OFFICE,
    "assignments:edit": OFFICE,
    "assignments:preview": (302, 403, 403, 403, 403, 403),  # a draft, for who makes it
    "assignments:send": POST_WITH_LOGIN,
    "assignments:take_back": OFFICE,
    "assignments:confirm": (302, 403, 403, 403, 403, 403),  # the two sides alone
    "assignments:adopt": POST_WITH_LOGIN,
    "assignments:let_go": POST_WITH_LOGIN,
    "assignments:check": OFFICE,
    "assignments:confirm_by_link": EVERYONE,  # whoever has the mail
    "assignments:change_by_link": EVERYONE,
    # Teams: for their coach and those who posted, too; a teacher forms one.
    "assignments:team_new": (302, 403, 403, 403, 403, 403),
    "assignments:teams": OFFICE_OF_ROW,
    "assignments:teams_enough": OFFICE_OF_ROW,
    "assignments:teams_more": POST_WITH_LOGIN,
    "assignments:team": OFFICE_OF_ROW,
    "assignments:team_edit": (302, 404, 404, 404, 403, 403),  # the coach alone, as the next
    "assignments:team_apply": (302, 404, 404, 404, 403, 403),
    "assignments:team_withdraw": (302, 404, 404, 404, 403, 403),
    "assignments:team_names": (302, 404, 404, 404, 403, 403),
    "assignments:team_name_remove": POST_WITH_LOGIN,
    "assignments:team_accept": OFFICE_OF_ROW,
    "assignments:team_reserve": POST_WITH_LOGIN,
    "assignments:team_decline": OFFICE_OF_ROW,
    "assignments:team_take_back": POST_WITH_LOGIN,
    # The end of assignments: for the coach and those who posted, too.
    "assignments:finish": OFFICE_OF_ROW,
    "assignments:hours": OFFICE_OF_ROW,
    "assignments:reopen_team": OFFICE_OF_ROW,
    "assignments:feedback": (302, 404, 404, 404, 403, 403),  # only the two sides give it
    "assignments:read_feedback": POST_WITH_LOGIN,
    "assignments:outcome": OFFICE_OF_ROW,
    "assignments:agree": POST_WITH_LOGIN,
    "assignments:withdraw_agreement": OFFICE_OF_ROW,
    "assignments:finish_all": OFFICE,
    "assignments:reopen": OFFICE,
    "assignments:next_year": OFFICE,
    # Dates: also for those who offer them. Bookings: also for who made them.
    "assignments:slots": OFFICE,
    "assignments:slot": OFFICE,
    "assignments:slot_edit": OFFICE,
    "assignments:slot_cancel": OFFICE,
    "assignments:booking_new": (302, 403, 403, 403, 403, 403),  # teachers book
    "assignments:booking": OFFICE_OF_ROW,
    "assignments:booking_ics": OFFICE_OF_ROW,
    "assignments:booking_change": OFFICE_OF_ROW,
    "assignments:booking_cancel": OFFICE_OF_ROW,
    "assignments:figures": INSIDERS,
    "assignments:figures_csv": INSIDERS,
    "assignments:figures_xlsx": INSIDERS,
    # Teams at work: for those who posted, and their coach.
    "assignments:terms": OFFICE,
    "assignments:terms_edit": OFFICE,
    "assignments:terms_end": OFFICE,
    "assignments:terms_version": EVERYONE,
    "assignments:accept_terms": (302, 404, 404, 404, 403, 403),  # the coach alone
    "assignments:receipt": OFFICE_OF_ROW,
    "assignments:documents": OFFICE,
    "assignments:document": OFFICE_OF_ROW,
    "assignments:document_edit": OFFICE,
    "assignments:document_remove": OFFICE,
    "assignments:start": OFFICE,
    "assignments:steps": OFFICE,
    "assignments:step": OFFICE,
    "assignments:step_remove": POST_WITH_LOGIN,
    "assignments:hand_in": (302, 404, 404, 404, 403, 403),  # the coach alone
    "assignments:hand_in_file": OFFICE_OF_ROW,
    "assignments:hand_in_seen": POST_WITH_LOGIN,
    "assignments:thread": OFFICE_OF_ROW,
    "my_notifications": LOGGED_IN,
    "preferences": LOGGED_IN,
    "preferences_by_link": EVERYONE,  # whoever has the mail
    "unsubscribe": EVERYONE,
    "ask_whether_address_works": (302, 405, 405, 405, 405, 405),
    "address_works": (404, 404, 404, 404, 404, 404),  # whoever has the mail
    "follow": (302, 405, 405, 405, 405, 405),
    "ledger": OFFICE,
    "ledger_about": OFFICE,
    "ledger_resend": OFFICE,
    "mail_policy": OFFICE,
    "mail_previews": STAFF,
    "mail_preview": STAFF,
    "mail_preview_html": STAFF,
    "mail_webhook": NOWHERE,  # no provider is set
    "metrics": (401, 403, 403, 403, 403, 200),  # or by a token
    "account_login": VISITORS,
    "account_signup": VISITORS,
    "account_logout": LOGGED_IN,
    "account_inactive": EVERYONE,
    "account_reauthenticate": SECURED,
    "account_email": LOGGED_IN,
    "account_email_verification_sent": EVERYONE,
    "account_confirm_email": EVERYONE,  # says that the link does not work
    "account_confirm_login_code": MOVED_ON,
    "account_change_password": MOVED_ON,  # without a password: to where one is chosen
    "account_set_password": LOGGED_IN,
    "account_reset_password": EVERYONE,
    "account_reset_password_done": EVERYONE,
    "account_reset_password_from_key": EVERYONE,  # says that the link does not work
    "account_reset_password_from_key_done": EVERYONE,
    "mfa_index": LOGGED_IN,
    "mfa_authenticate": MOVED_ON,
    "mfa_reauthenticate": (302, 403, 403, 403, 403, 200),
    "mfa_reauthenticate_webauthn": SECURED,
    "mfa_activate_totp": MOVED_ON,
    "mfa_deactivate_totp": NOT_MINE,
    "mfa_generate_recovery_codes": (302, 200, 200, 200, 200, 302),
    "mfa_view_recovery_codes": NO_CODES,
    "mfa_download_recovery_codes": NO_CODES,
    "mfa_list_webauthn": LOGGED_IN,
    "mfa_add_webauthn": MOVED_ON,
    "mfa_edit_webauthn": NOT_MINE,  # the key of nobody here
    "mfa_remove_webauthn": NOT_MINE,
}

# Pages where one session is planned.
PLANNING = [
    "edit", "copy", "move", "cancel", "plan_again", "hold", "agenda", "item_new",
    "suggestion_add", "document_new", "people", "person_add", "guest_add", "organisation_add",
]  # fmt: skip

# The same routes with a thing that is not for everyone.
HIDDEN = {
    "news draft": OFFICE_ROW,
    "news draft picture": OFFICE_ROW,
    "chapter for writers": OFFICE_ROW,
    "chapter for partners": PARTNERS,
    "prospect": INSIDERS_ROW,
    "joining a prospect": NOWHERE,
    "prospect logo": INSIDERS_ROW,
    "session for partners": PARTNERS,
    "session of a body": BODY,
    "agenda of a body's session as it is made": (302, 404, 404, 403, 200, 200),
    "writing of a body's minutes": (302, 404, 404, 403, 200, 200),
    "who comes to a body's session": (302, 404, 404, 403, 200, 200),
    "calendar of a body's session": BODY,
    "agenda of a body's session": BODY,
    "minutes of a body's session": BODY,
    "minutes that go round": BODY,
    "version that is not there": NOWHERE,
    "document of a body": BODY,
    "document of a confidential item": BODY,
    "decision of a confidential item": (404, 404, 404, 302, 302, 302),
    "action of a confidential item": (404, 404, 404, 302, 302, 302),
    "point of a confidential item": BODY,
    "link to an action item that is not ours": NOWHERE,
    "versions of minutes that are not published": BODY,
    "calendar address that ended": NOWHERE,
    "session that is not there": NOWHERE,
    "draft of an assignment": OFFICE_ROW,
    "team that has not applied": (302, 404, 404, 404, 404, 404),
    "assignment that waits for a yes": OFFICE_ROW,
    "answer to an assignment that waits": (302, 404, 404, 404, 403, 403),
}


def picture() -> ContentFile:
    """The smallest PNG that is one."""
    file = io.BytesIO()
    Image.new("RGB", (1, 1)).save(file, "PNG")
    return ContentFile(file.getvalue(), "plaatje.png")


def pdf() -> ContentFile:
    """What passes for a PDF."""
    return ContentFile(factories.PDF, "brief.pdf")


@pytest.fixture
def people(office, steering, company, charlie):
    admin_user = factories.UserFactory(email="admin@example.org", is_superuser=True, is_staff=True)
    everyone = [None, charlie, company, steering, office, admin_user]
    return dict(zip(ROLES, everyone, strict=True))


@pytest.fixture
def places(steering_group):
    """A thing for each route that names one: open to all, and hidden."""
    line = factories.LineFactory()
    factories.ChapterFactory(line=line, visibility="public")
    partner = factories.PartnerFactory(logo=picture())
    prospect = factories.PartnerFactory(status="prospect", logo=picture())
    application = factories.ApplicationFactory()
    session = factories.SessionFactory(visibility="public")
    among_partners = factories.SessionFactory(visibility="partners")
    of_body = factories.SessionFactory(visibility="body", body=steering_group)
    open_of_body = factories.SessionFactory(visibility="public", body=steering_group)
    confidential = factories.ItemFactory(session=open_of_body, confidential=True)
    factories.MinutesFactory(session=of_body)
    draft_state = {"state": "draft", "approved_at": None, "published_at": None}
    writing = factories.MinutesFactory(**draft_state).session
    written = factories.ItemFactory(session=writing)
    of_body_writing = factories.MinutesFactory(
        session=factories.SessionFactory(visibility="body", body=steering_group), **draft_state
    ).session
    shown = {"picture_alt": "Een plaatje", "picture": picture()}
    news = factories.NewsFactory(**shown)
    draft = factories.NewsFactory(published_from=None, **(shown | {"picture": picture()}))
    lines = {
        visibility: factories.ChapterFactory(visibility=visibility).line
        for visibility in ("writers", "partners")
    }
    report = ReportImport.objects.create(
        file=ContentFile(b"Verslag", "verslag.txt"),
        filename="verslag.txt",
        format="txt",
        sha256="0" * 64,
        understood={"sessions": [], "warnings": []},
    )
    reader = factories.UserFactory()
    for of_report in (session, open_of_body):
        factories.MinutesFactory(session=of_report)
    outcomes = {
        name: {
            "decision": factories.DecisionFactory(item=item),
            "action": factories.ActionFactory(item=item, owner=reader),
            "point": factories.AttentionFactory(item=item),
        }
        for name, item in {
            "shown": factories.ItemFactory(session=session),
            "hidden": confidential,
        }.items()
    }
    approved = factories.MinutesFactory(
        session=factories.SessionFactory(visibility="public", body=steering_group),
        state="approved",
        published_at=None,
    )
    for minutes in (session.minutes, approved):
        freeze(minutes)
    mail = Notification.objects.create(
        recipient=reader, kind="digest", dedupe_key="brief", state="sent", settled_at=timezone.now()
    )
    agreement, unopened = (
        factories.AgreementFactory(state=state).pk for state in ("open", "draft")
    )
    member = factories.MembershipFactory(partner=partner)
    planned = factories.SessionFactory(status="planned", date=timezone.localdate())
    item = factories.ItemFactory(session=planned)
    listed = factories.ParticipationFactory(session=planned)
    step = factories.MomentFactory(partner=prospect, next_step="Bellen").pk
    at_it, done = (
        factories.TeamFactory(state="accepted", assignment__state=state)
        for state in ("running", "finished")
    )
    done.finished_at = timezone.now()
    done.save()
    applied = factories.TeamFactory()
    asked = factories.AssignmentFactory(state="submitted", contact_email="piet@zilt.example")
    outcome = factories.OutcomeFactory(team=done).pk
    booked = factories.BookingFactory()
    arguments = {
        "assignments:detail": [at_it.assignment_id, at_it.assignment.slug],
        "assignments:search": [factories.SavedSearchFactory().pk],
        **{
            f"assignments:{name}": [at_it.assignment_id]
            for name in (
                "edit",
                "preview",
                "send",
                "take_back",
                "confirm",
                "adopt",
                "let_go",
                "check",
            )
        },
        "assignments:confirm_by_link": [confirm_token(asked)],
        "assignments:change_by_link": [confirm_token(asked)],
        **{
            f"assignments:{name}": [applied.assignment_id]
            for name in ("team_new", "teams", "teams_enough", "teams_more")
        },
        **{
            f"assignments:team{name}": [applied.pk]
            for name in (
                "",
                "_edit",
                "_apply",
                "_withdraw",
                "_accept",
                "_reserve",
                "_decline",
                "_take_back",
                "_names",
            )
        },
        "assignments:team_name_remove": [applied.pk, 1],
        "assignments:finish": [at_it.pk],
        "assignments:finish_all": [at_it.assignment_id],
        **{
            f"assignments:{name}": [done.pk]
            for name in ("hours", "reopen_team", "feedback", "outcome")
        },
        "assignments:read_feedback": [factories.FeedbackFactory(team=done).pk],
        "assignments:agree": [outcome],
        "assignments:withdraw_agreement": [outcome],
        **{f"assignments:{name}": [done.assignment_id] for name in ("reopen", "next_year")},
        "assignments:slots": [booked.slot.assignment_id],
        **{
            f"assignments:{name}": [booked.slot_id]
            for name in ("slot", "slot_edit", "slot_cancel", "booking_new")
        },
        **{
            f"assignments:booking{name}": [booked.pk] for name in ("", "_ics", "_change", "_cancel")
        },
        **{
            f"assignments:{name}": [at_it.assignment_id] for name in ("terms", "documents", "steps")
        },
        **{
            f"assignments:{name}": [at_it.assignment_id, "geheimhouding"]
            for name in ("terms_edit", "terms_end")
        },
        "assignments:terms_version": [factories.TermsFactory(assignment=at_it.assignment).pk],
        **{
            f"assignments:{name}": [at_it.pk]
            for name in ("accept_terms", "receipt", "hand_in", "thread")
        },
        **{
            f"assignments:document{name}": [
                factories.AssignmentDocumentFactory(assignment=at_it.assignment).pk
            ]
            for name in ("", "_edit", "_remove")
        },
        "assignments:start": [
            factories.TeamFactory(state="accepted", assignment__state="matched").assignment_id
        ],
        **{
            f"assignments:{name}": [factories.StepFactory(assignment=at_it.assignment).pk]
            for name in ("step", "step_remove")
        },
        **{
            f"assignments:{name}": [
                factories.HandInFactory(team=at_it, file=ContentFile(b"%PDF-", "plan.pdf")).pk
            ]
            for name in ("hand_in_file", "hand_in_seen")
        },
        "news:detail": [news.slug],
        "news:picture": [news.slug],
        "programme_lines:detail": [line.slug],
        "programme_lines:plan": [line.slug],
        "partners:detail": [partner.slug],
        "partners:join": [partner.slug],
        "partners:stop_asking": [partner.slug],
        **{
            f"partners:{name}": [application.key]
            for name in (
                "application",
                "application_confirm",
                "application_withdraw",
                "review",
                "review_ask",
                "review_accept",
                "review_decline",
                "review_link",
            )
        },
        "partners:logo": [partner.slug],
        "partners:contact": [prospect.slug],
        "partners:talk": [prospect.slug],
        "partners:owner": [prospect.slug],
        "partners:move": [prospect.slug, "in_talks"],
        "partners:step": [prospect.slug, step],
        "partners:replan": [prospect.slug, step],
        "partners:people": [partner.slug],
        "partners:invite": [partner.slug],
        "partners:revoke_invitation": [partner.slug, 1],
        "partners:join_request": [
            partner.slug,
            factories.MembershipRequestFactory(partner=partner).pk,
        ],
        "partners:person": [partner.slug, member.pk],
        "partners:remove": [partner.slug, member.pk],
        "partners:edit": [partner.slug],
        "partners:invitation": ["sleutel"],
        **{
            f"partners:{name}": [agreement]
            for name in (
                "agreement",
                "agreement_document",
                "agreement_ask",
                "agreement_open",
                "agreement_close",
                "agreement_last_day",
                "agreement_paper",
                "agreement_together",
                "sign",
            )
        },
        "partners:agreement_edit": [unopened],
        "partners:agreement_delete": [unopened],
        "partners:withdraw_request": [1],
        "partners:signature": [factories.SignatureFactory().pk],
        "partners:signature_scan": [factories.PaperSignatureFactory().pk],
        "partners:letter": [
            factories.StatusChangeFactory(after="letter_of_intent", document=pdf()).pk
        ],
        "sessions_log:detail": [session.pk, session.slug],
        "sessions_log:session_ics": [session.pk],
        "sessions_log:agenda_pdf": [session.pk],
        "sessions_log:minutes_pdf": [session.pk],
        "sessions_log:version_pdf": [session.pk, 1],
        "sessions_log:personal_calendar": [
            CalendarToken.objects.create(user=factories.UserFactory()).token
        ],
        "sessions_log:decision": [outcomes["shown"]["decision"].pk],
        "sessions_log:action": [outcomes["shown"]["action"].pk],
        "sessions_log:action_by_link": [
            action_links.token_for(outcomes["shown"]["action"].pk, reader.pk)
        ],
        "sessions_log:point": [outcomes["shown"]["point"].pk],
        **{
            f"sessions_log:{name}": [session.pk]
            for name in ("circulate", "check", "approve", "publish", "correct", "versions")
        },
        **{
            f"sessions_log:{name}": [writing.pk]
            for name in ("write", "write_summary", "write_add_item")
        },
        "sessions_log:write_item": [writing.pk, written.pk],
        "sessions_log:write_describe_item": [writing.pk, written.pk],
        "sessions_log:version": [session.pk, 1],
        "sessions_log:remark_answer": [session.pk, 1],
        "sessions_log:document": [factories.DocumentFactory(session=session).pk],
        "sessions_log:body": [steering_group.slug],
        "sessions_log:body_calendar_token": [steering_group.slug],
        **{f"sessions_log:{name}": [planned.pk] for name in PLANNING},
        "sessions_log:item_edit": [planned.pk, item.pk],
        "sessions_log:item_remove": [planned.pk, item.pk],
        "sessions_log:document_remove": [
            planned.pk,
            factories.DocumentFactory(session=planned).pk,
        ],
        "sessions_log:person_edit": [planned.pk, listed.pk],
        "sessions_log:person_remove": [planned.pk, listed.pk],
        "sessions_log:invite": [session.pk],
        "sessions_log:answer": [session.pk],
        "sessions_log:sign_up": [
            factories.SessionFactory(
                status="planned", date=timezone.localdate() + timedelta(days=9), sign_up=True
            ).pk
        ],
        "sessions_log:confirm_sign_up": ["no-token-of-ours"],
        "sessions_log:answer_by_link": [
            answer_token(
                factories.ParticipationFactory(session=session, name="Gast", email="g@example.org"),
                session,
            )
        ],
        "sessions_log:import_review": [report.pk],
        "sessions_log:import_file": [report.pk],
        "centre_stylesheet": ["0" * 8],
        "mailbox_letter": ["brief"],
        "mailbox_html": ["brief"],
        "preferences_by_link": [preferences_token(reader)],
        "address_works": ["no-token-of-ours"],
        "unsubscribe": [token_for(reader, "digest")],
        "ledger_about": [f"worksession:{session.pk}"],
        "ledger_resend": [mail.pk],
        "mail_preview": ["digest", "nl"],
        "mail_preview_html": ["digest", "nl"],
        "mail_webhook": ["postmark"],
        "account_confirm_email": ["sleutel"],
        "account_reset_password_from_key": ["1", "sleutel"],
        "mfa_edit_webauthn": [999_999],
        "mfa_remove_webauthn": [999_999],
    }
    hidden = {
        "news draft": reverse("news:detail", args=[draft.slug]),
        "news draft picture": reverse("news:picture", args=[draft.slug]),
        "chapter for writers": reverse("programme_lines:plan", args=[lines["writers"].slug]),
        "chapter for partners": reverse("programme_lines:plan", args=[lines["partners"].slug]),
        "prospect": prospect.get_absolute_url(),
        "joining a prospect": reverse("partners:join", args=[prospect.slug]),
        "prospect logo": reverse("partners:logo", args=[prospect.slug]),
        "session for partners": among_partners.get_absolute_url(),
        "session of a body": of_body.get_absolute_url(),
        "agenda of a body's session as it is made": reverse(
            "sessions_log:agenda", args=[of_body.pk]
        ),
        "writing of a body's minutes": reverse("sessions_log:write", args=[of_body_writing.pk]),
        "who comes to a body's session": reverse("sessions_log:people", args=[of_body.pk]),
        "calendar of a body's session": reverse("sessions_log:session_ics", args=[of_body.pk]),
        "agenda of a body's session": reverse("sessions_log:agenda_pdf", args=[of_body.pk]),
        "minutes of a body's session": reverse("sessions_log:minutes_pdf", args=[of_body.pk]),
        "minutes that go round": reverse("sessions_log:minutes_pdf", args=[approved.session_id]),
        "version that is not there": reverse("sessions_log:version_pdf", args=[session.pk, 2]),
        "document of a body": factories.DocumentFactory(
            session=open_of_body, visibility="body"
        ).get_absolute_url(),
        "document of a confidential item": factories.DocumentFactory(
            session=open_of_body, item=confidential
        ).get_absolute_url(),
        "link to an action item that is not ours": reverse(
            "sessions_log:action_by_link", args=["vals"]
        ),
        **{
            f"{kind} of a confidential item": outcome.get_absolute_url()
            for kind, outcome in outcomes["hidden"].items()
        },
        "versions of minutes that are not published": reverse(
            "sessions_log:versions", args=[approved.session_id]
        ),
        "calendar address that ended": reverse("sessions_log:personal_calendar", args=["weg"]),
        "session that is not there": reverse("sessions_log:detail", args=[999_999, "weg"]),
        "assignment that waits for a yes": asked.get_absolute_url(),
        "answer to an assignment that waits": reverse("assignments:confirm", args=[asked.pk]),
        "draft of an assignment": factories.AssignmentFactory(state="draft").get_absolute_url(),
        "team that has not applied": factories.TeamFactory(state="draft").get_absolute_url(),
    }
    return arguments, hidden


def routes(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """The names of all routes below a resolver, but for the admin's own."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from routes(pattern, space or pattern.namespace or "")
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{space}:{pattern.name}" if space else pattern.name


def opened_by(people: dict[str, User | None], address: str) -> tuple[int, ...]:
    """The status that each role gets."""
    answers = []
    for person in people.values():
        client = Client()
        if person is not None:
            client.force_login(person)
        answers.append(client.get(address).status_code)
    return tuple(answers)


def test_the_table_knows_every_route():
    assert sorted(set(routes(get_resolver()))) == sorted(ROUTES)


@pytest.mark.django_db
def test_every_route_with_every_role(people, places, settings):
    settings.DEMO = False
    cache.set(HEARTBEAT_KEY, 1)
    arguments, _hidden = places
    assert {
        name: opened_by(people, reverse(name, args=arguments.get(name, []))) for name in ROUTES
    } == ROUTES


@pytest.mark.django_db
def test_hidden_things_with_every_role(people, places):
    _arguments, hidden = places
    assert {name: opened_by(people, address) for name, address in hidden.items()} == HIDDEN


@pytest.mark.django_db
def test_a_visitor_cannot_tell_hidden_from_absent(people, places, client):
    """The same words but for the menu: no address can be probed for what exists."""
    _arguments, hidden = places
    pages = set()
    for name, address in hidden.items():
        if HIDDEN[name][0] == 404:
            text = client.get(address).content.decode()
            text = re.sub(
                r"""\s+(nonce|value|hx-headers|aria-current)=("[^"]*"|'[^']*')""", "", text
            )
            pages.add(text.replace(address, "…").replace(quote(address, safe=""), "…"))
    assert len(pages) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["visitor", "charlie", "company", "steering", "office"])
def test_the_admin_is_for_staff(people, role):
    """None of these is staff here; nothing of the admin opens for them."""
    client = Client()
    if people[role] is not None:
        client.force_login(people[role])
    addresses = [reverse("admin:index")] + [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
        for model in admin.site._registry
        for page in ("changelist", "add")
    ]
    assert [a for a in addresses if client.get(a).status_code not in {302, 403}] == []
