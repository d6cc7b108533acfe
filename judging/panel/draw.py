"""The public draw of the running order. Pure, so that anybody can repeat it with a pencil's worth of code.

Method: for each finalist take SHA-256 of the text SEED/ID (UTF-8; ID is the entry's public id), written as 64
hexadecimal characters; who has the smallest comes first. The seed is said aloud before it is typed, and kept.
It never looks at titles, scores or the order in which finalists are given. Source: RULES, "The panel" 3.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable

SEED_LIMIT = 64  # characters


def new_seed() -> str:
    """A seed for a draw that nobody says aloud: 64 random bits, hexadecimal."""
    return secrets.token_hex(8)


def clean_seed(typed: str) -> str:
    """A typed seed as it is kept: NFC, one space between words, none around."""
    return " ".join(unicodedata.normalize("NFC", typed).split())


def lot(seed: str, public_id: str) -> str:
    """The 64 hexadecimal characters that decide one finalist's place."""
    return hashlib.sha256(f"{seed}/{public_id}".encode()).hexdigest()


def running_order(seed: str, public_ids: Iterable[str]) -> list[str]:
    """The finalists' public ids in running order; the same for every order they are given in."""
    return sorted(public_ids, key=lambda public_id: lot(seed, public_id))
