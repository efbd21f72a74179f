"""What the pages of the admin show: text as text, files by an address that works."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from sessions_log.models import AgendaItem, Document, Minutes
from tests.admin.test_every_page import address


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_rich_text_that_may_not_change_is_shown_with_its_marks(world, boss, browse):
    world.minutes.__class__.objects.filter(pk=world.minutes.pk).update(
        summary="<p>Een <strong>vet</strong> woord</p>"
    )
    page = browse(boss).get(address(Minutes, "change", world.minutes.pk)).content.decode()
    assert "<p>Een <strong>vet</strong> woord</p>" in page


def test_what_got_past_the_field_is_still_cleaned(world, boss, browse):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sessions_log_minutes SET summary = %s WHERE id = %s",
            ["<p>Goed</p><script>kwaad()</script>", world.minutes.pk],
        )
    page = browse(boss).get(address(Minutes, "change", world.minutes.pk)).content.decode()
    assert ("<p>Goed</p>" in page, "kwaad" in page) == (True, False)


def test_files_are_opened_by_the_view_that_asks_who_is_there(
    world, boss, plain_staff, browse, uploads
):
    world.document.file.save("stuk.txt", ContentFile(b"tekst"))
    link = f'href="{world.document.get_absolute_url()}"'
    for who in (boss, plain_staff):
        page = browse(who).get(address(Document, "change", world.document.pk)).content.decode()
        assert (link in page, "/media/" in page) == (True, False)
    assert Path(world.document.file.path).read_text() == "tekst"


def test_a_file_can_be_replaced(world, boss, browse, uploads):
    answer = browse(boss).post(
        address(Document, "change", world.document.pk),
        {
            "title": "Stuk", "language": "nl", "visibility": "body", "item": "",
            "file": ContentFile(b"nieuw", name="nieuw.txt"),
        },
    )  # fmt: skip
    assert answer.status_code == 302
    world.document.refresh_from_db()
    assert (world.document.visibility, world.document.file.read()) == ("body", b"nieuw")


def test_a_text_that_someone_else_changed_meanwhile_is_not_lost(world, boss, browse):
    item, client = world.draft_item, browse(boss)
    opened = client.get(address(AgendaItem, "change", item.pk)).context["adminform"].form
    data = {name: opened[name].value() or "" for name in opened.fields}
    data |= {
        f"{prefix}-{name}_FORMS": "0"
        for prefix in ("decisions", "actions", "attention_points")
        for name in ("TOTAL", "INITIAL")
    }
    AgendaItem.objects.filter(pk=item.pk).update(text="<p>Van een ander.</p>")
    late = client.post(address(AgendaItem, "change", item.pk), {**data, "text": "<p>Van mij.</p>"})
    assert late.status_code == 200
    assert list(late.context["adminform"].form.errors) == ["text"]
    assert "Van mij." in late.content.decode()
    item.refresh_from_db()
    assert item.text == "<p>Van een ander.</p>"
    again = {**data, "text": "<p>Van ons beiden.</p>", "seen_revision": item.revision}
    assert client.post(address(AgendaItem, "change", item.pk), again).status_code == 302
    item.refresh_from_db()
    assert (item.text, item.revision) == ("<p>Van ons beiden.</p>", 2)
