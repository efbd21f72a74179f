"""Small PDF files for the demo's attachments: a title, paragraphs, page numbers."""

import textwrap

FONT_SIZE, LEADING, WIDTH = 11, 16, 86
LINES_A_PAGE = 42


def _string(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    for special in (b"\\", b"(", b")"):
        raw = raw.replace(special, b"\\" + special)
    return b"(" + raw + b")"


def pdf(title: str, text: str, *, language: str) -> bytes:
    """A PDF 1.7 file of ``text``; paragraphs stand apart by a blank line.

    The title and the language are in the file's own data, so that a screen reader tells them.
    """
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        lines += [*textwrap.wrap(paragraph, WIDTH), ""]
    sheets = [lines[at : at + LINES_A_PAGE] for at in range(0, len(lines), LINES_A_PAGE)]

    objects: list[bytes] = []
    pages = [4 + 2 * place for place in range(len(sheets))]
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    objects.append(
        b"<< /Type /Catalog /Pages 2 0 R /Lang " + _string(language)
        + b" /ViewerPreferences << /DisplayDocTitle true >> >>"
    )  # fmt: skip
    objects.append(b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % len(sheets))
    objects.append(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    )
    for number, sheet in enumerate(sheets, 1):
        content = [b"BT /F1 18 Tf 72 770 Td ", _string(title if number == 1 else ""), b" Tj ET\n"]
        content.append(b"BT /F1 %d Tf %d TL 72 732 Td\n" % (FONT_SIZE, LEADING))
        content += [_string(line) + b" '\n" for line in sheet]
        content.append(b"ET\nBT /F1 9 Tf 72 40 Td ")
        content.append(_string(f"{number} / {len(sheets)}") + b" Tj ET\n")
        stream = b"".join(content)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (pages[number - 1] + 1)
        )
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"endstream")
    objects.append(b"<< /Title " + _string(title) + b" >>")

    file = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, item in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n" % number + item + b"\nendobj\n"
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    file += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (
        len(objects) + 1,
        len(objects),
    )
    file += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(file)
