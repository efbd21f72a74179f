"""Planning in a real browser: the order by button, by dragging and without script."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories
from tests.journeys.test_every_page import violations


@pytest.fixture
def office(transactional_db):
    return factories.office_worker(name="Olga Office", language="nl")


@pytest.fixture
def planned(office):
    body = factories.BodyFactory(name="Stuurgroep", kind="steering_group")
    session = factories.SessionFactory(
        title="Stuurgroep",
        body=body,
        status="planned",
        visibility="body",
        date=timezone.localdate() + datetime.timedelta(days=10),
        start=datetime.time(15),
        end=datetime.time(16),
    )
    for order, title in enumerate(["Opening", "Begroting", "Rondvraag"], start=1):
        factories.ItemFactory(session=session, order=order, title=title, minutes_planned=25)
    held = factories.SessionFactory(body=body, date=datetime.date(2021, 2, 18))
    source = factories.ItemFactory(session=held, order=1)
    factories.MinutesFactory(session=held)
    factories.ActionFactory(item=source, text="Bellen met de provincie", due=held.date)
    factories.AttentionFactory(item=source, text="Meer tijd voor docenten")
    factories.ParticipationFactory(
        session=session, name="Anna de Gast", email="anna@example.org", invited=True
    )
    return session


def address(session, page):
    return f"/werksessies/{session.pk}/{page}/"


def titles(session):
    return list(session.items.order_by("order").values_list("title", flat=True))


def test_the_button_moves_an_item_and_keeps_the_focus(visit, office, planned):
    page = visit(address(planned, "agenda"), user=office)
    expect(page.locator("[data-grip]").first).to_be_visible()
    page.locator("button[name=down]").first.press("Enter")
    expect(page.locator(".agenda__title")).to_contain_text(["Begroting", "Opening", "Rondvraag"])
    moved = page.locator("[data-item]").nth(1)
    expect(moved.locator("button[name=down]")).to_be_focused()
    expect(moved.locator("time")).to_have_text("15.25")
    moved.locator("button[name=down]").press("Enter")
    expect(page.locator(".agenda__title")).to_contain_text(["Begroting", "Rondvraag", "Opening"])
    # At the end, the way back has the focus.
    expect(page.locator("[data-item]").nth(2).locator("button[name=up]")).to_be_focused()
    expect(page.locator("[data-agenda-status]")).not_to_be_empty()
    assert titles(planned) == ["Begroting", "Rondvraag", "Opening"]


def test_dragging_moves_an_item(visit, office, planned):
    page = visit(address(planned, "agenda"), user=office)
    grips = page.locator("[data-grip]")
    expect(grips.first).to_be_visible()
    last = page.locator("[data-item]").nth(2)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        grips.nth(0).drag_to(
            last, target_position={"x": 100, "y": last.bounding_box()["height"] - 5}
        )
    expect(page.locator(".agenda__number").first).to_have_text("1")
    expect(page.locator("[data-item]").first.locator("time")).to_have_text("15.00")
    expect(page.locator(".agenda__title")).to_contain_text(["Begroting", "Rondvraag", "Opening"])
    assert titles(planned) == ["Begroting", "Rondvraag", "Opening"]


def test_without_script_the_same_button_does_it(visit, office, planned):
    page = visit(address(planned, "agenda"), user=office, script=False)
    page.locator("button[name=up]").nth(1).click()
    expect(page.locator(".agenda__title")).to_contain_text(["Begroting", "Opening", "Rondvraag"])
    expect(page.locator("[data-item]").nth(0).locator("button[name=down]")).to_be_focused()
    page.locator("button[name=what]").first.click()
    expect(page.locator(".agenda__title")).to_have_count(4)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_no_barrier_where_sessions_are_planned(visit, office, planned, width, scheme):
    cancelled = factories.SessionFactory(
        status="cancelled", date=planned.date, cancel_reason="Ziek"
    )
    item, row = planned.items.first(), planned.participations.first()
    addresses = [
        "/werksessies/nieuw/",
        *(
            address(planned, page)
            for page in (
                "bewerken", "kopie", "verplaatsen", "annuleren", "agenda", f"agenda/{item.pk}",
                f"agenda/{item.pk}/weg", "stukken", "mensen", "mensen/account", "mensen/gast",
                f"mensen/{row.pk}", f"mensen/{row.pk}/weg",
            )
        ),
        address(cancelled, "toch"),
    ]  # fmt: skip
    page = visit("/mijn/", user=office, width=width, scheme=scheme)
    found, wide = [], []
    for each in addresses:
        page.goto(each)
        found += violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(each)
    assert (found, wide) == ([], [])
