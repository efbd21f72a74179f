"""The mails in the style guide: all of them, in both languages, shut in."""

import pytest
from django.urls import reverse

from civportal.accounts.emails import LETTERS
from civportal.notifications.choices import ACCOUNT
from civportal.notifications.kinds import kinds
from civportal.notifications.views.previews import all_previews
from sessions_log.notifications import REMINDER
from tests import factories
from tests.reading import read

HTML = "mail_preview_html"


@pytest.fixture
def staff(db):
    return factories.UserFactory(email="staff@example.org", is_staff=True)


def test_every_kind_and_every_account_mail_has_one():
    account = {f"account.{letter.__name__}" for letter in LETTERS.values()}
    account.add("account.address_works")
    assert set(all_previews()) == {kind.name for kind in kinds()} - {ACCOUNT} | account


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", list(all_previews()))
def test_each_can_be_made_without_the_database(name, language):
    from civportal.notifications.views.previews import _mail, _part

    mail = _mail(all_previews()[name], language, "CIV")
    html = _part(mail, "text/html")
    assert mail.extra_headers["Content-Language"] == language
    assert f'<html lang="{language}">' in html
    assert mail.subject.strip()
    assert "Yara Pinas" in mail.body or name == "account.no_account"
    # No remote pictures, and nothing that did not become text.
    assert "<img" not in html
    assert "{" not in mail.body


def test_the_list_leads_to_each_mail_in_each_language(staff, logged_in):
    page = read(logged_in(staff), reverse("mail_previews"))
    wanted = {
        reverse("mail_preview", args=[name, language])
        for name in all_previews()
        for language in ("nl", "en")
    }
    found = {link for link in page.links.values() if link.startswith("/stijlgids/mails/")}
    # Two mails may have the same subject; each has a link all the same.
    content = page.response.content.decode()
    assert [link for link in sorted(wanted) if f'href="{link}"' not in content] == []
    assert found <= wanted


def test_a_mail_shows_its_head_text_calendar_and_frame(staff, logged_in):
    page = read(logged_in(staff), reverse("mail_preview", args=[REMINDER, "en"]))
    assert page.headings[1:] == ["As it looks in a mail program", "As text", "Calendar part"]
    assert "List-Unsubscribe=One-Click" in page.text
    assert "BEGIN:VCALENDAR" in page.text
    assert reverse(HTML, args=[REMINDER, "en"]) in page.response.content.decode()
    assert "frame-src 'self'" in page.response["Content-Security-Policy"]


def test_the_html_is_shut_in(staff, logged_in):
    response = logged_in(staff).get(reverse(HTML, args=[REMINDER, "nl"]))
    policy = response["Content-Security-Policy"]
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "script-src 'none'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert '<html lang="nl">' in response.content.decode()


@pytest.mark.parametrize("args", [["no.such", "nl"], [REMINDER, "fr"]])
def test_what_is_not_there_is_not_found(staff, logged_in, args):
    client = logged_in(staff)
    assert [
        client.get(reverse(name, args=args)).status_code for name in ("mail_preview", HTML)
    ] == [
        404,
        404,
    ]


def test_only_staff_sees_them(office, charlie, logged_in):
    urls = [
        reverse("mail_previews"),
        reverse("mail_preview", args=[REMINDER, "nl"]),
        reverse(HTML, args=[REMINDER, "nl"]),
    ]
    found = [
        [logged_in(user).get(url).status_code for url in urls] for user in (None, charlie, office)
    ]
    assert found == [[302] * 3, [403] * 3, [403] * 3]
