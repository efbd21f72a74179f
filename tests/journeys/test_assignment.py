"""An assignment from an idea to news, each person in a browser of their own.

Every mail that somebody acts on here was really sent: what leads on is the link in it.
"""

import datetime
import re

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from assignments.models import Assignment, Download, Outcome, Team
from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from news.models import NewsItem
from partners.models import Partner
from tests import factories
from tests.journeys.walking import PHONE, fits, letters, link, press

expect.set_options(timeout=20_000)

pytestmark = pytest.mark.django_db(transaction=True)

MEASURED = b"uur;graden\n1;37\n2;38\n"


@pytest.fixture(autouse=True)
def _centre(settings, live_server, tmp_path) -> None:
    cache.clear()
    settings.BASE_URL = live_server.url
    settings.MEDIA_ROOT = tmp_path
    CentreProfile.objects.create(pk=1, name="CIV Lindehaven", email="bureau@example.org")


@pytest.fixture
def line(db):
    return factories.LineFactory(title="Meten en regelen")


@pytest.fixture
def stranger(db) -> User:
    """The contact of another company, who must learn nothing of applications."""
    user = factories.UserFactory(email="other@example.org")
    factories.MembershipFactory(user=user, partner__name="Ander BV")
    return user


def test_from_an_idea_to_news(visit, teacher, coach, company, office, stranger, line):
    on_teachers_screen = write(visit, teacher, company.partners.get(), line)
    assert on_the_board(visit) == []
    confirm_from_the_mail(visit, company)
    assert on_the_board(visit) == []
    publish(visit, office)
    assert on_the_board(visit) == ["Zien wanneer een vat lekt"]
    put_terms_and_data(on_teachers_screen)

    on_coachs_phone, team = apply(visit, coach, teacher)
    for address in (team.get_absolute_url(), f"/opdrachten/{team.assignment_id}/teams/"):
        assert visit(address, user=stranger).title().startswith("Hier is niets voor jou")
    on_companys_screen = accept(visit, company, team)

    refused_before_acceptance(on_coachs_phone)
    accept_terms(on_coachs_phone, team)
    download(on_coachs_phone, team)
    start(on_companys_screen, team)
    hand_in(on_coachs_phone, team)
    look_at_it(on_companys_screen, team)
    finish(on_coachs_phone, team)
    feedback_of_both(on_coachs_phone, on_companys_screen, team)
    outcome(on_coachs_phone, on_companys_screen, team)
    becomes_news(visit, office, team, line)


# --- help -----------------------------------------------------------------------------------------


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def on_the_board(visit) -> list[str]:
    """The titles that a visitor finds there."""
    page = visit("/opdrachten/", **PHONE)
    expect(page.get_by_role("heading", level=1, name="Opdrachten")).to_be_visible()
    fits(page)
    titles = page.locator("main .card__title").all_inner_texts()
    page.close()
    return [title.strip() for title in titles]


# --- to the board ---------------------------------------------------------------------------------


