"""What is a row's id, and what only looks like one."""

import pytest

from ground.ids import row_id, row_ids
from ground.registry import resolve_subjects, subject_kinds


@pytest.mark.parametrize(("text", "found"), [
    ("7", 7), ("007", 7), ("", None), ("-7", None), ("7.0", None), ("²", None), ("٧", None), ("9" * 18, int("9" * 18)), ("9" * 19, None),
])  # fmt: skip
def test_only_plain_digits_are_an_id(text: str, found: int | None) -> None:
    assert row_id(text) == found


def test_what_is_none_is_left_out() -> None:
    assert row_ids(["1", "²", "x", "3"]) == [1, 3]


@pytest.mark.django_db
@pytest.mark.parametrize("ident", ["²", "x", "", "9" * 30, "\ud800", "1; drop"])
def test_a_key_with_a_strange_id_shows_nothing_and_breaks_nothing(ident: str) -> None:
    assert resolve_subjects([f"{kind.key}:{ident}" for kind in subject_kinds], "en", None) == {}
