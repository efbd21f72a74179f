"""``check --database default`` finds demo logins where DEMO is off."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from tests import factories


@pytest.fixture
def demo_login(db):
    return factories.UserFactory(email="bureau@demo.example")


def test_demo_logins_fail_the_check_where_demo_is_off(demo_login, settings):
    settings.DEMO = False
    with pytest.raises(SystemCheckError, match=r"demo\.E001.*has demo logins \(1\)"):
        call_command("check", databases=["default"])


def test_they_may_be_there_in_a_demo(demo_login, settings):
    settings.DEMO = True
    call_command("check", databases=["default"])


def test_without_them_or_without_asking_the_database_all_is_well(demo_login, settings):
    settings.DEMO = False
    call_command("check")
    demo_login.delete()
    call_command("check", databases=["default"])
