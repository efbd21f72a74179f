"""Bringing in a report: the actions, the command and the pages of the office."""

import datetime
import io
import json
from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from sessions_log.actions.imports import (
    AlreadyImported,
    DateMissing,
    NothingToConfirm,
    NotInReview,
    bring_in_report,
    confirm_import,
    correct_import,
    discard_import,
)
from sessions_log.forms.review import fingerprint
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    AttentionPoint,
    Decision,
    Minutes,
    Participation,
    ReportImport,
    WorkSession,
)
from tests import factories
from tests.sessions_log.reports.conftest import DEMO_REPORT

MINUTES = """Verslag stuurgroep 12 april 2021

Tijd: 15.00–17.00 uur
Locatie: Stadhuis
Aanwezig: Anna de Vries (voorzitter, mbo Havenland), Piet Smit (Chemie BV)
Afwezig: Kees Bakker

1. Opening
De voorzitter opent.
Besluit: Het verslag is vastgesteld.

2. Partners
Actie: Piet Smit belt de gemeente vóór 1 mei 2021.
Aandachtspunten:
- Betrek studenten
"""
UNDATED = "Verslag werksessie 3 juni\n\nWij spraken over stages.\n"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def centre(steering_group):
    """What the portal knows: the lines, the steering group and two partners."""
    for title in ("Vraaggericht excellent onderwijs", "Practoraat", "Leven Lang Ontwikkelen"):
        factories.LineFactory(title=title)
    factories.PartnerFactory(name="mboHavenland")
    factories.PartnerFactory(name="Hogeschool Duinrand")
    return steering_group


def bring_in(text: str, *, by=None, name: str = "verslag.txt", **more) -> ReportImport:
    return bring_in_report(text.encode(), name, by=by, **more)


def files(folder) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


# --- actions -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_confirming_makes_sessions_with_draft_minutes(centre, office):
    report = bring_in(MINUTES, by=office)
    (session,) = confirm_import(report, by=office)
    session.refresh_from_db()
    assert (
        session.title, session.kind, session.body, session.date, session.start, session.end,
        session.place, session.status, session.visibility, session.language, session.source,
    ) == (
        "Stuurgroep", "steering_group", centre, datetime.date(2021, 4, 12), datetime.time(15),
        datetime.time(17), "Stadhuis", "held", "body", "nl", report,
    )  # fmt: skip
    assert list(Minutes.objects.values_list("session", "state", "summary")) == [
        (session.pk, "draft", "")
    ]
    assert list(AgendaItem.objects.values_list("order", "title", "text")) == [
        (1, "Opening", "<p>De voorzitter opent.</p>"),
        (2, "Partners", ""),
    ]
    assert list(Decision.objects.values_list("item__title", "text")) == [
        ("Opening", "Het verslag is vastgesteld.")
    ]
    assert list(ActionItem.objects.values_list("text", "owner_name", "due")) == [
        ("Piet Smit belt de gemeente vóór 1 mei 2021.", "Piet Smit", datetime.date(2021, 5, 1))
    ]
    assert list(AttentionPoint.objects.values_list("text", flat=True)) == ["Betrek studenten"]
    assert list(
        Participation.objects.order_by("pk").values_list(
            "name", "partner__name", "organisation", "role", "attended", "user", "invited"
        )
    ) == [
        ("Anna de Vries", "mboHavenland", "", "chair", True, None, False),
        ("Piet Smit", None, "Chemie BV", "participant", True, None, False),
        ("Kees Bakker", None, "", "participant", False, None, False),
    ]


@pytest.mark.django_db
def test_the_report_of_three_meetings_goes_in_whole(centre, office):
    report = bring_in_report(DEMO_REPORT.read_bytes(), "verslag.txt", by=office)
    sessions = confirm_import(report, by=office)
    assert [
        (
            s.title,
            str(s.date),
            s.items.count(),
            s.participations.count(),
            list(map(str, s.lines.all())),
        )
        for s in sessions
    ] == [
        (
            "Werksessie Vraaggericht excellent onderwijs",
            "2023-11-09",
            1,
            2,
            ["Vraaggericht excellent onderwijs"],
        ),
        ("Stuurgroep", "2023-12-14", 1, 6, []),
        ("Werksessie practoraat", "2023-12-14", 1, 3, ["Practoraat"]),
    ]
    assert list(
        AttentionPoint.objects.values_list("line__title", flat=True).distinct().order_by()
    ) == ["Practoraat"]
    text = sessions[0].items.get().text
    assert text.count("<li>") == 7
    assert text.index("<ul>") < text.index("Wie iets komt halen")


