"""The compose file, held against the checkout: its very commands run, without Docker."""

import http.client
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from runtime.place import ROOT
from runtime.services import Services
from runtime.surroundings import free_port
from tests.embedded.conftest import reachable_folder, wait_until

PATIENCE = 120


@pytest.fixture(scope="module")
def compose():
    """What docker-compose.yml says, with its variables filled in."""
    text = (ROOT / "docker-compose.yml").read_text()
    return yaml.safe_load(re.sub(r"\$\{(\w+)[^}]*\}", "secret", text))["services"]


def test_services_and_what_they_wait_for(compose):
    waits = {
        name: {other: how["condition"] for other, how in service.get("depends_on", {}).items()}
        for name, service in compose.items()
    }
    stores = {"postgres": "service_healthy", "redis": "service_healthy"}
    migrated = stores | {"migrate": "service_completed_successfully"}
    assert waits == {
        "postgres": {},
        "redis": {},
        "migrate": stores,
        "web": migrated,
        "worker": migrated,
        "beat": migrated,
    }
    assert {name for name, service in compose.items() if "healthcheck" in service} == {
        "postgres",
        "redis",
        "web",
        "worker",
    }


def test_the_image_has_what_its_commands_need(compose):
    """What .dockerignore leaves out, nothing that runs in the image may need."""
    left_out = {
        line.strip("/")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    }
    for service in compose.values():
        for word in (service.get("command") or [])[:2]:
            path = Path(word)
            if (ROOT / path).is_file():
                assert not {str(part) for part in [path, *path.parents]} & left_out
                assert path.suffix == ".py" or os.access(ROOT / path, os.X_OK)
    assert "requirements.lock" not in left_out


def test_the_very_commands_run_the_portal(compose):
    with reachable_folder() as folder:
        services = Services(folder / "var", ["postgres", "valkey"])
        services.acquire()
        port = free_port("127.0.0.1")
        environment = {
            "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "ENV_FILE": os.devnull,
            "SECRET_KEY": "for-this-test",
            "BASE_URL": "https://portaal.example.org",
            "ALLOWED_HOSTS": "portaal.example.org",
            "STATIC_ROOT": str(folder / "static"),
            "MEDIA_ROOT": str(folder / "media"),
            "BEAT_SCHEDULE": str(folder / "beat"),
            "PYTHONWARNINGS": "ignore",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "WEB_WORKERS": "1",
            "CELERY_CONCURRENCY": "1",
            **services.urls,
        }

        def start(name: str) -> subprocess.Popen:
            return subprocess.Popen(
                compose[name]["command"], cwd=ROOT, env=environment, start_new_session=True
            )

        def healthy(name: str) -> bool:
            test = compose[name]["healthcheck"]["test"]
            assert test[0] == "CMD"
            done = subprocess.run(
                test[1:], cwd=ROOT, env=environment, capture_output=True, check=False
            )
            return done.returncode == 0

        assert not healthy("web")
        collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(collect, cwd=ROOT, env=environment, check=True)
        migrate = start("migrate")
        assert migrate.wait(PATIENCE) == 0
        running = {name: start(name) for name in ("web", "worker", "beat")}
        try:
            wait_until(lambda: healthy("web"), PATIENCE)
            wait_until(lambda: answer(port, "/readyz") == (200, "ready\n"), PATIENCE)
            assert healthy("worker")
            assert answer(port, "/werksessies/", proto="https")[0] == 200
            # Without TLS in front a visitor is sent to where it is.
            assert answer(port, "/werksessies/")[0] == 301
        finally:
            for process in running.values():
                process.send_signal(signal.SIGTERM)
            statuses = {name: process.wait(60) for name, process in running.items()}
            services.release()
        assert statuses == {"web": 0, "worker": 0, "beat": 0}


def answer(port: int, path: str, proto: str = "http") -> tuple[int, str]:
    """What the portal answers to the proxy in front of it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Host": "portaal.example.org", "X-Forwarded-Proto": proto}
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text
