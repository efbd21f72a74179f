"""Makes rows for tests; each factory fills in only what the database demands."""

import datetime
import hashlib

import factory
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.utils import timezone

from assignments.models import (
    Acceptance,
    Assignment,
    AssignmentDocument,
    Booking,
    Feedback,
    HandIn,
    LevelGoal,
    Outcome,
    SavedSearch,
    SchoolPeriod,
    Slot,
    Step,
    Team,
    TeamCount,
    TeamMember,
    TeamMessage,
    Terms,
)
from civportal.accounts.models import PROGRAMME_OFFICE, User
from news.models import NewsItem
from partners.models import (
    Agreement,
    ApplicationMessage,
    ContactMoment,
    Invitation,
    Membership,
    MembershipRequest,
    Partner,
    PartnerApplication,
    Sector,
    Signature,
    SignatureRequest,
    StatusChange,
)
from programme_lines.models import (
    EducationProgramme,
    Initiative,
    LineLeader,
    Milestone,
    PlanChapter,
    ProgrammeLine,
)
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    AttentionPoint,
    Body,
    BodyMembership,
    Decision,
    Document,
    Minutes,
    MinutesRemark,
    MinutesVersion,
    Participation,
    WorkSession,
)


class Factory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True
        skip_postgeneration_save = True


class UserFactory(Factory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = "!"

    @factory.post_generation
    def second_factor(self: User, create: bool, extracted: bool | None, **kwargs: object) -> None:
        """Staff have a second step at login, or the admin turns them away."""
        if create and (self.is_staff if extracted is None else extracted):
            Authenticator.objects.create(user=self, type=Authenticator.Type.TOTP, data={})


class SectorFactory(Factory):
    class Meta:
        model = Sector

    name = factory.Sequence(lambda n: f"Sector {n}")
    slug = factory.Sequence(lambda n: f"sector-{n}")


class PartnerFactory(Factory):
    class Meta:
        model = Partner

    name = factory.Sequence(lambda n: f"Partner {n}")
    kind = "company"
    status = "signed"


class MembershipFactory(Factory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    partner = factory.SubFactory(PartnerFactory)
    role = "contact"


class ApplicationFactory(Factory):
    class Meta:
        model = PartnerApplication

    name = factory.Sequence(lambda n: f"Organisatie {n}")
    kind = "company"
    state = "submitted"
    user = factory.SubFactory(UserFactory)
    applicant_name = factory.LazyAttribute(lambda row: row.user.name if row.user else "Aap Noot")
    applicant_email = factory.LazyAttribute(
        lambda row: row.user.email if row.user else "aap@example.org"
    )
    consent_at = datetime.datetime(2021, 2, 1, 12, tzinfo=datetime.UTC)

    @factory.lazy_attribute
    def submitted_at(self) -> datetime.datetime | None:
        return None if self.state == "unconfirmed" else self.consent_at

    @factory.lazy_attribute
    def decided_at(self) -> datetime.datetime | None:
        decided = self.state in {"accepted", "declined", "withdrawn"}
        return self.consent_at if decided else None

    @factory.lazy_attribute
    def reason(self) -> str:
        return "Past niet." if self.state == "declined" else ""


class ApplicationMessageFactory(Factory):
    class Meta:
        model = ApplicationMessage

    application = factory.SubFactory(ApplicationFactory)
    from_office = True
    text = "Met hoeveel mensen?"


class MomentFactory(Factory):
    class Meta:
        model = ContactMoment

    partner = factory.SubFactory(PartnerFactory, status="in_talks")
    date = datetime.date(2021, 2, 18)
    summary = "Goed gesprek."


class StatusChangeFactory(Factory):
    class Meta:
        model = StatusChange

    partner = factory.SubFactory(PartnerFactory, status="in_talks")
    before = "prospect"
    after = "in_talks"


class MembershipRequestFactory(Factory):
    class Meta:
        model = MembershipRequest

    user = factory.SubFactory(UserFactory)
    partner = factory.SubFactory(PartnerFactory)


class InvitationFactory(Factory):
    class Meta:
        model = Invitation

    partner = factory.SubFactory(PartnerFactory)
    email = factory.Sequence(lambda n: f"genodigde{n}@example.org")
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    expires_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=14))


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
"""What passes for a PDF at the door."""


