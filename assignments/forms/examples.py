"""What each form of cooperation is, with an example: on the cards, and as hints in the form."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assignments.choices import Form

Text = str | Promise


@dataclass(frozen=True)
class Example:
    """``what`` is one sentence about the form; the rest is what somebody might fill in."""

    icon: str
    what: Text
    title: Text
    summary: Text
    description: Text
    result: Text = ""


EXAMPLES: dict[str, Example] = {
    Form.ASSIGNMENT: Example(
        "wrench-screwdriver",
        _("Students work on a real question of an organisation, for some weeks."),
        _("A sensor that warns of mould"),
        _("You build a sensor that tells a greenhouse when the air gets too damp."),
        _(
            "In our greenhouses mould costs a tenth of the plants. We want to know in time when "
            "the air gets too damp. You measure, choose a sensor and try it among the tomatoes."
        ),
        _("A sensor that worked for two weeks, and a page that tells how to make one."),
    ),
    Form.RESEARCH: Example(
        "beaker",
        _("Students and teachers look for an answer that nobody has yet."),
        _("Does light at night make lettuce bitter?"),
        _("You find out whether lettuce tastes different when the lamps stay on."),
        _(
            "Growers say that lettuce turns bitter under lamps. We would like to know if that is "
            "so. You grow two lots, let people taste and measure what is in the leaves."
        ),
        _("A report of four pages, and the measurements."),
    ),
    Form.GUEST_LECTURE: Example(
        "megaphone",
        _("Somebody from practice tells a class about the work."),
        _("How a vaccine is made"),
        _("A process operator tells how a vaccine goes from the lab to the needle."),
        _("An hour with pictures and a real filter to hold; half of it is for questions."),
    ),
    Form.EXCURSION: Example(
        "map",
        _("A class comes to look where the work is done."),
        _("A morning in the seed laboratory"),
        _("You see how seeds are tested, and try it yourself."),
        _(
            "We walk through the cold store, the X-ray room and the germination cells. After that "
            "everybody tests ten seeds. Wear closed shoes."
        ),
    ),
    Form.PLACEMENT: Example(
        "globe-europe-africa",
        _("Students learn at an organisation abroad for a while."),
        _("Three months at a water laboratory in Ghent"),
        _("You work along in a laboratory that tests drinking water."),
        _("You take samples with a colleague, test them and write down what you found."),
        _("A logbook, and a talk for your class when you are back."),
    ),
    Form.DATASET: Example(
        "table-cells",
        _("Students practise with real data that an organisation lends."),
        _("Ten years of wind at sea"),
        _("You look in ten years of measurements for the day on which a turbine breaks."),
        _("A row for each minute, of three turbines, with faults and all. Cleaning is part of it."),
        _("A picture that shows the pattern, and the steps by which you made it."),
    ),
    Form.SHARED_LAB: Example(
        "building-office-2",
        _("A class uses a room or machines of an organisation."),
        _("A day in the clean room"),
        _("You work with your class in a clean room that no school has."),
        _("Six work places, an introduction of an hour, and somebody who stays with you."),
    ),
    Form.TRAINING: Example(
        "presentation-chart-bar",
        _("Staff or teachers learn something new from each other."),
        _("Reading DNA in an afternoon"),
        _("After this afternoon you can use a pocket sequencer in class."),
        _("For teachers of biology and chemistry. Bring a laptop; we have the rest."),
    ),
}
