"""The ledger's one writer, and its verification. Appends in the transaction of the change; never changes a row."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import IntegrityError, transaction

from awards.actors import Actor
from awards.canonical import digest
from awards.models import Edition
from judging import chain as chains
from judging.sheets.models import Chain, ClosedPart, LedgerEntry, Round


def chain_name(edition: Edition, round: Round | None) -> str:
    return f"{edition.slug}/{round.kind}" if round else edition.slug


def _locked_chain(edition: Edition, round: Round | None) -> Chain:
    """The chain's row, locked; made at its first use."""
    rows = Chain.objects.select_for_update().filter(edition=edition, round=round)
    if found := rows.first():
        return found
    try:
        with transaction.atomic():
            return Chain.objects.create(
                edition=edition, round=round, head=chains.first_hash(chain_name(edition, round))
            )
    except IntegrityError:  # somebody else has just made it
        return rows.get()


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
) -> LedgerEntry:
    """Appends one row to the round's chain, or to the edition's (round None). Call it last: it locks the chain's head.

    `open_part`: what was marked or decided, naming an assessor by number only. Who, when, device and reason go to
    the closed part with `closed_part`'s own keys.
    """
    head = _locked_chain(edition, round)
    opened = chains.part({"kind": kind} | open_part)
    closed = chains.part(
        {"who": actor.user.public_id if actor.user else "", "at": now, "device": actor.device, "reason": reason}
        | (closed_part or {})
    )
    closed_digest = digest(closed)
    entry = LedgerEntry.objects.create(
        chain=head,
        position=head.length + 1,
        kind=kind,
        open_part=opened,
        closed_digest=closed_digest,
        previous=head.head,
        hash=chains.row_hash(head.head, opened, closed_digest),
    )
    ClosedPart.objects.create(entry=entry, content=closed, at=now)
    head.length, head.head = entry.position, entry.hash
    head.save(update_fields=["length", "head"])
    return entry


_replays: list[Callable[[Edition, Round | None, list[dict]], Iterator[str]]] = []


def add_replay(replay: Callable[[Edition, Round | None, list[dict]], Iterator[str]]) -> None:
    """An app's check that its live tables follow from a chain's open parts; yields a line per difference."""
    _replays.append(replay)


def verify(head: str = "") -> Iterator[str]:
    """Recomputes every chain and replays it against the live tables; yields a line per fault, none when all is well.

    `head`: a hash from a signed paper that must be found in one of the chains.
    """
    seen = False
    for chain in Chain.objects.select_related("edition", "round__edition").order_by("pk"):
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
            yield f"{name}: the chain says {chain.length} rows ending in {chain.head[:12]}, its rows are {position} ending in {previous[:12]}"
        for replay in _replays:
            yield from (f"{name}: {fault}" for fault in replay(chain.edition, chain.round, opened))
    if head and not seen:
        yield f"no chain has a row with the hash {head}"
