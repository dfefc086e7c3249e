"""The virtual environment, synced from a lock with hashes. Done once; skipped by a stamp afterwards."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from deploy.local.say import Stop, step

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = "uv==0.13.9"


def ready(dev: bool = False) -> None:
    """Make or update `.venv` for running (or, with `dev`, for testing). Raises `Stop` with the remedy."""
    if _stamp(True).exists() or (not dev and _stamp(False).exists()):
        return
    _make()
    lock = ROOT / "requirements" / ("dev.lock" if dev else "base.lock")
    with step("installing locked dependencies"):
        _checked(
            [VENV / "bin" / "uv", "pip", "sync", "-q", "--require-hashes", "--python", PYTHON, lock],
            "The dependencies could not be installed. Is there a way to the package index from here? "
            "A start after the first needs none.",
        )
    for old in VENV.glob(".yaji-*"):
        old.unlink()
    _stamp(dev).touch()


def _stamp(dev: bool) -> Path:
    lock = ROOT / "requirements" / ("dev.lock" if dev else "base.lock")
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    return VENV / f".yaji-{'dev' if dev else 'base'}-{digest}"


def _make() -> None:
    if not PYTHON.exists():
        try:
            import ensurepip  # noqa: F401
        except ImportError:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise Stop(
                f"This Python has no ensurepip. Install the system package python{version}-venv "
                f"(Debian, Ubuntu: apt-get install python{version}-venv) and run again."
            ) from None
        with step("making .venv"):
            _checked([sys.executable, "-m", "venv", VENV], "python -m venv failed.")
    if not (VENV / "bin" / "uv").exists():
        with step("installing uv"):
            _checked(
                [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", UV],
                "uv could not be installed. Is there a way to the package index from here?",
            )


def _checked(command: list[object], remedy: str) -> None:
    done = subprocess.run([str(c) for c in command], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise Stop(f"{tail}\n\n{remedy}")


def variables(**own: str) -> dict[str, str]:
    """The environment for a child: ours, with `.venv` first on PATH and unbuffered output."""
    found = {**os.environ, "PYTHONUNBUFFERED": "1", "VIRTUAL_ENV": str(VENV), **own}
    found["PATH"] = f"{VENV / 'bin'}{os.pathsep}{found.get('PATH', '')}"
    found.pop("PYTHONHOME", None)
    return found
