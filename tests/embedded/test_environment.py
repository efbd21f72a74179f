"""Settings from the environment: all explained, wrong ones told, production ones accepted."""

import os
import re
import subprocess
import sys
import tomllib

import pytest

from runtime.place import ROOT
from runtime.surroundings import for_checkout, is_loopback

PRODUCTION = {
    "SECRET_KEY": "a-long-text-for-this-test-alone-0123456789-abcdefghijklmnopqrstuvwxyz",
    "BASE_URL": "https://portaal.example.org",
    "ALLOWED_HOSTS": "portaal.example.org",
    "EMAIL_URL": "smtp+tls://user:password@smtp.example.org:587",
    "DEFAULT_FROM_EMAIL": "Portaal <portaal@example.org>",
    "REDIS_URL": "redis://redis.example.org:6379/0",
    "DATABASE_URL": "postgres://civportal:password@db.example.org:5432/civportal",
}


def deploy_check(**changes: str | None) -> tuple[int, str]:
    """Exit status and words of ``check --deploy`` in production, with some variables changed."""
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull} | PRODUCTION
    for name, value in changes.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_production_settings_pass():
    assert deploy_check() == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_what_cannot_be_done_without_is_told(name):
    status, words = deploy_check(**{name: None})
    assert (status, len(words.splitlines())) == (1, 1)
    assert words.startswith(f"{name} is not set: ")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            {
                "SECRET_KEY": "short",
                "REDIS_URL": "memcached://x",
                "BASE_URL": "http://portaal.example.org",
                "ALLOWED_HOSTS": "other.example.org",
                "EMAIL_URL": None,
                "DEFAULT_FROM_EMAIL": None,
            },
            {"portal.E001", "portal.E003", "portal.E005", "portal.E006", "portal.E007"}
            | {"security.W009"},
        ),
        (
            {"BASE_URL": "https://localhost", "ALLOWED_HOSTS": "*", "DEMO": "1", "DEBUG": "1"},
            {"portal.E002", "portal.W001", "portal.E004", "security.W018"},
        ),
    ],
)
def test_wrong_settings_are_told(wrong, told):
    status, words = deploy_check(**wrong)
    assert status == 1
    assert told <= set(re.findall(r"\(((?:portal|security)\.\w+)\)", words))
    assert "Traceback" not in words


def test_every_variable_is_explained():
    settings = (ROOT / "civportal" / "settings.py").read_text()
    read = set(re.findall(r'(?:env\.\w+|required)\(\s*"([A-Z_]+)"', settings))
    example = (ROOT / ".env.example").read_text()
    explained = re.findall(r"^# \S.*\n([A-Z_]+)=", example, flags=re.MULTILINE)
    # Read by the scripts, the demo and the compose file; or, ENV_FILE, says where this file is.
    elsewhere = {"WEB_WORKERS", "CELERY_CONCURRENCY", "DEMO_PASSWORD", "POSTGRES_PASSWORD"}
    assert set(explained) == (read - {"ENV_FILE"}) | elsewhere
    assert len(explained) == len(re.findall(r"^[A-Z_]+=", example, flags=re.MULTILINE))


def test_a_checkout_completes_only_what_is_not_set():
    given = {"SECRET_KEY": "mine", "DEMO": "0", "STATIC_ROOT": "/srv/static"}
    completed = for_checkout(given, embedded=True)
    assert {name: completed[name] for name in given} == given
    assert completed["DEBUG"] == "0"
    assert "DEMO_PASSWORD" not in completed
    assert for_checkout({"SECRET_KEY": "mine"}, embedded=False)["DEMO"] == "0"


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - the point of it
        ("::", False),
        ("192.168.1.4", False),
        ("127.evil.example", False),
    ],
)
def test_loopback(host, local):
    assert is_loopback(host) is local


def test_the_scripts_that_use_it_know_every_app():
    """A new app belongs in the type check, the import floors and the dependency check."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    apps = {
        path.parent.name
        for path in [*ROOT.glob("*/__init__.py"), *ROOT.glob("script/*/__init__.py")]
        if path.parent.name != "tests" and not path.parent.name.startswith(".")
    }
    assert set(project["mypy"]["packages"]) == apps
    assert set(project["importlinter"]["root_packages"]) == apps
    assert set(project["deptry"]["known_first_party"]) == apps
