"""People who use the admin, and a world with something of everything in it."""

import datetime
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.test import Client

from civportal.accounts.models import PROGRAMME_OFFICE, User
from partners.models import Sector
from programme_lines.models import EducationProgramme, Initiative, LineLeader, Milestone
from sessions_log.models import CalendarToken, Minutes, ReportImport
from tests import factories


def may(user: User, *permissions: str) -> User:
    """Give rights by ``app.codename``."""
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return User.objects.get(pk=user.pk)  # without the rights it remembers


@pytest.fixture
def boss(db) -> User:
    """An administrator."""
    return factories.UserFactory(
        email="boss@example.org", name="Bea Beheer", is_staff=True, is_superuser=True
    )


@pytest.fixture
def office(db) -> User:
    """Someone of the programme office, with the rights that a migration gives their group."""
    user = factories.UserFactory(email="office@example.org", name="Olga Office", is_staff=True)
    user.groups.add(Group.objects.get(name=PROGRAMME_OFFICE))
    return user


SESSION_RIGHTS = [
    f"sessions_log.{action}_{model}"
    for model in [
        "worksession", "agendaitem", "minutes", "participation", "document", "decision",
        "actionitem", "attentionpoint",
    ]
    for action in ["view", "add", "change", "delete"]
]  # fmt: skip


@pytest.fixture
def steering_staff(steering) -> User:
    """A member of the steering group who may use the admin."""
    User.objects.filter(pk=steering.pk).update(is_staff=True)
    Authenticator.objects.create(user=steering, type=Authenticator.Type.TOTP, data={})
    return may(steering, *SESSION_RIGHTS)


@pytest.fixture
def plain_staff(db) -> User:
    """Staff with every right over sessions, but in no body."""
    user = factories.UserFactory(email="plain@example.org", name="Piet Plain", is_staff=True)
    return may(user, *SESSION_RIGHTS)


@pytest.fixture
def browse():
    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser


@pytest.fixture
def world(db, steering_group) -> SimpleNamespace:
    """Two sessions, one public with published minutes and one of the body alone with a draft."""
    line = factories.LineFactory(title="Practoraat")
    partner = factories.PartnerFactory(name="Aardappel BV", slug="aardappel-bv")
    prospect = factories.PartnerFactory(name="Geheime Gast NV", slug="gast", status="prospect")
    person = factories.UserFactory(email="paula@example.org", name="Paula Partner")
    public = factories.SessionFactory(
        title="Openbare sessie", visibility="public", body=steering_group, status="held",
        date=datetime.date(2021, 2, 18), online_url="https://meet.example.org/geheim",
    )  # fmt: skip
    closed = factories.SessionFactory(
        title="Besloten sessie", visibility="body", body=steering_group, status="held",
        date=datetime.date(2021, 4, 1),
    )  # fmt: skip
    public.lines.add(line)
    minutes = factories.MinutesFactory(session=public, summary="<p>Openbare samenvatting.</p>")
    draft = Minutes.objects.create(session=closed, summary="<p>Ruwe samenvatting.</p>")
    item = factories.ItemFactory(
        session=public, order=1, title="Opening", text="<p>Iedereen is welkom.</p>"
    )
    secret = factories.ItemFactory(
        session=public, order=2, title="Vertrouwelijk punt", confidential=True
    )
    draft_item = factories.ItemFactory(
        session=closed, order=1, title="Begroting", text="<p>Ruw.</p>"
    )
    decision = factories.DecisionFactory(item=item, text="Wij beginnen.")
    action = factories.ActionFactory(item=item, text="Zaal bespreken", owner_name="Jan Naam")
    attention = factories.AttentionFactory(item=item, text="Denk aan de studenten", line=line)
    guest = factories.ParticipationFactory(session=public, name="Gerda Gast", organisation="Huis")
    document = factories.DocumentFactory(session=public)
    news = factories.NewsFactory(title="Nieuws over alles")
    news.sessions.set([public, closed])
    news.partners.set([partner, prospect])
    sector = Sector.objects.create(name="Tuinbouw", slug="tuinbouw")
    partner.sectors.add(sector)
    membership = factories.MembershipFactory(user=person, partner=partner, role="contact")
    chapter = factories.ChapterFactory(line=line, title="Stil hoofdstuk", visibility="writers")
    education = EducationProgramme.objects.create(name="Laborant", institution=partner, level=4)
    initiative = Initiative.objects.create(line=line, title="Samen telen")
    initiative.partners.set([partner, prospect])
    leader = LineLeader.objects.create(line=line, name="Lea Leider", partner=partner)
    milestone = Milestone.objects.create(line=line, title="Aanvraag", date="2021-05-26")
    imported = ReportImport.objects.create(
        file="imports/verslag.txt", filename="verslag.txt", format="txt", sha256="a" * 64,
        understood={"sessions": [], "warnings": []},
    )  # fmt: skip
    CalendarToken.objects.create(user=person)
    application = factories.ApplicationFactory()
    moment = factories.MomentFactory(partner=partner)
    signature = factories.SignatureFactory(partner=partner)
    change = factories.StatusChangeFactory(partner=partner, signature=signature)
    request = factories.MembershipRequestFactory(partner=partner)
    invitation = factories.InvitationFactory(partner=partner)
    return SimpleNamespace(**{name: value for name, value in locals().items() if name != "db"})
