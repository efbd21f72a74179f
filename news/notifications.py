"""News has something to tell from the moment it is out."""

import datetime
from collections.abc import Iterator, Mapping, Sequence

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civportal.accounts.models import User
from civportal.lib.mail import Letter, absolute
from civportal.notifications import kinds
from civportal.notifications.choices import Mode, Reason
from civportal.notifications.kinds import Entry, Message, Topic, Withheld
from civportal.notifications.models import Happening, Notification
from civportal.notifications.outbox import followers, happened, notify
from news.models import NewsItem

KIND = "news.published"
PREFIX = "newsitem"
ALL = "news"
"""The topic of all news."""
NEW_FOR = datetime.timedelta(days=14)
"""What is dated earlier than this is no news any more when it comes in, but an archive."""


def subject_of(item_id: int) -> str:
    """What the ledger calls a news item."""
    return f"{PREFIX}:{item_id}"


def topics_of(item: NewsItem) -> list[str]:
    """What people follow who want to hear of this."""
    bodies = {session.body_id for session in item.sessions.all() if session.body_id}
    return [
        ALL,
        *(f"line:{line.pk}" for line in item.lines.all()),
        *(f"partner:{partner.pk}" for partner in item.partners.all()),
        *(f"body:{body}" for body in bodies),
    ]


def find(now: datetime.datetime) -> None:
    """Tell of what came out since, whoever or whatever made it so: the office, or its moment."""
    known = Happening.objects.filter(
        kind=KIND,
        dedupe_key=Concat(
            Value(f"{KIND}:{PREFIX}:", TextField()),
            Cast(OuterRef("pk"), TextField()),
            Value(":", TextField()),
        ),
    )
    fresh = NewsItem.objects.filter(
        ~Exists(known), published_from__gt=now - NEW_FOR, published_from__lte=now
    ).prefetch_related("lines", "partners", "sessions")
    for item in fresh:
        with transaction.atomic():
            topics = topics_of(item)
            happened(kind=KIND, subject=subject_of(item.pk), topics=topics)
            notify(
                followers(topics, kind=KIND).values_list("pk", flat=True).iterator(),
                kind=KIND,
                subject=subject_of(item.pk),
                key=str(item.pk),
            )


def entries(keys: Sequence[int]) -> dict[int, Entry]:
    """The lines of a digest."""
    items = NewsItem.objects.filter(pk__in=keys).prefetch_related("lines")
    return {item.pk: _entry(item) for item in items}


def _entry(item: NewsItem) -> Entry:
    line = next(iter(item.lines.all()), None)
    return Entry(
        subject=subject_of(item.pk),
        title=item.title,
        url=item.get_absolute_url(),
        moment=item.published_from or item.changed_at,
        text=item.lead,
        language=item.language,
        topic=line.title if line else None,
    )


def compose(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
    """The mails at once about news that is out."""
    keys = {_key(row) for row in rows}
    allowed = NewsItem.objects.visible_to(OuterRef("pk")).published().filter(pk__in=keys).order_by()
    people = User.objects.filter(pk__in={row.recipient_id for row in rows}).order_by()
    visible = {
        user: set(found)
        for user, found in people.annotate(seen=ArraySubquery(allowed.values("pk"))).values_list(
            "pk", "seen"
        )
    }
    items = NewsItem.objects.prefetch_related("lines").in_bulk(keys)
    made: dict[int, Message | Withheld] = {}
    for row in rows:
        if _key(row) not in visible[row.recipient_id]:
            made[row.pk] = Withheld(Reason.NO_LONGER_VISIBLE)
            continue
        with kinds.in_language_of(row.recipient):
            made[row.pk] = Message(letter=_letter(_entry(items[_key(row)]), row.recipient.name))
    return made


def _key(row: Notification) -> int:
    return int(row.subject.removeprefix(f"{PREFIX}:"))


def _letter(entry: Entry, name: str) -> Letter:
    return Letter(
        subject=entry.title,
        greeting=_("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
        paragraphs=[entry.text],
        action=(_("Read on"), absolute(entry.url)),
        why=_("You get this mail because you follow what this news is about."),
    )


def preview() -> Message:
    """An example for the style guide."""
    return Message(
        letter=_letter(
            Entry(
                subject="newsitem:1",
                title="De eerste practor begint in mei",
                url=reverse("news:list"),
                moment=datetime.datetime(2021, 3, 1, 9, tzinfo=datetime.UTC),
                text="Een dag in de week onderzoekt zij met studenten het lab van straks.",
            ),
            "Yara Pinas",
        )
    )


def topics(user: User | AnonymousUser) -> Iterator[Topic]:
    """All news at once; news of a line, body or partner comes with those."""
    yield Topic(key=ALL, label=_("All news"), group=_("News"), url=reverse("news:list"))


def register() -> None:
    """Make all of this known; called once, when Django is ready."""
    kinds.register_kind(
        kinds.Kind(
            name=KIND,
            label=gettext_lazy("News"),
            group=gettext_lazy("News"),
            compose=compose,
            preview=preview,
            default=Mode.DIGEST,
            modes=(Mode.AT_ONCE, Mode.DIGEST, Mode.OFF),
            help_text=gettext_lazy("Of the lines, bodies and partners that you follow."),
        )
    )
    kinds.register_section(
        kinds.Section(
            name=KIND,
            label=gettext_lazy("News"),
            prefix=PREFIX,
            visible=lambda viewer: NewsItem.objects.visible_to(viewer).published(),
            entries=entries,
            told_by=(KIND,),
            find=find,
            order=20,
        )
    )
    kinds.register_subjects(PREFIX, NewsItem.objects.visible_to)
    kinds.register_topics("news", topics)
