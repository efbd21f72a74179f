"""Examples of the mails about partners for the style guide, without the database."""

import datetime

from django.urls import reverse

from civportal.lib.mail import Letter
from civportal.ui import words
from partners.choices import SigningMethod
from partners.notifications import letters, names

NAME, PARTNER, PERSON = "Yara Pinas", "De Groene Kas", "Sem Okafor"
AGREEMENT = "Samenwerkingsovereenkomst 1.0"
DAY = datetime.date(2021, 5, 26)


def _url() -> str:
    return reverse("partners:list")


def examples() -> dict[str, Letter]:
    """One letter for each kind, by its name, in the language in force."""
    url = _url()
    question = "Met hoeveel studenten tegelijk kunnen jullie in de kas werken?"
    return {
        names.RECEIVED: letters.application_received(name=NAME, organisation=PARTNER, url=url),
        names.QUESTION: letters.question(name=NAME, organisation=PARTNER, text=question, url=url),
        names.ACCEPTED: letters.accepted(name=NAME, organisation=PARTNER, reason="", url=url),
        names.DECLINED: letters.declined(
            name=NAME,
            organisation=PARTNER,
            reason="Wij werken nu alleen met organisaties in de regio.",
            url=url,
        ),
        names.NEW_APPLICATION: letters.new_application(
            name=NAME, organisation=PARTNER, applicant=PERSON, url=url
        ),
        names.ANSWERED: letters.answered(
            name=NAME, organisation=PARTNER, text="Twaalf, in twee groepen.", url=url
        ),
        names.WANTS_TO_JOIN: letters.wants_to_join(
            name=NAME, person=PERSON, partner=PARTNER, text="Ik begeleid de stages.", url=url
        ),
        names.LET_IN: letters.let_in(
            name=NAME, partner=PARTNER, accepted=True, answer="Fijn dat je er bent.", url=url
        ),
        names.JOINED: letters.joined(name=NAME, person=PERSON, partner=PARTNER, url=url),
        names.TO_SIGN: letters.to_sign(
            name=NAME, agreement=AGREEMENT, partner=PARTNER, sign_by=DAY, url=url
        ),
        names.SIGN_REMINDER: letters.sign_reminder(
            name=NAME, agreement=AGREEMENT, partner=PARTNER, sign_by=DAY, url=url
        ),
        names.SIGNED: letters.signed(
            name=NAME,
            agreement=AGREEMENT,
            partner=PARTNER,
            signatory=f"{PERSON}, directeur",
            mandate="directeur, ingeschreven bij de KvK",
            how=str(SigningMethod.PASSKEY.label),
            moment=f"{words.long_date(DAY)}, {words.clock(datetime.time(15, 42))}",
            sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            url=url,
            document=url,
        ),
        names.EXPIRES: letters.agreement_expires(
            name=NAME, agreement=AGREEMENT, until=DAY, url=url
        ),
        names.STEP_LATE: letters.step_late(
            name=NAME, partner=PARTNER, step="Rondleiding plannen", due=DAY, url=url
        ),
        names.NEW_PARTNER: letters.new_partner(
            name=NAME, partner=PARTNER, text="Telers die van studenten willen leren.", url=url
        ),
    }
