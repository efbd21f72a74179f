"""A session comes, moves, is cancelled, is planned again, has taken place."""

import datetime
import threading
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from civportal.notifications.models import Notification
from sessions_log.actions import planning
from sessions_log.actions.planning import WhenAndWhere
from sessions_log.models import AgendaItem, WorkSession
from tests import factories


@pytest.fixture(autouse=True)
def _english(english):
    pass


@pytest.fixture
def secretary(steering_group):
    user = factories.UserFactory(email="secretary@example.org", name="Sara Secretary")
    factories.SeatFactory(body=steering_group, user=user, role="secretary")
    return user


@pytest.fixture
def planned(steering_group, soon):
    return factories.SessionFactory(
        title="Overleg",
        body=steering_group,
        status="planned",
        date=soon,
        start=datetime.time(15),
        end=datetime.time(17),
        place="Lab 2",
    )


def fields(**changes):
    """What the form for a new session sends."""
    return {
        "uid": str(uuid.uuid4()),
        "title": "Nieuw overleg",
        "kind": "steering_group",
        "language": "nl",
        "visibility": "body",
        "date": "2030-05-16",
        "start": "15:00",
        "end": "17:00",
        "place": "Lab 2",
    } | changes


def listed(session):
    """Who is on the list, with role and whether the office invited them."""
    rows = session.participations.order_by("pk")
    return [(str(row), row.role, row.invited) for row in rows]


def rows_about(session, kind):
    return Notification.objects.filter(
        subject=f"worksession:{session.pk}", kind=f"sessions_log.{kind}"
    )


# --- planning ---------------------------------------------------------------------------------


def test_the_office_plans_and_the_members_come_on_the_list(
    logged_in, office, steering_group, steering, secretary
):
    factories.SeatFactory(body=steering_group, user=None, organisation="Provincie")
    gone = factories.UserFactory(is_active=False)
    factories.SeatFactory(body=steering_group, user=gone)
    factories.SeatFactory(body=steering_group, end=datetime.date(2029, 1, 1))
    line = factories.LineFactory()

    response = logged_in(office).post(
        "/werksessies/nieuw/", fields(body=steering_group.pk, lines=[line.pk])
    )

    session = WorkSession.objects.get()
    assert response.url == f"/werksessies/{session.pk}/agenda/"
    assert (session.status, session.date, session.start, session.sequence) == (
        "planned",
        datetime.date(2030, 5, 16),
        datetime.time(15),
        0,
    )
    assert list(session.lines.all()) == [line]
    assert listed(session) == [
        ("Sara Secretary", "secretary", True),
        ("Stefan Steering", "participant", True),
        ("Provincie", "participant", True),
    ]
    assert not Notification.objects.exists()


def test_whoever_sits_twice_is_on_the_list_once_as_chair(office, steering_group, steering):
    factories.SeatFactory(body=steering_group, user=steering, role="chair")
    session = factories.SessionFactory.build(body=steering_group, status="planned")
    planning.plan(session, lines=[])
    assert listed(session) == [("Stefan Steering", "chair", True)]


