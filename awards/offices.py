"""Who shares an office with whom. Pure: works on paths ("/1/4/9/", ids from the root down) and levels by id.

Source: RULES, "Recusal".
"""

from collections.abc import Mapping


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/") if part]


def ancestor_at(path: str, levels: Mapping[int, str], level: str) -> int | None:
    """The id of the office at `level` on this path (itself included), or None."""
    return next((office for office in _ids(path) if levels.get(office) == level), None)


def same_office(one: str, other: str, levels: Mapping[int, str], level: str) -> bool:
    """Whether two offices have the same ancestor at the level that counts."""
    found = ancestor_at(one, levels, level)
    return found is not None and found == ancestor_at(other, levels, level)


def line_of_command(one: str, other: str, levels: Mapping[int, str]) -> bool:
    """Whether one office stands above the other, the root apart (everybody stands below that)."""
    upper, lower = sorted((_ids(one), _ids(other)), key=len)
    if not upper or levels.get(upper[-1]) == "root":
        return False
    return lower[: len(upper)] == upper
