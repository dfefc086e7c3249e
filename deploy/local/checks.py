"""`./run test`, `./run lint`, `./run bench`: what a change has to pass."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local import environment, services
from deploy.local.environment import PYTHON, ROOT, VENV
from deploy.local.processes import Children
from deploy.local.say import line

Step = tuple[str, Callable[[], int]]

STEP_SECONDS = 40 * 60  # a part that takes longer hangs: it is ended, and the run says which part it was
ALL_SECONDS = 80 * 60  # for all parts together
LONG_SECONDS = 10 * 3600  # `./run test long` is what one starts in the evening
TIMED_OUT = 124
_began = time.monotonic()
MARK = "YAJI_RUN"  # in the environment of everything a run starts, so that nothing outlives it


def lint(arguments: list[str]) -> int:
    """Only the linters."""
    environment.ready(dev=True)
    return _all([(name, lambda c=command: _run(c)) for name, command in _linters()])


def _linters() -> list[tuple[str, list[object]]]:
    bin_ = VENV / "bin"
    return [
        ("style", [bin_ / "ruff", "check", "-q", "."]),
        ("format", [bin_ / "ruff", "format", "--check", "-q", "."]),
        ("floors", [bin_ / "lint-imports", "--no-cache"]),
        ("templates", [bin_ / "djlint", "--lint", "--quiet", "templates"]),
        ("types", [bin_ / "mypy"]),
        ("security", [bin_ / "bandit", "-q", "-c", "pyproject.toml", "-r", "accounts", "community", "config", "editorial", "ground",
                      "membership", "subscriptions", "-ll"]),
    ]  # fmt: skip


def test(arguments: list[str]) -> int:
    """Everything: linters, PostgreSQL and Redis, SQLite, scripts, browser. `./run test unit` (or lint, sqlite, js,
    browser) runs one part; `./run test long` what is tried at random, forty times as long. Answers the exit code."""
    environment.ready(dev=True)
    wanted = set(arguments) or {"lint", "unit", "sqlite", "js", "browser"}
    with tempfile.TemporaryDirectory(prefix="yaji-test-") as folder, Children(Path(folder) / "log") as children:
        steps: list[Step] = []
        if "lint" in wanted:
            steps += [(name, lambda c=command: _run(c)) for name, command in _linters()]
        cluster = services.Postgres(children) if wanted & {"unit", "browser", "long"} else None
        try:
            redis = services.redis(children, need_real=True) if wanted & {"unit", "browser", "long"} else ""
            steps += _suites(wanted, Path(folder), cluster, redis)
            return _all(steps)
        finally:
            children.end()
            if cluster:
                cluster.remove()


def _suites(wanted: set[str], folder: Path, cluster: services.Postgres | None, redis: str) -> list[Step]:
    base = {"YAJI_ENV": "test", "YAJI_VAR": str(folder / "var"), "PYTHONDONTWRITEBYTECODE": "1"}
    steps: list[Step] = []
    parallel: list[object] = ["-n", "2", "--dist", "loadfile"]
    if cluster and "unit" in wanted:
        services.browser()  # PDFs are printed by a real one
        full = environment.variables(**base, DATABASE_URL=cluster.url(), REDIS_URL=redis, YAJI_NO_SKIPS="1")
        steps.append(("PostgreSQL and Redis", lambda: _run([*_pytest(), *parallel], full)))
    if cluster and "long" in wanted:
        more = environment.variables(**base, DATABASE_URL=cluster.url(), REDIS_URL=redis, YAJI_LONG="40")
        steps.append(
            ("at random, for long", lambda: _run([*_pytest(), "--timeout", "7200", *_LONG], more, LONG_SECONDS))
        )
    if "sqlite" in wanted:
        plain = environment.variables(**base)
        plain = {k: v for k, v in plain.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        marks = ["-m", "not postgres and not redis and not sandbox"]
        steps.append(("SQLite", lambda: _run([*_pytest(), *parallel, *marks, *_SQLITE], plain)))
    if "js" in wanted:
        steps.append(("scripts", _scripts))
    if cluster and "browser" in wanted:
        steps.append(("journeys and browser", lambda: _walks(base, cluster, redis)))
    return steps


def _scripts() -> int:
    files = sorted(ROOT.glob("tests/js/*.test.mjs"))
    return _run([_node(), "--test", "--test-timeout", "60000", "--test-reporter", "dot", *files]) if files else 1


def _walks(base: dict[str, str], cluster: services.Postgres, redis: str) -> int:
    own = {
        "YAJI_ENV": "development",
        "REDIS_URL": redis,
        "CHROMIUM": services.browser(),
        "TEST_POSTGRES": cluster.url(""),
    }
    options = ["-q", "-p", "no:django", "-p", "no:cacheprovider", "-c", "tests/browser/pytest.ini", "--rootdir", "."]
    env = environment.variables(**{**base, **own})
    return _run([PYTHON, "-m", "pytest", *options, "tests/journeys", "tests/browser"], env)


_LONG = ["tests/community/test_model.py", "tests/community/test_protocol.py", "tests/billing/test_fire.py", "tests/boxes/test_machine.py",
         "tests/boxes/test_years.py"]  # fmt: skip
_SQLITE = ["tests/accounts", "tests/membership", "tests/editorial", "tests/boxes", "tests/ground", "tests/community"]


def _pytest() -> list[object]:
    return [PYTHON, "-m", "pytest", "-q"]


def _node() -> str:
    return shutil.which("node") or services.install("nodejs", "node")


def _run(command: list[object], env: dict[str, str] | None = None, seconds: int = 0) -> int:
    """Run one part in a process group of its own, within its time; whatever it left running is ended after it."""
    mark = f"{os.getpid()}-{time.monotonic_ns()}"
    env = {**(env or environment.variables()), MARK: mark}
    process = subprocess.Popen(
        [str(c) for c in command], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, start_new_session=True
    )
    began = time.monotonic()
    try:
        return process.wait(seconds or max(1.0, min(STEP_SECONDS, _began + ALL_SECONDS - began)))
    except subprocess.TimeoutExpired:
        line(
            f"\nThis was ended after {(time.monotonic() - began) / 60:.0f} minutes: it hangs, or the machine is too slow."
        )
        return TIMED_OUT
    finally:
        _end_group(process)
        _end_marked(f"{MARK}={mark}".encode())


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    for how, patience in ((signal.SIGINT, 20), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        os.killpg(process.pid, how)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue


def _end_marked(mark: bytes) -> None:
    """Servers and browsers that a test started in a session of their own and left behind; Linux only."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                line(f"  left running: {(folder / 'cmdline').read_bytes().replace(bytes(1), b' ').decode()[:200]}")
                os.kill(int(folder.name), signal.SIGKILL)
        except (OSError, ValueError):
            continue


def _all(steps: list[Step]) -> int:
    results = []
    for name, work in steps:
        line(f"\n== {name}")
        began = time.monotonic()
        code = work()
        results.append((name, code, time.monotonic() - began))
    line("")
    for name, code, seconds in results:
        line(f"  {'ok    ' if code == 0 else 'FAILED'} {name} ({seconds:.0f} s)")
    return 1 if any(code for _, code, _ in results) else 0


def bench(arguments: list[str]) -> int:
    """The benchmark's table on PostgreSQL and Redis."""
    environment.ready(dev=True)
    with tempfile.TemporaryDirectory(prefix="yaji-bench-") as folder, Children(Path(folder) / "log") as children:
        cluster = services.Postgres(children)
        try:
            env = environment.variables(
                YAJI_ENV="development",
                YAJI_VAR=str(Path(folder) / "var"),
                DATABASE_URL=cluster.url(),
                REDIS_URL=services.redis(children, need_real=True),
                PUBLIC_URL="http://localhost:8000",
            )
            return _run([PYTHON, "-m", "benchmarks", *arguments], env)
        finally:
            children.end()
            cluster.remove()
