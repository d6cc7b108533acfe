"""Canonical JSON and its digest: one text for one content, so that a digest means something.

Pure. Sorted keys, NFC, UTF-8, no spaces; integers, strings, booleans, null, lists and objects only (fractions
are written "n/d", moments by `moment`). A float is refused, since it has no one text. Source: RULES, "The ledger".
"""

import hashlib
import json
import unicodedata
from datetime import UTC, datetime
from fractions import Fraction


def _plain(value):
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical(value) -> str:
    """The canonical JSON text of a value; raises TypeError for floats and other types without one."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, 64 hexadecimal characters."""
    return hashlib.sha256(text.encode()).hexdigest()


def moment(value: datetime) -> str:
    """An aware datetime as UTC with microseconds: 2024-12-09T05:00:00.000000Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
