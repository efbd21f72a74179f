"""Logos: what is no picture is refused, and of what is one only the pixels are kept."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from civportal.lib.images import MAX_BYTES, redrawn, validate_raster_image
from partners.models import Partner
from tests import factories

SCRIPT = b"<script>alert(document.domain)</script>"
PAGE = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
ZIP = b"PK\x03\x04" + b"\0" * 26 + b"PK\x05\x06" + b"\0" * 18
PDF = factories.PDF


def picture(kind: str = "PNG", size=(4, 3), mode: str = "RGB", **options) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind, **options)
    return file.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def header_of(width: int, height: int) -> bytes:
    """A PNG that says it is this large."""
    ihdr = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + ihdr + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


PNG, JPEG, WEBP = picture(), picture("JPEG"), picture("WEBP")

REFUSED = {
    "nothing": b"",
    "one byte": b"\x89",
    "words": b"hallo",
    "zeros": b"\0" * 4096,
    "a page": PAGE,
    "a page with a byte order mark": b"\xef\xbb\xbf" + PAGE,
    "an svg": SVG,
    "an svg with a declaration": b'<?xml version="1.0"?>' + SVG,
    "an svg with an entity": b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG,
    "a compressed svg": b"\x1f\x8b\x08\0" + zlib.compress(SVG),
    "a script": b"alert(1)",
    "a pdf": PDF,
    "an archive": ZIP,
    "a program": b"MZ\x90\0" + b"\0" * 200,
    "an elf": b"\x7fELF" + b"\0" * 200,
    "php": b"<?php system($_GET[0]); ?>",
    "a gif": picture("GIF"),
    "a gif that is a script": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "a bmp": picture("BMP"),
    "a tiff": picture("TIFF"),
    "an icon": picture("ICO", size=(16, 16)),
    "a targa": picture("TGA"),
    "a postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "a png signature and a page": b"\x89PNG\r\n\x1a\n" + PAGE,
    "a png header alone": PNG[:33],
    "half a png": PNG[: len(PNG) // 2],
    "a png without its end": PNG[:-12],
    "a png whose end lies": PNG[:-4] + b"\0\0\0\0",
    "a png with broken pixels": PNG.replace(b"IDAT", b"IDAT", 1)[:45] + b"\xff" * 4 + PNG[49:],
    "a png with a page behind it": PNG + PAGE,
    "a png with an archive behind it": PNG + ZIP,
    "a png with a pdf behind it": PNG + PDF,
    "a png with a picture behind it": PNG + JPEG,
    "a page with a png behind it": PAGE + PNG,
    "a png as large as a wall": header_of(60_000, 60_000),
    "a png that is a bit too large": header_of(4001, 4001),
    "a png of no size": header_of(0, 0),
    "a jpeg signature and a page": b"\xff\xd8\xff\xe0" + PAGE,
    "half a jpeg": JPEG[: len(JPEG) // 2],
    "a jpeg with an archive behind it": JPEG + ZIP,
    "a jpeg with a page behind it": JPEG + PAGE,
    "a jpeg with a script behind it": JPEG + b"*/=alert(1)",
    "two jpegs in one": picture("MPO", save_all=True, append_images=[Image.new("RGB", (4, 3))]),
    "a riff that is a sound": b"RIFF" + struct.pack("<I", 40) + b"WAVEfmt " + b"\0" * 32,
    "half a webp": WEBP[: len(WEBP) // 2],
    "a webp with a page behind it": WEBP + PAGE,
    "a webp with an archive behind it": WEBP + ZIP,
    "a webp that lies about its length": WEBP[:4] + struct.pack("<I", 9_999_999) + WEBP[8:],
    "more than a megabyte": PNG[:-12] + chunk(b"tEXt", b"a\0" + b"x" * MAX_BYTES) + PNG[-12:],
}


def with_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", PAGE.decode())
    return picture(pnginfo=info)


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = PAGE.decode()
    return picture("JPEG", exif=exif)


def two_frames(kind: str) -> bytes:
    return picture(kind, save_all=True, append_images=[Image.new("RGB", (4, 3), "red")])


KEPT_PIXELS = {
    "a page in a comment of a png": with_text(),
    "a page in a chunk of its own": PNG[:33] + chunk(b"heLo", PAGE) + PNG[33:],
    "an archive between the chunks": PNG[:33] + chunk(b"zipA", ZIP) + PNG[33:],
    "a page in the palette’s place": PNG[:33] + chunk(b"iTXt", b"a\0\0\0\0\0" + PAGE) + PNG[33:],
    "a page as a colour profile": picture(icc_profile=PAGE),
    "a page in the exif of a png": PNG[:33] + chunk(b"eXIf", PAGE) + PNG[33:],
    "a page in a comment of a jpeg": picture("JPEG", comment=PAGE),
    "a page in the exif of a jpeg": with_exif(),
    "a page in a segment of a jpeg": JPEG[:2]
    + b"\xff\xed"
    + struct.pack(">H", len(PAGE) + 2)
    + PAGE
    + JPEG[2:],
    "a page as the profile of a jpeg": picture("JPEG", icc_profile=PAGE),
    "a page in the exif of a webp": picture("WEBP", exif=b"Exif\0\0" + PAGE),
    "a page in the xmp of a webp": picture("WEBP", xmp=PAGE),
    "two frames in a png": two_frames("PNG"),
    "two frames in a webp": two_frames("WEBP"),
}


def upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused(name):
    with pytest.raises(ValidationError):
        validate_raster_image(upload(REFUSED[name]))


@pytest.mark.django_db
@pytest.mark.parametrize("name", KEPT_PIXELS)
def test_only_the_pixels_are_kept_and_served(name, client, media):
    content = KEPT_PIXELS[name]
    validate_raster_image(upload(content))
    partner = factories.PartnerFactory(name="Zon", logo=upload(content))
    answer = client.get(partner.logo_url)
    served = b"".join(answer.streaming_content)
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(served)) as after:
        same = (before.format, before.size) == (after.format, after.size)
        frames, info = getattr(after, "n_frames", 1), set(after.info)
    assert same
    assert (SCRIPT in served, b"PK\x03\x04" in served, frames) == (False, False, 1)
    assert info <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background",
                    "timestamp", "duration"}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("PNG", "LA"), ("PNG", "1"),
     ("PNG", "I;16"), ("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("WEBP", "RGB"),
     ("WEBP", "RGBA")],
)  # fmt: skip
def test_every_sort_of_picture_can_be_a_logo(kind, mode, client, media):
    content = picture(kind, mode=mode)
    validate_raster_image(upload(content))
    partner = factories.PartnerFactory(logo=upload(content, "Ons Logo.JPEG"))
    answer = client.get(partner.logo_url)
    assert (answer.status_code, answer["Content-Type"]) == (200, f"image/{kind.lower()}")


def test_see_through_stays_see_through():
    drawn = redrawn(upload(picture(mode="RGBA")), "zon")
    with Image.open(drawn) as image:
        assert (image.mode, image.getpixel((0, 0)), drawn.name) == ("RGBA", (0, 0, 0, 0), "zon.png")


@pytest.mark.django_db
def test_a_stored_name_is_ours(media):
    partner = factories.PartnerFactory(name="Zon", logo=upload(JPEG, "../../x.php.png"))
    assert partner.logo.name == "partners/zon.jpg"


@pytest.mark.django_db
def test_what_passed_no_form_is_not_stored(media):
    with pytest.raises(OSError, match="cannot identify"):
        factories.PartnerFactory(logo=upload(SVG))
    assert (Partner.objects.count(), list(media.rglob("*.png"))) == (0, [])


@pytest.mark.django_db
@pytest.mark.parametrize("hidden", [PAGE, SVG, PDF, ZIP, b""])
def test_what_came_into_the_store_some_other_way_is_not_served(hidden, client, media):
    partner = factories.PartnerFactory(logo=upload(PNG))
    with partner.logo.storage.open(partner.logo.name, "wb") as file:
        file.write(hidden)
    assert client.get(partner.logo_url).status_code == 404


@pytest.mark.django_db
def test_no_browser_runs_a_logo(client, media):
    partner = factories.PartnerFactory(logo=upload(PNG))
    answer = client.get(partner.logo_url)
    assert {name: answer[name] for name in (
        "Content-Type", "X-Content-Type-Options", "Content-Security-Policy",
    )} == {
        "Content-Type": "image/png",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }  # fmt: skip
