"""A meeting from the plan to the published report, each person in a browser of their own.

Under a confidential item everything carries a word that stands nowhere else; the visitor of the
end walks through all that can be reached, and none of it may turn up in any answer.
"""

import datetime
import io
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import pypdf
import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, Response, expect

from civportal.accounts.models import User
from civportal.notifications import delivery
from civportal.notifications.judging import end_of_quiet
from sessions_log.models import AgendaItem, MinutesVersion, Participation, WorkSession
from tests import factories

expect.set_options(timeout=20_000)

pytestmark = pytest.mark.django_db(transaction=True)

SECRETS = {
    "title": "Zwaluwnest",
    "text": "Roerdomp",
    "decision": "Kwartelkoning",
    "action": "Grutto",
    "point": "Wulp",
    "document": "Kievit",
    "file": "Tureluur",
    "remark": "Scholekster",
    "online link": "meet.example",
    "guest's address": "guest@example.org",
}
LINK = re.compile(rb"""(?:href|src)=["']([^"'#]+)""")
SEARCHES = [
    ("/werksessies/", "title"),
    ("/werksessies/", "text"),
    ("/besluiten/", "decision"),
    ("/actiepunten/", "action"),
    ("/aandachtspunten/", "point"),
]
SHOWN_BY = "text/html", "text/calendar", "application/atom+xml", "application/xml", "text/plain"


@dataclass
class People:
    """Who takes part; the guest has no account."""

    office: User
    chair: User
    secretary: User
    member: User
    replaced: User


@pytest.fixture
def people(steering_group) -> People:
    def sits(name: str, role: str) -> User:
        user = factories.UserFactory(name=name, language="en")
        factories.SeatFactory(body=steering_group, user=user, role=role)
        return user

    return People(
        office=factories.office_worker(name="Olga Office", language="en"),
        chair=sits("Karel Chair", "chair"),
        secretary=sits("Sara Secretary", "secretary"),
        member=sits("Marta Member", "member"),
        replaced=sits("Rolf Replaced", "member"),
    )


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.usefixtures("steering_group")
def test_from_the_plan_to_the_report_that_everyone_reads(visit, people):
    session = plan(visit, people)
    guest = invite(visit, people, session)
    answer(visit, people, session, guest)
    the_day_comes(session)
    write(visit, people, session, guest)
    check(visit, people, session)
    approve_and_publish(visit, people, session)
    read_as_a_visitor(visit, session)


# --- before ---------------------------------------------------------------------------------------


def plan(visit, people: People) -> WorkSession:
    """The office plans, makes the agenda and puts a document under its confidential item."""
    page = visit("/werksessies/nieuw/?overleg=stuurgroep", user=people.office, language="en")
    page.fill("#id_title", "Voorjaarsoverleg")
    page.fill("#id_date", (timezone.localdate() + datetime.timedelta(days=10)).isoformat())
    page.fill("#id_start", "15:00")
    page.fill("#id_end", "17:00")
    page.fill("#id_place", "Lab 2")
    page.fill("#id_online_url", f"https://{SECRETS['online link']}/stuurgroep")
    page.locator("input[name=visibility][value=public]").check()
    page.get_by_role("button", name="Plan the session").click()
    expect(page.locator("h1")).to_have_text("Agenda")
    session = WorkSession.objects.get()
    for title, confidential in (("Opening", False), (SECRETS["title"], True), ("Rondvraag", False)):
        add = page.locator("#nieuw-punt")
        add.locator("[name=title]").fill(title)
        add.locator("[name=minutes_planned]").fill("30")
        add.locator("[name=confidential]").set_checked(confidential)
        add.get_by_role("button", name="Add the item").click()
        expect(page.locator(".agenda__title").last).to_contain_text(title)
    secret = page.locator("[data-item]").nth(1)
    expect(secret.locator("time")).to_contain_text("15:30")
    secret.get_by_role("link", name=re.compile("^Add a document")).click()
    page.set_input_files(
        "#id_file",
        {
            "name": f"{SECRETS['file']}.txt",
            "mimeType": "text/plain",
            "buffer": SECRETS["file"].encode(),
        },
    )
    page.fill("#id_title", SECRETS["document"])
    page.get_by_role("button", name="Add the document").click()
    expect(page.locator("[data-item]").nth(1)).to_contain_text(SECRETS["document"])
    return session


