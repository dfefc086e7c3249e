"""`./run demo`: everything on one machine, from nothing."""

import hashlib
import os
import shutil
import signal
import time
from pathlib import Path
from types import FrameType

from deploy.local import environment, services
from deploy.local.environment import PYTHON, ROOT, VENV
from deploy.local.processes import Children, claim_port
from deploy.local.say import Stop, line, step

PEOPLE = ["reader", "friend", "member", "patron", "subscriber", "moderator", "editor", "fulfilment", "admin"]


class Ended(Exception):
    """SIGTERM or Ctrl-C."""


def var() -> Path:
    """Where the demo keeps its data."""
    return Path(os.environ.get("YAJI_VAR") or ROOT / "var")


def demo() -> int:
    """Set up, start, say where, wait. Ends cleanly on SIGTERM and Ctrl-C; answers the exit code."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ended)
    began = time.monotonic()
    try:
        port, own_stripe = claim_port("PORT", 8000), bool(os.environ.get("STRIPE_SECRET_KEY"))
        sandbox_port = 0 if own_stripe else claim_port("SANDBOX_PORT", 12112)
        environment.ready()
        with Children(var() / "log") as children:
            env = settings(port, sandbox_port, services.redis(children))
            start(children, env, port, sandbox_port)
            _welcome(port, sandbox_port, time.monotonic() - began)
            while True:
                children.check()
                time.sleep(1)
    except Ended:
        line("\nEnded. The data stays; ./run demo takes it up again, ./run reset throws it away.")
        return 0


def _ended(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Ended


def settings(port: int, sandbox_port: int, redis_url: str) -> dict[str, str]:
    """The environment of all parts."""
    own = {
        "YAJI_ENV": "development",
        "YAJI_VAR": str(var()),
        "PUBLIC_URL": f"http://localhost:{port}",
        "REDIS_URL": redis_url,
    }
    if sandbox_port:
        own |= {
            "STRIPE_API_BASE": f"http://127.0.0.1:{sandbox_port}",
            "SANDBOX_PUBLIC_URL": f"http://localhost:{sandbox_port}",
        }
    return environment.variables(**own)


def start(children: Children, env: dict[str, str], port: int, sandbox_port: int) -> None:
    """Sandbox, database with demo content, web, worker; returns when the first page can be asked for."""
    if sandbox_port:
        children.start("sandbox", sandbox_command(port, sandbox_port, env), env)
        children.wait_for(f"http://127.0.0.1:{sandbox_port}/_control/state", 30)
    _prepare(env, children)
    with step("starting pages, sockets and the worker"):
        children.start("web", web_command(port), env)
        children.start("worker", worker_command(env), env)
        children.wait_for(f"http://127.0.0.1:{port}/readyz")
        if visitors := os.environ.get("YAJI_VISITORS"):
            children.start("visitors", visitors_command(port, visitors), env)


def sandbox_command(port: int, sandbox_port: int, env: dict[str, str]) -> list[object]:
    """The small Stripe beside the product."""
    return [
        PYTHON, "-m", "sandbox", "--port", sandbox_port, "--state", Path(env["YAJI_VAR"]) / "sandbox.sqlite3",
        "--public-url", env["SANDBOX_PUBLIC_URL"], "--webhook-url", f"http://127.0.0.1:{port}/billing/webhook/",
        "--webhook-secret", "whsec_sandbox", "--key", "sk_test_sandbox", "--product-url", env["PUBLIC_URL"],
    ]  # fmt: skip


def web_command(port: int) -> list[object]:
    """Pages and sockets on one port. Compression of sockets is off: it costs twice the processor time."""
    return [
        VENV / "bin" / "uvicorn", "config.asgi:application", "--host", "127.0.0.1", "--port", port, "--ws", "websockets-sansio",
        "--ws-per-message-deflate", "false", "--ws-max-size", "1048576", "--no-access-log", "--log-level", "warning",
        "--timeout-graceful-shutdown", "3",
    ]  # fmt: skip


def worker_command(env: dict[str, str]) -> list[object]:
    """Celery with beat inside."""
    return [
        VENV / "bin" / "celery", "-A", "config", "worker", "--beat", "--schedule", Path(env["YAJI_VAR"]) / "beat",
        "--pool", "threads", "--concurrency", "4", "--loglevel", "warning", "--without-gossip", "--without-mingle",
        "--queues", "yaji",
    ]  # fmt: skip


def visitors_command(port: int, how_many: str) -> list[object]:
    """People of the demo who talk while it runs; `1` is five of them, a larger number is that many."""
    people = int(how_many) if how_many.isdecimal() and int(how_many) > 1 else 5
    return [
        PYTHON, "manage.py", "visitors", "--people", people, "--minutes", 60 * 24 * 30, "--address", f"ws://127.0.0.1:{port}/ws/chat/",
    ]  # fmt: skip


def _prepare(env: dict[str, str], children: Children) -> None:
    stamp = Path(env["YAJI_VAR"]) / "demo.stamp"
    mark = _fingerprint(env)
    if stamp.exists() and stamp.read_text() == mark:
        return
    import subprocess

    line("  preparing the database and the demo content")
    done = subprocess.Popen([str(PYTHON), "manage.py", "demo"], cwd=ROOT, env=env)
    try:
        if done.wait():
            raise Stop("The demo content could not be prepared; the lines above say why.")
    except Ended:
        done.terminate()
        done.wait()
        raise
    stamp.write_text(mark)


def _fingerprint(env: dict[str, str]) -> str:
    """Changes with migrations, seeds and the database: then preparing runs again (it is idempotent)."""
    digest = hashlib.sha256(env.get("DATABASE_URL", "").encode())
    for file in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py"), *ROOT.glob("**/demo*.py")]):
        if ".venv" not in file.parts and "var" not in file.relative_to(ROOT).parts[:1]:
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _welcome(port: int, sandbox_port: int, seconds: float) -> None:
    line(f"\nYaji 雅集 is at   http://localhost:{port}/   (ready in {seconds:.0f} s)")
    line(f"  mails            http://localhost:{port}/demo/mail/")
    line(f"  admin            http://localhost:{port}/cms/")
    if sandbox_port:
        line(f"  payments, clock  http://localhost:{sandbox_port}/")
    line(f"  sign in as       {', '.join(PEOPLE)} @example.com, password yaji-demo")
    line("  end with         Ctrl-C\n")


def reset() -> int:
    """Throw the demo's data away: database, uploads, mails, the sandbox's state."""
    shutil.rmtree(var(), ignore_errors=True)
    line("The demo's data is gone. ./run demo starts anew.")
    return 0
