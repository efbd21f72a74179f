"""Addresses that nobody types: what a filter or an autocomplete of the admin makes of them."""

import pytest
from django.urls import reverse

from civportal.notifications.choices import AddressState
from civportal.notifications.models import DeadAddress
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


@pytest.mark.parametrize(
    "keys", [["x"], ["99999999999999999999"], ["1", "\N{ARABIC-INDIC DIGIT THREE}x"], ["\0"], [""]]
)
@pytest.mark.parametrize("action", ["delete_selected", "works_again"])
def test_ticks_that_are_no_keys_do_nothing(boss, browse, keys, action):
    """Such a form is sent by no page, and is no error of ours."""
    dead = DeadAddress.objects.create(email="gone@example.org", state=AddressState.BOUNCED)
    response = browse(boss).post(
        reverse("admin:notifications_deadaddress_changelist"),
        {"action": action, "_selected_action": [*keys, "0"]},
        follow=True,
    )
    assert response.status_code == 200
    assert list(DeadAddress.objects.all()) == [dead]


def test_ticks_that_are_keys_count_beside_others(boss, browse):
    dead = [
        DeadAddress.objects.create(email=f"{name}@example.org", state=AddressState.BOUNCED)
        for name in "ab"
    ]
    browse(boss).post(
        reverse("admin:notifications_deadaddress_changelist"),
        {"action": "works_again", "_selected_action": ["x", str(dead[0].pk)]},
    )
    assert list(DeadAddress.objects.all()) == [dead[1]]
