"""The form in which people say what they want to hear, how and when."""

import datetime
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from civportal.accounts.models import User
from civportal.notifications import actions
from civportal.notifications.choices import Frequency
from civportal.notifications.digests import KIND as DIGEST
from civportal.notifications.digests import setting_shown
from civportal.notifications.kinds import Kind, Topic, kinds, topics
from civportal.notifications.models import DigestSetting, Follow, Preference
from civportal.ui import words
from civportal.ui.widgets import DateInput

OFFSETS = [14 * 24, 7 * 24, 3 * 24, 2 * 24, 24, 3, 1]
"""Hours before that can be chosen; other ones that someone has stay."""
MOST_OFFSETS = 5


def before(hours: int) -> str:
    """``1 week before``, ``2 days before``, ``3 hours before``."""
    if hours % (7 * 24) == 0:
        number = hours // (7 * 24)
        text = ngettext("%(number)s week before", "%(number)s weeks before", number)
    elif hours % 24 == 0:
        number = hours // 24
        text = ngettext("%(number)s day before", "%(number)s days before", number)
    else:
        number = hours
        text = ngettext("%(number)s hour before", "%(number)s hours before", number)
    return text % {"number": number}


class PreferencesForm(forms.Form):
    """All of it on one page; ``opened_by`` is who looks, a visitor where a link opened it.

    What a visitor may not know of is not offered, and stays as it is.
    """

    all_optional = True

    reminder_hours = forms.TypedMultipleChoiceField(
        label=_("When to remind you"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never at night: then it comes the next morning, or the evening before."),
    )
    frequency = forms.ChoiceField(label=_("How often"), choices=Frequency)
    weekday = forms.TypedChoiceField(label=_("On which day"), coerce=int, choices=[])
    hour = forms.TypedChoiceField(label=_("At what time"), coerce=int, choices=[])
    paused_until = forms.DateField(
        label=_("No mail until"),
        required=False,
        widget=DateInput,
        help_text=_(
            "For a holiday. The digest afterwards tells what you missed. What must arrive does "
            "arrive."
        ),
    )

    def __init__(
        self, *args: Any, user: User, opened_by: User | AnonymousUser, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.setting = setting_shown(user)
        self.kinds = [kind for kind in kinds() if kind.name != DIGEST]
        self.optional = [kind for kind in self.kinds if not kind.required]
        self.topics = topics(opened_by)
        self.followed = set(Follow.objects.filter(user=user).values_list("topic", flat=True))
        self._offer_times()
        self._offer_modes()
        self._offer_topics()

    def _offer_times(self) -> None:
        setting: DigestSetting = self.setting
        offsets = sorted({*OFFSETS, *setting.reminder_hours}, reverse=True)
        self._choices("reminder_hours", [(hours, before(hours)) for hours in offsets])
        self._choices("weekday", [(number, WEEKDAYS[number]) for number in range(7)])
        self._choices("hour", [(hour, words.clock(datetime.time(hour))) for hour in range(7, 21)])
        today = timezone.localdate()
        paused = setting.paused_until
        self.initial = {
            **self.initial,
            "reminder_hours": setting.reminder_hours,
            "frequency": setting.frequency,
            "weekday": setting.weekday,
            "hour": setting.hour,
            "paused_until": paused if paused and paused > today else None,
        }

    def _choices(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = choices

    def _offer_modes(self) -> None:
        chosen = dict(Preference.objects.filter(user=self.user).values_list("kind", "mode"))
        for kind in self.optional:
            self.fields[f"kind_{kind.name}"] = forms.ChoiceField(
                label=str(kind.label),
                help_text=str(kind.help_text),
                choices=[(mode.value, mode.label) for mode in kind.modes],
                initial=chosen.get(kind.name, kind.default),
                widget=forms.RadioSelect,
            )

    def _offer_topics(self) -> None:
        for number, (group, found) in enumerate(self._topic_groups()):
            self.fields[f"follow_{number}"] = forms.MultipleChoiceField(
                label=group,
                choices=[(topic.key, topic.label) for topic in found],
                initial=[topic.key for topic in found if topic.key in self.followed],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def _topic_groups(self) -> Iterator[tuple[str, list[Topic]]]:
        for group, found in itertools.groupby(self.topics, key=lambda topic: str(topic.group)):
            yield group, list(found)

    # --- what the page shows -------------------------------------------------------------------

    def kind_groups(self) -> list[tuple[str, list[tuple[Kind, forms.BoundField | None]]]]:
        """Kinds under their headings, each with its field; none where it must arrive."""
        rows = [(kind, None if kind.required else self[f"kind_{kind.name}"]) for kind in self.kinds]
        groups: dict[str, list[tuple[Kind, forms.BoundField | None]]] = {}
        for kind, field in rows:
            groups.setdefault(str(kind.group), []).append((kind, field))
        return list(groups.items())

    def follow_fields(self) -> list[forms.BoundField]:
        """What can be followed, a field for each group."""
        return [self[name] for name in self.fields if name.startswith("follow_")]

    # --- what comes in -------------------------------------------------------------------------

    def clean_reminder_hours(self) -> list[int]:
        """No more moments than fit."""
        hours: list[int] = self.cleaned_data["reminder_hours"]
        if len(hours) > MOST_OFFSETS:
            raise forms.ValidationError(
                _("Choose at most %(most)s moments."), params={"most": MOST_OFFSETS}
            )
        return hours

    def clean_paused_until(self) -> datetime.date | None:
        """A pause lies ahead, and ends within a year."""
        day: datetime.date | None = self.cleaned_data["paused_until"]
        today = timezone.localdate()
        if day and day <= today:
            raise forms.ValidationError(_("Choose a day after today, or leave it empty."))
        if day and day > today + datetime.timedelta(days=366):
            raise forms.ValidationError(
                _("Choose a day within a year. For no mail at all, choose “Not” at each kind.")
            )
        return day

    def save(self) -> DigestSetting:
        """Keep it all."""
        data = self.cleaned_data
        actions.choose(self.user, {kind.name: data[f"kind_{kind.name}"] for kind in self.optional})
        offered = {topic.key for topic in self.topics}
        wanted = {key for name in self.fields if name.startswith("follow_") for key in data[name]}
        actions.follow(self.user, wanted - self.followed)
        actions.unfollow(self.user, (offered & self.followed) - wanted)
        return actions.set_schedule(
            self.user,
            actions.Schedule(
                frequency=data["frequency"],
                weekday=data["weekday"],
                hour=data["hour"],
                reminder_hours=data["reminder_hours"],
                paused_until=data["paused_until"],
            ),
        )
