"""Identifiers for addresses: random, so that no order, count or result can be read from them. Pure."""

import secrets

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: they are read aloud and typed
LENGTH = 12


def new_public_id() -> str:
    """12 characters of a 31-letter alphabet: 59 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
