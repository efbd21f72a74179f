"""Every page of every model opens, for those who may; lists take a fixed number of queries."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from partners.models import (
    Agreement,
    Invitation,
    Membership,
    MembershipRequest,
    Partner,
    PartnerApplication,
    Signature,
    StatusChange,
)
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    AttentionPoint,
    Decision,
    Minutes,
    Participation,
    WorkSession,
)
from tests import factories

OURS = {
    "accounts", "auth", "centre", "news", "partners", "programme_lines", "sessions_log",
}  # fmt: skip
# The portal writes these itself.
READ_ONLY = {Invitation, MembershipRequest, PartnerApplication, Signature, StatusChange}
# The world's first session has approved minutes, so what hangs on it cannot be deleted; its
# agreement is open for signing.
SETTLED = {
    ActionItem, AgendaItem, Agreement, AttentionPoint, Decision, Minutes, Participation,
    WorkSession,
}  # fmt: skip


def registered():
    found = (model for model in admin.site._registry if model._meta.app_label in OURS)
    return sorted(found, key=lambda model: model._meta.label)


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def pages_of(model):
    row = model._default_manager.order_by("pk").first()
    pages = {"changelist": (), "add": ()}
    if row is not None:
        pages |= {"change": (row.pk,), "delete": (row.pk,), "history": (row.pk,)}
    return pages


def test_every_page_opens_for_an_administrator(world, boss, browse):
    client = browse(boss)
    CentreProfile.objects.create(pk=1)
    found, expected = {}, {}
    for model in registered():
        for page, args in pages_of(model).items():
            label = f"{model._meta.label} {page}"
            found[label] = client.get(address(model, page, *args)).status_code
            expected[label] = 200
        if model in SETTLED:
            expected[f"{model._meta.label} delete"] = 403
        if model in READ_ONLY:
            expected |= dict.fromkeys(
                [f"{model._meta.label} add", f"{model._meta.label} delete"], 403
            )
    expected |= {
        "centre.CentreProfile changelist": 302,  # straight to the one form
        "centre.CentreProfile add": 403,
        "centre.CentreProfile delete": 403,
        "sessions_log.CalendarToken add": 403,
        "sessions_log.ReportImport add": 403,
    }
    assert found == expected


def test_the_office_does_its_weekly_work(world, office, browse):
    client = browse(office)
    CentreProfile.objects.create(pk=1)
    found = {
        f"{model._meta.label} {page}": client.get(address(model, page, *args)).status_code
        for model in registered()
        for page, args in pages_of(model).items()
    }
    refused = sorted(label for label, status in found.items() if status not in {200, 302})
    assert refused == sorted(
        [
            "accounts.User delete",
            "auth.Group add", "auth.Group change", "auth.Group changelist", "auth.Group delete",
            "auth.Group history",
            "centre.CentreProfile add", "centre.CentreProfile delete",
            "partners.Agreement delete",
            *(
                f"{model._meta.label} {page}"
                for model in READ_ONLY
                for page in ("add", "delete")
            ),
            "sessions_log.ActionItem delete", "sessions_log.AgendaItem delete",
            "sessions_log.AttentionPoint delete",
            "sessions_log.CalendarToken add", "sessions_log.CalendarToken change",
            "sessions_log.CalendarToken changelist", "sessions_log.CalendarToken delete",
            "sessions_log.CalendarToken history",
            "sessions_log.Decision delete", "sessions_log.Minutes delete",
            "sessions_log.Participation delete", "sessions_log.ReportImport add",
            "sessions_log.WorkSession delete",
        ]
    )  # fmt: skip


@pytest.mark.parametrize("who", ["company", "charlie", None])
def test_who_is_not_staff_gets_no_further_than_the_login(who, request, logged_in, world):
    client = logged_in(request.getfixturevalue(who) if who else None)
    answers = {
        (answer.status_code, answer.headers.get("Location", "").split("?")[0])
        for answer in (
            client.get(address(model, "changelist")) for model in [WorkSession, Partner, User]
        )
    }
    assert answers == {(302, "/beheer/login/" if who else "/account/login/")}


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def one_more_of_everything():
    session = factories.SessionFactory(body=factories.BodyFactory(), visibility="public")
    session.lines.add(factories.LineFactory())
    minutes = factories.MinutesFactory(session=session)
    item = factories.ItemFactory(session=session, order=1)
    partner = factories.PartnerFactory()
    factories.MembershipFactory(partner=partner)
    factories.ApplicationFactory(partner=partner)
    factories.MomentFactory(partner=partner, by=factories.UserFactory(), next_step="Bellen")
    factories.StatusChangeFactory(
        partner=partner, signature=factories.SignatureFactory(partner=partner)
    )
    factories.MembershipRequestFactory(partner=partner)
    factories.InvitationFactory(partner=partner)
    factories.ParticipationFactory(session=session, user=factories.UserFactory(), partner=partner)
    factories.DecisionFactory(item=item)
    factories.ActionFactory(item=item, owner=factories.UserFactory())
    factories.AttentionFactory(item=item, line=factories.LineFactory())
    factories.DocumentFactory(session=session, item=item)
    factories.NewsFactory().lines.add(factories.LineFactory())
    factories.SeatFactory(body=session.body, user=factories.UserFactory(), partner=partner)
    factories.ChapterFactory()
    factories.LeaderFactory()
    factories.ProgrammeFactory()
    factories.InitiativeFactory()
    factories.MilestoneFactory()
    return minutes


def test_lists_take_as_many_queries_for_three_rows_as_for_one(office, boss, browse, db):
    counts = {}
    one_more_of_everything()
    clients = {"office": browse(office), "boss": browse(boss)}

    def count():
        found = {}
        for model in registered():
            if model is CentreProfile:
                continue
            client = clients["boss" if model._meta.app_label == "auth" else "office"]
            if model._meta.model_name == "calendartoken":
                client = clients["boss"]
            found[model._meta.label] = queries(client, address(model, "changelist"))
        return found

    count()  # fills the caches of permissions and content types
    counts[1] = count()
    one_more_of_everything()
    one_more_of_everything()
    counts[3] = count()
    assert counts[3] == counts[1]
    assert max(counts[1].values()) <= 14


def test_the_first_page_takes_a_fixed_number_of_queries(office, browse, world):
    client = browse(office)
    before = queries(client, reverse("admin:index"))
    world.closed.status = "planned"
    world.closed.save()
    one_more_of_everything()
    assert queries(client, reverse("admin:index")) == before


def test_membership_is_listed_with_its_names(office, browse, world):
    page = browse(office).get(address(Membership, "changelist"))
    assert [str(row) for row in page.context["cl"].result_list] == ["Paula Partner · Aardappel BV"]
