"""The house keeps its own rules."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from config import environment
from ground import registry
from ground.registry import Registry, SubjectKind

ROOT = Path(settings.BASE_DIR)


def test_imports_go_down_and_the_pure_modules_are_pure() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_setting_is_documented_and_nothing_else() -> None:
    table = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    assert {name for name, _, _ in environment.documented()} == documented - {"PORT", "SANDBOX_PORT"}


def test_only_the_environment_reader_reads_the_environment() -> None:
    readers = []
    for app in ("accounts", "community", "config", "editorial", "ground", "membership", "subscriptions"):
        for file in (ROOT / app).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if re.search(r"os\.environ(?!\.setdefault\(\"DJANGO_SETTINGS_MODULE\")|os\.getenv", text):
                readers.append(str(file.relative_to(ROOT)))
    assert readers == ["config/environment.py"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"YAJI_ENV": "staging"}, "YAJI_ENV"),
        ({"PUBLIC_URL": "yaji.example"}, "PUBLIC_URL"),
        ({"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_API_BASE": "http://127.0.0.1:1"}, "STRIPE_API_BASE"),
        ({"YAJI_ENV": "production", "SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"YAJI_ENV": "production", "SECRET_KEY": "x" * 60}, "DATABASE_URL"),
    ],
)
def test_a_bad_environment_is_refused_by_name(given: dict[str, str], named: str) -> None:
    with pytest.raises(environment.BadEnvironment, match=named):
        environment.read(given)


def test_without_a_key_the_sandbox_is_used_in_development_and_never_in_production() -> None:
    assert environment.read({}).stripe_base == environment.SANDBOX_BASE
    live = environment.read({"STRIPE_SECRET_KEY": "sk_test_real"})
    assert live.stripe_base == "" and not live.sandboxed
    production = {"YAJI_ENV": "production", "SECRET_KEY": "x" * 60, "DATABASE_URL": "postgres://x@y/z"}
    assert environment.read(production).stripe_base == "" and not environment.read(production).sandboxed


def test_a_registry_refuses_a_key_twice() -> None:
    one: Registry[SubjectKind] = Registry("test")
    one.register(SubjectKind("a", lambda ids, language, user: {}))
    with pytest.raises(ValueError, match="twice"):
        one.register(SubjectKind("a", lambda ids, language, user: {}))


OURS = {
    "accounts", "membership", "community", "editorial", "desk", "files", "letters", "passages", "polls", "readers", "billing", "boxes", "curation",
    "gifts", "shop",
}  # fmt: skip
# Rows without a person's own words or data of their own: they fall or stay with a row that an entry covers.
FOLLOW = {"billing.OutboxCall", "accounts.User"}


def models_with_a_person() -> set[str]:
    """Labels of our models that point at the account."""
    found = set()
    for model in apps.get_models():
        if model._meta.app_label in OURS and not model._meta.proxy:
            for field in model._meta.concrete_fields:
                if field.is_relation and field.related_model is apps.get_model(settings.AUTH_USER_MODEL):
                    found.add(model._meta.label)
    return found


def test_no_model_with_a_person_escapes_export_and_erasure() -> None:
    exported = {label for section in registry.export_sections for label in section.models}
    erased = {label for step in registry.erasure_steps for label in step.models}
    people = models_with_a_person()
    assert len(people) > 8
    assert not people - exported - FOLLOW, f"not exported: {sorted(people - exported)}"
    assert not people - erased - FOLLOW, f"not erased: {sorted(people - erased)}"


def test_compiled_catalogues_are_fresh_and_complete() -> None:
    import polib

    for po in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        source, compiled = polib.pofile(str(po)), polib.mofile(str(po.with_suffix(".mo")))
        words = {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in compiled}
        for entry in source.translated_entries():
            assert words.get((entry.msgctxt, entry.msgid)) == (entry.msgstr or entry.msgstr_plural), entry.msgid
        if "zh_Hans" in str(po):
            missing = [e.msgid for e in source if not e.obsolete and not e.translated()]
            assert not missing, missing


def test_every_message_of_ours_is_in_the_chinese_catalogue() -> None:
    import polib

    from ground.management.commands.catalogues import messages

    known = {e.msgid for e in polib.pofile(str(ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))}
    lacking = sorted(messages(ROOT) - known)
    assert not lacking, lacking[:20]


def test_no_template_has_inline_script_style_or_handler() -> None:
    bad = []
    for file in sorted((ROOT / "templates").rglob("*.html")):
        if "mail" in file.parts or "email" in file.parts or "notices" in file.parts:
            continue
        text = re.sub(r"\{#.*?#\}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        inline = re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
        script = [s for s in re.findall(r"<script\b[^>]*>", text) if "src=" not in s and "json" not in s]
        if inline or script:
            bad.append(str(file.relative_to(ROOT)))
    assert not bad


def test_pages_of_the_desk_keep_their_title_as_a_heading() -> None:
    """Wagtail's header puts a variable called `heading` in the place of its `h1`."""
    named = [p.name for p in (ROOT / "templates").rglob("*.html") if "shared/header.html" in p.read_text() and " as heading %}" in p.read_text()]  # fmt: skip
    assert named == []
