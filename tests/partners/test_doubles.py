"""When two organisations may be one, and who hears of that."""

import pytest

from partners.doubles import (
    LIKE,
    Trait,
    Wanted,
    bare_name,
    email_domain,
    has_domain_of,
    likeness,
    other_applications,
    possible_doubles,
    signed_partner_like,
    website_host,
)
from partners.models import Partner
from tests import factories


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("De Groene Kas B.V.", "groenekas"),
        ("Stichting Café Lénte", "cafelente"),
        ("mboRijnland", "mborijnland"),
        ("MBO Rijnland", "mborijnland"),
        ("Group B.V.", "groupbv"),  # nothing else is left
        ("!!", ""),
    ],
)
def test_names_without_what_tells_nothing(name, bare):
    assert bare_name(name) == bare


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("De Groene Kas B.V.", "Groene Kas", True),
        ("mboRijnland", "MBO Rijnland", True),
        ("Naturalis", "Naturalis Biodiversity Center", True),
        ("Biosciences Leiden", "Bioscience Leiden", True),
        ("Gro", "Groene Kas", False),
        ("Hogeschool Leiden", "Universiteit Leiden", False),
        ("", "Groene Kas", False),
        ("!!", "??", False),
    ],
)
def test_names_alike(one, other, alike):
    assert (likeness(one, other) >= LIKE, likeness(other, one) >= LIKE) == (alike, alike)


def test_domains_and_hosts_that_tell_nothing():
    assert [email_domain(each) for each in ("a@Zilt.example", "a@gmail.com", "a@ziggo.nl")] == [
        "zilt.example", "", "",
    ]  # fmt: skip
    addresses = ("https://www.zilt.example/x", "https://linkedin.com/company/zilt", "", "http://[")
    assert [website_host(each) for each in addresses] == ["zilt.example", "", "", ""]


def test_addresses_of_a_partner():
    partner = Partner(website="https://www.zilt.example", email_domains=["zilt-lab.example"])
    mails = "a@zilt.example", "a@lab.zilt.example", "a@zilt-lab.example", "a@notzilt.example"
    assert [has_domain_of(mail, partner) for mail in mails] == [True, True, True, False]


@pytest.mark.django_db
def test_applicants_hear_of_signed_partners_alone():
    signed = factories.PartnerFactory(
        name="Zilt BV", kvk_number="11111111", website="https://zilt.example"
    )
    factories.PartnerFactory(
        name="Geheim BV",
        kvk_number="22222222",
        website="https://geheim.example",
        status="in_talks",
    )

    def found(**wanted):
        double = signed_partner_like(Wanted(**{"name": "Iets heel anders", **wanted}))
        return double and (double.partner, set(double.traits))

    assert [
        found(kvk_number="11111111"),
        found(name="ZILT"),
        found(emails=("piet@zilt.example",)),
        found(website="https://www.zilt.example/contact"),
        found(kvk_number="22222222"),
        found(name="Geheim"),
        found(emails=("piet@geheim.example",)),
        found(website="https://geheim.example"),
        found(emails=("piet@gmail.com", "")),
    ] == [
        (signed, {Trait.KVK}),
        (signed, {Trait.NAME}),
        (signed, {Trait.DOMAIN}),
        (signed, {Trait.WEBSITE}),
        *[None] * 5,
    ]


@pytest.mark.django_db
def test_for_an_applicant_only_signed_partners_are_looked_up(django_assert_num_queries):
    """As much work with a prospect alike as without one: time tells nothing either."""
    wanted = Wanted(name="Geheim", kvk_number="22222222")
    for _more in range(2):
        with django_assert_num_queries(1) as captured:
            assert signed_partner_like(wanted) is None
        assert """"status" = 'signed'""" in captured.captured_queries[0]["sql"]
        factories.PartnerFactory(name="Geheim BV", status="in_talks")


@pytest.mark.django_db
def test_the_office_sees_every_possible_double():
    factories.PartnerFactory(name="Zilt", status="prospect")
    factories.PartnerFactory(name="Anders", kvk_number="11111111", status="declined")
    factories.PartnerFactory(name="Vreemd")
    application = factories.ApplicationFactory(
        name="Zilt BV", kvk_number="11111111", user__email="a@gmail.com"
    )
    same = factories.ApplicationFactory(name="Zilt B.V.", user__email="b@gmail.com")
    number = factories.ApplicationFactory(
        name="Tilt", kvk_number="11111111", user__email="c@gmail.com"
    )
    factories.ApplicationFactory(name="Zilt", state="unconfirmed", user__email="d@gmail.com")
    factories.ApplicationFactory(name="Elders", user__email="e@gmail.com")
    assert [(str(one.partner), one.is_certain) for one in possible_doubles(application)] == [
        ("Anders", True),
        ("Zilt", False),
    ]
    assert set(other_applications(application)) == {same, number}
