"""Addresses that nobody types: what a filter or an autocomplete of the admin makes of them."""

import pytest

from tests import factories

NUL = "%00"


@pytest.mark.parametrize(
    "address",
    [
        f"/beheer/sessions_log/worksession/?status__exact={NUL}",
        f"/beheer/sessions_log/worksession/?q=begin&status__exact=held&status__exact={NUL}",
        "/beheer/autocomplete/?app_label=sessions_log&model_name=worksession&field_name=body"
        f"&term=steer{NUL}",
    ],
)
def test_a_nul_byte_in_an_address_is_refused(boss, browse, address):
    answer = browse(boss).get(address)
    assert (answer.status_code, "400" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("number", "labels"),
    [
        (1, [("nieuwsbericht in concept", 1), ("organisatie in beeld", 1)]),
        (2, [("nieuwsberichten in concept", 2), ("organisaties in beeld", 2)]),
    ],
)
def test_what_waits_is_told_in_the_number_it_is(boss, browse, number, labels):
    for place in range(number):
        factories.PartnerFactory(name=f"Misschien {place}", status="prospect")
        factories.NewsFactory(title=f"Nog niet {place}", published_from=None)
    waiting = browse(boss).get("/beheer/").context["waiting"]
    assert [(one.label, one.number) for one in waiting] == labels
