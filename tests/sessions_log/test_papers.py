"""The agenda and the minutes as PDF: who gets which, what stands in it, and nothing besides."""

import io
import itertools
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from civportal.centre.models import CentreProfile
from sessions_log.actions.minutes import Correction, ItemText, correct
from sessions_log.models import MinutesVersion
from sessions_log.papers import paper as papers
from sessions_log.versions import digest_of, snapshot
from tests import factories
from tests.sessions_log.minutes_world import SECRET, make_world
from tests.test_access import picture
from tests.typeset.reading import structure, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def centre():
    CentreProfile.objects.update_or_create(pk=1, defaults={"name": "Centrum Test"})


def address(session, paper="minutes_pdf", *more):
    return reverse(f"sessions_log:{paper}", args=[session.pk, *more])


def got(browser, where):
    response = browser.get(where)
    return response.content if response.status_code == 200 else response.status_code


def all_of(pdf):
    """Everything a reader or a machine finds in a PDF: pages, metadata, contents, raw objects."""
    reader = PdfReader(io.BytesIO(pdf))
    found = [text(pdf), str(reader.metadata), str(reader.outline), str(reader.attachments)]
    found.append(reader.trailer["/Root"]["/Metadata"].get_data().decode())
    found += [repr(reader.get_object(number)) for number in range(1, len(reader.xref[0]) + 1)]
    return "\n".join(found)


# --- who gets what -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        ("draft", {"secretary", "chair"}),
        ("circulated", {"signed_up", "attended", "member", "secretary", "chair"}),
        ("approved", {"signed_up", "attended", "member", "secretary", "chair"}),
        (
            "published",
            {"visitor", "stranger", "signed_up", "attended", "member", "secretary", "chair"},
        ),
    ],
)
def test_the_minutes_are_for_who_may_read_them(logged_in, state, readers):
    world = make_world(state)
    pdfs = {
        name: got(logged_in(user), address(world.session)) for name, user in world.people().items()
    }
    assert {name for name, pdf in pdfs.items() if pdf != 404} == readers
    full = {name for name in readers if SECRET in all_of(pdfs[name])}
    assert full == readers - {"visitor", "stranger", "signed_up"}


def test_nothing_confidential_is_in_the_public_pdfs(client):
    """Not in the text, the metadata, the contents, the attachments, or the hash."""
    world = make_world("published")
    confidential = factories.DocumentFactory(
        session=world.session, item=world.secret, title=f"Stuk over {SECRET}"
    )
    for paper in ("minutes_pdf", "agenda_pdf"):
        pdf = got(client, address(world.session, paper))
        found = all_of(pdf)
        assert SECRET not in found
        assert confidential.get_absolute_url() not in found
        assert world.minutes.versions.get().full_hash not in found
        assert re.findall(r"\d\.(?=Opening|Sluiting)", text(pdf)) == ["1.", "2."]
        names = [user.name for user in world.people().values() if user]
        assert [name for name in names if name in text(pdf)] == []


def test_a_confidential_correction_leaves_no_trace(client, logged_in):
    world = make_world("published")
    before = client.get(address(world.session))
    changes = Correction(
        items={
            world.secret.pk: ItemText(title=SECRET, text="<p>Anders gezegd.</p>", confidential=True)
        }
    )
    correct(world.minutes, changes, reason="Iets rechtgezet", seen=1, by=world.chair)
    after = client.get(address(world.session))
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])
    assert got(client, address(world.session, "version_pdf", 2)) == 404
    chairs = logged_in(world.chair)
    found = text(got(chairs, address(world.session)))
    assert "Andersgezegd." in found
    assert "Ietsrechtgezet" in found
    assert "Andersgezegd." not in text(got(chairs, address(world.session, "version_pdf", 1)))
    assert got(chairs, address(world.session, "version_pdf", 3)) == 404
    assert got(chairs, address(world.session, "version_pdf", 0)) == 404


