"""Reads PDFs back: their text, and their structure as a screen reader walks it."""

import io

from pypdf import PdfReader


def text(pdf):
    """The text of all pages, without space of any width: where lines break is no matter."""
    reader = PdfReader(io.BytesIO(pdf))
    found = "".join(page.extract_text() for page in reader.pages)
    return "".join(found.replace("\u200b", "").split())


def structure(pdf):
    """The kinds of the elements in the structure tree, in reading order."""
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif hasattr(node, "get"):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    walk(root["/StructTreeRoot"]["/K"])
    return found
