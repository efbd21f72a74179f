"""The demo centre: complete, repeatable, alone in its database, and nobody's real words."""

import csv
import datetime
import io
import itertools
import re
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone
from PIL import Image

from assignments.choices import (
    BOOKED,
    DocumentKind,
    Form,
    Side,
    State,
    TeamState,
    TermsKind,
)
from assignments.completeness import missing
from assignments.models import (
    Acceptance,
    Assignment,
    AssignmentDocument,
    Booking,
    Download,
    Feedback,
    HandIn,
    Outcome,
    SavedSearch,
    SchoolPeriod,
    Slot,
    Team,
    TeamMember,
    TeamMessage,
    Terms,
)
from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from civportal.centre.models import CentreProfile
from civportal.demo import DEMO_LOGINS, DEMO_PASSWORD, paper
from civportal.demo.seed import ForeignDataError, _Seeder, seed_demo
from civportal.demo.story import DATA, day, plain, rich
from news.models import NewsItem
from partners.choices import PartnerKind, PartnerStatus
from partners.models import Membership, Partner
from programme_lines.choices import ChapterVisibility, InitiativeStatus
from programme_lines.models import Initiative, Milestone, PlanChapter, ProgrammeLine
from sessions_log.choices import (
    ActionState,
    AttentionState,
    BodyKind,
    MinutesState,
    ParticipationRole,
    Reply,
    SessionKind,
    SessionStatus,
    Visibility,
)
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    AttentionPoint,
    Body,
    BodyMembership,
    Document,
    Minutes,
    Participation,
    ReportImport,
    WorkSession,
)
from tests import factories

REAL_NAMES = (
    "Leiden", "Leidse", "Janssen", "Kite", "BaseClear", "mboRijnland", "mbo Rijnland", "Naturalis",
    "LCAB", "LBSP", "Bio Science Park", "Zuid-Holland", "Scheerens", "Jorick", "Bierlaagh",
    "Désirée", "Desiree", "Zuijderduin", "Maria Plug", "Stichting Practoraten", "Galapagos",
    "Genmab", "Erasmus", "LUMC",
)  # fmt: skip
"""Organisations and people of the real reports: none may sign or say anything in the demo."""


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def demo(db: None) -> None:
    assert seed_demo() is True


def counts() -> dict[str, int]:
    models = (
        User, EmailAddress, Partner, Membership, ProgrammeLine, PlanChapter, Milestone, Initiative,
        Body, BodyMembership, WorkSession, AgendaItem, Participation, Minutes, ActionItem,
        AttentionPoint, Document, NewsItem, ReportImport, Assignment, Team, Terms, Acceptance,
        AssignmentDocument, Download, HandIn, Feedback, Outcome, Slot, Booking, SchoolPeriod,
        SavedSearch,
    )  # fmt: skip
    return {model.__name__: model.objects.count() for model in models}


def present(model, field: str) -> set:
    return set(model.objects.values_list(field, flat=True))


def test_a_second_time_changes_nothing(demo, media):
    before, files = counts(), sorted(media.rglob("*"))
    sessions = list(WorkSession.objects.order_by("pk").values())
    out = io.StringIO()
    call_command("seed_demo", stdout=out)
    assert out.getvalue() == "The demo centre is there already; nothing was changed.\n"
    assert (counts(), sorted(media.rglob("*"))) == (before, files)
    assert list(WorkSession.objects.order_by("pk").values()) == sessions


@pytest.mark.django_db
@pytest.mark.parametrize("is_demo", [True, False])
def test_the_command_tells_who_can_log_in(settings, is_demo):
    settings.DEMO = is_demo
    out, warnings = io.StringIO(), io.StringIO()
    call_command("seed_demo", stdout=out, stderr=warnings)
    told = out.getvalue()
    assert ("DEMO is off" in warnings.getvalue()) is not is_demo
    assert [email for email, _ in DEMO_LOGINS if email not in told] == []
    assert DEMO_PASSWORD in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    "own_work",
    [
        factories.UserFactory,
        factories.PartnerFactory,
        factories.SessionFactory,
        lambda: CentreProfile.objects.create(pk=1, name="Ons eigen centrum"),
    ],
)
def test_a_database_with_other_data_is_left_alone(own_work, media):
    own_work()
    before = counts()
    with pytest.raises(CommandError, match=r"holds other data \(.+\)\. The demo centre goes into"):
        call_command("seed_demo")
    assert counts() == before
    assert not media.exists()


