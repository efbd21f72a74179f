"""Files that cannot be read say so; those that can are read whatever their encoding."""

import io
import zipfile

import pytest
from docx import Document

from sessions_log.reports import MAX_BYTES, read_report
from sessions_log.reports.errors import (
    DamagedReportError,
    EmptyReportError,
    MislabelledReportError,
    ProtectedReportError,
    ReportTooLargeError,
    ReportTooLongError,
    UnknownFormatError,
)
from sessions_log.reports.readers import docx

TEXT = "Verslag werksessie 18 februari 2021\n\nDésirée sprak over “leren” – en café’s."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def packed(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


def word_document(text: str = "Verslag") -> bytes:
    document = Document()
    document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def encrypted_archive() -> bytes:
    """A zip whose entries say that they are encrypted."""
    data = bytearray(packed(word__document_xml=b"<x/>"))
    data[6] |= 1
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    return bytes(data)


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("data", "name", "error"),
    [
        (b"", "leeg.txt", EmptyReportError),
        (b" \r\n\t \n", "wit.txt", EmptyReportError),
        ("\ufeff\u00a0\u200b".encode(), "onzichtbaar.txt", EmptyReportError),
        (word_document(""), "leeg.docx", EmptyReportError),
        (b"a" * (MAX_BYTES + 1), "groot.txt", ReportTooLargeError),
        (b"woord " * 170_000, "boek.txt", ReportTooLongError),
        (b"%PDF-1.7 ...", "verslag.docx", MislabelledReportError),
        (b"%PDF-1.7 ...", "verslag.txt", MislabelledReportError),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "foto.txt", MislabelledReportError),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "foto.docx", MislabelledReportError),
        (bytes(range(256)) * 8, "ruis.txt", MislabelledReportError),
        (word_document(), "verslag.txt", MislabelledReportError),
        (TEXT.encode(), "verslag.docx", MislabelledReportError),
        (
            packed(mimetype=b"application/vnd.oasis.opendocument.text"),
            "a.docx",
            MislabelledReportError,
        ),
        (packed(foto=b"x"), "a.docx", MislabelledReportError),
        (OLE, "oud.docx", MislabelledReportError),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "geheim.docx", ProtectedReportError),
        (encrypted_archive(), "geheim.docx", ProtectedReportError),
        (word_document()[:900], "half.docx", DamagedReportError),
        (b"PK\x03\x04" + b"\0" * 90, "stuk.docx", DamagedReportError),
        (packed(word__document_xml=b"<w:document>"), "stuk.docx", DamagedReportError),
        (packed(word__document_xml=b"<document/>"), "stuk.docx", DamagedReportError),
        (packed(word__document_xml=BOMB), "bom.docx", DamagedReportError),
        (b"Verslag", "verslag.pages", UnknownFormatError),
        (b"Verslag", "verslag", UnknownFormatError),
        (b"%PDF-1.7", "verslag.pdf", UnknownFormatError),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data, name, error):
    with pytest.raises(error) as caught:
        read_report(data, name)
    assert str(caught.value)[-1] in ".?"


@pytest.mark.parametrize("limit", ["MAX_UNPACKED", "MAX_MARKUP"])
def test_a_small_file_that_unpacks_into_a_large_one_is_refused(monkeypatch, limit):
    data = packed(word__document_xml=b"<x>" + b" " * 60_000 + b"</x>")
    assert len(data) < 1000
    monkeypatch.setattr(docx, limit, 50_000)
    with pytest.raises(ReportTooLargeError):
        read_report(data, "bom.docx")


def test_an_archive_that_lies_about_its_size_is_damaged():
    data = bytearray(packed(word__document_xml=b"<x>" + b" " * 60_000 + b"</x>"))
    place = data.index(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with pytest.raises(DamagedReportError):
        read_report(bytes(data), "leugen.docx")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_common_encoding_is_read(encoding, newline):
    report = read_report(TEXT.replace("\n", newline).encode(encoding), "VERSLAG.TXT")
    assert [(str(m.date), m.items[0].parts) for m in report.meetings] == [
        ("2021-02-18", ["Désirée sprak over “leren” – en café’s."])
    ]


def test_one_odd_byte_does_not_spoil_the_rest():
    data = TEXT.encode().replace("’".encode(), b"\x92")
    report = read_report(data, "verslag.txt")
    assert report.meetings[0].items[0].parts == ["Désirée sprak over “leren” – en café’s."]
    assert [notice.code for notice in report.notices] == ["encoding"]
