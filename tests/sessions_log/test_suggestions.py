"""What is offered for an agenda by itself."""

import datetime

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from sessions_log.actions import agenda
from sessions_log.models import AgendaItem
from sessions_log.suggestions import suggestions_for
from tests import factories


@pytest.fixture(autouse=True)
def _english(english):
    pass


@pytest.fixture
def planned(steering_group, soon):
    return factories.SessionFactory(
        title="To come", body=steering_group, status="planned", visibility="body", date=soon
    )


@pytest.fixture
def secretary(steering_group):
    user = factories.UserFactory(name="Sara Secretary")
    factories.SeatFactory(body=steering_group, user=user, role="secretary")
    return user


def translated(words):
    with translation.override("nl"):
        return gettext(words)


def earlier(days=100, *, body, state="published", visibility="body", day=None, **fields):
    """A held session with minutes and one item."""
    date = day or timezone.localdate() - datetime.timedelta(days=days)
    session = factories.SessionFactory(body=body, visibility=visibility, date=date, **fields)
    extra = {} if state == "published" else {"published_at": None, "approved_at": None}
    minutes = factories.MinutesFactory(session=session, state=state, **extra)
    return session, minutes, factories.ItemFactory(session=session, order=1)


def offered(session, viewer):
    return {
        offer.kind: [one.text for one in offer.suggestions]
        for offer in suggestions_for(session, viewer=viewer)
    }


def test_open_things_of_the_body_are_offered(planned, office, steering_group):
    _session, _minutes, item = earlier(100, body=steering_group, title="Vorige")
    _recent, _minutes, new = earlier(20, body=steering_group, state="circulated", title="Laatste")
    factories.ActionFactory(item=item, text="Later", due=datetime.date(2031, 1, 1))
    factories.ActionFactory(item=new, text="Te laat", due=datetime.date(2021, 1, 1))
    factories.ActionFactory(item=item, text="Zonder datum")
    factories.ActionFactory(item=item, text="Gedaan", state="done")
    factories.AttentionFactory(item=item, text="Oud punt")
    factories.AttentionFactory(item=new, text="Nieuw punt")
    factories.AttentionFactory(item=item, text="Overgenomen", state="adopted")
    other = factories.BodyFactory()
    _s, _m, elsewhere = earlier(body=other, state="circulated")
    factories.ActionFactory(item=elsewhere, text="Van een ander")

    assert offered(planned, office) == {
        "minutes": ["Laatste"],
        "action": ["Te laat", "Later", "Zonder datum"],
        "point": ["Oud punt"],
    }


@pytest.mark.parametrize("days", [0, 1])
def test_an_attention_point_ages_from_sixty_days(planned, office, steering_group, days):
    day = planned.date - datetime.timedelta(days=59 + days)
    _session, _minutes, item = earlier(body=steering_group, day=day)
    factories.AttentionFactory(item=item, text="Punt")
    assert offered(planned, office) == ({"point": ["Punt"]} if days else {})


def test_one_press_puts_it_on_the_agenda_and_it_is_not_offered_again(
    logged_in, planned, office, steering_group
):
    day = datetime.date(2021, 2, 18)
    _session, minutes, item = earlier(body=steering_group, state="circulated", day=day)
    action = factories.ActionFactory(item=item, text="Bellen met de provincie")
    point = factories.AttentionFactory(item=item, text="Meer tijd voor docenten")
    browser = logged_in(office)
    keys = [f"minutes:{minutes.pk}", f"action:{action.pk}", f"point:{point.pk}"]
    text = browser.get(f"/werksessies/{planned.pk}/agenda/").content.decode()
    assert [key in text for key in keys] == [True] * 3
    for key in [*keys, *keys]:
        browser.post(f"/werksessies/{planned.pk}/agenda/erbij/", {"what": key})
    # In the language of the session, which is not that of who pressed.
    title = translated("Minutes of %(date)s") % {"date": "18 februari 2021"}
    assert list(
        planned.items.order_by("order").values_list(
            "order", "title", "purpose", "about_minutes", "about_action", "about_point"
        )
    ) == [
        (1, title, "decide", minutes.pk, None, None),
        (2, "Bellen met de provincie", "discuss", None, action.pk, None),
        (3, "Meer tijd voor docenten", "discuss", None, None, point.pk),
    ]
    assert offered(planned, office) == {}
    another = factories.SessionFactory(body=steering_group, status="planned", date=planned.date)
    assert offered(another, office) == {}  # it is on the agenda of a session to come
    type(planned).objects.filter(pk=planned.pk).update(status="held")
    assert set(offered(another, office)) == {"minutes", "action", "point"}


