"""The centre's profile: one form, of which the colours must be readable."""

from django.urls import reverse

from civportal.centre.models import CentreProfile
from tests.admin.test_every_page import address

PROFILE = {
    "name": "CIV Testland", "brand_colour": "#0a5c5a", "brand_colour_dark": "#6cc5bf",
    "email": "info@example.org",
}  # fmt: skip


def test_the_list_leads_to_the_one_form(office, browse):
    client = browse(office)
    first = client.get(address(CentreProfile, "changelist"))
    assert first.headers["Location"] == address(CentreProfile, "add")
    assert client.post(address(CentreProfile, "add"), PROFILE).status_code == 302
    profile = CentreProfile.objects.get()
    assert (profile.pk, profile.name) == (1, "CIV Testland")
    again = client.get(address(CentreProfile, "changelist"))
    assert again.headers["Location"] == address(CentreProfile, "change", 1)
    assert client.get(address(CentreProfile, "add")).status_code == 403
    assert "CIV Testland" in client.get("/beheer/").content.decode()


def test_a_colour_that_cannot_be_read_is_refused_with_its_contrast(office, browse):
    page = browse(office).post(address(CentreProfile, "add"), PROFILE | {"brand_colour": "#ffbf47"})
    [message] = page.context["adminform"].form.errors["brand_colour"]
    assert "#ffbf47" in message
    assert "1.5" in message or "1,5" in message
    assert not CentreProfile.objects.exists()


def test_the_logo_is_opened_where_everyone_sees_it(office, browse):
    CentreProfile.objects.create(pk=1, logo="centre/logo.png")
    page = browse(office).get(address(CentreProfile, "change", 1)).content.decode()
    assert f'href="{reverse("centre_logo")}"' in page