@pytest.mark.django_db
def test_the_same_file_comes_in_once(office):
    first = bring_in(MINUTES, by=office)
    with pytest.raises(AlreadyImported) as caught:
        bring_in(MINUTES, by=office, name="anders.txt")
    assert caught.value.earlier == first
    discard_import(first, by=office)
    assert bring_in(MINUTES, by=office).pk != first.pk


@pytest.mark.django_db
def test_confirming_twice_makes_the_sessions_once(office):
    report = bring_in(MINUTES, by=office)
    first = confirm_import(report, by=office)
    assert confirm_import(report, by=office) == first
    assert WorkSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_the_same_moment(office):
    report = bring_in(MINUTES, by=office)
    start = Barrier(2)

    def confirm() -> None:
        start.wait()
        try:
            confirm_import(report, by=office)
        finally:
            connection.close()

    threads = [Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert WorkSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_the_same_moment(office, media):
    start = Barrier(2)
    outcomes: list[str] = []

    def upload() -> None:
        start.wait()
        try:
            bring_in(MINUTES, by=office)
            outcomes.append("in")
        except AlreadyImported:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=upload) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused"]
    assert (ReportImport.objects.count(), len(files(media))) == (1, 1)


@pytest.mark.django_db
def test_a_meeting_without_a_date_makes_nothing(office):
    report = bring_in(UNDATED, by=office)
    with pytest.raises(DateMissing) as caught:
        confirm_import(report, by=office)
    assert caught.value.titles == ["Werksessie"]
    assert WorkSession.objects.count() == 0
    report.refresh_from_db()
    assert report.state == "review"


@pytest.mark.django_db
def test_what_is_left_out_makes_nothing(office):
    report = bring_in(UNDATED, by=office)
    understood = report.understood
    understood["sessions"][0]["left_out"] = True
    correct_import(report, understood=understood, visibility="public")
    with pytest.raises(NothingToConfirm):
        confirm_import(report, by=office)


