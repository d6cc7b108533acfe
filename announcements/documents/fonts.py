"""The documents' fonts, and which characters they lack. A document is not begun with a character that no font has."""

import json
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

FOLDER = Path(__file__).parent / "fonts"
FAMILY, FALLBACK = ("PretendardGOV-Regular.otf", "PretendardGOV-Bold.otf"), "NotoEmoji-Regular.ttf"


class MissingCharacters(Exception):
    """Characters that no font has; `where` maps each to the first text that it stands in."""

    def __init__(self, where: dict[str, str]):
        self.where = where
        named = ", ".join(f"{sign} (U+{ord(sign):04X}) in “{text[:60]}”" for sign, text in where.items())
        super().__init__(_("No font has these characters: %(named)s. Change them in the text.") % {"named": named})


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """Code points that the documents can show: in both weights, or in the fallback."""
    from fontTools.ttLib import TTFont

    maps = {}
    for name in (*FAMILY, FALLBACK):
        with TTFont(FOLDER / name, lazy=True) as font:
            maps[name] = set(font.getBestCmap())
    return frozenset(set.intersection(*(maps[name] for name in FAMILY)) | maps[FALLBACK])


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def ensure_covered(data: dict) -> None:
    """Raises MissingCharacters naming each character of the data that no font has."""
    if all(ord(sign) in covered() for sign in set(json.dumps(data, ensure_ascii=False)) - {"\n"}):
        return
    missing = {}
    for text in _texts(data):
        for sign in text:
            if sign != "\n" and ord(sign) not in covered():
                missing.setdefault(sign, text)
    if missing:
        raise MissingCharacters(missing)