@pytest.mark.parametrize("key", ["", "action:", "action:x", "decision:1", "action:999999"])
def test_what_is_not_offered_cannot_be_taken(planned, office, key):
    with pytest.raises(agenda.NoLongerOffered):
        agenda.put_on_agenda(planned, key, by=office)
    assert not AgendaItem.objects.exists()


def test_what_is_settled_meanwhile_is_not_put_on(logged_in, planned, office, steering_group):
    _session, _minutes, item = earlier(body=steering_group)
    action = factories.ActionFactory(item=item, state="done")
    page = logged_in(office).post(
        f"/werksessies/{planned.pk}/agenda/erbij/", {"what": f"action:{action.pk}"}, follow=True
    )
    assert "no longer open" in page.content.decode()
    assert not planned.items.exists()


def test_what_one_may_not_read_is_not_offered(planned, steering_group):
    """The chair of one session alone does not read the minutes of the others."""
    chair = factories.UserFactory()
    factories.ParticipationFactory(session=planned, user=chair, role="chair", invited=True)
    _session, _minutes, item = earlier(body=steering_group)
    action = factories.ActionFactory(item=item)
    factories.AttentionFactory(item=item)
    assert offered(planned, chair) == {}
    with pytest.raises(agenda.NoLongerOffered):
        agenda.put_on_agenda(planned, f"action:{action.pk}", by=chair)


@pytest.mark.parametrize(
    ("to_come", "origin", "state", "confidential", "expected"),
    [
        ("body", "body", "published", False, False),
        ("body", "body", "published", True, True),
        ("public", "public", "published", False, False),
        ("public", "public", "published", True, True),
        ("public", "partners", "published", False, True),
        ("public", "public", "circulated", False, True),
        ("body", "public", "circulated", False, False),
    ],
)
def test_an_agenda_tells_nobody_more_than_the_minutes(
    planned, office, steering_group, to_come, origin, state, confidential, expected
):
    planned.visibility = to_come
    planned.save()
    _session, _minutes, item = earlier(body=steering_group, visibility=origin, state=state)
    item.confidential = confidential
    item.save()
    action = factories.ActionFactory(item=item)
    put = agenda.put_on_agenda(planned, f"action:{action.pk}", by=office)
    assert put.confidential is expected


@pytest.mark.parametrize(
    ("origin", "state", "confidential", "is_offered"),
    [
        ("public", "published", False, True),
        ("public", "published", True, False),
        ("public", "circulated", False, False),
        ("partners", "published", False, False),
        ("body", "published", False, False),
    ],
)
def test_points_of_the_lines_come_from_what_everyone_may_read(
    planned, office, origin, state, confidential, is_offered
):
    line = factories.LineFactory()
    planned.lines.add(line)
    _session, _minutes, item = earlier(body=None, visibility=origin, state=state)
    item.confidential = confidential
    item.save()
    factories.AttentionFactory(item=item, line=line, text="Punt van de lijn")
    assert offered(planned, office) == ({"point": ["Punt van de lijn"]} if is_offered else {})


def test_many_are_counted(planned, office, steering_group):
    _session, _minutes, item = earlier(body=steering_group)
    for number in range(11):
        factories.ActionFactory(item=item, text=f"Actie {number}")
    offer = suggestions_for(planned, viewer=office)[0]
    assert (len(offer.suggestions), offer.total, offer.more) == (8, 11, 3)


def test_a_long_text_becomes_a_short_title(planned, office, steering_group):
    _session, _minutes, item = earlier(body=steering_group)
    action = factories.ActionFactory(item=item, text="woord " * 100)
    put = agenda.put_on_agenda(planned, f"action:{action.pk}", by=office)
    assert len(put.title) <= 121
    assert put.title.endswith("…")
