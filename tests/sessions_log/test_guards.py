"""What the database itself refuses, whoever asks: approved minutes stay as they are."""

import datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from sessions_log.choices import MinutesState
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    AttentionPoint,
    Decision,
    Minutes,
    MinutesVersion,
)
from sessions_log.models.guards import correcting
from tests.factories import ItemFactory, MinutesFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    minutes = MinutesFactory(state=MinutesState.APPROVED, approved_at=timezone.now())
    item = ItemFactory(session=minutes.session, text="<p>Gezegd.</p>")
    Decision.objects.create(item=item, text="We doen het.")
    ActionItem.objects.create(item=item, text="Bellen")
    AttentionPoint.objects.create(item=item, text="Let op")
    MinutesVersion.objects.create(
        minutes=minutes, number=1, full={}, public={}, full_hash="a", public_hash="b"
    )
    return item


CHANGES = {
    "the text": lambda item: AgendaItem.objects.filter(pk=item.pk).update(text="<p>Anders.</p>"),
    "a title": lambda item: AgendaItem.objects.filter(pk=item.pk).update(title="Anders"),
    "who may read": lambda item: AgendaItem.objects.filter(pk=item.pk).update(confidential=True),
    "an item goes": lambda item: AgendaItem.objects.filter(pk=item.pk)._raw_delete("default"),
    "an item comes": lambda item: ItemFactory(session=item.session, order=9),
    "a decision": lambda item: item.decisions.update(text="We doen het niet."),
    "a decision goes": lambda item: item.decisions.all().delete(),
    "a decision comes": lambda item: Decision.objects.create(item=item, text="Ook dit."),
    "an action": lambda item: item.actions.update(text="Schrijven"),
    "a point": lambda item: item.attention_points.update(text="Laat maar"),
    "the summary": lambda item: Minutes.objects.filter(session=item.session).update(
        summary="<p>Anders.</p>"
    ),
    "the state": lambda item: Minutes.objects.filter(session=item.session).update(state="draft"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_approved_minutes_stay(item, change):
    with pytest.raises(IntegrityError, match="approved minutes stay as they are"):
        change(item)


def test_what_became_of_it_goes_on(item):
    item.actions.update(state="done", done_on=datetime.date(2026, 1, 1), due=None)
    item.attention_points.update(state="adopted", answer="Staat in het plan.")
    AgendaItem.objects.filter(pk=item.pk).update(minutes_planned=5)
    Minutes.objects.filter(session=item.session).update(
        state="published", published_at=timezone.now()
    )


def test_a_correction_may_change_one_session_and_no_other(item):
    other = ItemFactory()
    minutes = MinutesFactory(session=other.session)
    MinutesVersion.objects.create(
        minutes=minutes, number=1, full={}, public={}, full_hash="a", public_hash="b"
    )
    with transaction.atomic(), correcting(item.session_id):
        CHANGES["the text"](item)
        with pytest.raises(IntegrityError), transaction.atomic():
            CHANGES["the text"](other)
    with pytest.raises(IntegrityError):
        CHANGES["a title"](item)


@pytest.mark.parametrize(
    "change",
    [
        lambda version: MinutesVersion.objects.filter(pk=version.pk).update(full={"a": 1}),
        lambda version: MinutesVersion.objects.filter(pk=version.pk).update(public_hash="c"),
        lambda version: version.delete(),
    ],
)
def test_a_version_never_changes(item, change):
    with pytest.raises(DatabaseError, match="minutesversion"):
        change(item.session.minutes.versions.get())


def test_the_text_counts_its_changes():
    item = ItemFactory(text="<p>Een.</p>")
    stale = AgendaItem.objects.get(pk=item.pk)
    item.text = "<p>Twee.</p>"
    item.save()
    stale.title = "Anders"
    stale.text = "<p>Drie.</p>"
    stale.save()
    AgendaItem.objects.filter(pk=item.pk).update(minutes_planned=5)
    assert AgendaItem.objects.get(pk=item.pk).revision == 2
