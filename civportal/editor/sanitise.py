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
}
SCHEMES = {"http", "https", "mailto", "tel"}
GONE_WITH_ALL_IN_IT = {"script", "style", "title", "xml"}
"""What Word and mail programs send along that nobody wrote."""


def sanitise(html: str) -> str:
    """HTML with only the tags a report needs; text of other tags stays, scripts go whole.

    Idempotent: clean HTML comes out as it went in.
    """
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=GONE_WITH_ALL_IN_IT,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
    )