def test_a_form_sent_twice_is_one_session(logged_in, office):
    browser, sent = logged_in(office), fields()
    first = browser.post("/werksessies/nieuw/", sent)
    assert browser.post("/werksessies/nieuw/", sent).url == first.url
    assert WorkSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_is_one_session(steering_group):
    key, made, start = uuid.uuid4(), [], threading.Barrier(2)

    def send():
        session = factories.SessionFactory.build(uid=key, body_id=steering_group.pk, title="Nieuw")
        start.wait()
        try:
            made.append(planning.plan(session, lines=[]).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [WorkSession.objects.get().pk] * 2


def test_a_secretary_plans_for_the_own_body_only(logged_in, secretary, steering_group):
    other = factories.BodyFactory()
    browser = logged_in(secretary)
    assert browser.post("/werksessies/nieuw/", fields(body=other.pk)).status_code == 200
    assert browser.post("/werksessies/nieuw/", fields()).status_code == 200
    assert not WorkSession.objects.exists()
    assert browser.post("/werksessies/nieuw/", fields(body=steering_group.pk)).status_code == 302
    assert WorkSession.objects.get().body == steering_group


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "This field is required"),
        ({"end": "14:00"}, "A session ends after it begins."),
        ({"sign_up": "on"}, "People can only sign up for a session that they may see"),
        ({"capacity": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(logged_in, office, changes, words):
    page = logged_in(office).post("/werksessies/nieuw/", fields(place="Kas 3", **changes))
    text = page.content.decode()
    assert words in text
    assert "Kas 3" in text
    assert not WorkSession.objects.exists()


def test_the_button_stands_where_someone_may_plan(
    logged_in, office, secretary, steering, steering_group
):
    def shown(user, address):
        return "/werksessies/nieuw/" in logged_in(user).get(address).content.decode()

    body = steering_group.get_absolute_url()
    assert [shown(user, "/werksessies/") for user in (office, secretary, steering, None)] == [
        True, True, False, False,
    ]  # fmt: skip
    assert [shown(user, body) for user in (office, secretary, steering, None)] == [
        True, True, False, False,
    ]  # fmt: skip


# --- a copy -----------------------------------------------------------------------------------


def test_a_copy_takes_over_what_comes_back(logged_in, office, steering_group, steering, secretary):
    last = factories.SessionFactory(
        body=steering_group,
        title="Overleg",
        kind="steering_group",
        date=datetime.date(2021, 3, 18),
        start=datetime.time(15),
        place="Lab 2",
        visibility="body",
    )
    factories.SessionFactory(body=steering_group, date=datetime.date(2021, 2, 18))
    before = WorkSession.objects.get(date=datetime.date(2021, 2, 18))
    factories.ItemFactory(session=before, order=1, title="Opening")
    guest = factories.ParticipationFactory(
        session=last, name="Gast", email="gast@example.org", organisation="", invited=True
    )
    factories.ParticipationFactory(session=last, name="Meldde zich aan", organisation="")
    left = factories.UserFactory(name="Lid Af")
    factories.SeatFactory(body=steering_group, user=left, end=datetime.date(2021, 12, 31))
    factories.ParticipationFactory(session=last, user=left, invited=True, organisation="")
    opening = factories.ItemFactory(
        session=last, order=1, title="opening", minutes_planned=5, text="<p>Gezegd</p>"
    )
    once = factories.ItemFactory(
        session=last, order=2, title="Eenmalig", presenter=guest, confidential=True
    )
    browser = logged_in(office)

    form = browser.get(f"/werksessies/{last.pk}/kopie/").context["form"]
    assert form["items"].value() == [opening.pk]
    assert form["date"].value() >= timezone.localdate()
    assert form["date"].value().weekday() == 3
    assert (form["start"].value(), form["place"].value()) == (datetime.time(15), "Lab 2")

    response = browser.post(
        f"/werksessies/{last.pk}/kopie/",
        fields(body=steering_group.pk, items=[opening.pk, once.pk], with_people="on"),
    )
    session = WorkSession.objects.get(title="Nieuw overleg")
    assert response.url == f"/werksessies/{session.pk}/agenda/"
    assert listed(session) == [
        ("Sara Secretary", "secretary", True),
        ("Stefan Steering", "participant", True),
        ("Gast", "participant", True),
    ]
    assert [
        (item.order, item.title, item.minutes_planned, item.text, item.confidential,
         item.presenter and str(item.presenter))
        for item in session.items.order_by("order")
    ] == [
        (1, "opening", 5, "", False, None),
        (2, "Eenmalig", None, "", True, "Gast"),
    ]  # fmt: skip


def test_a_copy_without_people_has_the_members_only(logged_in, office, steering_group, steering):
    last = factories.SessionFactory(body=steering_group)
    factories.ParticipationFactory(session=last, name="Gast", organisation="", invited=True)
    logged_in(office).post(f"/werksessies/{last.pk}/kopie/", fields(body=steering_group.pk))
    session = WorkSession.objects.get(title="Nieuw overleg")
    assert listed(session) == [("Stefan Steering", "participant", True)]


def test_the_chair_of_one_session_cannot_copy_it_for_the_body(logged_in, steering_group, charlie):
    session = factories.SessionFactory(body=steering_group)
    factories.ParticipationFactory(session=session, user=charlie, role="chair", invited=True)
    assert logged_in(charlie).get(f"/werksessies/{session.pk}/kopie/").status_code == 403
    assert logged_in(charlie).get(f"/werksessies/{session.pk}/agenda/").status_code == 200


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], datetime.date(2030, 2, 14)),  # four weeks after the one there is
        (["2029-12-20"], datetime.date(2030, 2, 14)),
        (["2030-01-03", "2029-12-20"], datetime.date(2030, 1, 31)),
        (["2030-01-16"], datetime.date(2030, 1, 24)),  # the day after: a week at least
    ],
)
def test_the_next_day_follows_the_rhythm(steering_group, days, expected, time_machine):
    from sessions_log.recurrence import next_date

    time_machine.move_to(datetime.datetime(2030, 1, 18, 12, tzinfo=datetime.UTC))
    last = factories.SessionFactory(body=steering_group, date=datetime.date(2030, 1, 17))
    for day in days:
        factories.SessionFactory(body=steering_group, date=datetime.date.fromisoformat(day))
    factories.SessionFactory(
        body=steering_group, date=datetime.date(2030, 1, 2), status="cancelled"
    )
    assert next_date(last) == expected


