"""Publishing a report tells of it, where it is done and once."""

import pytest

from civportal.notifications import actions
from civportal.notifications.models import Happening, Notification, Preference
from sessions_log.models import Minutes
from sessions_log.notifications import REPORT, SECTION
from tests import factories


@pytest.fixture
def admin(db, logged_in):
    return logged_in(factories.UserFactory(is_superuser=True, is_staff=True))


def form_data(response) -> dict[str, object]:
    """What the browser would send back for the form and formsets of an admin page."""
    context, data = response.context, {}
    parts = [
        context["adminform"].form,
        *(part.formset for part in context["inline_admin_formsets"]),
    ]
    for part in parts:
        for form in getattr(part, "forms", None) or [part]:
            for bound in form:
                value = bound.value()
                if value is not None and value is not False:
                    data[bound.html_name] = value
        if hasattr(part, "management_form"):
            for bound in part.management_form:
                data[bound.html_name] = bound.value()
    return data


def happenings() -> list[tuple[str, str, list[str]]]:
    return [
        (row.kind, row.dedupe_key.rpartition(":")[2], row.topics)
        for row in Happening.objects.order_by("pk")
    ]


@pytest.fixture
def approved():
    line, partner = factories.LineFactory(), factories.PartnerFactory()
    body = factories.BodyFactory()
    session = factories.SessionFactory(body=body, visibility="body")
    session.lines.add(line)
    factories.ParticipationFactory(session=session, partner=partner)
    declined = factories.PartnerFactory()
    factories.ParticipationFactory(session=session, partner=declined, reply="no")
    minutes = factories.MinutesFactory(session=session, state="approved", published_at=None)
    topics = sorted([f"line:{line.pk}", f"body:{body.pk}", f"partner:{partner.pk}"])
    return minutes, topics


def publish(admin, minutes: Minutes) -> None:
    chosen = {"action": "publish", "_selected_action": [minutes.pk]}
    assert admin.post("/beheer/sessions_log/minutes/", chosen).status_code == 302
    minutes.refresh_from_db()
    assert minutes.state == "published"


def test_publishing_minutes_tells_once(admin, approved):
    minutes, topics = approved
    publish(admin, minutes)
    expected = [(SECTION, "body", topics)]
    assert happenings() == expected
    publish(admin, minutes)
    assert happenings() == expected


def test_opening_a_report_up_happens_again_and_a_typo_does_not(admin, approved):
    minutes, topics = approved
    publish(admin, minutes)
    address = f"/beheer/sessions_log/worksession/{minutes.session_id}/change/"
    data = {**form_data(admin.get(address)), "visibility": "public"}
    assert admin.post(address, data).status_code == 302
    data = {**form_data(admin.get(address)), "online_url": "https://meet.example/1"}
    assert admin.post(address, data).status_code == 302
    assert happenings() == [(SECTION, "body", topics), (SECTION, "public", topics)]


def test_who_wants_it_at_once_and_may_read_it_gets_a_mail(admin, approved, office, charlie):
    minutes, topics = approved
    for user in (office, charlie):
        actions.follow(user, topics)
        Preference.objects.create(user=user, kind=REPORT, mode="at_once")
    in_digest = factories.office_worker()
    actions.follow(in_digest, topics)
    publish(admin, minutes)
    assert [row.recipient for row in Notification.objects.filter(kind=REPORT)] == [office]
