"""Whatever is sent to the forms of applying: a clear message, or kept and shown as plain text."""

import re
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civportal.accounts.models import User
from partners.models import ApplicationMessage, MembershipRequest, PartnerApplication
from tests import factories
from tests.partners.test_apply import (
    DONE,
    ONE,
    ORGANISATION,
    THREE,
    TWO,
    WISHES,
    YOU,
    confirm_link,
    errors,
    hidden,
    to_the_last,
)

pytestmark = pytest.mark.django_db

SCRIPTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ 7*7 }}{% debug %}",
    "'; DROP TABLE partners_partner; --",
]
TRICKS = [
    "nul\x00byte",
    "bell\x07",
    "\u202etxt.exe",
    "\u200b\u200d\u2060\ufeff",
    "   \t\r\n ",
    "١٢٣٤٥٦٧٨",
    "Ｆｕｌｌ",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "a" * 10_000,
    "🧪" * 3_001,
    "line\r\nBcc: victim@example.org",
]
HOSTILE = SCRIPTS + TRICKS
FIELDS = [
    *((ONE, field) for field in ORGANISATION),
    (TWO, "together"),
    (TWO, "wishes"),
    (TWO, "sectors"),
    *((THREE, field) for field in YOU if field != "password1"),
]
GOOD = {ONE: ORGANISATION, TWO: WISHES, THREE: YOU}


@pytest.fixture(autouse=True)
def _fresh(settings, worker):
    cache.clear()
    settings.BASE_URL = "https://portaal.example.org"


