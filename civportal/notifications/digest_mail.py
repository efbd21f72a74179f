"""The digest as a mail."""

import datetime
import zoneinfo
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from civportal.centre.models import CentreProfile
from civportal.lib.mail import Group, Letter, Line, absolute
from civportal.notifications.choices import Frequency, Mode, Reason
from civportal.notifications.digests import KIND, News, news_for
from civportal.notifications.kinds import (
    Entry,
    Kind,
    Message,
    Section,
    Withheld,
    in_language_of,
    register_kind,
)
from civportal.notifications.models import DigestSetting, Notification
from civportal.ui import words

MOST = 40
"""Lines in a digest; longer ones are read by nobody and cut off by some mail programs."""
NAMED = 2
"""Headings that the subject names."""

WHY = {
    Frequency.DAILY: gettext_lazy("You get this mail each day on which there is something new."),
    Frequency.WEEKLY: gettext_lazy("You get this mail each week in which there is something new."),
    Frequency.MONTHLY: gettext_lazy(
        "You get this mail each month in which there is something new."
    ),
}


def compose(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
    """The digests of a batch of people, told as of now."""
    frequencies = dict(
        DigestSetting.objects.filter(user__in=[row.recipient_id for row in rows]).values_list(
            "user", "frequency"
        )
    )
    news = news_for(rows)
    centre_name = CentreProfile.current().name
    made: dict[int, Message | Withheld] = {}
    for row in rows:
        frequency = frequencies.get(row.recipient_id, Frequency.NEVER)
        if frequency == Frequency.NEVER:
            made[row.pk] = Withheld(Reason.NOT_WANTED)
        elif row.pk not in news:
            made[row.pk] = Withheld(Reason.NOTHING_NEW)
        else:
            row.data["told"] = [
                entry.subject for _section, lines in news[row.pk].sections for entry in lines
            ]
            with in_language_of(row.recipient):
                letter = letter_for(
                    news[row.pk],
                    name=row.recipient.name,
                    zone_name=row.recipient.time_zone,
                    centre_name=centre_name,
                    why=str(WHY[Frequency(frequency)]),
                )
            made[row.pk] = Message(letter=letter)
    # Before they are sent: what was told is known also when a worker ends right after sending.
    Notification.objects.bulk_update([row for row in rows if row.pk in news], ["data"])
    return made


def letter_for(news: News, *, name: str, zone_name: str, centre_name: str, why: str) -> Letter:
    """The letter, in the language in force."""
    found = [(section, entry) for section, entries in news.sections for entry in entries]
    found.sort(key=lambda each: each[1].moment, reverse=True)
    headings: dict[str, list[tuple[Section, Entry]]] = {}
    for section, entry in found[:MOST]:
        headings.setdefault(entry.topic or "", []).append((section, entry))
    rest = headings.pop("", None)
    groups = [
        Group(title=title, lines=[_line(*each, zone_name) for each in lines])
        for title, lines in headings.items()
    ]
    if rest:
        title = pgettext("the rest, in a mail with groups", "Other news") if groups else ""
        groups.append(Group(title=title, lines=[_line(*each, zone_name) for each in rest]))
    left_out = len(found) - MOST
    return Letter(
        subject=_subject(found, list(headings), has_rest=bool(rest), centre_name=centre_name),
        greeting=_("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
        paragraphs=[_("This is what is new among what you follow.")],
        groups=groups,
        after=[
            ngettext(
                "There is %(count)s more; you find it on the portal.",
                "There are %(count)s more; you find them on the portal.",
                left_out,
            )
            % {"count": left_out}
        ]
        if left_out > 0
        else [],
        action=(_("Open the portal"), absolute(reverse("home"))),
        why=why,
    )


def _line(section: Section, entry: Entry, zone_name: str) -> Line:
    day = timezone.localtime(entry.moment, zoneinfo.ZoneInfo(zone_name)).date()
    return Line(
        title=entry.title,
        url=absolute(entry.url),
        about=f"{section.label} · {words.short_date(day)}",
        text=entry.text,
        language=entry.language,
    )


def _subject(
    found: Sequence[tuple[Section, Entry]],
    headings: Sequence[str],
    *,
    has_rest: bool,
    centre_name: str,
) -> str:
    """A subject that says it all: ``3 nieuwe berichten over Practoraat``."""
    count = len(found)
    if count == 1:
        section, entry = found[0]
        # Translators: the subject of a mail with one thing in it: "Nieuws: De eerste practor".
        return _("%(what)s: %(title)s") % {"what": section.label, "title": entry.title}
    about = list(headings[:NAMED])
    if len(headings) > NAMED or (has_rest and headings):
        about.append(_("other subjects"))
    if not about:
        return ngettext(
            "%(count)s new message of %(centre)s", "%(count)s new messages of %(centre)s", count
        ) % {"count": count, "centre": centre_name}
    if len(about) > 1:
        # Translators: joins the last two of a list: "Practoraat en andere onderwerpen".
        listed = _("%(first)s and %(last)s") % {
            "first": ", ".join(about[:-1]),
            "last": about[-1],
        }
    else:
        listed = about[0]
    return ngettext(
        "%(count)s new message about %(subjects)s",
        "%(count)s new messages about %(subjects)s",
        count,
    ) % {"count": count, "subjects": listed}


def preview() -> Message:
    """An example for the style guide."""
    moment = datetime.datetime(2021, 2, 18, 12, tzinfo=datetime.UTC)
    report = _example_section("report", _("Report"))
    item = _example_section("news", _("News"))

    def entry(number: int, title: str, text: str, topic: str | None) -> Entry:
        return Entry(
            subject=f"example:{number}",
            title=title,
            url=reverse("home"),
            moment=moment - datetime.timedelta(days=number),
            text=text,
            topic=topic,
        )

    first = entry(0, "Werksessie Practoraat", "2 besluiten, 5 aandachtspunten.", "Practoraat")
    second = entry(
        1,
        "De eerste practor begint in mei",
        "Een dag in de week onderzoekt zij met studenten hoe het lab van straks werkt.",
        "Practoraat",
    )
    third = entry(
        2, "Drie bedrijven tekenen", "Daarmee staat de helft van de handtekeningen.", None
    )
    return Message(
        letter=letter_for(
            News([(report, [first]), (item, [second, third])]),
            name="Yara Pinas",
            zone_name=settings.TIME_ZONE,
            centre_name="CIV",
            why=str(WHY[Frequency.WEEKLY]),
        )
    )


def _example_section(name: str, label: str) -> Section:
    return Section(
        name=name,
        label=label,
        prefix="example",
        visible=lambda viewer: DigestSetting.objects.none(),
        entries=lambda keys: {},
    )


def register() -> None:
    """Make the digest known; called once, when Django is ready."""
    register_kind(
        Kind(
            name=KIND,
            label=gettext_lazy("Digest"),
            group=gettext_lazy("Digest"),
            compose=compose,
            preview=preview,
            modes=(Mode.AT_ONCE, Mode.OFF),
        )
    )
