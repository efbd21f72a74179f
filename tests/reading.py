"""Reads a page as a reader does: its headings, links and words, in English."""

import itertools
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

HEADINGS = {"h1", "h2", "h3", "h4"}


class Reading(HTMLParser):
    """What stands in ``<main>``; ``headings``, ``links`` as ``{text: address}``, ``text``."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.status = response.status_code
        self.response = response
        self.headings: list[str] = []
        self._levels: list[int] = []
        self.links: dict[str, str] = {}
        self.ids: list[str] = []
        self.images: list[str] = []
        self._open: list[tuple[str, str, int]] = []
        self._inside = False
        self._words: list[str] = []
        if response.get("Content-Type", "").startswith("text/html"):
            self.feed(response.content.decode())

    @property
    def text(self) -> str:
        """All the words of ``<main>`` in one line."""
        return " ".join(" ".join(self._words).split())

    def under(self, heading: str) -> list[str]:
        """The headings below ``heading``, up to the next of its level."""
        place = self.headings.index(heading)
        following = zip(self.headings[place + 1 :], self._levels[place + 1 :], strict=True)
        below = itertools.takewhile(lambda each: each[1] > self._levels[place], following)
        return [title for title, _level in below]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "main":
            self._inside = True
        if not self._inside:
            return
        if known.get("id"):
            self.ids.append(known["id"])
        if tag == "img":
            self.images.append(known["src"])
        if tag in HEADINGS or tag == "a":
            self._open.append((tag, known.get("href") or "", len(self._words)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._inside = False
        if self._open and self._open[-1][0] == tag:
            _tag, href, start = self._open.pop()
            words = " ".join(" ".join(self._words[start:]).split())
            if tag == "a":
                self.links[words] = href
            else:
                self.headings.append(words)
                self._levels.append(int(tag[1]))

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._words.append(data)


def read(client: Client, address: str) -> Reading:
    """Open an address with the English interface."""
    return Reading(client.get(address, headers={"accept-language": "en"}))