class Danger(HTMLParser):
    """Finds what a browser would run: scripts without a nonce, handlers, addresses that run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if tag == "script" and not known.get("src"):
            self.found.append(tag)
        for name, value in attrs:
            runs = name in {"href", "src", "action"} and (value or "").startswith("javascript:")
            if name.startswith("on") or runs:
                self.found.append(f"{tag} {name}")


def is_safe(response) -> bool:
    return Danger(response.content.decode()).found == []


@pytest.mark.parametrize(("step", "field"), FIELDS)
def test_each_field_with_everything(step, field):
    """Each: refused with a message and nothing kept, or on to the next step; never an error."""
    factories.SectorFactory(slug="lab")
    client = Client(headers={"accept-language": "en"})
    for value in HOSTILE:
        cache.clear()
        client.session.flush()
        more = to_the_last(client) if step == THREE else {}
        if step == TWO:
            client.post(ONE, ORGANISATION)
        before = PartnerApplication.objects.count(), User.objects.count(), len(mail.outbox)
        answer = client.post(step, {**GOOD[step], **more, field: value})
        assert (answer.status_code in {200, 302}, is_safe(answer)) == (True, True), repr(value)
        if answer.status_code == 200:
            assert errors(answer), repr(value)
            after = PartnerApplication.objects.count(), User.objects.count(), len(mail.outbox)
            assert after == before
            if step != THREE:
                assert client.get(TWO if step == ONE else THREE).status_code in {200, 302}
        if len(value) > 4000 and not (step == THREE and field == "consent"):
            assert answer.status_code == 200


def test_what_is_kept_is_shown_as_text_everywhere(office):
    """A script in every field that takes it, from the form to the office and the mail."""
    bad = "<script>alert(1)</script>"
    client = Client(headers={"accept-language": "en"})
    client.post(
        ONE,
        {**ORGANISATION, "name": f"Zilt {bad}", "street": bad, "city": f'"{bad}', "kvk_number": ""},
    )
    client.post(TWO, {"wishes": bad})
    last = client.get(THREE)
    assert is_safe(last)
    # The name may not hold a slash: no address fits in.
    person = {**YOU, "name": "Anna <b onclick=alert(1)>", "function": bad}
    assert client.post(THREE, {**person, **hidden(last)}).url == DONE
    assert is_safe(client.get(DONE))
    assert "<b onclick" not in str(mail.outbox[0].alternatives[0][0])
    confirmed = client.post(confirm_link(), follow=True)
    assert is_safe(confirmed)
    found = PartnerApplication.objects.get()
    assert (found.state, found.street) == ("submitted", bad)
    desk = Client()
    desk.force_login(office)
    for page in ("", "vraag/", "accepteren/", "afwijzen/"):
        assert is_safe(desk.get(f"/partners/aanmeldingen/{found.key}/{page}"))
    assert is_safe(desk.get("/partners/aanmeldingen/"))
    assert is_safe(desk.get("/mijn/"))
    desk.post(f"/partners/aanmeldingen/{found.key}/vraag/", {"text": bad})
    assert is_safe(client.get(found.get_absolute_url()))
    client.post(found.get_absolute_url(), {"text": bad})
    desk.post(
        f"/partners/aanmeldingen/{found.key}/accepteren/",
        {"organisation": "new", "role": "representative", "reason": bad},
    )
    for browser in (client, desk):
        assert is_safe(browser.get(found.get_absolute_url()))
    assert is_safe(desk.get(f"/partners/aanmeldingen/{found.key}/"))


@pytest.mark.parametrize("value", HOSTILE)
def test_words_of_the_applicant_and_of_the_office(value, confirmed, office):
    application = factories.ApplicationFactory(
        user=confirmed("anna@zilt.example"), state="question"
    )
    partner = factories.PartnerFactory()
    own, desk = Client(), Client()
    own.force_login(application.user)
    desk.force_login(office)
    here = application.get_absolute_url()
    there = f"/partners/aanmeldingen/{application.key}/"
    for client, address, field in (
        (own, here, "text"),
        (own, f"/partners/{partner.slug}/meedoen/", "message"),
        (desk, f"{there}vraag/", "text"),
        (desk, f"{there}koppelen/", "partner"),
        (desk, f"{there}accepteren/", "organisation"),
        (desk, f"{there}accepteren/", "role"),
    ):
        answer = client.post(address, {field: value})
        assert (answer.status_code in {200, 302}, is_safe(answer)) == (True, True)
    assert is_safe(own.get(here))
    assert is_safe(desk.get(there))
    assert is_safe(desk.get("/partners/aanmeldingen/", {"q": value, "state": value, "kind": value}))
    kept = [
        *ApplicationMessage.objects.values_list("text", flat=True),
        *MembershipRequest.objects.values_list("message", flat=True),
    ]
    assert all(len(each) <= 3000 and "\x00" not in each and "\u202e" not in each for each in kept)


def test_nothing_seen_is_no_name(client):
    client.post(ONE, {**ORGANISATION, "name": "Z\u200bi\u202elt\n  BV"})
    client.post(TWO, WISHES)
    client.post(THREE, {**YOU, **hidden(client.get(THREE))})
    assert PartnerApplication.objects.get().name == "Zilt BV"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "ftp://zilt.example"), ("website", "file:///etc/passwd"),
        ("website", "http://"), ("website", "zilt"), ("website", "data:text/html,x"),
        ("email", "info@"), ("email", "a@b@c.nl"), ("email", "info@zilt .nl"),
        ("kvk_number", "1234567"), ("kvk_number", "123456789"), ("kvk_number", "1234567a"),
        ("kvk_number", "١٢٣٤٥٦٧٨"), ("postcode", "0123 AB"), ("postcode", "2333 SS"),
        ("postcode", "2333"), ("kind", "bank"), ("kind", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_the_field(field, value):
    page = Client(headers={"accept-language": "en"}).post(ONE, {**ORGANISATION, field: value})
    assert (page.status_code, len(errors(page))) == (200, 1)
    assert f'id="id_{field}_error"' in page.content.decode()


@pytest.mark.parametrize(
    "number", ["12", "0000000000", "+31", "112", "071-51650", "+1234567890123456", "bel me"]
)
def test_what_nobody_can_dial_is_no_phone_number(client, number):
    more = to_the_last(client)
    page = client.post(THREE, {**YOU, **more, "phone": number})
    assert (page.status_code, PartnerApplication.objects.count()) == (200, 0)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_do_nothing(client, method):
    assert [getattr(client, method)(each).status_code for each in (ONE, TWO, THREE)] == [405] * 3


def test_a_key_of_somebody_else_is_not_taken_over(client):
    """The key is the session's, whatever the form says."""
    theirs = factories.ApplicationFactory(name="Van een ander")
    more = {**to_the_last(client), "key": str(theirs.key)}
    assert client.post(THREE, {**YOU, **more}).url == DONE
    theirs.refresh_from_db()
    assert (theirs.name, PartnerApplication.objects.count()) == ("Van een ander", 2)


texts = st.text(max_size=300)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(organisation=st.fixed_dictionaries(dict.fromkeys(ORGANISATION, texts)), wishes=texts)
def test_any_text_in_any_field_is_taken_or_refused(organisation, wishes):
    cache.clear()
    client = Client()
    for address, data in (
        (ONE, organisation),
        (ONE, {**ORGANISATION, "name": organisation["name"]}),
        (TWO, {"wishes": wishes}),
        (TWO, {"together": [wishes], "then": "back"}),
    ):
        answer = client.post(address, data)
        assert answer.status_code in {200, 302}
        assert is_safe(answer)
        assert all(client.get(each).status_code in {200, 302} for each in (ONE, TWO, THREE))
    assert re.search(r"\S", client.get(ONE).content.decode())
