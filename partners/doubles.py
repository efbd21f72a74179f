"""Organisations that may be one and the same.

Compared in Python over all rows: a centre knows some hundreds of organisations, and so likeness is
the same on every machine, whatever extensions its database has. What an applicant learns is asked
of signed partners alone (``signed_partner_like``): for a prospect nothing is looked up, so nothing
shows, not even in time.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from civportal.lib.text import fold
from partners.choices import OPEN_APPLICATION, PartnerStatus
from partners.models import Partner, PartnerApplication

LIKE = 0.6
"""How many of their trigrams two names share, from 0 to 1, to be called alike.

*Naturalis* and *Naturalis Biodiversity Center* share 0.32 and are found as a beginning instead;
*mboRijnland* and *MBO Rijnland* are equal once folded; one letter wrong in ten leaves 0.6.
"""
SHORTEST_BEGINNING = 5
"""Letters of a name that must be the whole beginning of another to count: *Gro* says nothing."""

LEGAL_FORMS = {
    "bv", "nv", "vof", "cv", "ua", "ba", "stichting", "vereniging", "cooperatie", "cooperatief",
    "maatschap", "eenmanszaak", "holding", "groep", "group", "nederland", "netherlands", "the",
    "de", "het", "ltd", "limited", "inc", "gmbh", "ag", "sa", "sarl", "llc", "plc", "en", "and",
    "io",
}  # fmt: skip
"""Words that tell no two organisations apart."""

PUBLIC_MAIL_PROVIDERS = {
    "gmail.com", "googlemail.com", "outlook.com", "outlook.nl", "hotmail.com", "hotmail.nl",
    "live.com", "live.nl", "msn.com", "yahoo.com", "yahoo.nl", "ymail.com", "icloud.com", "me.com",
    "mac.com", "aol.com", "gmx.com", "gmx.net", "gmx.de", "web.de", "mail.com", "mail.ru",
    "yandex.com", "zoho.com", "proton.me", "protonmail.com", "pm.me", "tutanota.com", "tuta.io",
    "fastmail.com", "hey.com", "startmail.com", "soverin.net", "mailbox.org", "posteo.net",
    "ziggo.nl", "kpnmail.nl", "kpnplanet.nl", "planet.nl", "hetnet.nl", "home.nl", "casema.nl",
    "chello.nl", "upcmail.nl", "quicknet.nl", "xs4all.nl", "freedom.nl", "tele2.nl", "online.nl",
    "zonnet.nl", "wanadoo.nl", "versatel.nl", "telfort.nl", "caiway.nl", "caiway.net", "delta.nl",
    "zeelandnet.nl", "solcon.nl", "solconmail.nl", "kabelfoon.net", "onsbrabantnet.nl", "12move.nl",
    "tiscali.nl", "scarlet.nl", "filternet.nl", "telenet.be", "skynet.be", "proximus.be",
}  # fmt: skip
"""Domains at which anybody can have an address: they say nothing about an organisation."""

HOSTS_OF_MANY = {
    "linkedin.com", "nl.linkedin.com", "facebook.com", "instagram.com", "sites.google.com",
    "github.io", "wordpress.com", "wixsite.com", "linktr.ee", "youtube.com", "x.com", "twitter.com",
}  # fmt: skip
"""Websites where many organisations have a page."""


class Trait(StrEnum):
    """In what two organisations are alike."""

    KVK = "kvk"
    NAME = "name"
    DOMAIN = "domain"
    WEBSITE = "website"


def bare_name(name: str) -> str:
    """A name without case, accents, spaces, signs and legal form, to compare.

    ``bare_name("De Groene Kas B.V.")`` is ``"groenekas"``.
    """
    words = re.findall(r"[a-z0-9]+", fold(name).replace(".", ""))
    telling = [word for word in words if word not in LEGAL_FORMS]
    return "".join(telling or words)


def _trigrams(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1: the share of their trigrams that both have.

    One that is the whole beginning of the other counts as 1, from five letters on.
    """
    first, second = bare_name(one), bare_name(other)
    if not first or not second:
        return 0.0
    short, long = sorted((first, second), key=len)
    if first == second or (len(short) >= SHORTEST_BEGINNING and long.startswith(short)):
        return 1.0
    mine, theirs = _trigrams(first), _trigrams(second)
    return len(mine & theirs) / len(mine | theirs)


