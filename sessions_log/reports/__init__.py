"""Reading a report: from the bytes of a file to the meetings in it, without the database.

``read_report`` is the door. ``readers`` turn a format into lines, ``blocks`` find headings and
lists, ``outline`` finds the meetings, ``meetings`` fills each of them. Nothing is invented and no
text is lost: what is in no draft is quoted in a notice.
"""

from .errors import ReportError
from .meetings import understand
from .notices import Notice
from .readers import MAX_BYTES, known_suffixes, read
from .report import Entry, Item, ItemList, Meeting, Person, Report, Table
from .vocabulary import KnownBody, Vocabulary, fold

__all__ = [
    "MAX_BYTES",
    "Entry",
    "Item",
    "ItemList",
    "KnownBody",
    "Meeting",
    "Notice",
    "Person",
    "Report",
    "ReportError",
    "Table",
    "Vocabulary",
    "fold",
    "known_suffixes",
    "read_report",
]


def read_report(data: bytes, name: str, vocabulary: Vocabulary | None = None) -> Report:
    """Understand a file by its bytes and name; a ``ReportError`` says why it cannot be read."""
    return understand(read(data, name), vocabulary or Vocabulary())
