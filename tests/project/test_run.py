"""`./run` on machines that lack something: each time a sentence with the remedy, never a traceback."""

import os
import runpy
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import environment, processes, services
from deploy.local.say import Stop

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_taken_port_is_named_with_another_to_try(taken: int, tmp_path: Path) -> None:
    env = {**os.environ, "PORT": str(taken), "YAJI_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "run", "demo"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert f"Port {taken} is taken" in done.stdout and "PORT=" in done.stdout and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_port_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eight")
    with pytest.raises(Stop, match="PORT=eight"):
        processes.claim_port("PORT", 8000)


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is 3\.9"):
        runpy.run_path(str(ROOT / "run"))


def test_an_old_python_hands_over_to_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def execv(path: str, arguments: list[str]) -> None:
        ran.append(arguments)
        raise SystemExit(0)

    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if name == "python3.12" else None)
    monkeypatch.setattr(os, "execv", execv)
    with pytest.raises(SystemExit):
        runpy.run_path(str(ROOT / "run"))
    assert ran[0][0] == "/usr/bin/python3.12"


def test_a_python_without_ensurepip_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "PYTHON", tmp_path / "nothing")
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(Stop, match=r"python3\.\d+-venv"):
        environment._make()


def test_without_a_way_to_the_index_the_message_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('could not connect')"]
    with pytest.raises(Stop, match=r"could not connect[\s\S]*package index"):
        environment._checked(command, "Is there a way to the package index from here?")


def test_a_start_after_the_first_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    if not environment._stamp(True).exists():
        pytest.fail("the tests run in an environment that ./run made")
    monkeypatch.setattr(environment, "_checked", lambda *a: pytest.fail("something was run"))
    environment.ready()
    environment.ready(dev=True)


def test_a_missing_system_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(Stop, match="apt-get install redis-server"):
        services.install("redis-server", "redis-server")


def test_a_child_that_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    with processes.Children(tmp_path) as children:
        child = children.start(
            "web", [sys.executable, "-c", "print('no such table'); raise SystemExit(3)"], dict(os.environ)
        )
        child.process.wait(20)
        with pytest.raises(Stop, match=r"web ended by itself \(3\):\nno such table"):
            children.check()


def test_leaving_ends_every_child(tmp_path: Path) -> None:
    with processes.Children(tmp_path) as children:
        child = children.start("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ))
    assert child.process.poll() is not None


def test_an_unknown_command_prints_the_usage() -> None:
    done = subprocess.run([sys.executable, "run", "nonsense"], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2 and "./run demo" in done.stdout
