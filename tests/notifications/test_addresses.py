"""Mail to people without an account: sealed while it waits, sent once, then forgotten."""

import datetime

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from civportal.lib.mail import Group, Letter, Line
from civportal.notifications import tasks
from civportal.notifications.kinds import Message
from civportal.notifications.models import DeadAddress, MailPolicy, StrangerMail
from civportal.notifications.outbox import write_to_address

pytestmark = pytest.mark.django_db

GUEST = "gast@example.org"
LETTER = Letter(
    subject="U bent uitgenodigd",
    greeting="Hallo,",
    paragraphs=["Kom ook."],
    action=("Antwoorden", "https://civ.example/antwoord/geheim/"),
    facts=[("Wanneer", "donderdag")],
    groups=[Group(title="Agenda", lines=[Line(title="Opening", url="")])],
)
MESSAGE = Message(
    letter=LETTER, language="nl", calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", method="REQUEST"
)


def write(purpose="uitnodiging:1", ends=datetime.timedelta(days=3)):
    write_to_address("Gast@Example.org", MESSAGE, purpose=purpose, expires_at=timezone.now() + ends)


def test_it_arrives_whole_and_nothing_stays():
    write()
    write()
    tasks.deliver()
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == ([GUEST], "U bent uitgenodigd")
    for words in ("Kom ook.", "donderdag", "Opening", "https://civ.example/antwoord/geheim/"):
        assert words in sent.body
    assert sent.alternatives[1] == (
        "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        "text/calendar; method=REQUEST",
    )
    assert not StrangerMail.objects.exists()


def test_nobody_reads_it_while_it_waits():
    write()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM notifications_strangermail AS t")
        [[row]] = cursor.fetchall()
    assert "geheim" not in row
    assert "Kom ook" not in row


def test_it_comes_and_goes_with_its_cause():
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not StrangerMail.objects.exists()


@pytest.mark.parametrize("why", ["try-out", "dead", "too late"])
def test_the_same_rules_decide_about_it(why):
    if why == "try-out":
        MailPolicy.objects.update_or_create(
            pk=1, defaults={"sandbox": True, "sandbox_addresses": "iemand@example.org"}
        )
    if why == "dead":
        DeadAddress.objects.create(email=GUEST, state="bounced")
    write(ends=datetime.timedelta(minutes=-1 if why == "too late" else 5))
    tasks.deliver()
    assert (mail.outbox, StrangerMail.objects.count()) == ([], 0)


def test_the_stop_switch_holds_it():
    MailPolicy.objects.update_or_create(pk=1, defaults={"stopped": True})
    write()
    tasks.deliver()
    assert mail.outbox == []
    MailPolicy.objects.update(stopped=False)
    tasks.deliver()
    assert [sent.to for sent in mail.outbox] == [[GUEST]]
