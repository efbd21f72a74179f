"""The frozen text of minutes: what it holds, for whom, and its hash."""

import datetime

import pytest

from sessions_log.models import MinutesVersion, WorkSession
from sessions_log.versions import digest_of, snapshot
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(steering_group):
    """A session with an open, a confidential and again an open item."""
    session = factories.SessionFactory(
        title="Stuurgroep",
        kind="steering_group",
        body=steering_group,
        start=datetime.time(15),
        end=datetime.time(17),
        place="Lab 2",
    )
    session.lines.add(factories.LineFactory(title="Practoraat"))
    factories.MinutesFactory(session=session, summary="<p>Kort.</p>", state="circulated")
    school = factories.PartnerFactory(name="School")
    chair = factories.ParticipationFactory(
        session=session,
        user=factories.UserFactory(name="Vera Voorzitter"),
        partner=school,
        organisation="",
        role="chair",
        function="directeur",
        attended=True,
    )
    speaker = factories.ParticipationFactory(
        session=session,
        name="Sam Spreker",
        organisation="Bedrijf",
        role="speaker",
        function="onderzoeker",
        attended=True,
    )
    factories.ParticipationFactory(
        session=session, name="Afke Afwezig", organisation="Gemeente", attended=False
    )
    factories.ParticipationFactory(
        session=session, name="Nel Nee", organisation="Stichting", reply="no"
    )
    factories.ParticipationFactory(session=session, name="Lia Los", organisation="", attended=True)
    line = factories.LineFactory(title="Onderwijs")
    for order, (name, presenter) in enumerate(
        [("Opening", chair), ("Geheim", chair), ("Plannen", speaker)], start=1
    ):
        item = factories.ItemFactory(
            session=session,
            order=order * 10,
            title=name,
            text=f"<p>Over {name}.</p>",
            presenter=presenter,
            purpose="decide",
            confidential=name == "Geheim",
        )
        factories.DecisionFactory(item=item, text=f"Tweede over {name}", order=2)
        factories.DecisionFactory(item=item, text=f"Eerste over {name}", order=1)
        factories.ActionFactory(
            item=item,
            text=f"Doen: {name}",
            owner_name="Olga Eigenaar",
            due=datetime.date(2021, 4, 1),
        )
        factories.AttentionFactory(item=item, text=f"Let op: {name}", line=line)
    return WorkSession.objects.get(pk=session.pk)


def expected_item(number, name, presenter, *, full):
    action = {"text": f"Doen: {name}", "due": "2021-04-01"}
    if full:
        action["owner"] = "Olga Eigenaar"
    return {
        "number": number,
        "title": name,
        "presenter": presenter,
        "purpose": "decide",
        **({"confidential": name == "Geheim"} if full else {}),
        "text": f"<p>Over {name}.</p>",
        "decisions": [f"Eerste over {name}", f"Tweede over {name}"],
        "actions": [action],
        "points": [{"text": f"Let op: {name}", "line": "Onderwijs"}],
    }


FACTS = {
    "title": "Stuurgroep",
    "kind": "steering_group",
    "date": "2021-02-18",
    "start": "15:00",
    "end": "17:00",
    "place": "Lab 2",
    "body": "Stuurgroep",
    "language": "nl",
    "lines": ["Practoraat"],
    "summary": "<p>Kort.</p>",
}
SPEAKER = {"name": "Sam Spreker", "role": "onderzoeker", "organisation": "Bedrijf"}


def test_the_whole_text(session):
    assert snapshot(session, full=True) == {
        **FACTS,
        "organisations": [
            {"name": "Bedrijf", "people": []},
            {
                "name": "School",
                "people": [{"name": "Vera Voorzitter", "role": "Voorzitter, directeur"}],
            },
            {"name": "", "people": [{"name": "Lia Los", "role": ""}]},
        ],
        "speakers": [SPEAKER],
        "absent": [
            {"name": "Afke Afwezig", "role": "", "organisation": "Gemeente"},
            {"name": "Nel Nee", "role": "", "organisation": "Stichting"},
        ],
        "items": [
            expected_item(1, "Opening", "Vera Voorzitter", full=True),
            expected_item(2, "Geheim", "Vera Voorzitter", full=True),
            expected_item(3, "Plannen", "Sam Spreker", full=True),
        ],
    }


def test_the_public_text_leaves_no_trace_of_what_is_confidential(session):
    assert snapshot(session, full=False) == {
        **FACTS,
        "organisations": [{"name": "Bedrijf", "people": []}, {"name": "School", "people": []}],
        "speakers": [SPEAKER],
        "absent": [],
        "items": [
            expected_item(1, "Opening", "School", full=False),
            expected_item(2, "Plannen", "Sam Spreker", full=False),
        ],
    }


def test_the_words_of_a_role_are_in_the_language_of_the_session(session):
    WorkSession.objects.filter(pk=session.pk).update(language="en")
    session.refresh_from_db()
    people = snapshot(session, full=True)["organisations"][1]["people"]
    assert people == [{"name": "Vera Voorzitter", "role": "Chair, directeur"}]


def test_a_presenter_who_stayed_away_is_not_told_to_the_public(session):
    session.participations.filter(role="chair").update(attended=False)
    assert [item["presenter"] for item in snapshot(session, full=False)["items"]] == [
        "",
        "Sam Spreker",
    ]
    assert snapshot(session, full=True)["items"][0]["presenter"] == "Vera Voorzitter"


def test_the_hash_is_the_same_whatever_the_order_of_keys_and_survives_the_database(session):
    data = snapshot(session, full=True)
    version = MinutesVersion.objects.create(
        minutes=session.minutes,
        number=1,
        full=data,
        public={},
        full_hash=digest_of(data),
        public_hash=digest_of({}),
    )
    version.refresh_from_db()
    assert version.full == data
    assert digest_of(version.full) == version.full_hash
    assert digest_of({"b": "é", "a": [1, None]}) == digest_of({"a": [1, None], "b": "é"})
    # printf '{"a":[1,null],"b":"é"}' | sha256sum
    assert digest_of({"a": [1, None], "b": "é"}) == (
        "e03c3c1ebb5fccd76e3bd35b9a86169f35e6f1b069645d48ac278175f54c4208"
    )
    assert digest_of({"a": [1, None], "b": "e"}) != digest_of({"a": [1, None], "b": "é"})


def test_the_number_of_queries_does_not_grow(session, django_assert_num_queries):
    for full in (True, False):
        fresh = WorkSession.objects.get(pk=session.pk)
        with django_assert_num_queries(9):
            snapshot(fresh, full=full)
    factories.ActionFactory(
        item=session.items.first(), owner=factories.UserFactory(), text="Nog iets"
    )
    fresh = WorkSession.objects.get(pk=session.pk)
    with django_assert_num_queries(10):  # the owners, all at once
        snapshot(fresh, full=True)
