"""The agenda: items, their order and clock, their documents."""

import datetime
import io
import threading
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from sessions_log.actions import agenda
from sessions_log.models import AgendaItem, Document
from tests import factories


@pytest.fixture(autouse=True)
def _english(english):
    pass


@pytest.fixture
def planned(steering_group, soon):
    return factories.SessionFactory(
        body=steering_group,
        status="planned",
        visibility="body",
        date=soon,
        start=datetime.time(15),
        end=datetime.time(16),
    )


@pytest.fixture
def items(planned):
    return [
        factories.ItemFactory(session=planned, order=order, title=title, minutes_planned=20)
        for order, title in enumerate("ABC", start=1)
    ]


@pytest.fixture
def page(logged_in, office, planned):
    """The builder's address below ``agenda/``, opened or posted by the office."""
    browser = logged_in(office)

    class Page:
        def get(self, path="", **query):
            return browser.get(f"/werksessies/{planned.pk}/agenda/{path}", query)

        def post(self, path="", **data):
            return browser.post(f"/werksessies/{planned.pk}/agenda/{path}", data)

        def document(self, **data):
            fields = {"language": "nl", "visibility": "body"} | data
            return browser.post(f"/werksessies/{planned.pk}/stukken/", fields)

    return Page()


def titles(session):
    return [(item.order, item.title) for item in session.items.order_by("order")]


NEW = {"title": "Nieuw", "purpose": "decide", "minutes_planned": "10", "place": "1"}


# --- items ----------------------------------------------------------------------------------------


def test_an_item_comes_at_the_end_once(page, planned, items):
    for _ in range(2):
        response = page.post("nieuw/", **NEW | {"place": "4"})
    assert response.url == f"/werksessies/{planned.pk}/agenda/#nieuw-punt"
    assert titles(planned) == [(1, "A"), (2, "B"), (3, "C"), (4, "Nieuw")]
    page.post("nieuw/", **NEW | {"place": "5"})
    assert titles(planned)[3:] == [(4, "Nieuw"), (5, "Nieuw")]


def test_an_item_changes(page, planned, items):
    person = factories.ParticipationFactory(session=planned, name="Anna", organisation="Provincie")
    page.post(
        f"{items[1].pk}/",
        title="Beter",
        purpose="inform",
        minutes_planned="",
        presenter=person.pk,
        confidential="on",
    )
    items[1].refresh_from_db()
    assert (
        items[1].title, items[1].purpose, items[1].minutes_planned, items[1].presenter,
        items[1].confidential, items[1].order,
    ) == ("Beter", "inform", None, person, True, 2)  # fmt: skip
    assert "Anna (Provincie)" in page.get().content.decode()


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"minutes_planned": "0"}, {"minutes_planned": "481"}]
)
def test_a_wrong_item_is_not_added(page, planned, wrong):
    response = page.post("nieuw/", **NEW | wrong)
    assert "error-summary" in response.content.decode()
    assert titles(planned) == []


def test_the_presenter_is_on_this_list(page, planned, items):
    stranger = factories.ParticipationFactory()
    response = page.post("nieuw/", **NEW | {"presenter": stranger.pk})
    assert "Select a valid choice" in response.content.decode()


def test_an_item_goes_after_asking_and_the_others_close_up(page, planned, items):
    assert "Take it off the agenda?" in page.get(f"{items[0].pk}/weg/").content.decode()
    assert len(titles(planned)) == 3
    for _ in range(2):
        page.post(f"{items[0].pk}/weg/")
    assert titles(planned) == [(1, "B"), (2, "C")]


@pytest.mark.parametrize("made", ["text", "decision", "action", "point"])
def test_an_item_with_minutes_stays(page, planned, items, made):
    if made == "text":
        AgendaItem.objects.filter(pk=items[0].pk).update(text="<p>Gezegd</p>")
    elif made == "decision":
        factories.DecisionFactory(item=items[0])
    elif made == "action":
        factories.ActionFactory(item=items[0])
    else:
        factories.AttentionFactory(item=items[0])
    with pytest.raises(agenda.HasMinutes):
        agenda.remove_item(AgendaItem.objects.get(pk=items[0].pk))
    page.post(f"{items[0].pk}/weg/")
    assert len(titles(planned)) == 3


def test_an_item_of_another_session_is_not_here(page, items):
    other = factories.ItemFactory()
    assert [page.get(f"{other.pk}/{end}").status_code for end in ("", "weg/")] == [404, 404]
    assert page.post(up=other.pk).status_code == 404