def email_domain(email: str) -> str:
    """The domain of an address when it tells of an organisation; else empty."""
    domain = email.rpartition("@")[2].strip().lower().rstrip(".")
    return "" if domain in PUBLIC_MAIL_PROVIDERS else domain


def website_host(url: str) -> str:
    """The host of a website without ``www.``; empty where many organisations share it."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return "" if host in HOSTS_OF_MANY else host


def domains_of(partner: Partner) -> set[str]:
    """The e-mail domains of a partner: those recorded, and that of its website."""
    return {*partner.email_domains, website_host(partner.website)} - {""}


def has_domain_of(email: str, partner: Partner) -> bool:
    """Whether an address is at a domain of this partner, or at one below it."""
    return _within(email_domain(email), domains_of(partner))


def _within(domain: str, domains: Iterable[str]) -> bool:
    return bool(domain) and any(domain == each or domain.endswith(f".{each}") for each in domains)


@dataclass(frozen=True)
class Wanted:
    """What is known of an organisation that may be known already."""

    name: str
    kvk_number: str = ""
    emails: tuple[str, ...] = ()
    website: str = ""

    @classmethod
    def of(cls, application: PartnerApplication) -> "Wanted":
        """What an application says."""
        return cls(
            name=application.name,
            kvk_number=application.kvk_number,
            emails=(application.applicant_email, application.email),
            website=application.website,
        )


@dataclass(frozen=True)
class Double:
    """An organisation that may be the same, and why one would think so."""

    partner: Partner
    traits: frozenset[Trait]

    @property
    def is_certain(self) -> bool:
        """Whether they are the same for the Chamber of Commerce."""
        return Trait.KVK in self.traits


def traits_in_common(wanted: Wanted, partner: Partner) -> frozenset[Trait]:
    """In what this organisation is like a partner."""
    found = set()
    if wanted.kvk_number and wanted.kvk_number == partner.kvk_number:
        found.add(Trait.KVK)
    if likeness(wanted.name, partner.name) >= LIKE:
        found.add(Trait.NAME)
    domains = domains_of(partner)
    if any(_within(email_domain(each), domains) for each in wanted.emails):
        found.add(Trait.DOMAIN)
    host = website_host(wanted.website)
    if host and host == website_host(partner.website):
        found.add(Trait.WEBSITE)
    return frozenset(found)


def _like(wanted: Wanted, partners: Iterable[Partner]) -> list[Double]:
    found = [Double(one, traits) for one in partners if (traits := traits_in_common(wanted, one))]
    return sorted(
        found, key=lambda each: (not each.is_certain, -len(each.traits), each.partner.sort_name)
    )


def signed_partner_like(wanted: Wanted, *, besides: Collection[int] = ()) -> Double | None:
    """The signed partner that this organisation most likely is: ask to join that one.

    The only likeness that an applicant may hear of; those partners are known to everyone.
    ``besides`` has the keys of those that the applicant says they are not; the same KvK number
    counts all the same.
    """
    signed = _like(wanted, Partner.objects.filter(status=PartnerStatus.SIGNED))
    return next(
        (each for each in signed if each.is_certain or each.partner.pk not in besides), None
    )


def possible_doubles(application: PartnerApplication) -> list[Double]:
    """For the office: every organisation that an application may be about, most likely first."""
    return _like(Wanted.of(application), Partner.objects.all())


def known_like(wanted: Wanted) -> list[Double]:
    """For the office: every organisation that this one may be, most likely first."""
    return _like(wanted, Partner.objects.all())


def waiting_like(wanted: Wanted) -> list[PartnerApplication]:
    """For the office: the open applications that may be of this organisation."""
    waiting = PartnerApplication.objects.filter(state__in=OPEN_APPLICATION)
    return [each for each in waiting if _same(wanted, Wanted.of(each))]


def other_applications(application: PartnerApplication) -> list[PartnerApplication]:
    """For the office: other open applications that may be of the same organisation."""
    wanted = Wanted.of(application)
    others = PartnerApplication.objects.filter(state__in=OPEN_APPLICATION).exclude(
        pk=application.pk
    )
    return [other for other in others if _same(wanted, Wanted.of(other))]


def _same(one: Wanted, other: Wanted) -> bool:
    if one.kvk_number and one.kvk_number == other.kvk_number:
        return True
    mine, theirs = (
        {email_domain(each) for each in wanted.emails} - {""} for wanted in (one, other)
    )
    return likeness(one.name, other.name) >= LIKE or bool(mine & theirs)
