"""What the tests of assignments share."""

import pytest


@pytest.fixture
def english(settings):
    """Pages and sentences in the language of the source, for who has not chosen one."""
    settings.LANGUAGE_CODE = "en"
