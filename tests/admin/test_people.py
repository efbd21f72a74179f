"""People in the admin: invited by mail, never given a password; rights are an administrator's."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client

from civportal.accounts.models import PROGRAMME_OFFICE, User
from tests import factories
from tests.admin.test_every_page import address

NEW = {"email": "Nina@Example.org", "name": "Nina Nieuw", "language": "nl", "invite": "on"}


def test_the_office_invites_someone_who_then_chooses_a_password(
    office, browse, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = browse(office).post(address(User, "add"), NEW)
    assert answer.status_code == 302
    user = User.objects.get(email="nina@example.org")
    assert (user.name, user.has_usable_password(), user.is_staff, user.is_superuser) == (
        "Nina Nieuw", False, False, False
    )  # fmt: skip
    assert [(one.email, one.verified, one.primary) for one in EmailAddress.objects.all()] == [
        ("nina@example.org", True, True)
    ]
    assert [message.to for message in mail.outbox] == [["nina@example.org"]]
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body)
    assert link
    guest = Client()
    form = guest.get(link[1], follow=True)
    assert form.status_code == 200
    done = guest.post(
        form.request["PATH_INFO"],
        {"password1": "een-lang-wachtwoord", "password2": "een-lang-wachtwoord"},
    )
    assert done.status_code == 302
    user.refresh_from_db()
    assert user.check_password("een-lang-wachtwoord")


def test_without_an_invitation_no_mail_goes(office, browse):
    browse(office).post(address(User, "add"), {**NEW, "invite": ""})
    assert (User.objects.filter(email="nina@example.org").count(), mail.outbox) == (1, [])


def test_an_address_that_is_taken_is_refused(office, browse):
    factories.UserFactory(email="nina@example.org")
    page = browse(office).post(address(User, "add"), NEW)
    assert list(page.context["adminform"].form.errors) == ["email"]


def test_invitations_again_go_to_who_has_never_been_there(
    office, browse, django_capture_on_commit_callbacks
):
    new = factories.UserFactory(email="new@example.org")
    old = factories.UserFactory(email="old@example.org", last_login="2021-01-01T00:00Z")
    for user in (new, old):
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    with django_capture_on_commit_callbacks(execute=True):
        browse(office).post(
            address(User, "changelist"),
            {"action": "invite", "_selected_action": [new.pk, old.pk]},
        )
    assert [message.to for message in mail.outbox] == [["new@example.org"]]


def test_the_office_gives_no_rights(office, browse, world):
    client = browse(office)
    group = Group.objects.get(name=PROGRAMME_OFFICE)
    data = {
        "email": "anders@example.org", "name": "Paula P.", "language": "nl",
        "time_zone": "Europe/Amsterdam", "is_active": "on", "is_staff": "on",
        "is_superuser": "on", "groups": [group.pk],
        "user_permissions": [Permission.objects.first().pk],
    }  # fmt: skip
    world.person.last_login = "2021-01-01T00:00Z"
    world.person.save()
    assert client.post(address(User, "change", world.person.pk), data).status_code == 302
    user = User.objects.get(pk=world.person.pk)
    assert (
        user.name, user.email, user.is_staff, user.is_superuser,
        user.groups.count(), user.user_permissions.count(),
    ) == ("Paula P.", "paula@example.org", False, False, 0, 0)  # fmt: skip


@pytest.mark.parametrize("field", ["is_staff", "is_superuser"])
def test_the_office_does_not_change_who_may_use_the_admin(field, office, browse, world):
    User.objects.filter(pk=world.person.pk).update(**{field: True})
    answer = browse(office).post(
        address(User, "change", world.person.pk), {"name": "Anders", "email": "x@example.org"}
    )
    world.person.refresh_from_db()
    assert (answer.status_code, world.person.name) == (403, "Paula Partner")


def test_a_new_address_must_be_confirmed(boss, browse, world):
    EmailAddress.objects.create(
        user=world.person, email=world.person.email, primary=True, verified=True
    )
    User.objects.filter(pk=world.person.pk).update(last_login="2021-01-01T00:00Z")
    answer = browse(boss).post(
        address(User, "change", world.person.pk),
        {"email": "P2@example.org", "name": "Paula", "time_zone": "Europe/Amsterdam",
         "is_active": "on"},
    )  # fmt: skip
    assert answer.status_code == 302
    found = EmailAddress.objects.values_list("email", "verified", "primary")
    assert list(found.filter(user=world.person)) == [("p2@example.org", False, True)]


def test_no_password_is_shown_or_asked(boss, browse, world):
    page = browse(boss).get(address(User, "change", world.person.pk)).content.decode()
    assert [word for word in ['type="password"', "md5$", 'name="password"'] if word in page] == []


def test_rights_are_offered_only_over_what_stands_in_the_admin(boss, browse, world):
    page = browse(boss).get(address(Group, "change", Group.objects.get(name=PROGRAMME_OFFICE).pk))
    offered = page.context["adminform"].form.fields["permissions"].queryset
    assert offered.filter(codename="change_worksession").exists()
    assert not offered.filter(codename__endswith="event").exists()


def test_the_office_has_its_rights_and_giving_them_again_changes_nothing(db):
    from django.apps import apps

    from civportal.accounts.office import give_office_its_rights

    group = Group.objects.get(name=PROGRAMME_OFFICE)
    before = set(group.permissions.values_list("codename", flat=True))
    group.permissions.remove(Permission.objects.get(codename="change_worksession"))
    for label in ["sessions_log", "partners", "accounts"]:
        give_office_its_rights(apps.get_app_config(label), using="default", apps=apps)
    assert set(group.permissions.values_list("codename", flat=True)) == before
    assert {"change_worksession", "add_partner", "add_user"} <= before
    assert before & {"delete_user", "change_group", "view_calendartoken"} == set()