# --- changing facts ---------------------------------------------------------------------------


def facts(session, **changes):
    return {
        "title": session.title,
        "kind": session.kind,
        "body": session.body_id or "",
        "language": "nl",
        "visibility": session.visibility,
    } | changes


def test_facts_change_and_calendars_follow_a_title(logged_in, office, planned):
    address = f"/werksessies/{planned.pk}/bewerken/"
    logged_in(office).post(address, facts(planned, introduction="Waarom"))
    planned.refresh_from_db()
    assert (planned.introduction, planned.sequence, planned.date) == ("Waarom", 0, planned.date)
    logged_in(office).post(address, facts(planned, title="Andere naam"))
    planned.refresh_from_db()
    assert (planned.title, planned.slug, planned.sequence) == ("Andere naam", "andere-naam", 1)


def test_another_body_brings_its_members(logged_in, office, planned, charlie):
    other = factories.BodyFactory()
    factories.SeatFactory(body=other, user=charlie, role="chair")
    logged_in(office).post(f"/werksessies/{planned.pk}/bewerken/", facts(planned, body=other.pk))
    assert listed(planned) == [("Charlie Stranger", "chair", True)]


def test_a_secretary_does_not_give_a_session_away(logged_in, secretary, planned, steering_group):
    other = factories.BodyFactory()
    logged_in(secretary).post(
        f"/werksessies/{planned.pk}/bewerken/", facts(planned, title="Anders", body=other.pk)
    )
    planned.refresh_from_db()
    assert (planned.title, planned.body) == ("Anders", steering_group)


def test_approved_minutes_keep_the_facts_that_they_tell(logged_in, office, steering_group):
    session = factories.SessionFactory(body=steering_group, title="Gehouden")
    factories.MinutesFactory(session=session, state="approved", published_at=None)
    line = factories.LineFactory()
    with pytest.raises(planning.MinutesApproved):
        planning.change_session(session, facts={"title": "Anders"}, lines=[])
    logged_in(office).post(
        f"/werksessies/{session.pk}/bewerken/",
        facts(session, title="Anders", visibility="partners", lines=[line.pk]),
    )
    session.refresh_from_db()
    assert (session.title, session.visibility) == ("Gehouden", "partners")
    assert list(session.lines.all()) == [line]


# --- moving -----------------------------------------------------------------------------------


def to(session, **changes):
    start = session.start and f"{session.start:%H:%M}"
    end = session.end and f"{session.end:%H:%M}"
    return {
        "date": session.date.isoformat(), "start": start, "end": end, "place": session.place,
    } | changes  # fmt: skip


def test_whoever_was_invited_hears_of_a_move_once(logged_in, office, planned, charlie, soon):
    factories.ParticipationFactory(
        session=planned, user=charlie, invited=True, invited_at=timezone.now(), organisation=""
    )
    factories.ParticipationFactory(
        session=planned,
        name="Gast",
        email="gast@example.org",
        invited=True,
        invited_at=timezone.now(),
    )
    browser, address = logged_in(office), f"/werksessies/{planned.pk}/verplaatsen/"
    assert browser.get(address).context["told"] == ["Charlie Stranger", "Gast"]

    later = soon + datetime.timedelta(days=7)
    sent = to(planned, date=later.isoformat(), place="Kas 3", note="De zaal is weg.")
    for _ in range(2):
        assert browser.post(address, sent).url == planned.get_absolute_url()
    planned.refresh_from_db()
    assert (planned.date, planned.place, planned.sequence) == (later, "Kas 3", 1)
    row = rows_about(planned, "moved").get()
    assert row.recipient == charlie
    assert (row.data["note"], row.data["before"]["place"]) == ("De zaal is weg.", "Lab 2")


def test_a_move_nobody_was_invited_to_tells_nobody(logged_in, office, planned, steering):
    address = f"/werksessies/{planned.pk}/verplaatsen/"
    page = logged_in(office).get(address)
    assert page.context["told"] == []
    assert "note" not in page.context["form"].fields
    logged_in(office).post(address, to(planned, place="Kas 3"))
    planned.refresh_from_db()
    assert (planned.place, planned.sequence) == ("Kas 3", 1)
    assert not Notification.objects.exists()