class AgreementFactory(Factory):
    class Meta:
        model = Agreement

    kind = "cooperation"
    title = factory.Sequence(lambda n: f"Samenwerkingsovereenkomst {n}")
    version = "1.0"
    document = factory.django.FileField(filename="overeenkomst.pdf", data=PDF)
    valid_from = datetime.date(2021, 5, 26)
    state = "open"

    @factory.lazy_attribute
    def opened_at(self) -> datetime.datetime | None:
        return None if self.state == "draft" else timezone.now()

    @factory.lazy_attribute
    def closed_at(self) -> datetime.datetime | None:
        return timezone.now() if self.state == "closed" else None


class SignatureRequestFactory(Factory):
    class Meta:
        model = SignatureRequest

    agreement = factory.SubFactory(AgreementFactory)
    partner = factory.SubFactory(PartnerFactory, status="in_talks")


class SignatureFactory(Factory):
    class Meta:
        model = Signature

    agreement = factory.SubFactory(AgreementFactory)
    partner = factory.SubFactory(PartnerFactory)
    name = "Dirk Directeur"
    mandate = "directeur"
    method = "password"
    signed_at = factory.LazyFunction(timezone.now)
    document_sha256 = factory.LazyAttribute(lambda row: row.agreement.sha256)


class PaperSignatureFactory(SignatureFactory):
    method = "paper"
    scan = factory.django.FileField(filename="scan.pdf", data=PDF)
    scan_sha256 = hashlib.sha256(PDF).hexdigest()


class LineFactory(Factory):
    class Meta:
        model = ProgrammeLine

    title = factory.Sequence(lambda n: f"Lijn {n}")


class ChapterFactory(Factory):
    class Meta:
        model = PlanChapter

    line = factory.SubFactory(LineFactory)
    title = factory.Sequence(lambda n: f"Hoofdstuk {n}")


class LeaderFactory(Factory):
    class Meta:
        model = LineLeader

    line = factory.SubFactory(LineFactory)
    name = factory.Sequence(lambda n: f"Leider {n}")


class ProgrammeFactory(Factory):
    class Meta:
        model = EducationProgramme

    name = factory.Sequence(lambda n: f"Opleiding {n}")
    institution = factory.SubFactory(PartnerFactory, kind="mbo_school")
    level = 4


class InitiativeFactory(Factory):
    class Meta:
        model = Initiative

    line = factory.SubFactory(LineFactory)
    title = factory.Sequence(lambda n: f"Initiatief {n}")


class MilestoneFactory(Factory):
    class Meta:
        model = Milestone

    title = factory.Sequence(lambda n: f"Mijlpaal {n}")
    date = datetime.date(2021, 5, 26)


class BodyFactory(Factory):
    class Meta:
        model = Body

    name = factory.Sequence(lambda n: f"Overleg {n}")
    kind = "working_group"


class SeatFactory(Factory):
    class Meta:
        model = BodyMembership

    body = factory.SubFactory(BodyFactory)
    user = factory.SubFactory(UserFactory)


class SessionFactory(Factory):
    class Meta:
        model = WorkSession

    title = factory.Sequence(lambda n: f"Sessie {n}")
    kind = "work_session"
    date = datetime.date(2021, 2, 18)
    status = "held"
    visibility = "public"


class ItemFactory(Factory):
    class Meta:
        model = AgendaItem

    session = factory.SubFactory(SessionFactory)
    order = factory.Sequence(lambda n: n % 30_000)
    title = factory.Sequence(lambda n: f"Punt {n}")


class MinutesFactory(Factory):
    class Meta:
        model = Minutes

    session = factory.SubFactory(SessionFactory)
    state = "published"
    approved_at = datetime.datetime(2021, 3, 1, 12, tzinfo=datetime.UTC)
    published_at = datetime.datetime(2021, 3, 2, 12, tzinfo=datetime.UTC)


