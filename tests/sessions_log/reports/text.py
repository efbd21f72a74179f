"""Where the words of a report went: for the tests that nothing is lost."""

import re
from html import unescape

from sessions_log.reports import Report

MARKER = re.compile(
    r"^\s*(?:[•*·–-]|o(?=\t|  )|[a-z]\)|\d+(?:\.\d+)+[.)]?|\d+[.)]|\d{1,2}(?=\s[A-Z]))\s+"
)


def bare(text: str) -> str:
    """A line without the bullet, letter or number before it."""
    return MARKER.sub("", text)


def words(text: str) -> list[str]:
    """The words of a text, without markers and punctuation."""
    return re.findall(r"[^\W_]+", text)


def shown(report: Report) -> list[list[str]]:
    """The words of the drafts, one list per meeting, and those of each warning."""
    contract = report.as_contract()
    runs: list[list[str]] = []
    for session in contract["sessions"]:
        run = words(session["title"])
        for item in session["items"]:
            run += words(item["heading"])
            run += words(unescape(re.sub(r"<[^>]+>", " ", item["text"])))
            for one in item["lists"]:
                run += words(one["lead"])
                for entry in one["entries"]:
                    run += words(entry)
        run += words(session["summary"])
        runs.append(run)
    runs += [words(warning) for warning in contract["warnings"]]
    return runs


def stands_in(wanted: list[str], run: list[str]) -> bool:
    """All words, in order, though others may stand between."""
    rest = iter(run)
    return all(word in rest for word in wanted)


def lost(report: Report, paragraphs: list[str]) -> list[str]:
    """The paragraphs of which a word is in no draft and no warning, or out of order.

    A label such as *Samenvatting:* may stand elsewhere than the text behind it.
    """
    runs = shown(report)

    def found(text: str) -> bool:
        return any(stands_in(words(text), run) for run in runs)

    return [
        paragraph
        for paragraph in paragraphs
        if not found(paragraph) and not all(found(half) for half in paragraph.split(":", 1))
    ]