def test_new_members_come_on_the_list_and_who_was_taken_off_stays_off(
    office, planned, steering, steering_group
):
    new = factories.UserFactory(name="Nieuw Lid")
    start = planned.date + datetime.timedelta(days=3)
    factories.SeatFactory(body=steering_group, user=new, start=start)
    # Steering sits in the body on both days, and is not on the list.
    planning.move_session(planned, to=WhenAndWhere(date=start), by=office)
    assert listed(planned) == [("Nieuw Lid", "participant", True)]


@pytest.mark.parametrize("day", ["9999-12-31", "0205-03-01", "0001-01-01"])
def test_a_year_that_nobody_means_is_refused(logged_in, office, planned, day):
    """With such a session no calendar could be made any more, for nobody."""
    page = logged_in(office)
    told = [page.post("/werksessies/nieuw/", fields(date=day))]
    told += [page.post(f"/werksessies/{planned.pk}/verplaatsen/", to(planned, date=day))]
    assert [answer.status_code for answer in told] == [200, 200]
    assert "Look at the year" in told[0].content.decode()
    assert list(WorkSession.objects.values_list("date", flat=True)) == [planned.date]


def test_a_session_does_not_move_into_the_past(logged_in, office, planned):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    page = logged_in(office).post(
        f"/werksessies/{planned.pk}/verplaatsen/", to(planned, date=yesterday.isoformat())
    )
    assert "That day is over" in page.content.decode()
    with pytest.raises(planning.DayIsOver):
        planning.move_session(planned, to=WhenAndWhere(date=yesterday), by=office)


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_count_as_two(office, planned, soon):
    start, errors = threading.Barrier(2), []

    def move(days):
        start.wait()
        try:
            planning.move_session(
                planned, to=WhenAndWhere(date=soon + datetime.timedelta(days=days)), by=office
            )
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=[days]) for days in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    planned.refresh_from_db()
    assert (errors, planned.sequence) == ([], 2)


# --- cancelling, and back -----------------------------------------------------------------------


def test_a_cancellation_says_why_tells_once_and_can_be_taken_back(
    logged_in, office, planned, charlie
):
    factories.ParticipationFactory(
        session=planned, user=charlie, invited=True, invited_at=timezone.now(), organisation=""
    )
    browser, address = logged_in(office), f"/werksessies/{planned.pk}/annuleren/"
    page = browser.post(address, {"reason": ""})
    assert "This field is required" in page.content.decode()

    for _ in range(2):
        browser.post(address, {"reason": "Te weinig mensen."})
    planned.refresh_from_db()
    assert (planned.status, planned.cancel_reason, planned.sequence) == (
        "cancelled",
        "Te weinig mensen.",
        1,
    )
    assert rows_about(planned, "cancelled").get().recipient == charlie
    assert "Te weinig mensen." in browser.get(planned.get_absolute_url()).content.decode()

    for _ in range(2):
        browser.post(f"/werksessies/{planned.pk}/toch/")
    planned.refresh_from_db()
    assert (planned.status, planned.cancel_reason, planned.sequence) == ("planned", "", 2)
    row = rows_about(planned, "moved").get()
    assert (row.recipient, row.data["was_cancelled"]) == (charlie, True)


@pytest.mark.parametrize("status", ["held", "cancelled"])
def test_what_is_over_does_not_move(logged_in, office, planned, status):
    planned.status = status
    planned.save()
    with pytest.raises(planning.NotPlanned):
        planning.move_session(planned, to=WhenAndWhere(date=datetime.date(2030, 1, 1)), by=office)
    response = logged_in(office).get(f"/werksessies/{planned.pk}/verplaatsen/")
    assert response.url == planned.get_absolute_url()
    page = logged_in(office).post(f"/werksessies/{planned.pk}/verplaatsen/", to(planned, place="X"))
    assert page.status_code == 302
    planned.refresh_from_db()
    assert (planned.place, planned.sequence) == ("Lab 2", 0)


