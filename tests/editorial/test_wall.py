"""The wall's one decision, without a database."""

from dataclasses import dataclass

import pytest

from editorial import wall
from editorial.units import Section


@dataclass(frozen=True)
class Unit:
    """As little of a unit as the wall asks for."""

    number: int
    kind: str = "text"
    requires: str = ""
    section: Section | None = None
    text: str = "words"


LAST_PARTS = Section("stories:all", "The last parts", "")
FRIENDS_PART = Section("stories:friend", "One more part", "")


def may_only(*keys: str) -> wall.May:
    return lambda key: key in ("", *keys)


def row(*spec: str | Section) -> list[Unit]:
    return [
        Unit(n, "text", one.requires, one) if isinstance(one, Section) else Unit(n, one)
        for n, one in enumerate(spec, start=1)
    ]


def seen(parts: list[object]) -> list[object]:
    return [f"wall p{p.number}" if isinstance(p, wall.Gap) else p.number for p in parts]  # type: ignore[attr-defined]


def test_a_free_page_is_shown_whole_to_everybody() -> None:
    assert seen(wall.cut(row("text", "heading", "text"), "", wall.visitor)) == [1, 2, 3]


def test_a_members_section_becomes_one_wall_at_its_first_unit_and_the_text_after_it_stays() -> None:
    units = row("text", "text", LAST_PARTS, LAST_PARTS, "text")
    assert seen(wall.cut(units, "", wall.visitor)) == [1, 2, "wall p3", 5]
    assert seen(wall.cut(units, "", may_only("stories:all"))) == [1, 2, 3, 4, 5]


def test_sections_side_by_side_are_judged_each_by_its_own_right() -> None:
    units = row("text", FRIENDS_PART, LAST_PARTS, LAST_PARTS)
    assert seen(wall.cut(units, "", may_only("stories:friend"))) == [1, 2, "wall p3"]
    assert seen(wall.cut(units, "", wall.visitor)) == [1, "wall p2", "wall p3"]


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (row(*["text"] * 9), [1, 2, 3, "wall p4"]),
        (row("text", "heading", "text", "text"), [1, "wall p2"]),
        (row("heading", "text"), ["wall p1"]),
        (row("text", LAST_PARTS, "text"), [1, "wall p2"]),
        (row("text", "text"), [1, "wall p2"]),
        (row("text"), ["wall p1"]),
        ([], []),
    ],
)
def test_a_gated_page_shows_its_beginning_and_never_all_of_it(units: list[Unit], expected: list[object]) -> None:
    assert seen(wall.cut(units, "stories:all", wall.visitor)) == expected
    assert seen(wall.cut(units, "stories:all", wall.everything)) == [u.number for u in units]


def test_who_may_enter_the_page_still_needs_the_right_of_a_section() -> None:
    units = row("text", "text", LAST_PARTS)
    assert seen(wall.cut(units, "account", may_only("account"))) == [1, 2, "wall p3"]
    assert seen(wall.cut(units, "account", may_only("account", "stories:all"))) == [1, 2, 3]


def test_a_wall_in_front_of_the_page_names_the_pages_right_and_one_inside_its_own() -> None:
    units = row("text", "text", LAST_PARTS)
    whole = [p for p in wall.cut(units, "tier:patron", wall.visitor) if isinstance(p, wall.Gap)]
    inside = [p for p in wall.cut(units, "", wall.visitor) if isinstance(p, wall.Gap)]
    assert [(g.requires, g.section) for g in whole] == [("tier:patron", None)]
    assert [(g.requires, g.section) for g in inside] == [("stories:all", LAST_PARTS)]


def test_a_key_that_nobody_knows_opens_nothing() -> None:
    assert not wall.for_account(None)("storeys:all")
    assert not wall.visitor("account")
