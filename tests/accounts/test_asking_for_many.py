"""A rule asked for many people in one query says of each what it says of one."""

import pytest
from django.db.models import OuterRef, Q

from assignments.models import Feedback, Team
from civportal.accounts.models import User
from civportal.accounts.viewers import Viewer, inside, is_office, viewer_key
from civportal.lib.exists import Exists
from tests import factories

pytestmark = pytest.mark.django_db


def is_in(viewer: Viewer, field: str) -> Q:
    people = User.objects.filter(pk=OuterRef(field), is_active=True)
    return Q(Exists(people.filter(pk=viewer_key(viewer))))


def of_readable_team(viewer: Viewer) -> Q:
    """What PostgreSQL 18.6 got wrong: everyone had the answer of the first person."""
    deeper = inside(viewer)
    sides = (
        is_in(deeper, "assignment__contact")
        | is_in(deeper, "assignment__teacher")
        | is_office(deeper)
    )
    teams = Team.objects.filter(is_in(deeper, "coach") | (Q(state="accepted") & sides))
    return Q(Exists(teams.filter(pk=OuterRef("team"))))


def test_each_has_an_answer_of_their_own(coach, company, office, teacher, charlie):
    row = factories.FeedbackFactory(team__coach=coach, team__assignment__teacher=teacher)
    people = [coach, company, office, teacher, charlie]
    one_by_one = [
        user for user in people if Feedback.objects.filter(of_readable_team(user), pk=row.pk)
    ]
    seen = Feedback.objects.filter(of_readable_team(OuterRef("pk")), pk=row.pk)
    at_once = User.objects.filter(Exists(seen), pk__in=[user.pk for user in people]).order_by("pk")
    assert one_by_one == [coach, office, teacher]
    assert list(at_once) == one_by_one


def test_for_one_person_the_database_plans_as_it_likes(coach):
    alone = str(Feedback.objects.filter(of_readable_team(coach)).query)
    seen = Feedback.objects.filter(of_readable_team(OuterRef("pk")))
    at_once = str(User.objects.filter(Exists(seen)).query)
    assert ("OFFSET" in alone, at_once.count("OFFSET 0")) == (False, 5)