@pytest.mark.parametrize("state", ["cancelled", "approved"])
def test_a_closed_agenda_stays(page, planned, items, state):
    if state == "cancelled":
        type(planned).objects.update(status="cancelled")
    else:
        type(planned).objects.update(status="held")
        factories.MinutesFactory(session=planned, state="approved", published_at=None)
    before = titles(planned)
    page.post("nieuw/", **NEW)
    page.post(f"{items[0].pk}/", **NEW)
    page.post(f"{items[0].pk}/weg/")
    page.post(down=items[0].pk)
    page.post(order=f"{items[2].pk},{items[1].pk},{items[0].pk}")
    assert titles(planned) == before
    text = page.get().content.decode()
    assert "This agenda stays as it is" in text
    assert "agenda__move" not in text


# --- order ----------------------------------------------------------------------------------------


def test_items_change_places_and_the_button_keeps_the_focus(page, planned, items):
    response = page.post(down=items[0].pk)
    # Without a fragment, with which browsers would not set the focus.
    assert response.url == f"/werksessies/{planned.pk}/agenda/?verplaatst=down-{items[0].pk}"
    assert titles(planned) == [(1, "B"), (2, "A"), (3, "C")]
    text = page.get(verplaatst=f"down-{items[0].pk}").content.decode()
    assert f'name="down" value="{items[0].pk}" autofocus' in text
    page.post(down=items[0].pk)
    text = page.get(verplaatst=f"down-{items[0].pk}").content.decode()
    assert f'name="up" value="{items[0].pk}" autofocus' in text  # down is at its end
    page.post(down=items[0].pk)
    page.post(up=items[1].pk)
    assert titles(planned) == [(1, "B"), (2, "C"), (3, "A")]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("CBA", "CBA"),
        ("CA", "CAB"),  # B came after the page was opened: it stays behind A
        ("C", "ABC"),
        ("BXA", "BCA"),  # X is gone; C stays behind B
        ("AABC", "ABC"),
    ],
)
def test_dragging_gives_one_order(page, planned, items, order, expected):
    keys = {item.title: item.pk for item in items} | {"X": 999_999}
    page.post(order=",".join(str(keys[title]) for title in order))
    assert titles(planned) == list(enumerate(expected, start=1))


