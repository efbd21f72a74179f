"""The one door through which HTML enters: what is not on the list does not get in."""

import nh3

TAGS = {
    "p", "br", "strong", "em", "u", "s", "sub", "sup", "a", "ul", "ol", "li", "blockquote",
    "h3", "h4", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start", "type"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "*": set[str](),  # none of what nh3 lets by on any tag: lang, title
}
SCHEMES = {"http", "https", "mailto", "tel"}
GONE_WITH_ALL_IN_IT = {"script", "style", "title", "xml"}
"""What Word and mail programs send along that nobody wrote."""


AT_MOST = 10
"""Rounds of cleaning; tags that are wildly misplaced need a few until nothing moves any more."""


def sanitise(html: str) -> str:
    """HTML with only the tags a report needs; text of other tags stays, scripts go whole.

    Idempotent: clean HTML comes out as it went in.
    """
    clean = _cleaned(html)
    for _round in range(AT_MOST):
        again = _cleaned(clean)
        if again == clean:
            break
        clean = again
    return clean


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=GONE_WITH_ALL_IN_IT,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
    )