def test_refused_transitions(office, planned):
    """Held is final; nothing is held before its day, or planned again after it."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    with pytest.raises(planning.TooEarly):
        planning.hold_session(planned)
    WorkSession.objects.update(status="held")
    with pytest.raises(planning.NotPlanned):
        planning.cancel_session(planned, reason="Waarom", by=office)
    with pytest.raises(planning.NotPlanned):
        planning.plan_again(planned, by=office)
    WorkSession.objects.update(status="cancelled", date=yesterday)
    with pytest.raises(planning.NotPlanned):
        planning.hold_session(planned)
    with pytest.raises(planning.DayIsOver):
        planning.plan_again(planned, by=office)


def test_on_its_day_a_session_took_place(logged_in, office, planned):
    WorkSession.objects.update(date=timezone.localdate())
    browser, address = logged_in(office), f"/werksessies/{planned.pk}/gehouden/"
    assert browser.get(address).status_code == 200
    assert planning.hold_session(planned) is True
    assert planning.hold_session(planned) is False
    planned.refresh_from_db()
    assert planned.status == "held"
    assert browser.get(address).url == planned.get_absolute_url()


def test_a_move_in_the_admin_is_told_too(planned, charlie, client):
    boss = factories.UserFactory(is_staff=True, is_superuser=True)
    factories.ParticipationFactory(
        session=planned, user=charlie, invited=True, invited_at=timezone.now(), organisation=""
    )
    client.force_login(boss)
    address = f"/beheer/sessions_log/worksession/{planned.pk}/change/"
    parts = ("items", "minutes", "participations", "documents")
    management = {f"{part}-TOTAL_FORMS": 0 for part in parts} | {
        f"{part}-INITIAL_FORMS": 0 for part in parts
    }
    sent = facts(planned, status="planned") | to(planned, place="Kas 3") | management
    assert client.post(address, sent).status_code == 302
    assert rows_about(planned, "moved").get().recipient == charlie
    assert client.post(address, sent | {"status": "cancelled"}).status_code == 302
    assert rows_about(planned, "cancelled").get().recipient == charlie
    planned.refresh_from_db()
    assert (planned.place, planned.status, planned.sequence) == ("Kas 3", "cancelled", 2)


# --- who may ------------------------------------------------------------------------------------

PAGES = ["bewerken", "kopie", "verplaatsen", "annuleren", "agenda", "mensen", "stukken"]


def test_members_look_strangers_see_nothing_and_planners_work(
    logged_in, planned, office, secretary, steering, charlie
):
    planned.visibility = "body"
    planned.save()

    def statuses(user):
        browser = logged_in(user)
        return {browser.get(f"/werksessies/{planned.pk}/{page}/").status_code for page in PAGES}

    assert {
        "office": statuses(office),
        "secretary": statuses(secretary),
        "member": statuses(steering),
        "stranger": statuses(charlie),
    } == {"office": {200}, "secretary": {200}, "member": {403}, "stranger": {404}}


def test_nobody_else_changes_anything(logged_in, planned, steering, company):
    item = factories.ItemFactory(session=planned, order=1)
    row = factories.ParticipationFactory(session=planned)
    paths = [
        *PAGES, "toch", "gehouden", "agenda/nieuw", "agenda/erbij", f"agenda/{item.pk}",
        f"agenda/{item.pk}/weg", "mensen/account", "mensen/gast", "mensen/organisatie",
        f"mensen/{row.pk}", f"mensen/{row.pk}/weg",
    ]  # fmt: skip
    for user in (steering, company):
        browser = logged_in(user)
        answers = {
            path: browser.post(f"/werksessies/{planned.pk}/{path}/").status_code for path in paths
        }
        assert answers == {**dict.fromkeys(paths, 403), "mensen": 405}
    assert AgendaItem.objects.count() == 1


def test_the_steps_follow_the_state(logged_in, planned, secretary, steering, english):
    def steps(user):
        page = logged_in(user).get(planned.get_absolute_url())
        found = page.context["steps"]
        names = [step.url.rstrip("/").rpartition("/")[2] for step in [*found.buttons, *found.menu]]
        return [name for name in names if name in {
            "agenda", "mensen", "bewerken", "verplaatsen", "kopie", "annuleren", "toch", "gehouden",
        }]  # fmt: skip

    assert steps(steering) == []
    assert steps(secretary) == [
        "agenda", "mensen", "bewerken", "verplaatsen", "kopie", "annuleren",
    ]  # fmt: skip
    WorkSession.objects.update(date=timezone.localdate())
    assert steps(secretary)[0] == "gehouden"
    WorkSession.objects.update(status="cancelled")
    assert steps(secretary) == ["toch", "mensen", "bewerken", "kopie"]
    WorkSession.objects.update(status="held")
    assert steps(secretary) == ["mensen", "agenda", "bewerken", "kopie"]
