"""How organisations move along, what each step needs, and what comes next."""

import datetime

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from civportal.notifications.models import Notification
from partners import errors
from partners.actions import pipeline as act
from partners.choices import PartnerStatus
from partners.models import Partner, StatusChange
from partners.notifications.telling import steps_that_are_late
from tests import factories

pytestmark = pytest.mark.django_db


def letter() -> ContentFile:
    return ContentFile(factories.PDF, "brief.pdf")


def outcome(before, after, office) -> str:
    """What moving needs: nothing, a reason, a letter; or why it cannot be done."""
    for needed, given in {
        "nothing": {},
        "reason": {"reason": "Daarom."},
        "letter": {"document": letter()},
    }.items():
        partner = factories.PartnerFactory(status=before)
        try:
            act.move_partner(partner, to=after, by=office, **given)
        except (errors.ReasonMissing, errors.LetterMissing):
            continue
        except errors.Refused as error:
            return type(error).__name__
        return needed
    return "?"


def test_every_move(office, media):
    """The whole table: from each status to each other one."""
    short = {"nothing": "·", "reason": "why", "letter": "letter", "IllegalMove": "no"}
    table = {
        before: {
            after: outcome(before, after, office)
            for after in PartnerStatus.values
            if after != before
        }
        for before in PartnerStatus.values
    }
    assert {
        before: " ".join(
            f"{after}:{short[what]}" for after, what in row.items() if what in short and
            short[what] != "no"
        )
        for before, row in table.items()
    } == {
        "prospect": "applied:· in_talks:· letter_of_intent:letter declined:why",
        "applied": "prospect:why in_talks:· letter_of_intent:letter declined:why",
        "in_talks": "prospect:why letter_of_intent:letter declined:why",
        "letter_of_intent": "in_talks:why declined:why",
        "signed": "ended:why",
        "ended": "prospect:why applied:· in_talks:why",
        "declined": "prospect:why applied:· in_talks:why",
    }  # fmt: skip
    assert {row["signed"] for before, row in table.items() if before != "signed"} == {
        "OnlyBySigning"
    }


def test_a_move_is_written_down(office, media):
    partner = factories.PartnerFactory(status="in_talks")
    act.move_partner(partner, to="letter_of_intent", by=office, document=letter())
    act.move_partner(partner, to="letter_of_intent", by=office)  # pressing twice
    act.move_partner(partner, to="declined", by=office, reason=" Te duur. ")
    assert [
        (c.before, c.after, c.by, c.reason, bool(c.document))
        for c in partner.status_changes.order_by("pk")
    ] == [
        ("in_talks", "letter_of_intent", office, "", True),
        ("letter_of_intent", "declined", office, "Te duur.", False),
    ]
    partner.refresh_from_db()
    assert partner.status == "declined"


@pytest.mark.parametrize(
    "impossible",
    [{"after": "signed"}, {"after": "ended"}, {"after": "letter_of_intent"}, {"after": "lost"}],
)
def test_the_database_refuses(impossible):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.StatusChangeFactory(**impossible)


def test_only_the_office_owns(office, charlie, steering):
    partner = factories.PartnerFactory(status="in_talks")
    act.assign_owner(partner, owner=office, by=office)
    for other in (charlie, steering):
        with pytest.raises(errors.NotInOffice):
            act.assign_owner(partner, owner=other, by=office)
        with pytest.raises(errors.NotInOffice):
            act.log_contact(
                partner, date=datetime.date(2021, 2, 18), summary="Hoi", by=office, owner=other
            )
    partner.refresh_from_db()
    assert (partner.owner, partner.moments.count()) == (office, 0)


