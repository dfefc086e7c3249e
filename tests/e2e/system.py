"""Yaji as an operator runs it: a seeded database, then sandbox, pages, sockets and worker, each a real process.

The demo is prepared once (`Seed`); every `System` is a copy of it with ports, a folder and a Redis of its own, so that
one may move its clock without the others noticing. With TEST_POSTGRES the databases are made in that cluster, without
it they are SQLite files.
"""

import os
import shutil
import sqlite3
import subprocess
import uuid
from pathlib import Path
from types import TracebackType

import psycopg

from deploy.local import demo, environment, services
from deploy.local.environment import PYTHON, ROOT
from deploy.local.processes import Children, any_port
from tests.e2e.gate import Gate

CLUSTER = os.environ.get("TEST_POSTGRES", "")
KEPT = os.environ.get(
    "TEST_KEEP", ""
)  # a folder: the seed is kept there, and the next run on this machine begins with it


def _sql(statement: str) -> None:
    with psycopg.connect(f"{CLUSTER}postgres", autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def _redis(children: Children) -> str:
    """A Redis of our own where there is one to start: a shared one would keep pages and jobs of another run."""
    if shutil.which("redis-server"):
        os.environ.pop("REDIS_URL", None)
    return services.redis(children)


class Seed:
    """The demo's content, prepared once: `folder` holds the uploads and the sandbox's state."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.var = folder, folder / "seed"
        self.database = f"yaji_seed_{uuid.uuid4().hex[:8]}"
        done = self.var / "database"
        if KEPT and done.exists():
            self.database = done.read_text()
            return
        shutil.rmtree(self.var, ignore_errors=True)
        self.var.mkdir(parents=True)
        if CLUSTER:
            _sql(f"CREATE DATABASE {self.database}")
        self._fill()
        done.write_text(self.database)

    def _fill(self) -> None:
        with Children(self.folder / "log-seed") as children:
            env = variables(self.var, self.database, any_port(), any_port(), _redis(children))
            port, sandbox_port = _ports(env)
            children.start("sandbox", demo.sandbox_command(port, sandbox_port, env), env)
            children.wait_for(f"http://127.0.0.1:{sandbox_port}/_control/state", 30)
            done = subprocess.run([PYTHON, "manage.py", "demo"], cwd=ROOT, env=env, capture_output=True, text=True)
            if done.returncode:
                raise AssertionError(f"the demo could not be prepared:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")

    def copy(self, var: Path, database: str) -> None:
        """The same content under another name, in milliseconds."""
        shutil.copytree(self.var, var, ignore=shutil.ignore_patterns("*.sqlite3*", "log", "beat*"))
        for file in self.var.glob("*.sqlite3"):
            with sqlite3.connect(file) as source, sqlite3.connect(var / file.name) as target:
                source.backup(target)
        if CLUSTER:
            _sql(f"CREATE DATABASE {database} TEMPLATE {self.database}")

    def drop(self) -> None:
        """Throw it away, unless it is kept."""
        if CLUSTER and not KEPT:
            _sql(f"DROP DATABASE {self.database} WITH (FORCE)")


def variables(var: Path, database: str, port: int, sandbox_port: int, redis_url: str) -> dict[str, str]:
    """The environment of all processes of one system: the demo's, with a place of its own."""
    own = environment.variables(
        YAJI_ENV="development", YAJI_VAR=str(var), PUBLIC_URL=f"http://localhost:{port}", REDIS_URL=redis_url,
        STRIPE_API_BASE=f"http://127.0.0.1:{sandbox_port}", SANDBOX_PUBLIC_URL=f"http://localhost:{sandbox_port}",
        PYTHONDONTWRITEBYTECODE="1",
    )  # fmt: skip
    own.pop("DATABASE_URL", None)
    own.pop("DJANGO_SETTINGS_MODULE", None)
    return {**own, "DATABASE_URL": f"{CLUSTER}{database}"} if CLUSTER else own


def _ports(env: dict[str, str]) -> tuple[int, int]:
    return tuple(int(env[name].rpartition(":")[2]) for name in ("PUBLIC_URL", "STRIPE_API_BASE"))  # type: ignore[return-value]


class System:
    """One running Yaji. `url` is where people go, through the gate; `sandbox` is the payment service's address."""

    def __init__(self, seed: Seed, name: str) -> None:
        self.name, self.database = name, f"{seed.database}_{name}"
        self.folder = seed.folder / name
        if CLUSTER:
            _sql(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
        shutil.rmtree(self.folder, ignore_errors=True)
        seed.copy(self.folder, self.database)
        self.children = Children(self.folder / "log")
        self.port, self.inner, sandbox_port = any_port(), any_port(), any_port()
        self.url, self.sandbox = f"http://localhost:{self.port}", f"http://127.0.0.1:{sandbox_port}"
        self.gate = Gate(self.port, self.inner)
        self.env = variables(self.folder, self.database, self.port, sandbox_port, _redis(self.children))
        try:
            self._start(sandbox_port)
        except BaseException:
            self.end()
            raise

    def _start(self, sandbox_port: int) -> None:
        children, env = self.children, self.env
        children.start("sandbox", demo.sandbox_command(self.inner, sandbox_port, env), env)
        children.start("web", demo.web_command(self.inner), env)
        children.start("worker", demo.worker_command(env), env)
        children.wait_for(f"{self.sandbox}/_control/state", 30)
        children.wait_for(f"{self.url}/readyz")

    @property
    def mail(self) -> Path:
        """The folder in which the demo's letters lie."""
        return self.folder / "mail"

    def tails(self) -> str:
        """The ends of all logs, for somebody who has to understand a failure."""
        return "\n".join(f"--- {child.name}\n{child.tail(25)}" for child in self.children.all if child.name != "redis")

    def end(self) -> None:
        """End the processes, drop the database."""
        self.gate.end()
        self.children.end()
        if CLUSTER:
            _sql(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    def __enter__(self) -> "System":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
