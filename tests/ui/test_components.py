"""The components: what they say, what they escape, where they lead."""

import re

from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation


def render(source: str, path: str = "/", **context) -> str:
    with translation.override("en"):
        html = Template(source).render(Context({"request": RequestFactory().get(path), **context}))
    return re.sub(r">\s+<", "><", html.strip())


def test_arguments_are_escaped_and_blocks_are_not():
    evil = "<b>&"
    source = (
        "{% section evil %}<i>{{ evil }}</i>{% endsection %}"
        "{% card title=evil href='/x/' %}<i></i>{% endcard %}"
        "{% callout evil 'bad' %}<i></i>{% endcallout %}"
        "{% page_head evil lead=evil %}<i></i>{% endpage_head %}"
        "{% disclosure evil %}<i></i>{% enddisclosure %}"
        "<ul>{% row evil href='/x/' %}<i></i>{% endrow %}</ul>"
        "{% pill evil %}{% person evil evil evil %}"
    )
    html = render(source, evil=evil)
    assert (html.count("<b>"), html.count("&lt;b&gt;&amp;"), html.count("<i>")) == (0, 12, 6)


def test_icons_are_decoration():
    html = render("{% icon 'calendar' 16 %}")
    assert re.findall(r'(aria-hidden|focusable|width)="([a-z0-9]+)"', html.split(">")[0]) == [
        ("aria-hidden", "true"),
        ("width", "16"),
        ("focusable", "false"),
    ]


def test_crumbs_start_at_home_and_end_at_the_page():
    html = render("{% crumbs %}{% crumb 'Privacy' 'privacy' %}{% crumb 'Here' %}{% endcrumbs %}")
    assert re.findall(r'<li>(?:<a href="([^"]+)">|<span aria-current="page">)([^<]+)', html) == [
        ("/", "Home"),
        ("/privacy/", "Privacy"),
        ("", "Here"),
    ]


def test_pages_keep_the_filters():
    page = Paginator(range(60), 10).page(3)
    html = render("{% pagination page %}", "/?kind=a&kind=b&page=3", page=page)
    assert re.findall(r'href="([^"]+)"( aria-current="page")?', html) == [
        ("?kind=a&amp;kind=b&amp;page=2", ""),
        ("?kind=a&amp;kind=b&amp;page=1", ""),
        ("?kind=a&amp;kind=b&amp;page=2", ""),
        ("?kind=a&amp;kind=b&amp;page=3", ' aria-current="page"'),
        ("?kind=a&amp;kind=b&amp;page=4", ""),
        ("?kind=a&amp;kind=b&amp;page=5", ""),
        ("?kind=a&amp;kind=b&amp;page=6", ""),
        ("?kind=a&amp;kind=b&amp;page=4", ""),
    ]


def test_one_page_has_no_numbers():
    assert render("{% pagination page %}", page=Paginator(range(9), 10).page(1)) == ""


def test_steps_tell_where_one_is():
    html = render("{% steps 2 'One' 'Two' 'Three' %}")
    assert re.findall(r"<li([^>]*)>([A-Za-z]+)", html) == [
        (' class="done"', "One"),
        (' aria-current="step"', "Two"),
        ("", "Three"),
    ]


def test_progress_is_told_in_words_too():
    html = render("{% progress 12 40 'Reading' %}")
    assert ("12 of 40" in html, '<progress value="12" max="40">' in html) == (True, True)
