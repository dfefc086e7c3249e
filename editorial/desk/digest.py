"""A fingerprint of what a revision says. An agreement holds for a text, not for the number of a row that autosave rewrites."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

# Where it stands, when it goes out and who holds it: nothing that a reader could read.
NOT_SAID = frozenset({
    "pk", "path", "depth", "numchild", "translation_key", "locale", "latest_revision", "live", "has_unpublished_changes",
    "first_published_at", "last_published_at", "live_revision", "draft_title", "content_type", "url_path", "owner",
    "go_live_at", "expire_at", "expired", "locked", "locked_at", "locked_by", "latest_revision_created_at", "alias_of",
    "wagtail_admin_comments", "show_in_menus", "minutes", "may_be_restricted",
})  # fmt: skip
_key = re.compile(r' data-block-key="[^"]*"')  # the editor's own numbering of paragraphs
NOT_SAID_OF_A_ROW = frozenset({"pk", "story", "sort_order"})


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of a revision's `content` without what is not said to readers."""
    said = {name: _plain(value) for name, value in content.items() if name not in NOT_SAID}
    return hashlib.sha256(
        json.dumps(said, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder).encode()
    ).hexdigest()


def _plain_words(value: str) -> Any:
    if value[:1] == "[":
        try:
            return _plain(json.loads(value))
        except ValueError:
            pass
    return _key.sub("", value)


def _plain(value: Any) -> Any:
    """Streams as they are, whatever their spacing; blocks and paragraphs without their ids; rows of a story without theirs."""
    if isinstance(value, str):
        return _plain_words(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        block = {"type", "value"} <= value.keys()
        return {
            name: _plain(item)
            for name, item in value.items()
            if not (block and name == "id") and name not in NOT_SAID_OF_A_ROW
        }
    return value
