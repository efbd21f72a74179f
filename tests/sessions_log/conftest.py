"""One log of sessions for the tests of pages, feeds and calendars."""

import datetime

import pytest
from django.utils import timezone

from tests import factories


@pytest.fixture
def english(settings):
    """Pages in the language of the source, for who has not chosen one."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def everyone(office, steering, company, charlie):
    """Who opens each page: None is a visitor."""
    return {
        "visitor": None,
        "charlie": charlie,
        "company": company,
        "steering": steering,
        "office": office,
    }


@pytest.fixture
def soon() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=10)


@pytest.fixture
def log(steering_group, soon):
    """Three held sessions and three to come, one of each visibility, with what came out of them.

    Every held one has published minutes with an open and a confidential item, and a decision,
    an action and an attention point under each.
    """
    found = {}
    for visibility in ("public", "partners", "body"):
        held = factories.SessionFactory(
            title=f"Held {visibility}", visibility=visibility, body=steering_group
        )
        factories.MinutesFactory(session=held, summary=f"<p>Summary {visibility}</p>")
        for order, confidential in enumerate((False, True), start=1):
            name = "confidential" if confidential else "open"
            item = factories.ItemFactory(
                session=held,
                order=order,
                title=f"Item {name}",
                text=f"<p>Text {name}</p>",
                confidential=confidential,
            )
            factories.DecisionFactory(item=item, text=f"Decision {name}")
            factories.ActionFactory(item=item, text=f"Action {name}", owner_name="Olivia Owner")
            factories.AttentionFactory(item=item, text=f"Point {name}")
        found[f"held {visibility}"] = held
        found[f"to come {visibility}"] = factories.SessionFactory(
            title=f"To come {visibility}",
            visibility=visibility,
            body=steering_group,
            status="planned",
            date=soon,
            start=datetime.time(15),
            end=datetime.time(17),
            online_url=f"https://meet.example/{visibility}",
        )
    return found
