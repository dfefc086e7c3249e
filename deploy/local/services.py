"""Redis, PostgreSQL, a browser: found on this machine, or installed by its package manager where we may."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from deploy.local.environment import PYTHON, variables
from deploy.local.processes import Children, any_port
from deploy.local.say import Stop, step

APT_SECONDS = 420
FAKE_REDIS = "from fakeredis import TcpFakeServer as S; import sys; S(('127.0.0.1', int(sys.argv[1]))).serve_forever()"


def redis(children: Children, need_real: bool = False) -> str:
    """Address of a Redis: the given one, a private `redis-server`, or an in-memory stand-in for the demo."""
    if os.environ.get("REDIS_URL"):
        return os.environ["REDIS_URL"]
    port, server = any_port(), shutil.which("redis-server")
    if server is None and need_real:
        server = install("redis-server", "redis-server")
    if server:
        command: list[object] = [server, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                                 "--dir", children.logs]  # fmt: skip
    else:
        command = [PYTHON, "-c", FAKE_REDIS, port]
    children.start("redis", command, variables())
    return f"redis://127.0.0.1:{port}/0"


def install(package: str, binary: str, *more: str) -> str:
    """Install a Debian package when we are root and it is missing; answers the binary's path. Raises `Stop`."""
    found = shutil.which(binary)
    if found:
        return found
    hint = f"Install it (Debian, Ubuntu: apt-get install {' '.join([package, *more])}) and run again."
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Stop(f"{binary} is missing and cannot be installed from here. {hint}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step(f"installing {package}"):
        lock = ["-o", "DPkg::Lock::Timeout=300"]
        command = ["apt-get", *lock, "install", "-y", "-q", "--no-install-recommends", package, *more]
        done = _apt(command, env)
        if done.returncode:
            _apt(["apt-get", *lock, "update", "-q"], env)
            done = _apt(command, env)
    found = shutil.which(binary)
    if done.returncode or not found:
        raise Stop(f"{done.stderr.strip()[-600:]}\n{package} could not be installed. {hint}")
    return found


def _apt(command: list[str], env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Its output goes to a file, not a pipe: a service that the package starts would hold a pipe open for ever."""
    with tempfile.TemporaryFile("w+") as said:
        try:
            code = subprocess.run(
                command, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=APT_SECONDS
            ).returncode
        except subprocess.TimeoutExpired:
            code = 1
        said.seek(0)
        return subprocess.CompletedProcess(command, code, "", said.read())


def browser() -> str:
    """Chromium and a Chinese font: without the font Chinese is empty boxes."""
    path = install("chromium", "chromium", "fonts-noto-cjk")
    if not Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc").exists():
        fonts = (
            subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout
            if shutil.which("fc-list")
            else ""
        )
        if "CJK" not in fonts and os.geteuid() == 0:
            _apt(
                ["apt-get", "install", "-y", "-q", "fonts-noto-cjk"],
                {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
    return path


def _postgres_bin() -> Path:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if places and (places[-1] / "initdb").exists():
        return places[-1]
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    install("postgresql", "psql")
    return _postgres_bin_after_install()


def _postgres_bin_after_install() -> Path:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if not places:
        raise Stop("PostgreSQL's server programs are missing: apt-get install postgresql")
    return places[-1]


class Postgres:
    """A private cluster on a free loopback port, thrown away at the end. It never runs as root."""

    def __init__(self, children: Children) -> None:
        self.bin, self.port = _postgres_bin(), any_port()
        self.folder = Path(tempfile.mkdtemp(prefix="yaji-pg-"))
        self.user: str | None = None
        if os.geteuid() == 0:
            self.user = "postgres"
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        data = self.folder / "data"
        done = subprocess.run(
            [self.bin / "initdb", "-D", data, "-U", "yaji", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            user=self.user, cwd=self.folder, capture_output=True, text=True, env={**os.environ, "HOME": str(self.folder)},
        )  # fmt: skip
        if done.returncode:
            raise Stop(f"initdb failed: {done.stderr[-400:]}")
        options = f"-p {self.port} -k {self.folder} -h 127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=256MB"
        children.start("postgres", [self.bin / "postgres", "-D", data, *options.split()], dict(os.environ),
                       cwd=self.folder, user=self.user)  # fmt: skip
        self._wait()
        self.make("yaji")

    def _wait(self) -> None:
        for _ in range(200):
            ready = [self.bin / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-q"]
            if subprocess.run(ready).returncode == 0:
                return
            import time

            time.sleep(0.1)
        raise Stop("PostgreSQL did not start.")

    def make(self, name: str, template: str = "template1") -> str:
        """A new database, copied from another when `template` is given; answers its address."""
        subprocess.run(
            [self.bin / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "yaji", "-T", template, name],
            check=True, cwd=self.folder,
        )  # fmt: skip
        return self.url(name)

    def url(self, name: str = "yaji") -> str:
        """The address of one of its databases."""
        return f"postgres://yaji@127.0.0.1:{self.port}/{name}"

    def remove(self) -> None:
        """Delete the cluster's files (after its process has ended)."""
        shutil.rmtree(self.folder, ignore_errors=True)
