"""How a row of the ledger is written and hashed. Pure: the server and anybody who checks it compute the same.

A row has an open part and a closed part, each canonical JSON with a random 128-bit nonce of its own. Its hash is
SHA-256 over three hexadecimal texts written one after the other: the previous row's hash, SHA-256(open part),
SHA-256(closed part). The first row's previous hash is SHA-256 of the chain's name. Source: RULES, "The ledger".
"""

import secrets

from awards.canonical import canonical, digest


def nonce() -> str:
    """128 random bits, hexadecimal."""
    return secrets.token_hex(16)


def part(content: dict) -> str:
    """The canonical text of one part, with a fresh nonce, so that its digest gives its content away to nobody."""
    return canonical(content | {"nonce": nonce()})


def first_hash(name: str) -> str:
    """What stands before a chain's first row; `name` is "edition" or "edition/round"."""
    return digest(name)


def row_hash(previous: str, open_part: str, closed_digest: str) -> str:
    """The hash of a row: 64 hexadecimal characters."""
    return digest(previous + digest(open_part) + closed_digest)
