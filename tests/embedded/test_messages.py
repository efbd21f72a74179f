"""``script/messages`` and the check that the catalogues are in step with the code."""

import polib
import pytest

from runtime import messages


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A small checkout with one page that says one thing."""
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "locale").mkdir()
    (tmp_path / "templates" / "page.html").write_text('{% translate "Good morning" %}\n')
    return tmp_path


def test_from_code_to_compiled_catalogue(checkout, capsys):
    catalogue = checkout / "locale" / "nl" / "LC_MESSAGES" / "django.po"
    name = catalogue.relative_to(checkout)
    advice = "script/messages brings the catalogues in step."
    assert messages.complaints() == f"{name}: not in it yet: Good morning\n{advice}"

    assert messages.run([]) == 0
    assert capsys.readouterr().out == f"{name}: 1 text to translate\n"
    assert "POT-Creation-Date" not in catalogue.read_text()
    assert messages.complaints() == f"{name}: not translated: Good morning\n{advice}"

    written = polib.pofile(str(catalogue))
    written[0].msgstr = "Goedemorgen"
    written.save()
    compiled = name.with_suffix(".mo")
    assert messages.complaints() == f"{compiled}: not compiled from the .po\n{advice}"

    messages.run([])
    assert messages.complaints() == ""
    assert polib.mofile(str(checkout / compiled))[0].msgstr == "Goedemorgen"

    (checkout / "templates" / "page.html").write_text('{% translate "Good evening" %}\n')
    assert messages.complaints() == (
        f"{name}: no longer used: Good morning\n{name}: not in it yet: Good evening\n{advice}"
    )