def test_the_agenda_is_for_who_may_know_of_the_session(everyone, log, logged_in):
    readers = {
        visibility: {
            name
            for name, user in everyone.items()
            if got(logged_in(user), address(log[f"to come {visibility}"], "agenda_pdf")) != 404
        }
        for visibility in ("public", "partners", "body")
    }
    assert readers == {
        "public": {"visitor", "charlie", "company", "steering", "office"},
        "partners": {"company", "steering", "office"},
        "body": {"steering", "office"},
    }


def test_hours_names_and_the_link_are_for_full_readers(log, logged_in, steering, charlie):
    session = log["to come public"]
    person = factories.ParticipationFactory(
        session=session, user=steering, organisation="Gemeente", role="chair", invited=True
    )
    for order, title in enumerate(("Opening", "Begroting"), start=1):
        item = factories.ItemFactory(
            session=session, order=order, title=title, minutes_planned=20, presenter=person
        )
    factories.DocumentFactory(session=session, item=item, title="Tabel", visibility="public")
    full, other = (
        text(got(logged_in(user), address(session, "agenda_pdf"))) for user in (steering, charlie)
    )
    for words in ("15.20", "StefanSteering", "https://meet.example/public", "40minut"):
        assert words in full
        assert words not in other
    for words in ("1.Opening", "2.Begroting", "Tabel(TXT)"):
        assert words in full
        assert words in other


def test_a_cancelled_session_says_so(client):
    session = factories.SessionFactory(status="cancelled", language="en")
    assert "Cancelled" in text(got(client, address(session, "agenda_pdf")))


# --- what stands in it ---------------------------------------------------------------------------


def test_approved_minutes_show_what_was_frozen(client):
    world = make_world("published")
    version = world.minutes.versions.get()
    world.session.title = "Een andere naam"
    world.session.place = "Elders"
    world.session.save()
    found = text(got(client, address(world.session)))
    assert "Overleg" in found
    assert "Elders" not in found
    assert version.public_hash in found
    assert "Besluit over Opening".replace(" ", "") in found


def test_full_readers_see_who_approved_and_the_hash_of_the_whole(logged_in):
    world = make_world("approved")
    MinutesVersion.objects.filter(minutes=world.minutes).update(approved_by=world.chair)
    found = text(got(logged_in(world.member), address(world.session)))
    assert world.minutes.versions.get().full_hash in found
    assert "Chair" in found


def test_a_draft_says_that_it_is_one_and_follows_the_text(logged_in):
    world = make_world("draft")
    world.session.language = "en"
    world.session.save()
    chairs = logged_in(world.chair)
    before = text(got(chairs, address(world.session)))
    assert "DRAFT" in before
    assert "Draft,notapproved" in before
    assert digest_of(snapshot(world.session, full=True)) in before
    world.first.text = "<p>Nieuwe woorden.</p>"
    world.first.save()
    assert "Nieuwewoorden." in text(got(chairs, address(world.session)))


def test_minutes_approved_before_versions_were_kept_can_be_had(client):
    session = factories.SessionFactory(title="Vroeger", language="en")
    factories.MinutesFactory(session=session)
    found = text(got(client, address(session)))
    assert "Approvedon1March2021." in found
    assert "DRAFT" not in found


def test_the_words_are_in_the_language_of_the_text(client):
    for language, words in (("nl", "donderdag18februari2021"), ("en", "Thursday18February2021")):
        session = factories.SessionFactory(language=language)
        pdf = got(client, address(session, "agenda_pdf"))
        assert words in text(pdf)
        root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
        assert root["/Lang"] == language