def test_the_next_step_is_the_open_one_due_first(office):
    colleague = factories.office_worker(name="Cor Collega")
    partner = factories.PartnerFactory(status="in_talks", owner=colleague)
    day = datetime.date(2021, 2, 18)

    def log(step="", due=None, **more):
        return act.log_contact(
            partner, date=day, summary="Gesprek", by=office, next_step=step, due=due, **more
        )

    def state():
        found = Partner.objects.with_pipeline().get(pk=partner.pk)
        return found.next_step, found.due, found.step_owner_name, found.open_steps

    silent = log(due=day)
    assert (silent.due, silent.owner, state()) == (None, None, (None, None, None, 0))
    log("Ooit bellen")
    soon = log("Rondleiding", day + datetime.timedelta(days=3), owner=office)
    log("Concept sturen", day + datetime.timedelta(days=9))
    assert state() == ("Rondleiding", datetime.date(2021, 2, 21), "Olga Office", 3)
    act.finish_step(soon, by=office)
    act.finish_step(soon, by=colleague)
    soon.refresh_from_db()
    assert (soon.done_by, state()) == (
        office, ("Concept sturen", datetime.date(2021, 2, 27), "Cor Collega", 2),
    )  # fmt: skip
    act.reopen_step(soon, by=office)
    assert state()[0] == "Rondleiding"


def test_since_when_an_organisation_has_its_status(office, django_assert_num_queries):
    with time_machine.travel("2021-02-01T12:00Z", tick=False):
        partner = factories.PartnerFactory(status="prospect")
    with time_machine.travel("2021-02-18T12:00Z", tick=False):
        still = factories.PartnerFactory(status="prospect")
        act.move_partner(partner, to="in_talks", by=office)
    with django_assert_num_queries(1):
        since = {p.pk: p.status_since for p in Partner.objects.with_pipeline()}
    noon = datetime.datetime(2021, 2, 18, 12, tzinfo=datetime.UTC)
    assert since == {partner.pk: noon, still.pk: noon}


def test_a_late_step_is_told_once_for_each_day_that_it_had(office):
    due = datetime.date(2021, 2, 18)
    moment = factories.MomentFactory(next_step="Bellen", due=due, owner=office)
    factories.MomentFactory(next_step="Gedaan", due=due, owner=office, done_at="2021-02-18T12:00Z")
    factories.MomentFactory(next_step="Ooit", owner=office)
    told = []
    for days in (0, 1, 1, 8, 15, 22, 22):
        if days == 15:
            act.replan_step(moment, due=due + datetime.timedelta(days=20), owner=None, by=office)
        steps_that_are_late(today=due + datetime.timedelta(days=days))
        told.append(Notification.objects.count())
    assert told == [0, 1, 1, 1, 1, 2, 2]


def test_a_late_step_of_somebody_who_left_is_told_to_who_is_there(office):
    gone = factories.office_worker(is_active=False)
    moved_on = factories.UserFactory()
    keeper = factories.office_worker()
    kept = factories.PartnerFactory(status="in_talks", owner=keeper)
    due = datetime.date(2021, 2, 18)
    moments = [
        factories.MomentFactory(next_step="Bellen", due=due, owner=owner, **of)
        for owner, of in ((gone, {"partner": kept}), (moved_on, {}), (None, {"partner": kept}))
    ]
    steps_that_are_late(today=due + datetime.timedelta(days=1))
    assert sorted(Notification.objects.values_list("subject", "recipient")) == sorted(
        [
            (f"contactmoment:{moments[0].pk}", keeper.pk),
            (f"contactmoment:{moments[1].pk}", office.pk),
            (f"contactmoment:{moments[1].pk}", keeper.pk),
            (f"contactmoment:{moments[2].pk}", keeper.pk),
        ]
    )


def test_two_moves_at_once_are_one_after_the_other(at_once):
    office = factories.office_worker()
    partner = factories.PartnerFactory(status="in_talks")
    came_to = at_once(
        lambda: act.move_partner(partner, to="declined", by=office, reason="Nee.").status,
        lambda: act.move_partner(partner, to="prospect", by=office, reason="Later.").status,
    )
    changes = list(StatusChange.objects.order_by("pk").values_list("before", "after"))
    # Whoever came second moved from where the first had left it, or was refused.
    assert changes in (
        [("in_talks", "declined"), ("declined", "prospect")],
        [("in_talks", "prospect"), ("prospect", "declined")],
    )
    assert sorted(came_to) == ["declined", "prospect"]