@pytest.mark.django_db
def test_discarding_throws_file_and_text_away(office, media, django_capture_on_commit_callbacks):
    report = bring_in(MINUTES, by=office)
    assert len(files(media)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        discard_import(report, by=office)
    report.refresh_from_db()
    assert (report.state, report.text, report.file.name, files(media)) == ("discarded", "", "", [])
    assert report.decided_by == office
    with pytest.raises(NotInReview):
        confirm_import(report, by=office)
    with pytest.raises(NotInReview):
        correct_import(report, understood={}, visibility="body")


@pytest.mark.django_db
def test_a_meeting_to_come_is_planned(office):
    day = datetime.datetime.now(tz=datetime.UTC).date() + datetime.timedelta(days=60)
    report = bring_in(f"Stuurgroep {day:%d-%m-%Y}\n\nWij bereiden de dag voor.\n", by=office)
    assert [session.status for session in confirm_import(report, by=office)] == ["planned"]


# --- command -----------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_report", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def minutes_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("reports") / "verslag.txt"
    path.write_text(MINUTES, encoding="utf-8")
    return path


@pytest.mark.django_db
def test_a_dry_run_prints_the_contract_and_stores_nothing(centre, minutes_file, media):
    out, err = run(str(minutes_file), "--dry-run", "--format", "json")
    printed = json.loads(out)
    assert (list(printed), err) == (["sessions", "warnings"], "")
    assert [
        (s["title"], s["date"], s["body"], s["organisations"], s["people"])
        for s in printed["sessions"]
    ] == [
        (
            "Stuurgroep",
            "2021-04-12",
            "Stuurgroep",
            ["mboHavenland", "Chemie BV"],
            [
                {"name": "Anna de Vries", "role": "voorzitter", "organisation": "mboHavenland"},
                {"name": "Piet Smit", "role": "", "organisation": "Chemie BV"},
            ],
        )
    ]
    assert (ReportImport.objects.count(), WorkSession.objects.count(), files(media)) == (0, 0, [])


@pytest.mark.django_db
def test_the_command_stores_drafts(centre, minutes_file):
    out, err = run(str(minutes_file), "--visibility", "partners")
    assert "Stuurgroep\n==========" in out
    session = WorkSession.objects.get()
    assert (session.visibility, session.minutes.state) == ("partners", "draft")
    assert session.get_absolute_url() in err
    assert list(ReportImport.objects.values_list("state", "visibility")) == [
        ("confirmed", "partners")
    ]
    with pytest.raises(CommandError):
        run(str(minutes_file))
    assert WorkSession.objects.count() == 1


@pytest.mark.django_db
def test_the_command_keeps_what_needs_a_date_for_review(tmp_path):
    path = tmp_path / "verslag.txt"
    path.write_text(UNDATED, encoding="utf-8")
    _out, err = run(str(path))
    assert WorkSession.objects.count() == 0
    assert ReportImport.objects.get().get_absolute_url() in err


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", bytes(range(256)) * 9])
def test_a_bad_file_ends_the_command_with_a_message(tmp_path, content):
    path = tmp_path / "verslag.txt"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=r"verslag\.txt: \w+") as caught:
        run(str(path))
    assert caught.value.returncode == 1
    assert ReportImport.objects.count() == 0


@pytest.mark.django_db
def test_a_file_that_is_not_there_ends_the_command_with_a_message(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run(str(tmp_path / "weg.txt"))


# --- pages -------------------------------------------------------------------------------------


def upload(client, content: bytes, name: str = "verslag.txt"):
    return client.post(
        reverse("sessions_log:import_upload"),
        {"file": SimpleUploadedFile(name, content), "visibility": "body"},
    )


def typed(report: ReportImport, **changes) -> dict[str, object]:
    """What a browser sends of the review page as it stands, with changes."""
    from sessions_log.forms.review import ReviewForm

    form = ReviewForm(report=report)
    data: dict[str, object] = {}
    for name, field in form.fields.items():
        value = field.initial
        if value is True:
            data[name] = "on"
        elif value not in {None, False} if not isinstance(value, list) else True:
            data[name] = value
    return data | {"base": fingerprint(report.understood), "then": "save"} | changes


@pytest.mark.django_db
def test_only_the_office_comes_in(logged_in, office, charlie, company, steering):
    report = bring_in(MINUTES, by=office)
    for name, arguments in (
        ("import_upload", []),
        ("import_list", []),
        ("import_review", [report.pk]),
        ("import_file", [report.pk]),
    ):
        address = reverse(f"sessions_log:{name}", args=arguments)
        answers = [
            logged_in(user).get(address).status_code
            for user in (None, charlie, company, steering, office)
        ]
        assert answers == [302, 403, 403, 403, 200]
    for user in (None, charlie, company, steering):
        logged_in(user).post(report.get_absolute_url(), {"then": "discard"})
        upload(logged_in(user), UNDATED.encode())
    report.refresh_from_db()
    assert (report.state, ReportImport.objects.count()) == ("review", 1)


@pytest.mark.django_db
def test_an_upload_leads_to_the_check(logged_in, office):
    response = upload(logged_in(office), MINUTES.encode())
    report = ReportImport.objects.get()
    assert (response.status_code, response.url) == (302, report.get_absolute_url())
    assert (report.uploaded_by, report.filename, report.format, report.state) == (
        office,
        "verslag.txt",
        "txt",
        "review",
    )
    again = upload(logged_in(office), MINUTES.encode())
    assert (again.status_code, again.url) == (302, report.get_absolute_url())
    assert ReportImport.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.txt"),
        (b"  ", "a.txt"),
        (b"%PDF-1.7", "a.docx"),
        (b"PK\x03\x04", "a.docx"),
        (b"a", "a.exe"),
    ],
)
def test_a_bad_file_is_explained_and_not_stored(logged_in, office, media, content, name):
    response = upload(logged_in(office), content, name)
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert (ReportImport.objects.count(), files(media)) == (0, [])


