"""Loads the demo centre into an empty database, in one transaction.

The story stands in ``data/*.toml``; see ``civportal.demo.story`` for how it counts its dates.
"""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.utils import timezone, translation

from assignments.models import Assignment, Outcome
from civportal.accounts.models import PROGRAMME_OFFICE, User
from civportal.centre.models import CentreProfile
from civportal.demo import DEMO_LOGINS, DEMO_PASSWORD, drawings, paper
from civportal.demo.agreements import DemoAgreements
from civportal.demo.applications import DemoApplications
from civportal.demo.assignments import DemoAssignments
from civportal.demo.mails import DemoMails
from civportal.demo.pipeline import DemoPipeline
from civportal.demo.story import DATA, at, chapter, day, plain, rich
from news.models import NewsItem
from partners.models import Membership, Partner, Sector
from programme_lines.models import (
    EducationProgramme,
    Initiative,
    LineLeader,
    Milestone,
    PlanChapter,
    ProgrammeLine,
)
from sessions_log.actions.imports import bring_in_report
from sessions_log.actions.minutes import freeze
from sessions_log.choices import (
    BodyRole,
    MinutesState,
    ParticipationRole,
    RemarkState,
    SessionStatus,
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
    Participation,
    ReportImport,
    WorkSession,
)
from sessions_log.models.guards import correcting

REPORT = "verslag-werksessies.txt"
SEED_LOCK = 0x636976  # "civ": two starts at once must not both find the database empty
SESSION_FILES = ("sessions_first_year", "sessions_second_year", "sessions_ahead")
ANSWERED_AFTER = datetime.timedelta(weeks=5)
"""How long after a session its attention points were answered, where the story does not say."""
OWN_DATA: tuple[type[models.Model], ...] = (
    User,
    CentreProfile,
    Sector,
    Partner,
    ProgrammeLine,
    Body,
    WorkSession,
    ReportImport,
    NewsItem,
)
"""A row in any of these, without the demo's logins, is somebody's own work."""


class ForeignDataError(Exception):
    """The database holds something else; the demo keeps away from it."""

    def __init__(self, found: list[str]) -> None:
        self.found = found
        super().__init__(", ".join(found))


def demo_is_there() -> bool:
    """Whether the demo centre has been loaded into this database."""
    logins = [email for email, _ in DEMO_LOGINS]
    return User.objects.filter(email__in=logins).count() == len(logins)