@pytest.mark.django_db
def test_a_failure_leaves_neither_rows_nor_files(monkeypatch, media):
    def fail(self: _Seeder) -> str:
        raise RuntimeError

    monkeypatch.setattr(_Seeder, "add_news", fail)
    before = counts()
    with pytest.raises(RuntimeError):
        seed_demo()
    assert counts() == before
    assert [path for path in media.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_names_what_it_found():
    factories.PartnerFactory()
    with pytest.raises(ForeignDataError) as refusal:
        seed_demo()
    assert refusal.value.found == ["partners"]


def test_a_login_for_each_role(demo):
    client = Client()
    for email, _ in DEMO_LOGINS:
        assert client.login(email=email, password=DEMO_PASSWORD), email
        address = EmailAddress.objects.get(email=email)
        assert (address.verified, address.primary) == (True, True)
    people = {email.partition("@")[0]: User.objects.get(email=email) for email, _ in DEMO_LOGINS}
    assert people["beheer"].is_superuser
    assert [name for name, user in people.items() if in_office(user)] == ["beheer", "bureau"]
    assert [name for name, user in people.items() if user.is_staff] == ["beheer", "bureau"]
    assert people["bureau"].has_perm("sessions_log.change_worksession")
    assert [
        (name, role, partner)
        for name, user in people.items()
        for role, partner in user.memberships.values_list("role", "partner__status")
    ] == [
        ("stuurgroep", "representative", "signed"),
        ("docent", "teacher", "signed"),
        ("bedrijf", "representative", "signed"),
        ("schrijver", "member", "signed"),
    ]
    seats = BodyMembership.objects.current().filter(user__in=people.values())
    assert set(seats.values_list("user__email", "body__kind")) == {
        ("bureau@demo.example", "steering_group"),
        ("stuurgroep@demo.example", "steering_group"),
        ("schrijver@demo.example", "writers"),
        ("docent@demo.example", "working_group"),
    }
    assert people["schrijver"].written_chapters.exists()
    without = User.objects.exclude(email__in=[email for email, _ in DEMO_LOGINS])
    assert [user.email for user in without if user.has_usable_password()] == []


def test_every_kind_and_state_can_be_seen(demo):
    assert present(Partner, "kind") == set(PartnerKind.values)
    assert present(Partner, "status") == set(PartnerStatus.values)
    assert Partner.objects.signed().count() == 12
    assert present(PlanChapter, "visibility") == set(ChapterVisibility.values)
    assert present(Initiative, "status") == set(InitiativeStatus.values)
    assert present(Body, "kind") == set(BodyKind.values)
    assert present(WorkSession, "kind") == set(SessionKind.values)
    assert present(WorkSession, "status") == set(SessionStatus.values)
    assert present(WorkSession, "visibility") == set(Visibility.values)
    assert present(WorkSession, "language") == {"nl", "en"}
    assert present(Minutes, "state") == set(MinutesState.values)
    assert present(Participation, "role") == set(ParticipationRole.values)
    assert present(Participation, "reply") == {"", *Reply.values}
    assert present(Participation, "attended") == {True, False, None}
    assert present(ActionItem, "state") == set(ActionState.values)
    assert present(AttentionPoint, "state") == set(AttentionState.values)
    assert present(Document, "visibility") == set(Visibility.values)
    assert ActionItem.objects.filter(state="open", due__lt=timezone.localdate()).exists()
    assert ActionItem.objects.filter(state="open", due__gt=timezone.localdate()).exists()
    assert AgendaItem.objects.filter(confidential=True, session__visibility="public").exists()
    assert AttentionPoint.objects.filter(chapter__isnull=False).exists()
    assert Participation.objects.filter(user=None, name="").exists()  # an organisation alone
    assert Participation.objects.filter(user=None).exclude(name="").exists()  # a guest
    assert BodyMembership.objects.filter(user=None, organisation__contains="/").count() == 1
    report = ReportImport.objects.get()
    assert (report.state, report.uploaded_by.email) == ("review", "bureau@demo.example")
    assert [meeting["kind"] for meeting in report.understood["sessions"]] == [
        "work_session",
        "steering_group",
        "work_session",
    ]
    assert NewsItem.objects.filter(published_from=None).count() == 1
    assert NewsItem.objects.filter(published_from__gt=timezone.now()).count() == 1
    assert NewsItem.objects.published().exclude(picture="").count() == 4


def test_assignments_of_every_form_and_state(demo):
    assert present(Assignment, "form") == set(Form.values)
    assert present(Assignment, "state") == set(State.values)
    assert present(Team, "state") == set(TeamState.values) - {"draft"}
    assert present(Terms, "kind") == set(TermsKind.values)
    assert present(AssignmentDocument, "kind") == set(DocumentKind.values)
    assert present(TeamMessage, "side") == set(Side.values)
    assert present(Feedback, "side") == set(Side.values)
    on_the_board = Assignment.objects.open().exclude(form__in=BOOKED)
    assert on_the_board.count() == 6
    assert on_the_board.filter(language="en").count() == 1
    soon = timezone.localdate() + datetime.timedelta(days=3)
    assert on_the_board.filter(apply_by=soon).count() == 1
    assert Assignment.objects.filter(state="submitted", teacher=None).count() == 1
    assert Assignment.objects.waiting_for_office().count() == 1
    assert Outcome.objects.filter(published_at=None, company_yes_at=None).count() == 1
    assert NewsItem.objects.exclude(outcome=None).get().assignments.count() == 1
    assert SavedSearch.objects.count() == 2
    assert present(SchoolPeriod, "school__kind") == {"mbo_school", "hbo_institution"}


def test_what_was_sent_says_enough(demo):
    """So that whoever goes on with it is not told that something was forgotten."""
    lacking = {
        assignment.title: missing(assignment, "teacher" if assignment.teacher else "company")
        for assignment in Assignment.objects.filter(state="submitted") | Assignment.objects.open()
    }
    assert {title: said for title, said in lacking.items() if said} == {}


def test_assignments_come_in_order(demo):
    now = timezone.now()
    order = ["created_at", "submitted_at", "published_at", "matched_at", "started_at"]
    order += ["finished_at"]
    for field in (*order, "teacher_yes_at", "company_yes_at", "checked_at", "withdrawn_at"):
        assert not Assignment.objects.filter(**{f"{field}__gt": now}), field
    for earlier, later in itertools.pairwise(order):
        assert not Assignment.objects.filter(**{f"{earlier}__gt": F(later)}), (earlier, later)
    assert not Team.objects.filter(applied_at__lt=F("assignment__published_at"))
    assert not Team.objects.filter(decided_at__lt=F("applied_at"))
    assert not Team.objects.filter(applied_at__date__gt=F("assignment__apply_by"))
    assert not Acceptance.objects.filter(accepted_at__lt=F("team__decided_at"))
    assert not Download.objects.filter(at__lt=F("team__acceptances__accepted_at"))
    for model, field in ((Download, "at"), (HandIn, "at"), (Feedback, "at"), (Acceptance,
                         "accepted_at"), (TeamMessage, "created_at"), (Booking, "booked_at"),
                         (Outcome, "changed_at"), (Terms, "made_at")):  # fmt: skip
        assert not model.objects.filter(**{f"{field}__gt": now}), model
        assert model.objects.filter(**{f"{field}__lt": now - datetime.timedelta(days=1)}), model
    assert not TeamMember.objects.exclude(team__assignment__names_needed=True)


def test_each_login_finds_assignments_to_go_on_with(demo):
    yara = User.objects.get(email="docent@demo.example")
    emre = User.objects.get(email="bedrijf@demo.example")
    celtuin = emre.partners.get()
    wanted = Assignment.objects.get(partner=celtuin, teacher=yara, state="published")
    assert sorted(wanted.teams.values_list("state", flat=True)) == [
        "applied", "applied", "reserve",
    ]  # fmt: skip
    to_accept = Team.objects.get(coach=yara, state="accepted", assignment__state="matched")
    assert not to_accept.acceptances.exists()
    assert to_accept.assignment.terms.current().count() == 2
    at_work = Team.objects.get(coach=yara, state="accepted", assignment__state="running")
    assert (at_work.acceptances.count(), at_work.downloads.count()) == (2, 2)
    assert (at_work.hand_ins.count(), at_work.messages.count()) == (2, 4)
    waiting = Assignment.objects.filter(partner=celtuin, state="submitted")
    assert {(each.teacher is None, each.company_yes_at is None) for each in waiting} == {
        (True, False), (False, True),
    }  # fmt: skip
    assert Booking.objects.filter(teacher=yara, slot__date__gt=timezone.localdate()).count() == 3


def test_time_runs_from_long_ago_to_soon(demo):
    today = timezone.localdate()
    first, last = (WorkSession.objects.order_by("date").values_list("date", flat=True)[i]
                   for i in (0, WorkSession.objects.count() - 1))  # fmt: skip
    assert first < today - datetime.timedelta(days=550)
    assert last > today + datetime.timedelta(days=80)
    assert WorkSession.objects.upcoming().visible_to(AnonymousUser()).count() == 2
    assert not WorkSession.objects.filter(status="held", date__gte=today).exists()
    assert not WorkSession.objects.filter(status="planned", date__lte=today).exists()
    assert not Minutes.objects.filter(circulated_at__gt=timezone.now()).exists()
    assert not Minutes.objects.filter(published_at__gt=timezone.now()).exists()
    assert not ActionItem.objects.filter(done_on__gte=today).exists()
    assert not Milestone.objects.filter(done=True, date__gte=today).exists()
    assert not Document.objects.filter(item__isnull=False).exclude(item__session=F("session"))


def test_files_are_what_they_say(demo):
    for partner in Partner.objects.exclude(logo=""):
        with Image.open(partner.logo) as image:
            assert (image.format, image.height) == ("PNG", 206), partner
    for document in Document.objects.all():
        content = document.file.read()
        assert content.startswith(b"%PDF-1.7") == document.file.name.endswith(".pdf")
        assert default_storage.size(document.file.name) == len(content)
    for row in [*AssignmentDocument.objects.all(), *HandIn.objects.all()]:
        content = row.file.read()
        assert (row.size, default_storage.size(row.file.name)) == (len(content), len(content))
        assert content.startswith(b"%PDF-1.7") == row.file.name.endswith(".pdf")
    sizes = {}
    for row in AssignmentDocument.objects.filter(kind="dataset"):
        lines = list(csv.reader(row.file.open("r"), delimiter=";"))
        assert {len(line) for line in lines} == {len(lines[0])}, row
        sizes[Path(row.file.name).stem] = len(lines) - 1
    assert sizes == {"broedstoof": 4368, "leesfouten": 1000, "rupsen-kas-7": 63}


def test_no_real_organisation_or_person_says_anything():
    texts = "\n".join(path.read_text("utf-8") for path in DATA.rglob("*") if path.is_file())
    assert [name for name in REAL_NAMES if re.search(rf"\b{re.escape(name)}\b", texts)] == []


def test_no_sentence_of_the_real_report():
    real = settings.BASE_DIR.parent / "shared/input/verslag-werksessies.txt"
    if not real.exists():
        return  # this check belongs to the place where the report was given
    ours = " ".join(
        " ".join(path.read_text("utf-8").split()) for path in DATA.rglob("*") if path.is_file()
    )
    sentences = re.split(r"(?<=[.;:!?])\s+|\n+", real.read_text("utf-8"))
    long_enough = [" ".join(s.split()) for s in sentences if len(s.split()) >= 6]
    assert [sentence for sentence in long_enough if sentence in ours] == []


def test_the_story_writes_dates_and_markup(settings):
    written = plain("Tot {day 2.3},\nof anders in\n{month 2.3}.")
    assert day("2.3").weekday() == 3
    assert re.fullmatch(r"Tot donderdag \d+ \w+ \d{4}, of anders in \w+ \d{4}\.", written)
    assert plain("{day 2.3}", "en").startswith("Thursday ")
    assert rich("Een *twee*\n**drie** <b>\n\n- a\n  b\n- c\n\n> q\n\n| A | B |\n| 1 | 2 |") == (
        "<p>Een <em>twee</em> <strong>drie</strong> &lt;b&gt;</p>\n"
        "<ul><li>a b</li><li>c</li></ul>\n"
        "<blockquote><p>q</p></blockquote>\n"
        '<table><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>'
        "<tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    )


def test_a_pdf_holds_its_text_on_as_many_pages_as_it_needs():
    file = paper.pdf("Titel (één)", "Alinea.\n\n" * 60, language="nl")
    assert file.count(b"/Type /Page ") == 3
    assert b"/Lang (nl)" in file
    assert b"(Titel \\(\xe9\xe9n\\))" in file
    start = int(file.rsplit(b"startxref\n", 1)[1].split()[0])
    assert file[start:].startswith(b"xref\n")