def write(visit, teacher: User, partner: Partner, line) -> Page:
    page = visit("/opdrachten/nieuw/", user=teacher)
    press(page, "Authentieke opdracht")
    expect(page).to_have_url(re.compile(r"/opdrachten/\d+/bewerken/$"))
    # Sent while half of it is missing: it says what, and keeps what was typed.
    page.fill("#id_title", "Zien wanneer een vat lekt")
    press(page, "Versturen")
    expect(page.locator("#id_partner")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_title")).to_have_value("Zien wanneer een vat lekt")

    page.select_option("#id_partner", str(partner.pk))
    page.fill("#id_summary", "Je zoekt uit hoe je aan de temperatuur ziet dat een vat lekt.")
    page.fill("#id_description", "Onze vaten lekken soms. We meten al, maar zien het te laat.")
    page.fill("#id_result", "Een regel die zegt wanneer we moeten kijken.")
    page.select_option("#id_level_min", "4")
    page.select_option("#id_level_max", "6")
    page.fill("#id_learns_4", "Meten en opschrijven.")
    page.fill("#id_delivers_4", "Een meetreeks.")
    page.fill("#id_learns_6", "Een model maken.")
    page.fill("#id_delivers_6", "Het model.")
    page.get_by_label(line.title).check()
    page.fill("#id_hours_per_week", "4,5")
    page.fill("#id_place", "Op school")
    contact = page.locator("#id_contact option", has_text="Carla Company")
    if not contact.count():
        press(page, "Concept opslaan")
        expect(contact).to_have_count(1)
    page.select_option("#id_contact", contact.get_attribute("value"))
    press(page, "Voorbeeld")
    expect(page).to_have_url(re.compile(r"/voorbeeld/$"))
    expect(page.locator("main")).to_contain_text("Een meetreeks.")
    press(page, "Versturen")
    expect(page.locator("main")).to_contain_text("krijgt een mail om ja te zeggen")
    assert Assignment.objects.get().state == "submitted"
    return page


def confirm_from_the_mail(visit, company: User) -> None:
    """Without logging in; opening the link changes nothing."""
    page = visit(link(company.email, r"/opdrachten/bevestigen/[^/\s]+/"), **PHONE)
    expect(page.locator("main")).to_contain_text("Je antwoordt als Carla Company.")
    fits(page)
    assert Assignment.objects.get().company_yes_at is None
    press(page, "Ja, plaats dit namens ons")
    expect(page.locator("main")).to_contain_text("Het programmabureau kijkt ernaar")
    row = Assignment.objects.get()
    assert (row.state, row.company_yes_by) == (
        "submitted",
        "Carla Company <company@example.org>",
    )


def publish(visit, office: User) -> None:
    page = visit(link(office.email, r"/opdrachten/\d+/controleren/"), user=office)
    press(page, "Zet het op het bord")
    expect(page.locator("main")).to_contain_text("Hij staat op het bord. Beide kanten horen het.")


def put_terms_and_data(page: Page) -> None:
    row = Assignment.objects.get()
    page.goto(f"/opdrachten/{row.pk}/voorwaarden/")
    page.locator("main a[href$='/voorwaarden/data/']").first.click()
    page.fill("#id_text", "Gebruik de gegevens alleen voor deze opdracht.")
    press(page, "Opslaan")
    expect(page.locator("main")).to_contain_text("versie 1")
    page.goto(f"/opdrachten/{row.pk}/stukken/")
    page.locator("input[name=kind][value=dataset]").check()
    page.fill("#id_title", "Metingen van een vat")
    page.set_input_files(
        "#id_file", {"name": "vat.csv", "mimeType": "text/csv", "buffer": MEASURED}
    )
    press(page, "Toevoegen")
    expect(page.locator("#stukken")).to_contain_text("Metingen van een vat")


# --- a team ---------------------------------------------------------------------------------------


def apply(visit, coach: User, teacher: User) -> tuple[Page, Team]:
    page = visit("/opdrachten/", user=coach, **PHONE)
    follow(page, "Zien wanneer een vat lekt")
    fits(page)
    follow(page, "Een team vormen")
    expect(page).to_have_url(re.compile(r"/team-vormen/$"))
    page.fill("#id_name", "De Lekzoekers")
    schools = {"Hogeschool Zuid": ("6", "2"), "Mbo Noord": ("4", "3")}
    for place, (school, (level, number)) in enumerate(schools.items()):
        page.select_option(f"#id_school_{place}", label=school)
        page.select_option(f"#id_level_{place}", level)
        page.fill(f"#id_number_{place}", number)
    page.fill("#id_motivation", "Wij meten graag, en rekenen er graag aan.")
    fits(page)
    press(page, "Opslaan en verder naar aanmelden")
    expect(page.locator("main")).to_contain_text("Dit is een gemengd team, zoals gevraagd.")
    expect(page.locator("main")).to_contain_text("Gebruik de gegevens alleen voor deze opdracht.")
    fits(page)
    press(page, "Meld dit team aan")
    expect(page).to_have_url(re.compile(r"/opdrachten/team/\d+/$"))
    team = Team.objects.get()
    assert team.state == "applied"
    letters(teacher.email)
    return page, team


def accept(visit, company: User, team: Team) -> Page:
    page = visit(link(company.email, rf"/opdrachten/team/{team.pk}/"), user=company)
    page.goto(f"/opdrachten/{team.assignment_id}/teams/")
    expect(page.locator("main")).to_contain_text("Wij meten graag, en rekenen er graag aan.")
    page.locator("main a[href$='/kiezen/']").click()
    press(page, "Kies dit team")
    expect(page.locator("main")).to_contain_text("De Lekzoekers is gekozen.")
    team.refresh_from_db()
    assert (team.state, Assignment.objects.get().state) == ("accepted", "matched")
    return page


# --- terms and data -------------------------------------------------------------------------------


def refused_before_acceptance(page: Page) -> None:
    page.goto(f"/opdrachten/stuk/{Assignment.objects.get().documents.get().pk}/")
    expect(page.locator("main")).to_contain_text("Ga eerst akkoord met de voorwaarden.")
    fits(page)
    assert not Download.objects.exists()


def accept_terms(page: Page, team: Team) -> None:
    page.goto(team.get_absolute_url())
    follow(page, "Lees en ga akkoord")
    page.get_by_label(re.compile("Hiermee ga ik akkoord namens het team")).check()
    fits(page)
    press(page, "Ik ga akkoord namens het team")
    expect(page.locator("main")).to_contain_text("Akkoord. Je krijgt een mail met de teksten.")
    acceptance = team.acceptances.get()
    assert (acceptance.name, acceptance.terms.version) == ("Casper Coach", 1)


def download(page: Page, team: Team) -> None:
    page.goto(team.get_absolute_url())
    with page.expect_download() as loading:
        follow(page, "Metingen van een vat")
    with open(loading.value.path(), "rb") as file:
        assert file.read() == MEASURED
    written = Download.objects.get()
    assert (written.team, written.user) == (team, team.coach)


# --- running and finishing ------------------------------------------------------------------------


def start(page: Page, team: Team) -> None:
    page.goto(team.assignment.get_absolute_url())
    follow(page, "Opdracht starten")
    press(page, "Opdracht starten")
    expect(page.locator("main")).to_contain_text("De opdracht is begonnen.")
    page.goto(f"/opdrachten/{team.assignment_id}/mijlpalen/")
    page.fill("#id_title", "Plan")
    due = timezone.localdate() + datetime.timedelta(days=14)
    page.fill("#id_due", due.isoformat())
    press(page, "Toevoegen")
    expect(page.locator("main")).to_contain_text("De mijlpaal staat erbij.")


def hand_in(page: Page, team: Team) -> None:
    page.goto(f"/opdrachten/team/{team.pk}/inleveren/")
    page.select_option("#id_step", label="Plan")
    page.fill("#id_note", "Zo pakken we het aan.")
    page.set_input_files(
        "#id_file", {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Eerst meten."}
    )
    fits(page)
    press(page, "Lever het in")
    expect(page.locator("main")).to_contain_text("Zo pakken we het aan.")


def look_at_it(page: Page, team: Team) -> None:
    page.goto(team.get_absolute_url())
    expect(page.locator("main")).to_contain_text("Zo pakken we het aan.")
    page.get_by_role("button", name=re.compile("^Markeer als gezien")).first.click()
    expect(page.get_by_role("button", name=re.compile("^Markeer als gezien"))).to_have_count(0)
    assert team.hand_ins.get().seen_at is not None


def finish(page: Page, team: Team) -> None:
    page.goto(f"/opdrachten/team/{team.pk}/afronden/")
    expect(page.locator("#id_hours_made")).not_to_have_value("")
    page.fill("#id_hours_made", "210.5")
    fits(page)
    press(page, "Team afronden")
    expect(page.locator("main")).to_contain_text("Het team is klaar.")
    assert Assignment.objects.get().state == "finished"
    # What was open for the team is closed.
    page.goto(f"/opdrachten/stuk/{team.assignment.documents.get().pk}/")
    expect(page.locator("main")).to_contain_text("De opdracht is voorbij")
    assert Download.objects.count() == 1


def feedback_of_both(coachs: Page, companys: Page, team: Team) -> None:
    for page, went_well in ((coachs, "De begeleiding was goed."), (companys, "Slim gemeten.")):
        page.goto(f"/opdrachten/team/{team.pk}/feedback/")
        expect(page.locator("main")).not_to_contain_text("De begeleiding was goed.")
        page.fill("#id_went_well", went_well)
        fits(page)
        press(page, "Feedback geven")
        expect(page.locator("main")).to_contain_text("Dank je wel voor je feedback.")
    assert team.feedback.count() == 2


def outcome(coachs: Page, companys: Page, team: Team) -> None:
    coachs.goto(f"/opdrachten/team/{team.pk}/uitkomst/")
    coachs.fill("#id_title", "Een vat dat zelf waarschuwt")
    coachs.fill("#id_summary", "Aan de temperatuur zie je een lek een uur eerder.")
    coachs.fill("#id_result", "Een regel die elk uur kijkt.")
    coachs.fill("#id_learned", "Meten is niet hetzelfde als weten.")
    coachs.fill("#id_lasts", "De regel draait door.")
    fits(coachs)
    press(coachs, "Opslaan")
    expect(coachs.locator("#uitkomst")).to_contain_text("Een vat dat zelf waarschuwt")
    press(coachs, "Akkoord om dit openbaar te maken")
    expect(coachs.locator("main")).to_contain_text("Je bent akkoord.")
    assert Outcome.objects.get().published_at is None
    assert not NewsItem.objects.exists()
    companys.goto(team.get_absolute_url())
    press(companys, "Akkoord om dit openbaar te maken")
    expect(companys.locator("main")).to_contain_text("de uitkomst is openbaar")
    assert Outcome.objects.get().published_at is not None


def becomes_news(visit, office: User, team: Team, line) -> None:
    """The office has a draft, publishes it in the admin's way, and everyone reads it."""
    item = NewsItem.objects.get()
    assert (item.published_from, list(item.lines.all())) == (None, [line])
    visitor = visit(f"/nieuws/{item.slug}/", **PHONE)
    expect(visitor.get_by_role("heading", level=1, name="Hier is niets voor jou")).to_be_visible()
    desk = visit("/mijn/", user=office)
    expect(desk.locator("main")).to_contain_text(item.title)
    NewsItem.objects.filter(pk=item.pk).update(published_from=timezone.now())

    visitor = visit(f"/nieuws/{item.slug}/", **PHONE)
    expect(visitor.locator("main")).to_contain_text("Een regel die elk uur kijkt.")
    fits(visitor)
    visitor.goto(line.get_absolute_url())
    expect(visitor.locator("main")).to_contain_text("Een vat dat zelf waarschuwt")
    visitor.goto(team.assignment.get_absolute_url())
    expect(visitor.locator("main")).to_contain_text("De regel draait door.")
    expect(visitor.locator("main")).not_to_contain_text("Slim gemeten.")
    fits(visitor)
