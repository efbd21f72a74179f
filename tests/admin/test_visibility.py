"""The admin shows no more than the site: rights over a model are no right to read every row."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from news.models import NewsItem
from partners.models import Membership, Partner
from programme_lines.models import Initiative, PlanChapter, ProgrammeLine
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    AttentionPoint,
    Decision,
    Document,
    Minutes,
    Participation,
    WorkSession,
)
from sessions_log.querysets import READ_ALL
from tests import factories
from tests.admin.conftest import may
from tests.admin.test_every_page import address

SESSION_MODELS = [
    WorkSession, AgendaItem, Minutes, Participation, Document, Decision, ActionItem,
    AttentionPoint,
]  # fmt: skip


def listed(client, model, query=""):
    page = client.get(address(model, "changelist") + query)
    return sorted(str(row) for row in page.context["cl"].result_list)


def lists(client):
    return {model.__name__: listed(client, model) for model in SESSION_MODELS}


PUBLIC = {
    "WorkSession": ["Openbare sessie (18-02-2021)"],
    "AgendaItem": ["Opening"],
    "Minutes": ["Openbare sessie (18-02-2021)"],
    "Participation": [],
    "Document": ["Stuk"],
    "Decision": ["Wij beginnen."],
    "ActionItem": ["Zaal bespreken"],
    "AttentionPoint": ["Denk aan de studenten"],
}
BODY = PUBLIC | {
    "WorkSession": ["Besloten sessie (01-04-2021)", "Openbare sessie (18-02-2021)"],
    "AgendaItem": ["Begroting", "Opening", "Vertrouwelijk punt"],
    "Participation": ["Gerda Gast"],
}
ALL = BODY | {"Minutes": ["Besloten sessie (01-04-2021)", "Openbare sessie (18-02-2021)"]}


@pytest.fixture(autouse=True)
def one_document(world):
    world.document.title = "Stuk"
    world.document.save()


@pytest.mark.parametrize(
    ("who", "sees"),
    [("plain_staff", PUBLIC), ("steering_staff", BODY), ("office", ALL), ("boss", ALL)],
)
def test_lists_by_person(who, sees, request, browse):
    assert lists(browse(request.getfixturevalue(who))) == sees


def test_permission_to_read_every_session_opens_what_the_body_reads(plain_staff, browse):
    reader = may(plain_staff, READ_ALL)
    assert lists(browse(reader)) == BODY  # a draft stays with who writes it


def test_what_one_may_not_see_is_not_there(world, plain_staff, browse):
    client = browse(plain_staff)
    missing = client.get(address(WorkSession, "change", 999_999), follow=True)
    hidden = client.get(address(WorkSession, "change", world.closed.pk), follow=True)
    assert hidden.redirect_chain == missing.redirect_chain == [("/beheer/", 302)]
    expected = str(missing.content.decode()).replace("999999", str(world.closed.pk))
    assert "Besloten" not in expected
    for page in ("history", "delete"):
        answer = client.get(address(WorkSession, page, world.closed.pk))
        assert (answer.status_code, answer.headers["Location"]) == (302, "/beheer/")


def inline_rows(page):
    return {
        formset.opts.model.__name__: [str(form.instance) for form in formset.formset.initial_forms]
        for formset in page.context["inline_admin_formsets"]
    }


def test_a_public_session_as_staff_outside_the_body(world, plain_staff, browse):
    page = browse(plain_staff).get(address(WorkSession, "change", world.public.pk))
    assert page.context["has_change_permission"] is False
    assert "online_url" not in [
        field.field["name"] if field.is_readonly else field.field.name
        for fieldset in page.context["adminform"]
        for line in fieldset
        for field in line
    ]
    assert inline_rows(page) == {
        "AgendaItem": ["Opening"],
        "Minutes": ["Openbare sessie (18-02-2021)"],
        "Participation": [],
        "Document": ["Stuk"],
    }
    text = page.content.decode()
    assert [word for word in ["geheim", "Vertrouwelijk punt", "Gerda"] if word in text] == []


def test_a_session_of_the_body_as_its_member(world, steering_staff, browse):
    page = browse(steering_staff).get(address(WorkSession, "change", world.closed.pk))
    assert page.context["has_change_permission"] is True
    assert inline_rows(page) == {
        "AgendaItem": ["Begroting"],
        "Minutes": [],  # a draft is for who writes it
        "Participation": [],
        "Document": [],
    }
    assert "Ruw" not in page.content.decode()


@pytest.mark.parametrize(("who", "reads"), [("steering_staff", False), ("office", True)])
def test_the_text_of_a_draft(world, who, reads, request, browse):
    client = browse(request.getfixturevalue(who))
    world.draft_item.text = "<p>Heel ruw.</p>"
    world.draft_item.save()
    change = client.get(address(AgendaItem, "change", world.draft_item.pk)).content.decode()
    history = client.get(address(AgendaItem, "history", world.draft_item.pk)).content.decode()
    assert ("Heel ruw." in change, "Heel ruw" in history) == (reads, reads)


def test_a_filter_by_a_field_that_is_not_offered_tells_nothing(world, steering_staff, browse):
    client = browse(steering_staff)
    answers = [
        client.get(address(AgendaItem, "changelist") + query).status_code
        for query in ("?text__contains=Ruw", "?text__contains=onzin", "?purpose__exact=discuss")
    ]
    assert answers == [400, 400, 200]


def autocomplete(client, app, model, field, term=""):
    answer = client.get(
        reverse("admin:autocomplete"),
        {"app_label": app, "model_name": model, "field_name": field, "term": term},
    )
    return [row["text"] for row in answer.json()["results"]]


def test_autocomplete_offers_only_what_one_may_see(world, plain_staff, office, browse):
    asked = ("sessions_log", "agendaitem", "session")
    assert autocomplete(browse(plain_staff), *asked) == ["Openbare sessie (18-02-2021)"]
    assert autocomplete(browse(office), *asked) == [
        "Besloten sessie (01-04-2021)",
        "Openbare sessie (18-02-2021)",
    ]


def test_a_hidden_thing_cannot_be_chosen(world, plain_staff, browse):
    client = browse(may(plain_staff, "sessions_log.add_agendaitem"))
    page = client.post(
        address(AgendaItem, "add"),
        {"session": world.closed.pk, "title": "Binnen", "order": 9, "purpose": "inform"}
        | empty_formsets("decisions", "actions", "attention_points"),
    )
    assert list(page.context["adminform"].form.errors) == ["session"]
    page = client.post(
        address(AgendaItem, "add"),
        {"session": world.public.pk, "title": "Binnen", "order": 9, "purpose": "inform"}
        | empty_formsets("decisions", "actions", "attention_points"),
    )
    assert list(page.context["adminform"].form.errors) == ["session"]
    assert not AgendaItem.objects.filter(title="Binnen").exists()


def empty_formsets(*prefixes):
    return {
        f"{prefix}-{name}": value
        for prefix in prefixes
        for name, value in [
            ("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0), ("MIN_NUM_FORMS", 0), ("MAX_NUM_FORMS", 1000)
        ]
    }  # fmt: skip


NEWS_RIGHTS = ["news.change_newsitem", "sessions_log.view_worksession", "partners.change_partner"]


def test_links_to_hidden_things_are_not_named_and_stay(world, plain_staff, browse):
    client = browse(may(plain_staff, *NEWS_RIGHTS))
    page = client.get(address(NewsItem, "change", world.news.pk))
    text = page.content.decode()
    assert [name for name in ["Besloten sessie", "Geheime Gast"] if name in text] == []
    answer = client.post(
        address(NewsItem, "change", world.news.pk),
        {
            "title": "Nieuwe titel", "lead": "Wat er gebeurde.", "language": "nl",
            "slug": world.news.slug, "published_from": "2021-03-01T09:00",
            "sessions": [], "partners": [world.partner.pk], "lines": [],
        },
    )  # fmt: skip
    assert answer.status_code == 302
    world.news.refresh_from_db()
    assert world.news.title == "Nieuwe titel"
    assert sorted(map(str, world.news.sessions.all())) == ["Besloten sessie (01-04-2021)"]
    assert sorted(map(str, world.news.partners.all())) == ["Aardappel BV", "Geheime Gast NV"]


def test_links_are_shown_to_readers_only_as_far_as_they_may(world, plain_staff, browse):
    client = browse(may(plain_staff, "programme_lines.view_initiative"))
    text = client.get(address(Initiative, "change", world.initiative.pk)).content.decode()
    assert ("Aardappel BV" in text, "Geheime Gast NV" in text) == (True, False)
    history = client.get(address(Initiative, "history", world.initiative.pk)).content.decode()
    assert ("Aardappel BV" in history, "Geheime Gast NV" in history) == (True, False)


def test_a_hidden_chapter_behind_an_attention_point_is_kept(world, steering_staff, browse):
    world.attention.chapter = world.chapter
    world.attention.save()
    client = browse(steering_staff)
    url = address(AttentionPoint, "change", world.attention.pk)
    assert "Stil hoofdstuk" not in client.get(url).content.decode()
    answer = client.post(url, {"line": "", "state": "adopted", "answer": "Gedaan.", "chapter": ""})
    assert answer.status_code == 302
    world.attention.refresh_from_db()
    found = world.attention
    assert (found.state, found.answer, found.chapter) == ("adopted", "Gedaan.", world.chapter)


def test_partners_and_chapters_by_right(world, plain_staff, browse):
    changer = may(plain_staff, "partners.change_partner", "programme_lines.change_planchapter")
    assert listed(browse(changer), Partner) == ["Aardappel BV"]
    assert listed(browse(changer), PlanChapter) == []
    viewer = may(plain_staff, "partners.view_partner", "programme_lines.view_planchapter")
    assert listed(browse(viewer), Partner) == ["Aardappel BV", "Geheime Gast NV"]
    assert listed(browse(viewer), PlanChapter) == ["Stil hoofdstuk"]


def test_names_of_owners_are_for_who_reads_everything(world, plain_staff, steering_staff, browse):
    shown = {
        who.email: "Jan Naam" in browse(who).get(address(ActionItem, "changelist")).content.decode()
        for who in (plain_staff, steering_staff)
    }
    assert shown == {"plain@example.org": False, "steering@example.org": True}
    page = browse(plain_staff).get(address(ActionItem, "change", world.action.pk))
    assert "Jan Naam" not in page.content.decode()


def test_deleting_names_nothing_hidden(world, plain_staff, browse):
    """A line goes with all that hangs on it, of which this person may not know everything."""
    rights = ["programme_lines.delete_programmeline", "programme_lines.view_programmeline",
              "programme_lines.delete_planchapter"]  # fmt: skip
    client = browse(may(plain_staff, *rights))
    line = world.line
    url = address(ProgrammeLine, "delete", line.pk)
    page = client.get(url)
    text = page.content.decode()
    assert "Stil hoofdstuk" not in text
    assert page.context["perms_lacking"]
    assert client.post(url, {"post": "yes"}).status_code == 403
    assert ProgrammeLine.objects.filter(pk=line.pk).exists()


def test_the_first_page_counts_only_what_one_may_see(world, plain_staff, office, browse):
    waiting = {
        who.email: [
            (one.label, one.number) for one in browse(who).get("/beheer/").context["waiting"]
        ]
        for who in (plain_staff, office)
    }
    assert [count for _label, count in waiting["plain@example.org"]] == [1]
    assert [count for _label, count in waiting["office@example.org"]] == [1, 1, 1, 1, 1]
    links = [one.url for one in browse(office).get("/beheer/").context["waiting"]]
    client = browse(office)
    assert [client.get(url).context["cl"].result_count for url in links] == [1, 1, 1, 1, 1]


def test_an_organisation_that_something_rests_on_is_not_deleted(world, boss, browse):
    factories.ParticipationFactory(session=world.closed, partner=world.prospect, organisation="")
    url = address(Partner, "delete", world.prospect.pk)
    answer = browse(boss).post(url, {"post": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        address(Partner, "change", world.prospect.pk),
    )
    assert Partner.objects.filter(pk=world.prospect.pk).exists()


def test_spreadsheets_hold_only_what_one_may_see(world, plain_staff, office, browse):
    rows = {}
    for who in (plain_staff, office):
        answer = browse(who).post(
            reverse("admin:sessions_log_actionitem_export"),
            {"format": "1", "resource": ""},
        )
        rows[who.email] = answer.content.decode("utf-8-sig").splitlines()[1:]
    assert rows == {
        "plain@example.org": ["Openbare sessie,2021-02-18,Opening,Zaal bespreken,,,Open,"],
        "office@example.org": ["Openbare sessie,2021-02-18,Opening,Zaal bespreken,Jan Naam,,Open,"],
    }


def test_reading_in_partners_makes_prospects_and_touches_no_status(world, office, browse):
    client = browse(office)
    sheet = (
        "slug,name,kind,status,summary\n"
        "aardappel-bv,Aardappel BV,company,ended,Wij telen.\n"
        "nieuw,Nieuw BV,startup,signed,Net begonnen.\n"
    )
    page = client.post(
        reverse("admin:partners_partner_import"),
        {"format": "1", "import_file": SimpleUploadedFile("p.csv", sheet.encode())},
    )
    assert page.context["result"].totals["new"], page.context["result"].row_errors()
    answer = client.post(
        reverse("admin:partners_partner_process_import"), page.context["confirm_form"].initial
    )
    assert answer.status_code == 302
    assert sorted(
        Partner.objects.exclude(pk=world.prospect.pk).values_list("slug", "status", "summary")
    ) == [("aardappel-bv", "signed", "Wij telen."), ("nieuw", "prospect", "Net begonnen.")]


def test_members_are_read_in_by_address(world, office, browse):
    factories.UserFactory(email="nina@example.org", name="Nina Nieuw")
    client = browse(office)
    sheet = "email,partner,role\nNina@Example.org,aardappel-bv,teacher\n"
    page = client.post(
        reverse("admin:partners_membership_import"),
        {"format": "1", "import_file": SimpleUploadedFile("m.csv", sheet.encode())},
    )
    answer = client.post(
        reverse("admin:partners_membership_process_import"), page.context["confirm_form"].initial
    )
    assert answer.status_code == 302
    assert sorted(Membership.objects.values_list("user__email", "partner__slug", "role")) == [
        ("nina@example.org", "aardappel-bv", "teacher"),
        ("paula@example.org", "aardappel-bv", "contact"),
    ]