def test_an_order_of_nothing_is_no_request(page, items):
    assert page.post(order="").status_code == 400
    assert page.post(up="x").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_two_people_who_reorder_at_once_end_in_one_order(planned, items):
    keys = [item.pk for item in items]
    orders = [list(reversed(keys)), [keys[1], keys[0], keys[2]]]
    start, errors = threading.Barrier(4), []

    def act(do):
        start.wait()
        try:
            for _ in range(5):
                do()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    jobs = [
        lambda: agenda.put_in_order(planned, orders[0]),
        lambda: agenda.put_in_order(planned, orders[1]),
        lambda: agenda.move_item(items[0], by=1),
        lambda: agenda.add_item(planned, AgendaItem(title="Erbij")),
    ]
    threads = [threading.Thread(target=act, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    found = titles(planned)
    assert [order for order, _title in found] == list(range(1, 9))
    assert sorted(title for _order, title in found) == ["A", "B", "C"] + ["Erbij"] * 5


# --- the clock --------------------------------------------------------------------------------


def shown(response):
    return [
        tuple(clock and f"{clock:%H:%M}" for clock in entry.hours)
        for entry in response.context["entries"]
    ]


def test_the_clock_tells_when_each_begins(page, planned, items):
    assert shown(page.get()) == [("15:00", "15:20"), ("15:20", "15:40"), ("15:40", "16:00")]
    AgendaItem.objects.filter(pk=items[1].pk).update(minutes_planned=None)
    assert shown(page.get()) == [("15:00", "15:20"), ("15:20", None), (None, None)]
    type(planned).objects.update(start=None, end=None)
    assert shown(page.get()) == [(None, None)] * 3


def test_an_agenda_that_is_too_long_says_by_how_much(page, planned, items):
    assert "too long" not in page.get().content.decode()
    page.post("nieuw/", **NEW | {"minutes_planned": "25"})
    text = page.get().content.decode()
    assert "The agenda is too long" in text
    assert "25 minutes after 16:00" in text
    assert "85 minutes planned" in text
    type(planned).objects.update(end=datetime.time(17))
    assert "35 minutes left" in page.get().content.decode()
    type(planned).objects.update(end=None)
    assert "there is no telling whether it fits" in page.get().content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_the_agenda(
    page, planned, number, office, django_assert_num_queries
):
    held = factories.SessionFactory(body=planned.body, date=datetime.date(2021, 2, 18))
    source = factories.ItemFactory(session=held, order=1)
    factories.MinutesFactory(session=held)
    for order in range(number):
        person = factories.ParticipationFactory(
            session=planned, user=factories.UserFactory(), partner=factories.PartnerFactory()
        )
        item = factories.ItemFactory(session=planned, order=order, presenter=person)
        factories.DocumentFactory(session=planned, item=item)
        factories.ActionFactory(item=source, owner=office)
        factories.AttentionFactory(item=source, line=factories.LineFactory())
    with django_assert_num_queries(13):
        assert page.get().status_code == 200


# --- documents --------------------------------------------------------------------------------


def upload(name="stuk.txt", data=b"tekst"):
    return SimpleUploadedFile(name, data)


def test_a_document_is_put_with_an_item(page, planned, items):
    page.document(file=upload("Begroting_2030.txt"), item=items[1].pk, visibility="public")
    document = Document.objects.get()
    assert (document.title, document.item, document.session, document.visibility) == (
        "Begroting 2030",
        items[1],
        planned,
        "public",
    )
    assert document.file.read() == b"tekst"
    assert "Begroting 2030" in page.get().content.decode()


def test_the_same_document_twice_is_one_and_another_needs_a_title(page, planned):
    for _ in range(2):
        assert page.document(file=upload(), title="Stuk").status_code == 302
    assert Document.objects.count() == 1
    response = page.document(file=upload(data=b"anders"), title="Stuk")
    assert "There is another document with this title" in response.content.decode()
    assert page.document(file=upload(data=b"anders"), title="Ander").status_code == 302
    assert Document.objects.count() == 2


def test_a_document_goes_and_so_does_its_file(
    page, planned, logged_in, office, django_capture_on_commit_callbacks
):
    page.document(file=upload())
    document = Document.objects.get()
    address = f"/werksessies/{planned.pk}/stukken/{document.pk}/weg/"
    browser = logged_in(office)
    assert "Take the document away?" in browser.get(address).content.decode()
    storage, name = document.file.storage, document.file.name
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(address)
    assert not Document.objects.exists()
    assert not storage.exists(name)
    assert browser.post(address).status_code == 302
    assert browser.get(address).status_code == 404


def test_documents_of_an_item_go_with_it(page, planned, items, django_capture_on_commit_callbacks):
    page.document(file=upload(), item=items[0].pk)
    document = Document.objects.get()
    assert "Its document goes with it" in page.get(f"{items[0].pk}/weg/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        page.post(f"{items[0].pk}/weg/")
    assert not document.file.storage.exists(document.file.name)


def archive(*names, **files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        for name in names:
            made.writestr(name, "x")
        for name, text in files.items():
            made.writestr(name, text)
    return data.getvalue()


def picture(kind):
    data = io.BytesIO()
    Image.new("RGB", (2, 2)).save(data, kind)
    return data.getvalue()


ODT = "application/vnd.oasis.opendocument.text"
LET_IN = {
    "a.txt": "één".encode(),
    "b.csv": "één;twee".encode("cp1252"),
    "c.pdf": b"%PDF-1.7\n",
    "d.docx": archive("[Content_Types].xml", "word/document.xml"),
    "e.xlsx": archive("[Content_Types].xml", "xl/workbook.xml"),
    "f.pptx": archive("[Content_Types].xml", "ppt/presentation.xml"),
    "g.odt": archive(mimetype=ODT),
    "h.PNG": picture("PNG"),
    "i.jpg": picture("JPEG"),
}
REFUSED = {
    "a.html": b"<script>",
    "b.svg": b"<svg/>",
    "c.zip": archive("a"),
    "d.exe": b"MZ",
    "geen-ending": b"tekst",
    "e.pdf": b"<html>",
    "f.docx": archive("xl/workbook.xml"),
    "g.docx": b"PK\x03\x04",
    "h.odt": archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
    "i.ods": archive("content.xml"),
    "j.png": picture("JPEG"),
    "k.jpg": b"\xff\xd8\xff",
    "l.txt": b"\0\1\2",
    "leeg.txt": b"",
}


@pytest.mark.parametrize("name", LET_IN)
def test_what_is_let_in(page, name):
    assert page.document(file=upload(name, LET_IN[name])).status_code == 302


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(page, name):
    response = page.document(file=upload(name, REFUSED[name]))
    assert response.context["form"].has_error("file")
    assert not Document.objects.exists()


def test_a_file_that_is_too_large_is_refused(page, monkeypatch):
    monkeypatch.setattr("sessions_log.uploads.MAX_BYTES", 4)
    assert "larger than" in page.document(file=upload()).content.decode()


def test_what_is_let_in_is_given_out_as_what_it_is():
    from sessions_log.uploads import KINDS
    from sessions_log.views.documents import SAFE_TYPES

    assert set(KINDS) <= set(SAFE_TYPES)