def invite(visit, people: People, session: WorkSession) -> Participation:
    """A guest comes on the list; everybody gets the invitation."""
    at = f"/werksessies/{session.pk}"
    page = visit(f"{at}/mensen/gast/", user=people.office, language="en")
    page.fill("#id_name", "Gerda Guest")
    page.fill("#id_email", SECRETS["guest's address"])
    page.get_by_role("button", name="Put on the list").click()
    expect(page.locator(".attendees")).to_contain_text("Gerda Guest")
    page.goto(f"{at}/uitnodigen/")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.locator("#messages")).to_contain_text("5 invitations")
    return session.participations.get(name="Gerda Guest")


def letters() -> dict[str, str]:
    """The mail that went out since the last look: the text, by address; at night, next morning."""
    morning = end_of_quiet(timezone.now(), "Europe/Amsterdam")
    while delivery.deliver_batch(now=morning):
        pass
    sent = {message.to[0]: str(message.body) for message in mail.outbox}
    mail.outbox.clear()
    return sent


def answer(visit, people: People, session: WorkSession, guest: Participation) -> None:
    """One answers on the site, one by the link in the mail, for one somebody else goes."""
    sent = letters()
    assert {guest.email, people.member.email, people.replaced.email} <= set(sent)
    member = visit(session.get_absolute_url(), user=people.member, language="en")
    block = member.locator("#antwoord")
    block.locator("input[name=reply][value=yes]").check()
    block.get_by_role("button", name="Send my answer").click()
    expect(block).to_contain_text("You will be there")

    address = re.search(r"https?://\S+(/antwoord/[^/\s]+/)", sent[guest.email])
    assert address, sent[guest.email]
    by_mail = visit(address[1], language="en")
    expect(by_mail.locator("main")).to_contain_text("Gerda Guest")
    assert SECRETS["title"] not in by_mail.content()
    assert SECRETS["title"] not in sent[guest.email]
    guest.refresh_from_db()
    assert guest.reply == ""  # opening a link changes nothing
    by_mail.locator("input[name=reply][value=yes]").check()
    by_mail.locator("form.reply__form button[type=submit]").click()
    expect(by_mail).to_have_url(re.compile(r"gedaan=1$"))
    guest.refresh_from_db()
    assert guest.reply == "yes"

    other = visit(session.get_absolute_url(), user=people.replaced, language="en", width=360)
    block = other.locator("#antwoord")
    block.locator("input[name=reply][value=replaced]").check()
    block.locator("[name=replaced_by]").fill("Vera Vervanger")
    block.get_by_role("button", name="Send my answer").click()
    expect(block).to_contain_text("Vera Vervanger goes for you")

    page = visit(f"/werksessies/{session.pk}/mensen/", user=people.office, language="en")
    expect(page.locator(".attendees")).to_contain_text("Vera Vervanger")
    expect(page.locator(".tally")).to_contain_text(re.compile(r"Come\s*2"))


