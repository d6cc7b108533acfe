"""The ledger's one writer, and its verification. Appends in the transaction of the change; never changes a row."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import connection

from awards.actors import Actor
from awards.canonical import digest
from awards.models import Edition
from judging import chain as chains
from judging.sheets.models import Chain, LedgerEntry, Round


def chain_name(edition: Edition, round: Round | None) -> str:
    return f"{edition.slug}/{round.kind}" if round else edition.slug


def _locked_chain(edition: Edition, round: Round | None) -> tuple[int, int, str]:
    """The chain's row, locked: id, length, head; made at its first use. Plain SQL: it runs at every mark."""
    scope = {"edition": edition.pk, "round": round.pk if round else None}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, scope)
        if found := cursor.fetchone():
            return found
        first = {"head": chains.first_hash(chain_name(edition, round))}
        cursor.execute(_BEGIN, scope | first)  # does nothing where somebody else has just made it
        cursor.execute(_LOCK, scope)
        return cursor.fetchone()


_LOCK = """
    SELECT id, length, head FROM sheets_chain
    WHERE edition_id = %(edition)s AND round_id IS NOT DISTINCT FROM %(round)s FOR UPDATE
"""
_BEGIN = """
    INSERT INTO sheets_chain (edition_id, round_id, length, head)
    VALUES (%(edition)s, %(round)s, 0, %(head)s) ON CONFLICT DO NOTHING
"""
# Row, closed part and the chain's new head in one statement: a mark is saved thousands of times.
_APPEND = """
    WITH entry AS (
        INSERT INTO sheets_ledgerentry (chain_id, position, kind, open_part, closed_digest, previous, hash)
        VALUES (%(chain)s, %(position)s, %(kind)s, %(opened)s, %(closed_digest)s, %(previous)s, %(hash)s)
        RETURNING id
    ), closed AS (
        INSERT INTO sheets_closedpart (entry_id, content, at) SELECT id, %(closed)s, %(at)s FROM entry
    )
    UPDATE sheets_chain SET length = %(position)s, head = %(hash)s WHERE id = %(chain)s
"""


def append(
    *,
    edition: Edition,
    round: Round | None,
    kind: str,
    open_part: dict,
    actor: Actor,
    now: datetime,
    reason: str = "",
    closed_part: dict | None = None,
) -> str:
    """Appends one row to the round's chain, or to the edition's (round None), and gives back its hash: the new head.

    Call it last: it locks the chain's head. `open_part`: what was marked or decided, naming an assessor by number
    only. Who, when, device and reason go to the closed part with `closed_part`'s own keys. Two queries.
    """
    chain, length, head = _locked_chain(edition, round)
    opened = chains.part({"kind": kind} | open_part)
    closed = chains.part(
        {"who": actor.user.public_id if actor.user else "", "at": now, "device": actor.device, "reason": reason}
        | (closed_part or {})
    )
    row = {
        "chain": chain,
        "position": length + 1,
        "kind": kind,
        "opened": opened,
        "closed": closed,
        "closed_digest": digest(closed),
        "previous": head,
        "at": now,
    }
    row["hash"] = chains.row_hash(head, opened, row["closed_digest"])
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, row)
    return row["hash"]


_replays: list[Callable[[Edition, Round | None, list[dict]], Iterator[str]]] = []


def add_replay(replay: Callable[[Edition, Round | None, list[dict]], Iterator[str]]) -> None:
    """An app's check that its live tables follow from a chain's open parts; yields a line per difference."""
    _replays.append(replay)


def verify(head: str = "", edition: Edition | None = None) -> Iterator[str]:
    """Recomputes every chain and replays it against the live tables; yields a line per fault, none when all is well.

    `head`: a hash from a signed paper that must be found in one of the chains; `edition`: only this one's chains.
    """
    seen = False
    chains_to_check = Chain.objects.select_related("edition", "round__edition").order_by("pk")
    for chain in chains_to_check.filter(edition=edition) if edition else chains_to_check:
        name = chain_name(chain.edition, chain.round)
        previous, opened, position = chains.first_hash(name), [], 0
        for entry in LedgerEntry.objects.filter(chain=chain).select_related("closedpart").iterator():
            position += 1
            where = f"{name} row {entry.position}"
            if entry.position != position:
                yield f"{where}: row {position} is missing"
                position = entry.position
            if entry.previous != previous:
                yield f"{where}: does not follow the row before it"
            if entry.hash != chains.row_hash(entry.previous, entry.open_part, entry.closed_digest):
                yield f"{where}: its hash does not fit its content"
            closed = getattr(entry, "closedpart", None)
            if closed is not None and digest(closed.content) != entry.closed_digest:
                yield f"{where}: its closed part was changed"
            previous = entry.hash
            seen = seen or entry.hash == head
            opened.append(json.loads(entry.open_part))
        if (chain.length, chain.head) != (position, previous):
            yield f"{name}: the chain says {chain.length} rows, ending in {chain.head[:12]}; its rows say otherwise"
        for replay in _replays:
            yield from (f"{name}: {fault}" for fault in replay(chain.edition, chain.round, opened))
    if head and not seen:
        yield f"no chain has a row with the hash {head}"