@pytest.mark.django_db
def test_the_review_page_shows_what_was_understood_beside_the_original(logged_in, office, centre):
    report = bring_in(MINUTES, by=office)
    response = logged_in(office).get(report.get_absolute_url())
    html = response.content.decode()
    assert report.text in html.replace("&#x27;", "'")
    (meeting,) = response.context["meetings"]
    assert (meeting.title, len(meeting.items), len(meeting.people)) == ("Stuurgroep", 2, 3)


@pytest.mark.django_db
def test_saving_the_page_as_it_stands_changes_nothing(logged_in, office, centre):
    report = bring_in_report(DEMO_REPORT.read_bytes(), "verslag.txt", by=office)
    before = report.understood
    logged_in(office).post(report.get_absolute_url(), typed(report))
    report.refresh_from_db()
    for session in report.understood["sessions"]:
        assert session.pop("left_out") is False
        assert session.pop("visibility") == "body"
    for notice in report.understood["warnings"]:
        assert notice.pop("done", False) is False
    assert report.understood == before


@pytest.mark.django_db
def test_corrections_go_into_the_sessions(logged_in, office, centre):
    report = bring_in(MINUTES, by=office)
    changes = {
        "m0-title": "Stuurgroep in het voorjaar",
        "m0-kind": "conference",
        "m0-date": "2021-04-13",
        "m0-start": "10:00",
        "m0-end": "11:30",
        "m0-place": "Kantine",
        "m0-body": "",
        "m0-lines": ["Practoraat"],
        "m0-visibility": "public",
        "m0-summary": "Kort en goed.",
        "m0-organisations": "mbo Havenland\nNog een BV",
        "m0-i0-heading": "Welkom",
        "m0-i1-p1": "decisions",
        "m0-w0-part": "speaker",
        "m0-w1-part": "",
        "m0-w2-part": "participant",
        "then": "confirm",
    }
    response = logged_in(office).post(report.get_absolute_url(), typed(report, **changes))
    session = WorkSession.objects.get()
    assert (response.status_code, response.url) == (302, session.get_absolute_url())
    assert (
        session.title, session.kind, str(session.date), str(session.start), str(session.end),
        session.place, session.body, session.visibility, session.minutes.summary,
    ) == (
        "Stuurgroep in het voorjaar", "conference", "2021-04-13", "10:00:00", "11:30:00",
        "Kantine", None, "public", "<p>Kort en goed.</p>",
    )  # fmt: skip
    assert [line.title for line in session.lines.all()] == ["Practoraat"]
    assert [item.title for item in session.items.all()] == ["Welkom", "Partners"]
    assert list(Decision.objects.order_by("pk").values_list("text", flat=True)) == [
        "Het verslag is vastgesteld.",
        "Betrek studenten",
    ]
    assert list(
        Participation.objects.order_by("pk").values_list("name", "role", "attended", "organisation")
    ) == [
        ("Anna de Vries", "speaker", True, ""),
        ("Kees Bakker", "participant", True, ""),
        ("", "participant", True, "Nog een BV"),
    ]


@pytest.mark.django_db
def test_confirming_asks_for_a_missing_date_and_keeps_what_was_typed(logged_in, office):
    report = bring_in(UNDATED, by=office)
    page = logged_in(office).post(
        report.get_absolute_url(), typed(report, **{"m0-title": "Over stages", "then": "confirm"})
    )
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["m0-date"]
    assert "Over stages" in page.content.decode()
    assert WorkSession.objects.count() == 0


