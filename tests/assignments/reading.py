"""Reading the board's pages in tests."""

import datetime
import html
import re

from django.utils import timezone


def in_days(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def text_of(answer):
    """The words of ``<main>``, on one line."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def titles(answer):
    """The cards and rows of a page, in order."""
    found = re.findall(r'(?:card|row)__title"[^>]*>\s*<a[^>]*>([^<]*)', answer.content.decode())
    return [html.unescape(title) for title in found]


def get(client, address):
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer
