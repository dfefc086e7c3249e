"""What only production does: hashed static files, HTTPS, the checks that stop a bad start."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def run(tmp_path: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("STRIPE_", "YAJI_", "EMAIL_", "DJANGO_"))}
    env |= {
        "YAJI_ENV": "production", "SECRET_KEY": "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD3fG6iJ9lM2oP5rS8uV1w", "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
        "REDIS_URL": "redis://127.0.0.1:9/0", "PUBLIC_URL": "https://yaji.example", "STRIPE_SECRET_KEY": "sk_test_x",
        "STRIPE_WEBHOOK_SECRET": "whsec_x", "EMAIL_URL": "smtp://localhost:25/", "YAJI_VAR": str(tmp_path), **more,
    }  # fmt: skip
    done = [sys.executable, "-W", "ignore", "manage.py", *command]
    return subprocess.run(done, cwd=ROOT, env=env, capture_output=True, text=True, timeout=180)


def test_static_files_are_hashed_down_into_our_modules_imports(tmp_path: Path) -> None:
    done = run(tmp_path, "collectstatic", "--noinput", "-v", "0")
    assert done.returncode == 0, done.stderr[-2000:]
    names = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    for name in ("yaji/base.css", "yaji/js/site.js", "community/js/chat.js", "django_htmx/htmx-2.min.js"):
        assert re.search(r"\.[0-9a-f]{12}\.", names[name])
    module = (tmp_path / "static" / names["community/js/chat.js"]).read_text()
    imports = re.findall(r'from "\./([^"]+)"', module)
    assert imports and all(re.search(r"\.[0-9a-f]{12}\.js$", i) for i in imports)


def test_the_deploy_check_is_clean_but_for_what_wagtail_needs(tmp_path: Path) -> None:
    done = run(tmp_path, "check", "--deploy")
    assert done.returncode == 0, done.stderr[-2000:]
    assert set(re.findall(r"\((security\.W\d+|yaji\.\w+)\)", done.stderr)) <= {"security.W019", "security.W021"}


@pytest.mark.parametrize(
    ("gone", "ident"), [("STRIPE_SECRET_KEY", "E001"), ("STRIPE_WEBHOOK_SECRET", "E002"), ("REDIS_URL", "E003")]
)
def test_what_production_needs_is_asked_for_by_name(tmp_path: Path, gone: str, ident: str) -> None:
    done = run(tmp_path, "check", "--deploy", **{gone: ""})
    assert done.returncode == 1 and f"yaji.{ident}" in done.stderr and gone in done.stderr


def test_a_live_key_with_another_base_refuses_to_start(tmp_path: Path) -> None:
    done = run(tmp_path, "check", STRIPE_SECRET_KEY="sk_live_x", STRIPE_API_BASE="http://127.0.0.1:1")
    assert done.returncode != 0 and "live Stripe key" in done.stderr


def test_the_demos_people_cannot_be_made_there(tmp_path: Path) -> None:
    done = run(tmp_path, "demo")
    assert done.returncode != 0 and "known password" in done.stderr
