"""Documents and datasets: who gets them, when, and that it is written down."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished
from django.db import IntegrityError, close_old_connections, transaction
from django.urls import reverse
from django.utils import timezone

from assignments import uploads
from assignments.actions.documents import (
    add_document,
    describe_document,
    hand_out,
    remove_document,
)
from assignments.actions.finishing import finish_team
from assignments.actions.terms import accept_terms, save_terms
from assignments.errors import (
    DocumentGone,
    DownloadsClosed,
    NotAccepted,
    NotOfSides,
    NotTheCoach,
    NotUnderWay,
    Over,
    TermsNotAccepted,
)
from assignments.models import Assignment, AssignmentDocument, Download, Team
from civportal.lib import streaming
from tests import factories
from tests.assignments.ending import running_team
from tests.assignments.turns import in_turn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
CONTENT = b"uur;graden\n1;37\n"


@pytest.fixture
def team(company, teacher, coach):
    return running_team(company=company, teacher=teacher, coach=coach)


@pytest.fixture
def document(team):
    return factories.AssignmentDocumentFactory(assignment=team.assignment, title="Metingen")


@pytest.fixture
def terms(team):
    return factories.TermsFactory(assignment=team.assignment)


def accept(team, terms, coach):
    accept_terms(team, read={terms.pk: terms.sha256}, by=coach)


def take(document, team, by, **more):
    given = hand_out(document, team=team, by=by, **more)
    with given.file:
        return given.file.read()


def downloads():
    return [(each.document, each.team, each.user) for each in Download.objects.order_by("pk")]


def body(answer):
    return b"".join(answer.streaming_content)


# --- who gets it ---------------------------------------------------------------------------------


def test_a_team_that_accepted_gets_it_and_it_is_written_down(document, team, terms, coach):
    accept(team, terms, coach)
    assert take(document, team, coach) == CONTENT
    assert downloads() == [(document, team, coach)]


def test_without_terms_there_is_nothing_to_accept(document, team, coach):
    assert take(document, team, coach) == CONTENT


def test_without_acceptance_nobody_gets_anything(document, team, terms, coach):
    with pytest.raises(TermsNotAccepted):
        hand_out(document, team=team, by=coach)
    assert downloads() == []


def test_one_accepted_text_of_two_is_not_enough(document, team, terms, coach):
    factories.AcceptanceFactory(terms=terms, team=team)
    factories.TermsFactory(assignment=team.assignment, kind="dataset")
    with pytest.raises(TermsNotAccepted):
        hand_out(document, team=team, by=coach)


def test_a_new_version_closes_it_until_that_is_accepted(document, team, terms, coach, company):
    accept(team, terms, coach)
    newer = save_terms(
        team.assignment, kind="nda", text="Strenger.", language="nl", seen=terms.pk, by=company
    )
    with pytest.raises(TermsNotAccepted):
        hand_out(document, team=team, by=coach)
    accept(team, newer, coach)
    assert take(document, team, coach) == CONTENT


@pytest.mark.parametrize("who", ["company", "teacher", "office"])
def test_who_posted_it_accepts_nothing_and_is_written_down_too(who, document, team, terms, request):
    user = request.getfixturevalue(who)
    assert take(document, None, user) == CONTENT
    assert downloads() == [(document, None, user)]


@pytest.mark.parametrize("who", ["charlie", "steering", "coach"])
def test_nobody_else_takes_it_as_one_of_those(who, document, request):
    with pytest.raises(NotOfSides):
        hand_out(document, team=None, by=request.getfixturevalue(who))


def test_nobody_takes_it_for_somebody_elses_team(document, team, company):
    with pytest.raises(NotTheCoach):
        hand_out(document, team=team, by=company)


@pytest.mark.parametrize(
    ("of_team", "of_assignment", "refusal"),
    [
        ({"state": "applied"}, {}, NotAccepted),
        ({}, {"state": "published"}, NotUnderWay),
        ({}, {"state": "finished", "finished_at": timezone.now()}, DownloadsClosed),
        ({"finished_at": timezone.now()}, {}, DownloadsClosed),
    ],
)
def test_it_is_open_from_the_choice_to_the_end(
    of_team, of_assignment, refusal, document, team, coach
):
    Team.objects.filter(pk=team.pk).update(**of_team) if of_team else None
    Assignment.objects.filter(pk=team.assignment_id).update(**of_assignment or {"mixed": True})
    with pytest.raises(refusal):
        hand_out(AssignmentDocument.objects.get(), team=Team.objects.get(), by=coach)
    with pytest.raises(IntegrityError), transaction.atomic():
        Download.objects.create(document=document, team=team, user=coach)
    assert downloads() == []


def test_a_team_of_another_assignment_gets_nothing(document, coach):
    other = factories.TeamFactory(state="accepted", coach=coach, assignment__state="running")
    with pytest.raises(NotAccepted):
        hand_out(document, team=other, by=coach)


def test_what_goes_on_where_it_broke_off_is_one_download(document, team, coach):
    for goes_on in (False, True, True):
        take(document, team, coach, goes_on=goes_on)
    assert len(downloads()) == 1
    take(document, team, coach)
    assert len(downloads()) == 2


def test_the_middle_of_a_file_is_a_download_for_who_had_none(document, team, coach):
    take(document, team, coach, goes_on=True)
    assert downloads() == [(document, team, coach)]


# --- putting down and taking away ----------------------------------------------------------------


def put(assignment, by, **fields):
    file = SimpleUploadedFile("metingen.csv", CONTENT)
    return add_document(
        assignment,
        **{"kind": "dataset", "title": "Metingen", "description": "", "file": file, **fields},
        by=by,
    )


def test_what_is_sent_twice_is_there_once(team, company):
    first = put(team.assignment, company)
    assert put(team.assignment, company) == first
    assert (first.size, first.added_by) == (len(CONTENT), company)
    assert put(team.assignment, company, title="Andere") != first


def test_nothing_is_added_to_what_is_over(company):
    assignment = factories.AssignmentFactory(state="archived")
    with pytest.raises(Over):
        put(assignment, company)


def test_the_words_change_and_the_file_stays(document, company):
    before = document.file.name
    describe_document(document, kind="document", title="Anders", description="Uitleg", by=company)
    document.refresh_from_db()
    assert (document.kind, document.title, document.description, document.file.name) == (
        "document",
        "Anders",
        "Uitleg",
        before,
    )


def test_what_was_removed_is_gone_and_who_had_it_stays(
    document, team, coach, company, django_capture_on_commit_callbacks
):
    take(document, team, coach)
    path = Path(document.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        remove_document(document, by=company)
        remove_document(document, by=company)  # pressed twice
        assert path.exists()  # as long as it can still be taken back
    assert not path.exists()
    with pytest.raises(DocumentGone):
        hand_out(document, team=team, by=coach)
    with pytest.raises(DocumentGone):
        describe_document(document, kind="document", title="x", description="", by=company)
    assert downloads() == [(document, team, coach)]


def test_a_file_that_storage_lost_is_gone_and_not_written_down(document, team, coach):
    Path(document.file.path).unlink()
    with pytest.raises(DocumentGone):
        hand_out(document, team=team, by=coach)
    assert downloads() == []


# --- at the same moment --------------------------------------------------------------------------


@pytest.fixture
def give(document, team, coach):
    def act():
        take(AssignmentDocument.objects.get(), Team.objects.get(), coach)

    return act


def renewed(by):
    save_terms(
        Assignment.objects.get(), kind="nda", text="Nu wel.", language="nl", seen=None, by=by
    )


@pytest.mark.django_db(transaction=True)
def test_terms_that_come_first_close_it(document, team, company, give):
    def renew():
        save_terms(
            team.assignment, kind="nda", text="Nu wel.", language="nl", seen=None, by=company
        )

    assert in_turn(renew, give) == ["done", "TermsNotAccepted"]
    assert downloads() == []


@pytest.mark.django_db(transaction=True)
def test_terms_that_come_second_leave_what_was_given(document, team, coach, company, give):
    def renew():
        save_terms(
            Assignment.objects.get(),
            kind="nda",
            text="Nu wel.",
            language="nl",
            seen=None,
            by=company,
        )

    assert in_turn(give, renew) == ["done", "done"]
    assert downloads() == [(document, team, coach)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("download_first", [True, False])
def test_the_end_and_a_download(download_first, document, team, coach, give):
    def end():
        finish_team(Team.objects.get(), by=coach, hours_made=8)

    turns = (give, end) if download_first else (end, give)
    found = in_turn(*turns)
    assert found == ["done", "done" if download_first else "DownloadsClosed"]
    assert len(downloads()) == (1 if download_first else 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("download_first", [True, False])
def test_removal_and_a_download(download_first, document, team, company, give):
    def remove():
        remove_document(AssignmentDocument.objects.get(), by=company)

    turns = (give, remove) if download_first else (remove, give)
    assert in_turn(*turns) == ["done", "done" if download_first else "DocumentGone"]
    assert len(downloads()) == (1 if download_first else 0)
    assert not Path(document.file.path).exists()


@pytest.mark.django_db(transaction=True)
def test_an_open_file_is_given_whole_though_it_is_removed_meanwhile(document, team, coach, company):
    given = hand_out(document, team=team, by=coach)
    remove_document(document, by=company)
    with given.file:
        assert given.file.read() == CONTENT


@pytest.mark.django_db(transaction=True)
def test_an_acceptance_and_a_download_at_once(document, team, terms, coach, give):
    def yes():
        accept(Team.objects.get(), terms, coach)

    assert in_turn(yes, give) == ["done", "done"]


# --- the pages -----------------------------------------------------------------------------------


def page(name, *args):
    return reverse(f"assignments:{name}", args=args)


def test_the_file_comes_as_bytes_to_keep(document, team, coach, logged_in):
    answer = logged_in(coach).get(document.get_absolute_url())
    assert body(answer) == CONTENT
    assert {
        name: answer[name]
        for name in ("Content-Type", "Content-Disposition", "Content-Length", "Accept-Ranges")
    } == {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": 'attachment; filename="Metingen.csv"',
        "Content-Length": str(len(CONTENT)),
        "Accept-Ranges": "bytes",
    }
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == (
        "nosniff",
        "private, no-cache",
    )
    assert downloads() == [(document, team, coach)]


def test_without_acceptance_a_page_leads_to_the_terms(document, team, terms, coach, logged_in):
    answer = logged_in(coach).get(document.get_absolute_url())
    assert (answer.status_code, page("accept_terms", team.pk) in answer.content.decode()) == (
        403,
        True,
    )
    assert downloads() == []


@pytest.mark.parametrize(
    ("who", "expected"),
    [(None, 302), ("charlie", 404), ("steering", 404), ("other", 404), ("company", 200),
     ("teacher", 200), ("office", 200)],
)  # fmt: skip
def test_who_gets_it(who, expected, document, logged_in, request):
    if who == "other":
        user = factories.MembershipFactory(partner__name="Ander BV").user
    else:
        user = request.getfixturevalue(who) if who else None
    answer = logged_in(user).get(document.get_absolute_url())
    assert answer.status_code == expected
    assert len(downloads()) == (1 if expected == 200 else 0)
    if expected == 200:
        body(answer)


@pytest.mark.parametrize(
    ("fields", "expected"), [({"removed_at": timezone.now()}, 410), ({"title": "Anders"}, 200)]
)
def test_what_is_gone_is_said(fields, expected, document, team, coach, logged_in):
    AssignmentDocument.objects.update(**fields)
    answer = logged_in(coach).get(document.get_absolute_url())
    assert answer.status_code == expected


def test_after_the_end_it_is_closed_for_the_team_and_open_for_who_posted(
    document, team, coach, company, logged_in
):
    finish_team(team, by=coach, hours_made=8)
    assert logged_in(coach).get(document.get_absolute_url()).status_code == 410
    assert body(logged_in(company).get(document.get_absolute_url())) == CONTENT


def test_a_coach_of_two_teams_says_for_which(document, team, coach, logged_in):
    team.assignment.teams_wanted = 2
    team.assignment.save()
    other = factories.TeamFactory(
        assignment=team.assignment, state="accepted", coach=coach, name="Team Twee"
    )
    for wanted in (other, team):
        body(logged_in(coach).get(document.get_absolute_url(), {"team": wanted.pk}))
    assert downloads() == [(document, other, coach), (document, team, coach)]
    body(logged_in(coach).get(document.get_absolute_url(), {"team": "²"}))


def test_a_teacher_who_coaches_for_their_own_assignment_accepts_for_the_team(
    document, team, terms, teacher, logged_in
):
    team.coach = teacher
    team.save()
    assert logged_in(teacher).get(document.get_absolute_url()).status_code == 403
    accept(team, terms, teacher)
    body(logged_in(teacher).get(document.get_absolute_url()))
    assert downloads() == [(document, team, teacher)]


def test_looking_whether_it_is_there_takes_nothing(document, team, coach, logged_in):
    assert logged_in(coach).head(document.get_absolute_url()).status_code == 405
    assert logged_in(coach).post(document.get_absolute_url()).status_code == 405
    assert downloads() == []


def test_part_of_a_file(document, coach, logged_in):
    client = logged_in(coach)
    whole = client.get(document.get_absolute_url())
    body(whole)

    def part(wanted, **headers):
        answer = client.get(document.get_absolute_url(), headers={"range": wanted, **headers})
        content = body(answer) if answer.streaming else answer.content
        return answer.status_code, content, answer.get("Content-Range", "")

    size = len(CONTENT)
    assert part("bytes=4-") == (206, CONTENT[4:], f"bytes 4-{size - 1}/{size}")
    assert part("bytes=4-6") == (206, CONTENT[4:7], f"bytes 4-6/{size}")
    assert part("bytes=-3") == (206, CONTENT[-3:], f"bytes {size - 3}-{size - 1}/{size}")
    assert part("bytes=4-", **{"if-range": whole["ETag"]})[0] == 206
    assert part("bytes=4-", **{"if-range": '"another"'}) == (200, CONTENT, "")
    assert part("bytes=0-999") == (200, CONTENT, "")
    for nonsense in ("bytes=1-2,4-5", "bytes=-", "lines=1-2", "bytes=x-"):
        assert part(nonsense) == (200, CONTENT, "")
    for beyond in ("bytes=999-", "bytes=-0", "bytes=6-4"):
        assert part(beyond) == (416, b"", f"bytes */{size}")


@pytest.fixture
def full():
    """As many downloads under way as there can be; more than one lets go of one."""
    held = []
    with suppress(streaming.Busy):
        while True:
            held.append(streaming.Place())
    yield held
    for place in held:
        place.close()


def test_when_too_many_download_the_next_is_asked_to_wait(full, document, coach, logged_in):
    client = logged_in(coach)
    answer = client.get(document.get_absolute_url())
    assert (answer.status_code, answer["Retry-After"], downloads()) == (503, "60", [])
    full.pop().close()
    for _again in range(3):  # each gives its place back
        assert body(client.get(document.get_absolute_url())) == CONTENT


def test_a_refusal_keeps_no_place(document, terms, coach, logged_in):
    client = logged_in(coach)
    for _again in range(20):
        assert client.get(document.get_absolute_url()).status_code == 403


@pytest.fixture
def going_away():
    """A browser that closes a page does not close the connection of the test."""
    request_finished.disconnect(close_old_connections)
    yield lambda answer: answer.close()
    request_finished.connect(close_old_connections)


def test_who_goes_away_before_the_first_byte_keeps_no_place(going_away, document, coach, logged_in):
    client = logged_in(coach)
    for _again in range(20):
        answer = client.get(document.get_absolute_url())
        assert answer.status_code == 200
        going_away(answer)


def test_those_who_posted_put_a_file_down_and_see_who_took_it(team, coach, company, logged_in):
    client, address = logged_in(company), page("documents", team.assignment_id)
    answer = client.post(
        address,
        {
            "kind": "dataset",
            "title": "Metingen",
            "description": "Per uur.",
            "file": SimpleUploadedFile("m.csv", CONTENT),
        },
    )
    assert answer["Location"] == address
    document = AssignmentDocument.objects.get()
    take(document, team, coach)
    context = client.get(address).context
    assert list(context["documents"]) == [document]
    assert [(each.document, each.team, each.user) for each in context["page"]] == [
        (document, team, coach)
    ]


def test_what_is_no_such_file_is_refused_with_words(team, company, logged_in):
    answer = logged_in(company).post(
        page("documents", team.assignment_id),
        {"kind": "document", "title": "Plan", "file": SimpleUploadedFile("plan.pdf", b"<html>")},
    )
    assert list(answer.context["form"].errors) == ["file"]
    assert not AssignmentDocument.objects.exists()


def test_it_is_removed_after_a_question(document, company, logged_in):
    client, address = logged_in(company), page("document_remove", document.pk)
    client.get(address)
    document.refresh_from_db()
    assert document.removed_at is None
    client.post(address)
    document.refresh_from_db()
    assert document.removed_at is not None
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["documents", "document_edit", "document_remove"])
@pytest.mark.parametrize(("who", "expected"), [("coach", 403), ("charlie", 403), ("company", 200)])
def test_only_those_who_posted_manage_them(name, who, expected, document, logged_in, request):
    key = document.assignment_id if name == "documents" else document.pk
    client = logged_in(request.getfixturevalue(who))
    assert client.get(page(name, key)).status_code == expected


def test_the_list_takes_as_many_queries_whatever_is_in_it(
    team, company, coach, logged_in, django_assert_max_num_queries
):
    client, counts = logged_in(company), []
    for _more in range(3):
        take(factories.AssignmentDocumentFactory(assignment=team.assignment), team, coach)
        with django_assert_max_num_queries(20) as found:
            client.get(page("documents", team.assignment_id))
        counts.append(len(found))
    assert counts == [counts[0]] * 3


# --- what is let in ------------------------------------------------------------------------------


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", "1;2")
    return file.getvalue()


REAL = {
    ".csv": "één;twee\n".encode("cp1252"),
    ".fasta": b">seq1\nACGT\n",
    ".geojson": b'{"type": "FeatureCollection"}',
    ".gz": b"\x1f\x8b\x08rest",
    ".h5": b"\x89HDF\r\n\x1a\nrest",
    ".json": b"\xef\xbb\xbf [1, 2]",
    ".mp4": b"\0\0\0\x18ftypmp42",
    ".nc": b"CDF\x01rest",
    ".parquet": b"PAR1data....PAR1",
    ".pdf": b"%PDF-1.7",
    ".tif": b"II*\0rest",
    ".tsv": b"a\tb\n",
    ".zip": zipped(),
}


@pytest.mark.parametrize("ending", REAL)
def test_real_files_are_let_in_and_others_are_not(ending):
    uploads.validate_file(SimpleUploadedFile(f"m{ending.upper()}", REAL[ending]))
    for wrong in (b"\x7fELF\0\0", b"<html>\0"):
        with pytest.raises(ValidationError):
            uploads.validate_file(SimpleUploadedFile(f"m{ending}", wrong))


@pytest.mark.parametrize("name", ["m.exe", "m.html", "m.svg", "m.js", "m", "m.zip.exe"])
def test_other_kinds_are_not_let_in(name):
    with pytest.raises(ValidationError) as refusal:
        uploads.validate_file(SimpleUploadedFile(name, b"x"))
    assert refusal.value.code == "kind"


def test_a_file_can_be_as_large_as_the_setting_says(settings):
    settings.ASSIGNMENT_FILE_MB = 1
    uploads.validate_file(SimpleUploadedFile("m.txt", b"x" * 1024**2))
    with pytest.raises(ValidationError) as refusal:
        uploads.validate_file(SimpleUploadedFile("m.txt", b"x" * (1024**2 + 1)))
    assert refusal.value.code == "too_large"


def test_text_is_read_piece_by_piece_also_across_a_letter():
    # A letter of two bytes that begins at the last byte of a piece.
    text = b"x" * (1024**2 - 1) + "é".encode() + b"y"
    uploads.validate_file(SimpleUploadedFile("m.txt", text))
    assert not uploads.is_text(io.BytesIO(b"x" * 1024**2 + b"\0"))
