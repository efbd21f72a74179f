"""The mailbox of the demonstration: what comes in, who may read it, and that nothing gets out."""

import re
import subprocess
import sys

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.test import Client

from civportal.demo import mail
from tests import factories

BACKEND = "civportal.demo.mail.MailboxBackend"


@pytest.fixture(autouse=True)
def _demo(settings, tmp_path) -> None:
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path
    settings.EMAIL_BACKEND = BACKEND
    settings.BASE_URL = "http://127.0.0.1:8765"


def send(subject: str = "Dag", text: str = "Beste Anna,\n\nTot morgen.", html: str = "") -> None:
    message = EmailMultiAlternatives(subject, text, "CIV <noreply@x.example>", ["anna@x.example"])
    if html:
        message.attach_alternative(html, "text/html")
    assert message.send() == 1


def links(response) -> list[str]:
    return re.findall(r'href="(/postvak/[^"]+)"', response.content.decode())


def test_what_is_sent_can_be_read(db):
    send("Verslag é", "Zie https://portaal.example/werksessies/?a=1&b=2 voor meer.", "<p>Hé</p>")
    [name] = mail.names()
    found = mail.read(name)
    assert (found.sender, found.to, found.subject, found.html.strip(), found.attachments) == (
        "CIV <noreply@x.example>",
        "anna@x.example",
        "Verslag é",
        "<p>Hé</p>",
        [],
    )
    response = Client().get(f"/postvak/{name}/")
    assert (
        'Zie <a href="https://portaal.example/werksessies/?a=1&amp;b=2" rel="nofollow">'
        "https://portaal.example/werksessies/?a=1&amp;b=2</a> voor meer."
    ) in response.content.decode()


def test_newest_first(db):
    for subject in ("een", "twee", "drie"):
        send(subject)
    response = Client().get("/postvak/")
    titles = re.findall(r'href="/postvak/[^"]+">([^<]+)</a>', response.content.decode())
    assert titles == ["drie", "twee", "een"]


def test_many_come_in_pages(db):
    for number in range(26):
        send(f"nummer {number}")
    assert len(set(links(Client().get("/postvak/")))) == 25
    last = Client().get("/postvak/?page=2")
    assert "nummer 0" in last.content.decode()
    assert len(set(links(last))) == 1


def test_the_oldest_make_room(db, monkeypatch):
    monkeypatch.setattr(mail, "KEPT", 2)
    for subject in ("een", "twee", "drie"):
        send(subject)
    assert [mail.read(name).subject for name in mail.names()] == ["drie", "twee"]


def test_an_empty_mailbox_says_what_will_come(db):
    content = Client(headers={"accept-language": "en"}).get("/postvak/").content.decode()
    assert "No mail yet" in content
    assert 'href="/account/signup/"' in content


def test_markup_in_a_mail_stays_text(db):
    send("<script>alert(1)</script>", "<script>alert(2)</script>")
    [name] = mail.names()
    for address in ("/postvak/", f"/postvak/{name}/"):
        content = Client().get(address).content.decode()
        assert "<script>alert" not in content
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content


def test_the_html_of_a_mail_is_shut_in(db):
    send(html="<html><head></head><body><script>alert(1)</script><p>Dag</p></body></html>")
    [name] = mail.names()
    page = Client().get(f"/postvak/{name}/")
    policy = page.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in policy
    assert "unsafe-inline" not in policy
    shown = Client().get(f"/postvak/{name}/html/")
    directives = sorted(shown.headers["Content-Security-Policy"].split("; "))
    assert directives == [
        "default-src 'none'",
        "frame-ancestors 'self'",
        "img-src data:",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "script-src 'none'",
        "style-src 'unsafe-inline'",
    ]
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_blank">' in shown.content.decode()


@pytest.mark.parametrize(
    "name",
    ["12345678901234567890-00000000", "settings", "x" * 300],
)
def test_what_is_not_there_is_not_found(db, name):
    assert Client().get(f"/postvak/{name}/").status_code == 404
    assert mail.read("../../etc/passwd") is None


def test_outside_the_demonstration_there_is_no_mailbox(db, settings, logged_in):
    send()
    [name] = mail.names()
    settings.DEMO = False
    admin = logged_in(factories.UserFactory(is_staff=True, is_superuser=True))
    for address in ("/postvak/", f"/postvak/{name}/", f"/postvak/{name}/html/"):
        assert (Client().get(address).status_code, admin.get(address).status_code) == (404, 404)


@pytest.mark.parametrize(
    ("base_url", "remote"),
    [("https://demo.example.org", "127.0.0.1"), ("http://127.0.0.1:8765", "192.0.2.7")],
)
def test_a_demonstration_that_others_can_reach_shows_it_to_its_administrator_only(
    settings, logged_in, charlie, base_url, remote
):
    """The links in it choose passwords: whoever reads them can become anyone."""
    settings.BASE_URL = base_url
    send()
    [name] = mail.names()
    admin = logged_in(factories.UserFactory(is_staff=True, is_superuser=True))
    for address in ("/postvak/", f"/postvak/{name}/", f"/postvak/{name}/html/"):
        visitor = Client().get(address, REMOTE_ADDR=remote)
        assert (visitor.status_code, visitor.url) == (302, f"/account/login/?next={address}")
        assert logged_in(charlie).get(address, REMOTE_ADDR=remote).status_code == 404
        assert admin.get(address, REMOTE_ADDR=remote).status_code == 200


def test_a_mail_to_nobody_is_not_kept(db):
    message = EmailMessage("Dag", "tekst", "a@x.example", [])
    assert get_connection(BACKEND).send_messages([message]) == 0
    assert mail.names() == []


def test_attachments_are_named(db):
    message = EmailMessage("Dag", "tekst", "a@x.example", ["anna@x.example"])
    message.attach("agenda.ics", "BEGIN:VCALENDAR", "text/calendar")
    message.send()
    assert mail.read(mail.names()[0]).attachments == ["agenda.ics"]


def test_another_process_finds_what_this_one_sent(db, settings, tmp_path):
    """Web and worker share nothing but the disk."""
    program = (
        "import os, django; from django.conf import settings; "
        f"settings.configure(EMAIL_BACKEND={BACKEND!r}, MEDIA_ROOT={str(tmp_path)!r}); "
        "django.setup(); from django.core.mail import send_mail; "
        "send_mail('Uit de werker', 'tekst', 'a@x.example', ['anna@x.example'])"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own words
    assert [mail.read(name).subject for name in mail.names()] == ["Uit de werker"]
