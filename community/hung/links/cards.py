"""Cards of our own things, as a reader without an account sees them: nothing that a seat opens stands on them."""

from typing import Any

from django.utils.translation import override

from ground.registry import SubjectCard, resolve_subjects, subject_of_address

MOST_SUMMARY = 200


def card(path: str) -> dict[str, Any] | None:
    """The part for an address of ours, in both languages; None for what is no thing, or not for everybody to know."""
    subject = subject_of_address(path)
    if subject is None:
        return None
    found = {suffix: _words(subject, language) for suffix, language in (("zh", "zh-hans"), ("en", "en"))}
    if not all(found.values()):
        return None
    return {"kind": "card", "id": subject, "subject": subject, **found}


def _words(subject: str, language: str) -> dict[str, str] | None:
    with override(language):
        known: SubjectCard | None = resolve_subjects([subject], language).get(subject)
        if known is None:
            return None
        summary = str(known.summary)
        return {
            "title": str(known.title), "url": str(known.url), "kicker": str(known.kicker), "image": str(known.image_url),
            "summary": summary if len(summary) <= MOST_SUMMARY else summary[: MOST_SUMMARY - 1].rstrip() + "…",
        }  # fmt: skip
