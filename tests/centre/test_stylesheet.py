"""The centre's own colours and logo."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from civportal.centre.models import CentreProfile
from civportal.centre.stylesheet import stylesheet
from civportal.lib.contrast import contrast_ratio, mix

# The smallest PNG: one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "78da6360606000000004000149b4e8b70000000049454e44ae426082"
)
COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def tokens(css: str) -> list[dict[str, str]]:
    return [
        dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", rule))
        for rule in re.findall(r":root\{([^}]+)\}", css)
    ]


def test_contrast_as_wcag_defines_it():
    assert [
        round(contrast_ratio(*pair), 2)
        for pair in [("#000000", "#ffffff"), ("#777777", "#ffffff"), ("#0a5c5a", "#0a5c5a")]
    ] == [21, 4.48, 1]


def test_mix():
    assert [mix("#ff0000", "#0000ff", share) for share in (0, 0.5, 1)] == [
        "#0000ff",
        "#800080",
        "#ff0000",
    ]


def test_the_portals_own_colours_need_no_stylesheet():
    assert stylesheet(CentreProfile()) == ""


@given(COLOURS, COLOURS)
def test_whatever_is_accepted_can_be_read_everywhere(light, dark):
    profile = CentreProfile(name="C", brand_colour=light, brand_colour_dark=dark)
    try:
        profile.clean()
    except ValidationError:
        return
    for scheme in tokens(stylesheet(profile)):
        assert {
            "button": contrast_ratio(scheme["on-brand"], scheme["brand"]) >= 4.5,
            "wash": contrast_ratio(scheme["brand"], scheme["brand-wash"]) >= 4.5,
            "footer": contrast_ratio("#f4f7f5", scheme["brand-deep"]) >= 7,
        } == {"button": True, "wash": True, "footer": True}


@pytest.mark.parametrize(
    ("field", "colour", "ratio"),
    [("brand_colour", "#ff9900", "2.05"), ("brand_colour_dark", "#0a5c5a", "2.05")],
)
def test_a_colour_that_cannot_be_read_is_refused_with_the_ratio(field, colour, ratio):
    with pytest.raises(ValidationError) as refused:
        CentreProfile(name="C", **{field: colour}).clean()
    (message,) = refused.value.message_dict[field]
    assert f"{colour}" in message
    assert ratio in message.replace(",", ".")


@pytest.mark.django_db
def test_the_stylesheet_is_kept_under_its_own_name(client):
    profile = CentreProfile.current()
    profile.brand_colour = "#6b3fa0"
    profile.save()
    page = client.get("/privacy/").content.decode()
    address = re.search(r'href="(/centre\.[0-9a-f]{12}\.css)"', page)[1]
    current, earlier = client.get(address), client.get("/centre.000000000000.css")
    assert (current["Content-Type"], current["Cache-Control"], earlier["Cache-Control"]) == (
        "text/css; charset=utf-8",
        "public, max-age=31536000, immutable",
        "public, max-age=300",
    )
    assert tokens(current.content.decode())[0]["brand"] == "#6b3fa0"
    assert current.content == earlier.content


@pytest.mark.django_db
def test_the_logo_stands_in_the_header(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert client.get("/centre/logo/").status_code == 404
    profile = CentreProfile.current()
    profile.logo.save("logo.png", SimpleUploadedFile("logo.png", PIXEL))
    profile.save()
    address = re.search(
        r'<img src="(/centre/logo/[^"]*)"', client.get("/privacy/").content.decode()
    )[1]
    response = client.get(address)
    assert (response["Content-Type"], b"".join(response.streaming_content)) == ("image/png", PIXEL)
