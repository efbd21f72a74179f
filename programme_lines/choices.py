"""The fixed words of programme lines."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LineColour(models.TextChoices):
    """The hues of the design tokens that a line can take."""

    PETROL = "petrol", _("Petrol")
    PLUM = "plum", _("Plum")
    OCHRE = "ochre", _("Ochre")
    BLUE = "blue", _("Blue")
    BERRY = "berry", _("Berry")


class InitiativeStatus(models.TextChoices):
    """How far a cooperation is."""

    IDEA = "idea", _("Idea")
    RUNNING = "running", _("Running")
    ENDED = "ended", _("Ended")


class ChapterVisibility(models.TextChoices):
    """Who reads a chapter of the activity plan."""

    WRITERS = "writers", _("The writers")
    PARTNERS = "partners", _("Partners")
    PUBLIC = "public", _("Everyone")


class Level(models.IntegerChoices):
    """Levels of the Dutch qualifications framework (NLQF) that a centre teaches at."""

    MBO_2 = 2, _("Mbo level 2")
    MBO_3 = 3, _("Mbo level 3")
    MBO_4 = 4, _("Mbo level 4")
    ASSOCIATE_DEGREE = 5, _("Associate degree")
    BACHELOR = 6, _("Hbo bachelor")