def seed_demo(*, tell: Callable[[str], None] = lambda _: None) -> bool:
    """Load the demo centre; True when that was done, False when it was there already.

    ``tell`` hears of each part that is ready. Raises ``ForeignDataError`` when the database holds
    data that is not the demo's; then, as after any other error, nothing is left behind.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEED_LOCK])
        if demo_is_there():
            return False
        found = [
            str(model._meta.verbose_name_plural)
            for model in OWN_DATA
            if model._default_manager.exists()
        ]
        if found:
            raise ForeignDataError(found)
        with _files_go_with_the_rows() as keep:
            _Seeder(keep, tell).run()
    return True


@contextmanager
def _files_go_with_the_rows() -> Iterator[Callable[[str], None]]:
    """Remove the files that were stored when the rows that name them do not stay."""
    names: list[str] = []
    try:
        yield names.append
    except BaseException:
        for name in names:
            default_storage.delete(name)
        raise


def date_latest_change(point: AttentionPoint, moment: datetime.datetime) -> None:
    """Put the latest change of a point in its history on the day of the story."""
    history: Any = point.events  # type: ignore[attr-defined] # pghistory's
    latest = history.latest("pgh_id").pgh_id
    history.filter(pgh_id=latest).update(pgh_created_at=moment)


class _Seeder:
    """Builds the rows in the order in which they lean on each other; keys find them back."""

    def __init__(self, keep: Callable[[str], None], tell: Callable[[str], None]) -> None:
        self.keep = keep
        self.tell = tell
        self.people: dict[str, User] = {}
        self.partners: dict[str, Partner] = {}
        self.programmes: dict[str, EducationProgramme] = {}
        self.lines: dict[str, ProgrammeLine] = {}
        self.chapters: dict[str, PlanChapter] = {}
        self.bodies: dict[str, Body] = {}
        self.sessions: dict[str, WorkSession] = {}
        self.points: dict[str, AttentionPoint] = {}
        self.assignments: dict[str, Assignment] = {}

    def run(self) -> None:
        for build in (
            self.centre,
            self.add_partners,
            self.add_people,
            self.add_agreements,
            self.add_pipeline,
            self.add_applications,
            self.add_lines,
            self.add_bodies,
            self.add_sessions,
            self.add_assignments,
            self.add_news,
            self.add_import,
            self.add_mails,
        ):
            self.tell(build())

    def store(self, field: Any, name: str, content: bytes) -> None:
        """Put a file in a field of an unsaved object, and remember it in case all is undone."""
        field.save(name, ContentFile(content), save=False)
        self.keep(field.name)

    def centre(self) -> str:
        data = chapter("centre")
        for name in ("introduction_nl", "introduction_en"):
            data[name] = plain(data[name])
        profile = CentreProfile(pk=1, **data)
        self.store(profile.logo, "logo.png", drawings.centre_logo())
        profile.full_clean()
        profile.save(force_insert=True)
        return profile.name

    def add_partners(self) -> str:
        data = chapter("partners")
        sectors = {row["slug"]: Sector.objects.create(**row) for row in data["sectors"]}
        for row in data["partners"]:
            logo, kinds = row.pop("logo", None), row.pop("sectors")
            row["description"] = plain(row["description"])
            partner = Partner(
                website=f"https://www.{row['slug']}.example",
                kvk_number=f"9900{len(self.partners) + 1:04}",
                **row,
            )
            if logo:
                self.store(partner.logo, f"{partner.slug}.png", drawings.logo(partner.name, **logo))
            partner.full_clean()
            partner.save()
            partner.sectors.set(sectors[kind] for kind in kinds)
            self.partners[partner.slug] = partner
        return f"{len(self.partners)} partners"

    def add_people(self) -> str:
        password = make_password(DEMO_PASSWORD)  # one slow hash serves all six
        office, _ = Group.objects.get_or_create(name=PROGRAMME_OFFICE)
        for row in chapter("people")["people"]:
            login = row.get("login", False)
            superuser, in_office = row.get("superuser", False), row.get("office", False)
            user = User.objects.create(
                email=row["email"],
                name=row["name"],
                language=row.get("language", "" if login else "nl"),
                password=password if login else make_password(None),
                is_superuser=superuser,
                is_staff=superuser or in_office,
            )
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            if in_office:
                user.groups.add(office)
            for seat in row.get("memberships", []):
                Membership.objects.create(
                    user=user, partner=self.partners[seat["partner"]], role=seat["role"]
                )
            self.people[row["key"]] = user
        return f"{len(self.people)} people"

    def add_agreements(self) -> str:
        number = DemoAgreements(people=self.people, partners=self.partners, store=self.store).add()
        return f"{number} agreements"

    def add_pipeline(self) -> str:
        number = DemoPipeline(people=self.people, partners=self.partners, store=self.store).add()
        return f"{number} talks with organisations"

    def add_applications(self) -> str:
        number = DemoApplications(people=self.people, partners=self.partners).add()
        return f"{number} applications"

    def add_lines(self) -> str:
        data = chapter("lines")
        for row in data["education_programmes"]:
            self.programmes[row["key"]] = EducationProgramme.objects.create(
                name=row["name"],
                level=row["level"],
                institution=self.partners[row["institution"]],
            )
        self.add_milestones(data["milestones"], None)
        for order, row in enumerate(data["lines"], 1):
            line = ProgrammeLine.objects.create(
                title=row["title"],
                slug=row["slug"],
                summary=row["summary"],
                body=rich(row["body"]),
                colour=row["colour"],
                order=order,
            )
            self.lines[line.slug] = line
            for place, leader in enumerate(row["leaders"]):
                LineLeader.objects.create(
                    line=line,
                    user=self.people[leader["user"]] if "user" in leader else None,
                    name=leader["name"],
                    role=leader["role"],
                    partner=self.partners[leader["partner"]],
                    order=place,
                )
            self.add_milestones(row["milestones"], line)
            for idea in row["initiatives"]:
                initiative = Initiative.objects.create(
                    line=line,
                    title=idea["title"],
                    description=plain(idea["description"]),
                    status=idea["status"],
                    language=idea.get("language", "nl"),
                )
                initiative.partners.set(self.partners[slug] for slug in idea["partners"])
                initiative.education_programmes.set(
                    self.programmes[key] for key in idea.get("programmes", [])
                )
            for place, part in enumerate(row["chapters"]):
                text = PlanChapter.objects.create(
                    line=line,
                    title=part["title"],
                    text=rich(part["text"]),
                    visibility=part["visibility"],
                    order=place,
                )
                text.authors.set(self.people[key] for key in part["authors"])
                self.chapters[part["key"]] = text
        return f"{len(self.lines)} programme lines, {len(self.chapters)} chapters"

    def add_milestones(self, rows: list[dict[str, Any]], line: ProgrammeLine | None) -> None:
        for row in rows:
            Milestone.objects.create(
                line=line,
                title=row["title"],
                date=day(row["date"]),
                done=row["done"],
                owner=self.people[row["owner"]],
            )

    def add_bodies(self) -> str:
        for row in chapter("bodies")["bodies"]:
            body = Body.objects.create(
                name=row["name"], kind=row["kind"], mandate=rich(row["mandate"])
            )
            for seat in row["seats"]:
                BodyMembership.objects.create(
                    body=body,
                    user=self.people[seat["user"]] if "user" in seat else None,
                    partner=self.partners[seat["partner"]] if "partner" in seat else None,
                    organisation=seat.get("organisation", ""),
                    role=seat.get("role", BodyRole.MEMBER),
                    start=day(seat["start"]),
                    end=day(seat["end"]) if "end" in seat else None,
                )
            self.bodies[row["key"]] = body
        return f"{len(self.bodies)} bodies"

    def add_sessions(self) -> str:
        for name in SESSION_FILES:
            for row in chapter(name)["sessions"]:
                self.add_session(row)
        return f"{len(self.sessions)} sessions"

    def add_session(self, row: dict[str, Any]) -> None:
        language = row.get("language", "nl")
        start, _, end = row.get("hours", "").partition("-")
        session = WorkSession.objects.create(
            title=row["title"],
            kind=row["kind"],
            body=self.bodies[row["body"]] if "body" in row else None,
            date=day(row["date"]),
            start=datetime.time.fromisoformat(start) if start else None,
            end=datetime.time.fromisoformat(end) if end else None,
            place=row.get("place", ""),
            online_url=row.get("online", ""),
            introduction=plain(row.get("introduction", ""), language),
            language=language,
            status=row["status"],
            visibility=row["visibility"],
            sign_up=row.get("sign_up", False),
            capacity=row.get("capacity"),
            sequence=row.get("sequence", 0),
        )
        session.lines.set(self.lines[slug] for slug in row.get("lines", []))
        self.sessions[row["key"]] = session
        presenters = self.add_participations(session, row)
        items = [
            self.add_item(session, order, item, presenters)
            for order, item in enumerate(row.get("items", []), 1)
        ]
        if "minutes" in row:
            self.add_minutes(session, row["minutes"])
        for paperwork in row.get("documents", []):
            self.add_document(session, items, paperwork)

    def add_participations(
        self, session: WorkSession, row: dict[str, Any]
    ) -> dict[str, Participation]:
        """Everyone on the list; found back by the key of a person or the name of a guest."""
        held = session.status == SessionStatus.HELD
        listed: list[dict[str, Any]] = list(row.get("people", []))
        presenters: dict[str, Participation] = {}
        if session.body is not None:
            keys = {user.pk: key for key, user in self.people.items()}
            replies = row.get("replies", {})
            seats = session.body.memberships.filter(start__lte=session.date).exclude(
                end__lt=session.date
            )
            for seat in seats.select_related("user", "partner").order_by("pk"):
                key = keys[seat.user.pk] if seat.user else ""
                reply = replies.get(key, "yes" if held and key else "")
                member = seat.role == BodyRole.MEMBER
                presenters[key or str(seat)] = Participation.objects.create(
                    session=session,
                    user=seat.user,
                    partner=seat.partner,
                    organisation=seat.organisation,
                    role=ParticipationRole.PARTICIPANT if member else seat.role,
                    invited=seat.user is not None,
                    reply=reply,
                    attended=reply != "no" if held else None,
                )
        for guest in listed:
            user = self.people[guest["user"]] if "user" in guest else None
            reply = guest.get("reply", "")
            presenters[guest.get("user") or guest.get("name", "")] = Participation.objects.create(
                session=session,
                user=user,
                name=guest.get("name", ""),
                function=guest.get("function", ""),
                partner=self.partners[guest["partner"]] if "partner" in guest else None,
                organisation=guest.get("organisation", ""),
                role=guest.get("role", ParticipationRole.PARTICIPANT),
                invited=guest.get("invited", False),
                reply=reply,
                attended=reply != "no" if held else None,
            )
        return presenters

    def add_item(
        self,
        session: WorkSession,
        order: int,
        row: dict[str, Any],
        presenters: dict[str, Participation],
    ) -> AgendaItem:
        language = session.language
        item = AgendaItem.objects.create(
            session=session,
            order=order,
            title=row["title"],
            presenter=presenters[row["presenter"]] if "presenter" in row else None,
            minutes_planned=row.get("minutes"),
            purpose=row.get("purpose", "discuss"),
            text=rich(row.get("text", ""), language),
            confidential=row.get("confidential", False),
            about_point=self.points[row["about_point"]] if "about_point" in row else None,
        )
        for place, text in enumerate(row.get("decisions", [])):
            Decision.objects.create(item=item, text=plain(text, language), order=place)
        for place, action in enumerate(row.get("actions", [])):
            ActionItem.objects.create(
                item=item,
                text=plain(action["text"], language),
                owner=self.people[action["owner"]] if "owner" in action else None,
                owner_name=action.get("owner_name", ""),
                due=day(action["due"]) if "due" in action else None,
                snoozed_until=day(action["snoozed"]) if "snoozed" in action else None,
                state=action.get("state", "open"),
                done_on=day(action["done_on"]) if "done_on" in action else None,
                order=place,
            )
        for place, point in enumerate(row.get("points", [])):
            self.add_point(item, place, point)
        return item

    def add_point(self, item: AgendaItem, place: int, row: dict[str, Any]) -> None:
        """An attention point, said in the session; each answer in the history on its own day."""
        language = item.session.language
        point = AttentionPoint.objects.create(
            item=item,
            text=plain(row["text"], language),
            line=self.lines[row["line"]] if "line" in row else None,
            chapter=self.chapters[row["chapter"]] if "chapter" in row else None,
            order=place,
        )
        self.points[row.get("key", point.text)] = point
        said = datetime.datetime.combine(
            item.session.date, datetime.time(17), tzinfo=timezone.get_default_timezone()
        )
        date_latest_change(point, said)
        settled = row.get("state", "open") != "open"
        for answer in row.get("answers", [row] if settled else []):
            point.state = answer["state"]
            point.answer = plain(answer.get("answer", ""), language)
            point.save(update_fields=["state", "answer"])
            answered = at(answer["on"], 11) if "on" in answer else said + ANSWERED_AFTER
            date_latest_change(point, min(answered, timezone.now()))

    def add_minutes(self, session: WorkSession, row: dict[str, Any]) -> None:
        """Minutes go round four days after the session, and are approved and out in two weeks."""
        reached = list(MinutesState).index(MinutesState(row["state"]))
        zone = timezone.get_default_timezone()
        held = datetime.datetime.combine(session.date, datetime.time(16, 30), tzinfo=zone)
        moments = [held + datetime.timedelta(days=days) for days in (4, 12, 13)]
        circulated, approved, published = (
            moment if reached >= step else None for step, moment in enumerate(moments, 1)
        )
        minutes = Minutes.objects.create(
            session=session,
            summary=rich(row.get("first_summary", row["summary"]), session.language),
            state=row["state"],
            circulated_at=circulated,
            approve_by_itself_on=self.silent_day(session, circulated) if not approved else None,
            approved_at=approved,
            published_at=published,
        )
        for remark in row.get("remarks", []):
            self.add_remark(minutes, remark)
        if approved is None:
            return
        chair = session.participations.filter(role="chair", user__isnull=False).first()
        by = chair.user if chair else None
        first = freeze(minutes, by=by, at=approved)
        if "correction" in row:
            with correcting(session.pk):
                minutes.summary = rich(row["summary"], session.language)
                minutes.save(update_fields=["summary"])
            freeze(
                minutes,
                by=by,
                at=approved + datetime.timedelta(days=20),
                reason=plain(row["correction"], session.language),
                kept=first,
            )

    def silent_day(
        self, session: WorkSession, circulated: datetime.datetime | None
    ) -> datetime.date | None:
        """When nobody has a remark that day, the minutes are approved by themselves."""
        if circulated is None or session.body is None or session.body.silent_days is None:
            return None
        return circulated.date() + datetime.timedelta(days=session.body.silent_days)

    def add_remark(self, minutes: Minutes, row: dict[str, Any]) -> None:
        """A remark of the day after the minutes went round; its answer is of the day after that."""
        assert minutes.circulated_at is not None  # noqa: S101 - the story has it so
        made = minutes.circulated_at + datetime.timedelta(days=1)
        settled = row["state"] != RemarkState.OPEN
        secretary = minutes.session.participations.filter(role="secretary").first()
        MinutesRemark.objects.create(
            minutes=minutes,
            item=minutes.session.items.get(order=row["item"]),
            author=self.people[row["by"]],
            text=plain(row["text"]),
            state=row["state"],
            answer=plain(row.get("answer", "")),
            answered_by=secretary.user if settled and secretary else None,
            answered_at=made + datetime.timedelta(days=1) if settled else None,
            created_at=made,
        )

    def add_document(
        self, session: WorkSession, items: list[AgendaItem], row: dict[str, Any]
    ) -> None:
        language = row.get("language", session.language)
        document = Document(
            session=session,
            item=items[row["item"] - 1] if "item" in row else None,
            title=row["title"],
            language=language,
            visibility=row["visibility"],
        )
        if row["file"].endswith(".pdf"):
            content = paper.pdf(row["title"], plain(row["text"], language), language=language)
        else:
            content = row["text"].strip().encode() + b"\n"
        self.store(document.file, row["file"], content)
        document.save()

    def add_assignments(self) -> str:
        self.assignments = DemoAssignments(
            people=self.people,
            partners=self.partners,
            lines=self.lines,
            sessions=self.sessions,
            store=self.store,
        ).add()
        return f"{len(self.assignments)} assignments"

    def add_news(self) -> str:
        rows = chapter("news")["news"]
        for row in rows:
            language = row.get("language", "nl")
            item = NewsItem(
                title=row["title"],
                lead=plain(row["lead"], language),
                body=rich(row["body"], language),
                language=language,
                published_from=at(row["from"], 9, 30) if "from" in row else None,
                picture_alt=row.get("alt", ""),
                outcome=self.outcome_of(row.get("outcome", "")),
            )
            if "picture" in row:
                self.store(
                    item.picture, f"{row['picture']}.png", drawings.PICTURES[row["picture"]]()
                )
            item.full_clean()
            item.save()
            item.lines.set(self.lines[slug] for slug in row.get("lines", []))
            item.partners.set(self.partners[slug] for slug in row.get("partners", []))
            item.sessions.set(self.sessions[key] for key in row.get("sessions", []))
            item.assignments.set(self.assignments[key] for key in row.get("assignments", []))
        return f"{len(rows)} news items"

    def outcome_of(self, key: str) -> Outcome | None:
        """What an assignment brought that a news item tells of."""
        return Outcome.objects.get(team__assignment=self.assignments[key]) if key else None

    def add_import(self) -> str:
        """A report that came in and waits for the office to check it."""
        with translation.override("nl"):
            report = bring_in_report((DATA / REPORT).read_bytes(), REPORT, by=self.people["samira"])
        self.keep(str(report.file.name))
        return "1 report to check"

    def add_mails(self) -> str:
        number = DemoMails(
            people=self.people,
            lines=self.lines,
            bodies=self.bodies,
            partners=self.partners,
            sessions=self.sessions,
            now=timezone.now(),
        ).add()
        return f"{number} mails"
