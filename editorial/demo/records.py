"""Reads the demo's lists: records parted by blank lines, each of `key: value` lines. Pure, no Django models."""

from editorial.demo.parser import BadStory

Record = dict[str, str]


def records(text: str, name: str, needed: frozenset[str]) -> list[Record]:
    """All records of a file, in its order. Raises `BadStory` where a line is no field or a needed field is missing."""
    found: list[Record] = []
    for number, part in enumerate(text.replace("\r\n", "\n").strip().split("\n\n"), start=1):
        record: Record = {}
        for line in filter(None, (line.strip() for line in part.split("\n"))):
            key, colon, value = line.partition(":")
            if not colon:
                raise BadStory(f"{name}, record {number}: {line!r} is no `key: value`")
            record[key.strip()] = value.strip()
        if missing := needed - record.keys():
            raise BadStory(f"{name}, record {number}: lacks {', '.join(sorted(missing))}")
        found.append(record)
    return found


def listed(value: str) -> list[str]:
    """`a, b` as a list."""
    return [part.strip() for part in value.split(",") if part.strip()]
