"""Stopping mails by the link in them: by a person, by a mail program, and by no scanner."""

import datetime
import re

import pytest
from django.core import mail, signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from civportal.notifications import kinds
from civportal.notifications.delivery import deliver_batch
from civportal.notifications.digests import KIND as DIGEST
from civportal.notifications.digests import setting_of
from civportal.notifications.models import DigestSetting, Preference
from civportal.notifications.outbox import notify
from civportal.notifications.unsubscribe import token_for
from news.notifications import KIND as NEWS
from sessions_log.notifications import REMINDER, subject_of
from tests import factories
from tests.reading import Reading, read

NOON = datetime.datetime(2026, 11, 23, 11, tzinfo=datetime.UTC)


@pytest.fixture
def yara(db):
    return factories.UserFactory(email="yara@example.org", name="Yara", language="en")


def address(user, kind):
    return reverse("unsubscribe", args=[token_for(user, kind)])


def modes():
    return list(Preference.objects.order_by("kind").values_list("user__email", "kind", "mode"))


def post(url, **data):
    """As a browser without any cookie does, with the check on forged forms switched on."""
    return Client(enforce_csrf_checks=True).post(url, data)


def back_of(response):
    return re.search(r'name="back" value="([^"]+)"', response.content.decode())[1]


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(client, yara, method):
    for kind in (REMINDER, DIGEST):
        assert getattr(client, method)(address(yara, kind)).status_code == 200
    assert modes() == []
    assert not DigestSetting.objects.filter(frequency="never").exists()


def test_the_page_names_what_it_stops_and_has_one_button(client, yara):
    page = read(client, address(yara, REMINDER))
    assert page.headings == ["Stop these mails?"]
    assert str(kinds.kind(REMINDER).label) in page.text
    main = page.response.content.decode().split("<main")[1].split("</main>")[0]
    assert main.count("<button") == 1
    assert page.response["X-Robots-Tag"] == "noindex"
    assert "no-store" in page.response["Cache-Control"]


def test_it_speaks_the_language_of_the_reader_not_of_the_browser(client, yara):
    response = client.get(address(yara, REMINDER), headers={"accept-language": "nl"})
    assert response["Content-Language"] == "en"
    assert '<html lang="en">' in response.content.decode()


def test_the_button_stops_this_kind_only_and_can_be_undone(yara):
    Preference.objects.create(user=yara, kind=NEWS, mode="digest")
    stopped = post(address(yara, NEWS))
    assert (stopped.status_code, modes()) == (200, [("yara@example.org", NEWS, "off")])
    assert "These mails have stopped" in Reading(stopped).headings
    again = post(address(yara, NEWS), back=back_of(stopped))
    assert (again.status_code, modes()) == (200, [("yara@example.org", NEWS, "digest")])
    assert Reading(again).headings == ["All is as it was"]


def test_stopping_twice_still_leads_back_to_hearing_of_it(yara):
    post(address(yara, REMINDER))
    second = post(address(yara, REMINDER))
    assert modes() == [("yara@example.org", REMINDER, "off")]
    post(address(yara, REMINDER), back=back_of(second))
    assert modes() == [("yara@example.org", REMINDER, "at_once")]


def test_a_page_that_was_stopped_before_says_so(client, yara):
    post(address(yara, REMINDER))
    assert read(client, address(yara, REMINDER)).headings == ["These mails have stopped"]


def test_the_digest_stops_by_its_frequency_and_goes_on_where_it_was(yara):
    setting = setting_of(yara)
    DigestSetting.objects.filter(pk=setting.pk).update(frequency="daily", told_until=7)
    stopped = post(address(yara, DIGEST))
    found = DigestSetting.objects.values_list("frequency", "next_at", "told_until")
    assert list(found) == [("never", None, 7)]
    assert modes() == []
    post(address(yara, DIGEST), back=back_of(stopped))
    assert list(found.values_list("frequency", "told_until")) == [("daily", 7)]
    assert DigestSetting.objects.get().next_at > timezone.now()


def test_the_way_back_is_for_the_same_mails_and_ends_after_a_day(yara, time_machine):
    time_machine.move_to(NOON, tick=False)
    other = factories.UserFactory()
    theirs = back_of(post(address(other, REMINDER)))
    mine = back_of(post(address(yara, REMINDER)))
    expected = [(other.email, REMINDER, "off"), ("yara@example.org", REMINDER, "off")]
    too_late = ["This can no longer be undone here"]
    assert Reading(post(address(yara, REMINDER), back=theirs)).headings == too_late
    assert Reading(post(address(yara, REMINDER), back="forged")).headings == too_late
    time_machine.move_to(NOON + datetime.timedelta(hours=25), tick=False)
    assert Reading(post(address(yara, REMINDER), back=mine)).headings == too_late
    assert sorted(modes()) == sorted(expected)


def test_a_token_that_is_not_ours_gets_a_clear_page(client, yara):
    gone = factories.UserFactory()
    dead = address(gone, REMINDER)
    gone.delete()
    forged = reverse("unsubscribe", args=[signing.dumps([yara.pk, REMINDER], salt="other")])
    for url in (
        address(yara, REMINDER)[:-4] + "/",
        address(yara, "no.such.kind"),
        "/afmelden/x/",
        dead,
        forged,
    ):
        for response in (client.get(url, headers={"accept-language": "en"}), post(url)):
            assert response.status_code == 404
        page = read(client, url)
        assert page.headings == ["This link does not work"]
        assert page.links["Choose which mails I get"] == reverse("preferences")
    assert modes() == []


def test_what_must_arrive_cannot_be_stopped(client, yara, monkeypatch):
    required = kinds.Kind(
        name="test.required", label="Must", group="Test", compose=lambda rows: {},
        preview=lambda: None, required=True, help_text="It holds your account together.",
    )  # fmt: skip
    monkeypatch.setitem(kinds._known.kinds, "test.required", required)
    url = address(yara, "test.required")
    for response in (client.get(url), post(url)):
        page = Reading(response)
        assert (page.headings, "It holds your account" in page.text) == (
            ["This mail must arrive"],
            True,
        )
    assert modes() == []


def test_a_mail_program_unsubscribes_with_one_post(yara, settings, time_machine):
    """By what stands in the mail that was sent, and nothing else (RFC 8058)."""
    time_machine.move_to(NOON, tick=False)
    session = factories.SessionFactory(date=datetime.date(2026, 11, 24), status="planned")
    factories.ParticipationFactory(session=session, user=yara)
    starts_at = datetime.datetime(2026, 11, 23, 23, tzinfo=datetime.UTC)
    notify(
        [yara], kind=REMINDER, subject=subject_of(session.pk), key="1",
        data={"starts_at": starts_at.isoformat(), "hours": 24}, expires_at=starts_at,
    )  # fmt: skip
    assert deliver_batch() == 1
    [sent] = mail.outbox
    head = sent.message()
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = re.fullmatch(r"<(.+)>", head["List-Unsubscribe"])[1]
    assert url.startswith(f"{settings.BASE_URL}/afmelden/")
    assert url in sent.body
    response = Client(enforce_csrf_checks=True).post(
        url.removeprefix(settings.BASE_URL),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 200
    assert modes() == [("yara@example.org", REMINDER, "off")]
