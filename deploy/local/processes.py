"""Children: started with a log file, watched, ended in reverse order."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from deploy.local.environment import ROOT
from deploy.local.say import Stop


def port_free(port: int) -> bool:
    """True when nobody listens on that loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def claim_port(name: str, default: int) -> int:
    """The port that the environment variable names, or the default. Raises `Stop` when it is taken or no number."""
    given = os.environ.get(name, str(default))
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise Stop(f"{name}={given} is not a port number.")
    if not port_free(int(given)):
        raise Stop(
            f"Port {given} is taken by another program. End it, or choose another: {name}={int(given) + 10} ./run demo"
        )
    return int(given)


def any_port() -> int:
    """A free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Child:
    """One process with its log."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name, self.process, self.log = name, process, log

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""


class Children:
    """Starts children in a session of their own, so that Ctrl-C reaches us alone; ends them all on leaving."""

    def __init__(self, logs: Path) -> None:
        self.logs, self.all = logs, list[Child]()
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Children":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def start(
        self, name: str, command: Sequence[object], env: dict[str, str], cwd: Path = ROOT, user: str | None = None
    ) -> Child:
        """Start one; its output goes to `<logs>/<name>.log`."""
        log = self.logs / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [str(c) for c in command],
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
            )
        child = Child(name, process, log)
        self.all.append(child)
        return child

    def check(self) -> None:
        """Raises `Stop` with the log's end when a child is gone."""
        for child in self.all:
            if child.process.poll() is not None:
                raise Stop(f"{child.name} ended by itself ({child.process.returncode}):\n{child.tail()}")

    def wait_for(self, url: str, seconds: float = 120) -> None:
        """Until the address answers 200. Raises `Stop`."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.check()
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.15)
        raise Stop(f"{url} did not answer within {seconds:.0f} s.")

    def end(self) -> None:
        """Ask each to end, last started first; what does not within ten seconds is killed."""
        for child in reversed(self.all):
            if child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + 10
        for child in reversed(self.all):
            try:
                child.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
        self.all.clear()