@pytest.mark.django_db
def test_a_session_can_be_left_out_and_another_merged(logged_in, office, centre):
    report = bring_in_report(DEMO_REPORT.read_bytes(), "verslag.txt", by=office)
    client = logged_in(office)
    client.post(
        report.get_absolute_url(), typed(report, **{"m0-what": "leave_out", "m1-what": "merge-2"})
    )
    report.refresh_from_db()
    first, last = report.understood["sessions"]
    assert (first["left_out"], [item["heading"] for item in last["items"]]) == (
        True,
        ["Werksessie practoraat", "Stuurgroep"],
    )
    assert {notice["meeting"] for notice in report.understood["warnings"]} == {None, 0, 1}
    client.post(report.get_absolute_url(), typed(report, then="confirm"))
    assert [session.title for session in WorkSession.objects.all()] == ["Werksessie practoraat"]


@pytest.mark.django_db
def test_a_paragraph_without_a_place_can_be_put_in_a_session(logged_in, office, centre):
    report = bring_in_report(DEMO_REPORT.read_bytes(), "verslag.txt", by=office)
    place = next(
        place
        for place, notice in enumerate(report.understood["warnings"])
        if notice["code"] == "introduction"
    )
    quote = report.understood["warnings"][place]["quotes"][0]
    logged_in(office).post(
        report.get_absolute_url(), typed(report, **{f"n{place}-place": "1", "then": "confirm"})
    )
    assert AgendaItem.objects.get(session__kind="steering_group").text.startswith(f"<p>{quote}</p>")


@pytest.mark.django_db
def test_nobody_overwrites_what_a_colleague_changed(logged_in, office, centre):
    report = bring_in(MINUTES, by=office)
    mine, theirs = typed(report), typed(report, **{"m0-title": "Van een collega"})
    client = logged_in(office)
    client.post(report.get_absolute_url(), theirs)
    page = client.post(report.get_absolute_url(), mine | {"m0-title": "Van mij"})
    assert page.status_code == 200
    assert "Van mij" in page.content.decode()
    report.refresh_from_db()
    assert report.understood["sessions"][0]["title"] == "Van een collega"
    client.post(
        report.get_absolute_url(),
        mine | {"m0-title": "Van mij", "base": page.context["form"]["base"].value()},
    )
    report.refresh_from_db()
    assert report.understood["sessions"][0]["title"] == "Van mij"


@pytest.mark.django_db
def test_the_file_is_given_to_keep_and_never_shown(logged_in, office):
    report = bring_in("<script>alert(1)</script> Stuurgroep 12 april 2021", by=office)
    response = logged_in(office).get(reverse("sessions_log:import_file", args=[report.pk]))
    assert b"".join(response.streaming_content) == report.text.encode()
    assert (
        response.headers["Content-Type"],
        response.headers["Content-Disposition"],
        response.headers["X-Content-Type-Options"],
    ) == ("application/octet-stream", 'attachment; filename="verslag.txt"', "nosniff")
    page = logged_in(office).get(report.get_absolute_url()).content.decode()
    assert "<script>alert" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_imports(logged_in, office, count, django_assert_num_queries):
    for number in range(count):
        bring_in(f"{MINUTES}{number}", by=office)
    client = logged_in(office)
    client.get(reverse("sessions_log:import_list"))
    with django_assert_num_queries(QUERIES):
        page = client.get(reverse("sessions_log:import_list"))
    assert len(page.context["page"].object_list) == count


QUERIES = 6


@pytest.mark.django_db
def test_a_report_with_hundreds_of_people_can_be_corrected(centre, office, client):
    client.force_login(office)
    present = "\n".join(f"- Deelnemer{one} Achternaam, docent" for one in range(300))
    report = bring_in(
        f"Verslag conferentie\n\nDatum: 3 maart 2022\n\nAanwezig:\n{present}\n\n1. Opening\nDag.\n"
    )
    filled = typed(report, **{"m0-w299-name": "Deelnemer de laatste"})
    answer = client.post(report.get_absolute_url(), filled)
    report.refresh_from_db()
    people = report.understood["sessions"][0]["people"]
    assert len(filled) > 1000  # more than Django takes unless told otherwise
    assert (answer.status_code, len(people), people[299]["name"]) == (
        302,
        300,
        "Deelnemer de laatste",
    )