class VersionFactory(Factory):
    class Meta:
        model = MinutesVersion

    minutes = factory.SubFactory(MinutesFactory)
    number = 1
    reason = factory.LazyAttribute(lambda version: "" if version.number == 1 else "Een fout")
    full = factory.LazyFunction(dict)
    public = factory.LazyFunction(dict)
    full_hash = "a" * 64
    public_hash = "b" * 64


class RemarkFactory(Factory):
    class Meta:
        model = MinutesRemark

    minutes = factory.SubFactory(MinutesFactory, state="circulated")
    author = factory.SubFactory(UserFactory)
    text = factory.Sequence(lambda n: f"Opmerking {n}")


class DecisionFactory(Factory):
    class Meta:
        model = Decision

    item = factory.SubFactory(ItemFactory)
    text = factory.Sequence(lambda n: f"Besluit {n}")


class ActionFactory(Factory):
    class Meta:
        model = ActionItem

    item = factory.SubFactory(ItemFactory)
    text = factory.Sequence(lambda n: f"Actie {n}")


class AttentionFactory(Factory):
    class Meta:
        model = AttentionPoint

    item = factory.SubFactory(ItemFactory)
    text = factory.Sequence(lambda n: f"Aandachtspunt {n}")


class ParticipationFactory(Factory):
    class Meta:
        model = Participation

    session = factory.SubFactory(SessionFactory)
    organisation = "Een organisatie"


class DocumentFactory(Factory):
    class Meta:
        model = Document

    session = factory.SubFactory(SessionFactory)
    title = factory.Sequence(lambda n: f"Stuk {n}")
    file = factory.django.FileField(filename="stuk.txt", data=b"tekst")
    visibility = "public"


class NewsFactory(Factory):
    class Meta:
        model = NewsItem

    title = factory.Sequence(lambda n: f"Bericht {n}")
    lead = "Wat er gebeurde."
    published_from = datetime.datetime(2021, 3, 1, 9, tzinfo=datetime.UTC)


SAID_YES = datetime.datetime(2021, 3, 1, 12, tzinfo=datetime.UTC)


class AssignmentFactory(Factory):
    """On the board, with a teacher and an organisation that both said yes."""

    class Meta:
        model = Assignment

    form = "assignment"
    state = "published"
    title = factory.Sequence(lambda n: f"Opdracht {n}")
    summary = "Waar het over gaat."
    partner = factory.SubFactory(PartnerFactory)
    teacher = factory.SubFactory(UserFactory)
    posted_by = factory.SelfAttribute("teacher")
    level_min = 4
    level_max = 6

    @factory.lazy_attribute
    def submitted_at(self) -> datetime.datetime | None:
        return None if self.state == "draft" else SAID_YES

    @factory.lazy_attribute
    def teacher_yes_at(self) -> datetime.datetime | None:
        return SAID_YES if self.teacher and self.state != "draft" else None

    @factory.lazy_attribute
    def company_yes_at(self) -> datetime.datetime | None:
        return None if self.state in {"draft", "submitted"} else SAID_YES

    @factory.lazy_attribute
    def published_at(self) -> datetime.datetime | None:
        return None if self.state in {"draft", "submitted", "withdrawn"} else SAID_YES

    @factory.lazy_attribute
    def matched_at(self) -> datetime.datetime | None:
        return SAID_YES if self.state in {"matched", "running", "finished", "archived"} else None

    @factory.lazy_attribute
    def started_at(self) -> datetime.datetime | None:
        return SAID_YES if self.state in {"running", "finished", "archived"} else None

    @factory.lazy_attribute
    def finished_at(self) -> datetime.datetime | None:
        return SAID_YES if self.state in {"finished", "archived"} else None

    @factory.lazy_attribute
    def withdrawn_at(self) -> datetime.datetime | None:
        return SAID_YES if self.state == "withdrawn" else None


class GoalFactory(Factory):
    class Meta:
        model = LevelGoal

    assignment = factory.SubFactory(AssignmentFactory)
    level = 4
    learns = "Meten."
    delivers = "Een meetrapport."


class SchoolPeriodFactory(Factory):
    class Meta:
        model = SchoolPeriod

    school = factory.SubFactory(PartnerFactory, kind="mbo_school")
    name = "Periode 3"
    starts_on = datetime.date(2021, 2, 1)
    ends_on = datetime.date(2021, 4, 16)


