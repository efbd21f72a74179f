"""From a decision to an assignment, and its state back to the next agenda."""

import datetime
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from assignments.from_meetings import follows_from, to_come_back_to, trails_of
from assignments.models import AgendaReturn, Assignment
from sessions_log.actions.agenda import NoLongerOffered, put_on_agenda
from sessions_log.suggestions import suggestions_for
from tests import factories


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def said(steering_group):
    """A decision and an action item of the steering group, a month ago, for everyone to read."""
    session = factories.SessionFactory(
        body=steering_group, date=timezone.localdate() - datetime.timedelta(days=30)
    )
    factories.MinutesFactory(session=session, state="published")
    item = factories.ItemFactory(session=session)
    return {
        "decision": factories.DecisionFactory(item=item, text="We doen een meetopdracht."),
        "action_item": factories.ActionFactory(item=item, text="Zoek een bedrijf."),
    }


@pytest.fixture
def planned(steering_group):
    return factories.SessionFactory(
        body=steering_group,
        status="planned",
        visibility="body",
        date=timezone.localdate() + datetime.timedelta(days=14),
    )


def words(trails):
    return [(trail.text, trail.state) for trail in trails]


def test_beside_a_decision_stands_what_came_of_it(said, company, charlie, teacher):
    public = factories.AssignmentFactory(decision=said["decision"], state="running", title="Meten")
    factories.AssignmentFactory(
        action_item=said["action_item"], state="draft", title="Nog niet", teacher=teacher
    )
    sources = list(said.values())

    def told(viewer):
        found = trails_of(sources, viewer)
        return {name: words(found.get(one, [])) for name, one in said.items()}

    running = [("Meten", "Running")]
    assert told(AnonymousUser()) == {"decision": running, "action_item": []}
    assert told(charlie) == {"decision": running, "action_item": []}
    assert told(teacher) == {"decision": running, "action_item": [("Nog niet", "Draft")]}
    offer = [("Make an assignment of it", "")]
    assert told(company) == {"decision": running, "action_item": offer}
    assert public.decision == said["decision"]


def test_the_report_and_the_register_show_it(client, said, django_assert_num_queries):
    factories.AssignmentFactory(decision=said["decision"], state="finished", title="Meten")
    for address in (said["decision"].item.session.get_absolute_url(), "/besluiten/"):
        page = client.get(address, headers={"accept-language": "en"}).text
        assert "Meten</a>" in page
        assert "Finished" in page
        assert "Make an assignment of it" not in page


def test_a_decision_is_named_by_an_address(said, steering_group, charlie, office):
    secret = factories.DecisionFactory(
        item__session__body=steering_group, item__session__visibility="body"
    )
    assert follows_from({"besluit": str(said["decision"].pk)}, charlie) == {
        "decision": said["decision"]
    }
    assert follows_from({"actiepunt": str(said["action_item"].pk)}, charlie) == {
        "action_item": said["action_item"]
    }
    for nothing in ("", "x", "-1", "9" * 40, str(secret.pk)):
        assert follows_from({"besluit": nothing}, charlie) == {}


def test_a_decision_becomes_a_draft(client, said, teacher):
    client.force_login(teacher)
    address = f"/opdrachten/nieuw/?besluit={said['decision'].pk}"
    page = client.get(address, headers={"accept-language": "en"}).text
    assert "We doen een meetopdracht." in page
    form = {"key": str(uuid.uuid4()), "form": "assignment", "besluit": said["decision"].pk}
    client.post("/opdrachten/nieuw/", form)
    client.post("/opdrachten/nieuw/", form)
    draft = Assignment.objects.get()
    assert (draft.decision, draft.teacher, draft.state) == (said["decision"], teacher, "draft")
    edit = client.get(f"/opdrachten/{draft.pk}/bewerken/").text
    assert "We doen een meetopdracht." in edit


def test_a_decision_that_one_may_not_read_is_left_out(client, steering_group, teacher):
    secret = factories.DecisionFactory(
        item__session__body=steering_group, item__session__visibility="body"
    )
    client.force_login(teacher)
    client.post(
        "/opdrachten/nieuw/",
        {"key": str(uuid.uuid4()), "form": "assignment", "besluit": secret.pk},
    )
    assert Assignment.objects.get().decision is None


def offers(session, viewer):
    return {
        offer.kind: [(one.title, str(one.state)) for one in offer.suggestions]
        for offer in suggestions_for(session, viewer=viewer)
    }.get("assignment", [])


def test_its_state_is_offered_for_the_next_agenda(said, planned, office, steering):
    row = factories.AssignmentFactory(decision=said["decision"], state="matched", title="Meten")
    factories.AssignmentFactory(title="Van een ander")
    # The title of an item is in the language of the session.
    assert offers(planned, office) == [("Opdracht: Meten", "Teams found")]
    assert offers(planned, steering) == [("Opdracht: Meten", "Teams found")]

    item = put_on_agenda(planned, f"assignment:{row.pk}", by=office)
    assert put_on_agenda(planned, f"assignment:{row.pk}", by=office) == item
    assert (item.title, item.purpose, item.confidential) == ("Opdracht: Meten", "inform", False)
    assert list(AgendaReturn.objects.values_list("item", "assignment")) == [(item.pk, row.pk)]
    assert offers(planned, office) == []
    found = trails_of([item], steering)
    assert words(found[item]) == [("Meten", "Teams found")]


def test_what_is_not_on_the_board_is_confidential_on_a_public_agenda(said, planned, office):
    factories.AssignmentFactory(decision=said["decision"], state="submitted", title="Nog stil")
    planned.visibility = "public"
    planned.save()
    [offer] = [one for one in suggestions_for(planned, viewer=office) if one.kind == "assignment"]
    assert [one.confidential for one in offer.suggestions] == [True]


def test_what_ended_comes_back_once(said, planned, office, steering_group):
    day = timezone.now() - datetime.timedelta(days=10)
    row = factories.AssignmentFactory(
        decision=said["decision"], state="finished", finished_at=day, title="Meten"
    )
    assert to_come_back_to(planned, office) == [row]
    factories.SessionFactory(
        body=steering_group, status="held", date=timezone.localdate() - datetime.timedelta(days=5)
    )
    assert to_come_back_to(planned, office) == []
    with pytest.raises(NoLongerOffered):
        put_on_agenda(planned, f"assignment:{row.pk}", by=office)


def test_the_page_of_the_next_meeting_tells_its_readers(client, said, planned, steering, charlie):
    factories.AssignmentFactory(decision=said["decision"], state="running", title="Meten")
    planned.visibility = "public"
    planned.save()
    seen = {}
    for name, user in {"visitor": None, "charlie": charlie, "steering": steering}.items():
        if user:
            client.force_login(user)
        page = client.get(planned.get_absolute_url(), headers={"accept-language": "en"}).text
        seen[name] = "What became of earlier decisions" in page
    assert seen == {"visitor": False, "charlie": False, "steering": True}