def the_day_comes(session: WorkSession) -> None:
    """Ten days go by: the session was yesterday."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    WorkSession.objects.filter(pk=session.pk).update(date=yesterday)


# --- writing --------------------------------------------------------------------------------------


def area(page: Page):
    """Where one writes; there once the editor is ready."""
    found = page.locator("#writing .ProseMirror[role=textbox]")
    expect(found).to_be_visible()
    return found


def type_in(page: Page, words: str) -> None:
    found = area(page)
    found.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)
    expect(found).to_contain_text(words.strip())


def saved(page: Page) -> None:
    expect(page.locator("[data-autosave-state]")).to_have_attribute("data-autosave-state", "saved")


def note(page: Page, kind: str, text: str) -> None:
    page.fill(f"#id_{kind}-text", text)
    page.click(f"button[data-enter={kind}]")
    expect(page.locator(".noting__said").filter(has_text=text)).to_be_visible()


def write(visit, people: People, session: WorkSession, guest: Participation) -> None:
    """The secretary notes who was there, and writes with two windows open."""
    at = f"/werksessies/{session.pk}/notuleren"
    opening, secret, _questions = session.items.order_by("order")
    hers = visit(f"{at}/", user=people.secretary, language="en")
    hers.get_by_role("button", name="Start the minutes").click()
    for name in ("Marta Member", guest.name):
        hers.get_by_label(name).check()
        expect(hers.locator("#attendance [role=status]")).to_contain_text(
            "1 of 5" if name == "Marta Member" else "2 of 5"
        )

    other = visit(f"{at}/{opening.pk}/", user=people.secretary, language="en")
    area(other)
    hers.goto(f"{at}/{opening.pk}/")
    type_in(hers, "De voorzitter opent.")
    saved(hers)
    type_in(other, "Iedereen is er.")
    expect(other.locator(".conflict")).to_be_visible()
    assert stored(opening) == "<p>De voorzitter opent.</p>"
    other.locator(".conflict button[value=merge]").click()
    expect(other.locator(".ProseMirror[role=textbox]")).to_be_visible()
    other.locator("button[value=merged]").click()
    expect(area(other)).to_contain_text("Iedereen is er.")
    assert stored(opening) == "<p>De voorzitter opent.</p><p>Iedereen is er.</p>"

    note(other, "decision", "De begroting is vastgesteld.")
    other.select_option("#id_action-owner", label="Marta Member")
    note(other, "action", "De offerte opvragen")
    note(other, "point", "Meer tijd voor docenten")

    hers.goto(f"{at}/{secret.pk}/")
    type_in(hers, SECRETS["text"])
    saved(hers)
    for kind in ("decision", "action", "point"):
        note(hers, kind, SECRETS[kind])

    hers.goto(f"/werksessies/{session.pk}/rondsturen/")
    hers.get_by_role("button", name="Send round").click()
    expect(hers.locator("main")).to_contain_text("Is it as it was said?")
    assert people.member.email in letters()


def stored(item: AgendaItem) -> str:
    item.refresh_from_db()
    return item.text


# --- after ----------------------------------------------------------------------------------------


def check(visit, people: People, session: WorkSession) -> None:
    """Who attended makes remarks; the writer works one in and answers the other."""
    at = f"/werksessies/{session.pk}"
    opening, secret, _questions = session.items.order_by("order")
    hers = visit(f"{at}/nakijken/", user=people.member, language="en")
    for item, words in ((opening, "Het was de vicevoorzitter."), (secret, SECRETS["remark"])):
        remarks = hers.locator(".remarks").filter(
            has=hers.locator(f"input[name=item][value='{item.pk}']")
        )
        remarks.locator("summary").click()
        remarks.locator("textarea").fill(words)
        remarks.get_by_role("button", name="Send the remark").click()
        expect(hers.locator(".remark").filter(has_text=words)).to_be_visible()

    approving = visit(f"{at}/vaststellen/", user=people.chair, language="en")
    expect(approving.get_by_role("button", name="Approve these minutes")).to_have_count(0)

    writer = visit(f"{at}/notuleren/{opening.pk}/", user=people.secretary, language="en")
    expect(writer.locator("main")).to_contain_text("Het was de vicevoorzitter.")
    type_in(writer, " Dat was de vicevoorzitter.")
    saved(writer)
    writer.goto(f"{at}/nakijken/")
    remark = writer.locator(".remark").filter(has_text="Het was de vicevoorzitter.")
    remark.get_by_role("button", name="Accept").click()
    expect(remark.locator("form")).to_have_count(0)
    remark = writer.locator(".remark").filter(has_text=SECRETS["remark"])
    remark.locator("textarea").fill("Zo is het gezegd.")
    remark.get_by_role("button", name="Answer; the text stays").click()
    expect(remark).to_contain_text("Sara Secretary answered:")


def approve_and_publish(visit, people: People, session: WorkSession) -> None:
    """The chair approves what they read; the office publishes it."""
    at = f"/werksessies/{session.pk}"
    page = visit(f"{at}/vaststellen/", user=people.chair, language="en")
    expect(page.locator("#tekst")).to_contain_text("Dat was de vicevoorzitter.")
    page.get_by_role("button", name="Approve these minutes").click()
    expect(page.locator("main")).to_contain_text("Approved, not published yet")
    version = MinutesVersion.objects.get()
    assert (version.number, version.approved_by) == (1, people.chair)

    visitor = visit(session.get_absolute_url(), language="en")
    expect(visitor.locator("main")).not_to_contain_text("De voorzitter opent.")

    page = visit(f"{at}/publiceren/", user=people.office, language="en")
    expect(page.locator("#tekst")).not_to_contain_text(SECRETS["title"])
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("main")).to_contain_text("Published on")


@dataclass
class Record:
    """Every answer that a visitor got, in words; ``told`` is where a secret stood."""

    seen: dict[str, str] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)

    def add(self, address: str, content: bytes, headers: dict[str, str]) -> None:
        text = " ".join(f"{name}: {value}" for name, value in headers.items())
        if content.startswith(b"%PDF"):
            text += in_words(content)
        text += content.decode("utf-8", "replace")
        self.seen[address] = text
        found = {name for name, word in SECRETS.items() if word.lower() in text.lower()}
        self.told += [(address, name) for name in sorted(found)]


def in_words(pdf: bytes) -> str:
    """All that a PDF says: its text, metadata and contents."""
    read = pypdf.PdfReader(io.BytesIO(pdf))
    outline = " ".join(str(one) for one in read.outline)
    return f"{read.metadata} {outline} " + " ".join(page.extract_text() for page in read.pages)


def read_as_a_visitor(visit, session: WorkSession) -> None:
    """A visitor reads the report, takes the PDF along, and opens whatever leads on."""
    record = Record()
    page = visit("/privacy/", language="en")

    def hear(response: Response) -> None:
        if response.request.resource_type == "document":
            record.add(response.url, response.body(), response.headers)

    page.goto("/werksessies/")
    page.on("requestfinished", lambda request: hear(request.response()))
    page.get_by_role("link", name="Voorjaarsoverleg").first.click()
    expect(page.locator("main")).to_contain_text("De begroting is vastgesteld.")
    expect(page.locator("main")).to_contain_text("De offerte opvragen")
    expect(page.locator("main")).not_to_contain_text("Marta Member")
    expect(page.locator(".session-item__number")).to_have_text(["1", "2"])

    paper = page.get_by_role("link", name="Minutes (PDF)")
    answer = page.request.get(str(paper.get_attribute("href")))
    words = in_words(answer.body())
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert "De begroting is vastgesteld." in words
    assert MinutesVersion.objects.get().public_hash[:12] in words.replace("\n", "")

    own = ("agenda", "bewerken", "mensen", "uitnodigen", "notuleren", "nakijken", "vaststellen",
           "rondsturen", "publiceren", "correctie", "antwoord", "verplaatsen")  # fmt: skip
    at = f"/werksessies/{session.pk}"
    outcomes = [
        *(row.get_absolute_url() for item in session.items.all() for row in of(item)),
        *(f"/documenten/{document.pk}/" for document in session.documents.all()),
    ]
    walk(
        page,
        record,
        start=[
            page.url, "/", "/werksessies/", "/werksessies.atom", "/werksessies.ics",
            "/sitemap.xml", "/besluiten/", "/actiepunten/", "/aandachtspunten/", "/overleggen/",
            *(f"{register}?q={SECRETS[name][:-1]}" for register, name in SEARCHES),
            f"{at}.ics", f"{at}/agenda.pdf", f"{at}/verslag.pdf", f"{at}/versies/",
            f"{at}/versies/1/", f"{at}/versies/1/verslag.pdf", f"{at}/versies/2/",
            *(f"{at}/{name}/" for name in own),
            *(f"{at}/notuleren/{item.pk}/" for item in session.items.all()),
            *outcomes,
        ],
    )  # fmt: skip
    assert record.told == []
    assert any(address.endswith("/versies/1/verslag.pdf") for address in record.seen)
    assert any(address.endswith("/werksessies.atom") for address in record.seen)


def of(item: AgendaItem) -> list:
    return [*item.decisions.all(), *item.actions.all(), *item.attention_points.all()]


def walk(page: Page, record: Record, *, start: list[str]) -> None:
    """Open these addresses as this visitor, and what of this site they lead to."""
    base = page.url
    host = urlsplit(base).netloc
    links: list[str] = []
    for address in dict.fromkeys(urljoin(base, each) for each in start):
        links += [urljoin(address, link) for link in opened(page, record, address)]
    for address in dict.fromkeys(links):
        parts = urlsplit(address)
        is_page = parts.netloc == host and not parts.query and not parts.path.startswith("/static/")
        if is_page and address not in record.seen:
            opened(page, record, address)


def opened(page: Page, record: Record, address: str) -> list[str]:
    """Open an address; what it leads to."""
    answer = page.request.get(address)
    assert answer.status < 500, address
    record.add(address, answer.body(), answer.headers)
    if not answer.headers.get("content-type", "").startswith(SHOWN_BY):
        return []
    return [found.decode().replace("&amp;", "&") for found in LINK.findall(answer.body())]