class TeamFactory(Factory):
    class Meta:
        model = Team

    assignment = factory.SubFactory(AssignmentFactory)
    name = factory.Sequence(lambda n: f"Team {n}")
    coach = factory.SubFactory(UserFactory)
    state = "applied"
    motivation = "Wij willen dit graag."

    @factory.lazy_attribute
    def applied_at(self) -> datetime.datetime | None:
        return None if self.state == "draft" else SAID_YES

    @factory.lazy_attribute
    def decided_at(self) -> datetime.datetime | None:
        return SAID_YES if self.state in {"accepted", "declined"} else None

    @factory.lazy_attribute
    def reason(self) -> str:
        return "Past niet." if self.state == "declined" else ""


class TeamCountFactory(Factory):
    class Meta:
        model = TeamCount

    team = factory.SubFactory(TeamFactory)
    school = factory.SubFactory(PartnerFactory, kind="mbo_school")
    level = 4
    number = 3


class TeamMemberFactory(Factory):
    class Meta:
        model = TeamMember

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Student {n}")
    consent_on = datetime.date(2021, 3, 1)


class TeamMessageFactory(Factory):
    class Meta:
        model = TeamMessage

    team = factory.SubFactory(TeamFactory)
    side = "company"
    text = "Wanneer kunnen jullie?"


class TermsFactory(Factory):
    class Meta:
        model = Terms

    assignment = factory.SubFactory(AssignmentFactory)
    kind = "nda"
    version = 1
    text = "Wat je hoort, blijft onder ons."


class AcceptanceFactory(Factory):
    """As the coach of the team gave it."""

    class Meta:
        model = Acceptance

    terms = factory.SubFactory(TermsFactory)
    team = factory.SubFactory(TeamFactory, state="accepted")
    name = "Casper Coach"
    sha256 = factory.LazyAttribute(lambda acceptance: acceptance.terms.sha256)


class AssignmentDocumentFactory(Factory):
    class Meta:
        model = AssignmentDocument

    assignment = factory.SubFactory(AssignmentFactory)
    kind = "dataset"
    title = factory.Sequence(lambda n: f"Meetgegevens {n}")
    file = factory.django.FileField(filename="metingen.csv", data=b"uur;graden\n1;37\n")


class StepFactory(Factory):
    class Meta:
        model = Step

    assignment = factory.SubFactory(AssignmentFactory)
    title = factory.Sequence(lambda n: f"Stap {n}")
    due = datetime.date(2021, 5, 1)


class HandInFactory(Factory):
    class Meta:
        model = HandIn

    team = factory.SubFactory(TeamFactory, state="accepted")
    note = "Ons plan."


class FeedbackFactory(Factory):
    class Meta:
        model = Feedback

    team = factory.SubFactory(TeamFactory, state="accepted")
    side = "company"
    went_well = "De metingen."


class OutcomeFactory(Factory):
    class Meta:
        model = Outcome

    team = factory.SubFactory(TeamFactory, state="accepted")
    title = factory.Sequence(lambda n: f"Uitkomst {n}")
    summary = "Meten gaat nu twee keer zo snel."
    result = "Een nieuwe methode."
    learned = "Samen meten."


class SlotFactory(Factory):
    class Meta:
        model = Slot

    assignment = factory.SubFactory(AssignmentFactory, form="guest_lecture")
    date = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=21))
    start = datetime.time(10)
    end = datetime.time(12)
    capacity = 30


class BookingFactory(Factory):
    class Meta:
        model = Booking

    slot = factory.SubFactory(SlotFactory)
    teacher = factory.SubFactory(UserFactory)
    school = factory.SubFactory(PartnerFactory, kind="mbo_school")
    group = factory.Sequence(lambda n: f"Klas {n}")
    number = 10


class SavedSearchFactory(Factory):
    class Meta:
        model = SavedSearch

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Zoektocht {n}")
    query = "form=assignment"


def office_worker(**fields: object) -> User:
    """Someone of the programme office."""
    user = UserFactory(**fields)
    user.groups.add(Group.objects.get_or_create(name=PROGRAMME_OFFICE)[0])
    return user