def test_titles_can_be_anything(logged_in):
    world = make_world("circulated")
    hostile = '#panic("x") $ @a \\ "q" <b> 中 🎉 \u202e'
    world.session.title = hostile
    world.session.save()
    for item in world.session.items.all():
        item.title = hostile
        item.save()
    chairs = logged_in(world.chair)
    for paper in ("minutes_pdf", "agenda_pdf"):
        found = text(got(chairs, address(world.session, paper)))
        assert found.count('#panic("x")$@a\\"q"<b>\N{REPLACEMENT CHARACTER}') >= 4


def test_the_structure_is_that_of_a_document(logged_in):
    world = make_world("approved")
    pdf = got(logged_in(world.chair), address(world.session))
    reader = PdfReader(io.BytesIO(pdf))
    assert "Overleg, 18 februari 2021" in reader.metadata.title
    assert reader.metadata.author == "Centrum Test"
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert [title for title in titles if title[0].isdigit()] == [
        "1. Opening", f"2. {SECRET}", "3. Sluiting",
    ]  # fmt: skip
    headings = [int(kind[2:]) for kind in structure(pdf) if re.fullmatch(r"/H\d", kind)]
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(headings))


def test_the_logo_has_its_name(client):
    profile = CentreProfile.current()
    profile.logo = picture()
    profile.save()
    session = factories.SessionFactory()
    pdf = got(client, address(session, "agenda_pdf"))
    assert "/Figure" in structure(pdf)
    assert "/Alt': 'Centrum Test'" in all_of(pdf)
    profile.logo.storage.delete(profile.logo.name)
    profile.logo.name = "centre/weg.png"
    profile.save()
    assert "CentrumTest" in text(got(client, address(session, "agenda_pdf")))


# --- how it is given -----------------------------------------------------------------------------


def test_the_answer_is_private_and_can_be_asked_again(client, english):
    world = make_world("published")
    world.session.title = "Één overleg"
    day = world.session.date
    response = client.get(address(world.session, "agenda_pdf"))
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("inline; filename*=UTF-8''")
    assert response["Content-Disposition"].endswith(f"-{day}-overleg.pdf")
    again = client.get(
        address(world.session, "agenda_pdf"), headers={"if-none-match": response["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(address(world.session, "agenda_pdf")).content == response.content


def test_the_number_of_questions_does_not_grow(logged_in, steering, steering_group):
    counts = []
    for size in (1, 3):
        session = factories.SessionFactory(body=steering_group)
        factories.MinutesFactory(session=session, state="circulated")
        for order in range(size):
            item = factories.ItemFactory(session=session, order=order)
            for make in (
                factories.DecisionFactory, factories.ActionFactory, factories.AttentionFactory,
            ):  # fmt: skip
                make(item=item)
            factories.ParticipationFactory(session=session, user=factories.UserFactory())
            factories.DocumentFactory(session=session, item=item)
        browser = logged_in(steering)
        for paper in ("minutes_pdf", "agenda_pdf"):
            with CaptureQueriesContext(connection) as found:
                assert browser.get(address(session, paper)).status_code == 200
            counts.append(len(found))
    assert counts[:2] == counts[2:]


def test_a_document_that_cannot_be_made_says_so(client, monkeypatch, tmp_path, english, caplog):
    session = factories.SessionFactory()
    monkeypatch.setattr(papers, "TEMPLATES", tmp_path)  # without a template in it
    response = client.get(address(session, "agenda_pdf"))
    assert response.status_code == 500
    assert "This PDF could not be made" in response.content.decode()
    assert session.get_absolute_url() in response.content.decode()
    assert f"/werksessies/{session.pk}/agenda.pdf" in caplog.text


def test_the_page_offers_what_can_be_had(client, english):
    world = make_world("published")
    page = client.get(world.session.get_absolute_url()).content.decode()
    assert address(world.session) in page
    assert address(world.session, "agenda_pdf") in page
    planned = factories.SessionFactory(status="planned", date=timezone.localdate())
    page = client.get(planned.get_absolute_url()).content.decode()
    assert address(planned) not in page
    assert address(planned, "agenda_pdf") not in page
