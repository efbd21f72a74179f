"""The board and the page of an assignment, for whoever looks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories

pytestmark = pytest.mark.django_db


def test_everyone_reads_what_is_public(client):
    shown = factories.AssignmentFactory(title="Meet mee in de kas")
    factories.AssignmentFactory(title="Nog niet", state="draft")
    page = client.get("/opdrachten/").content.decode()
    assert "Meet mee in de kas" in page
    assert "Nog niet" not in page
    assert "Meet mee in de kas" in client.get(shown.get_absolute_url()).content.decode()


def test_an_old_address_leads_to_the_page(client):
    row = factories.AssignmentFactory(title="Oude titel")
    old = row.get_absolute_url()
    row.title = "Nieuwe titel"
    row.save()
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, row.get_absolute_url())


def queries(client, address):
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_page_takes_as_many_queries_whatever_hangs_on_it(client):
    """Other apps' sections stand on it, so that the number itself is not ours to fix."""
    counts = []
    for number in (1, 3):
        line = factories.LineFactory()
        row = factories.AssignmentFactory()
        row.lines.add(line)
        for level in (4, 5, 6)[:number]:
            factories.GoalFactory(assignment=row, level=level)
            factories.AssignmentFactory().lines.add(line)
        counts.append(queries(client, row.get_absolute_url()))
    assert counts[0] == counts[1]
