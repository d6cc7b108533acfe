"""Proposes, confirms and undoes the decision who goes to the final. Never announces anything."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.canonical import digest
from awards.decisions import Invalid, ensure
from awards.models import Edition
from awards.services.stages import lock_edition
from judging.selection.choice import near_line, reasons_needed
from judging.selection.models import Finalist, Selection
from judging.selection.permissions import can_confirm, can_propose, can_undo
from judging.selection.queries import Standings, interests, live_selection, snapshot_of, standings
from judging.sheets import ledger

TEXT_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class Choice:
    """What a manager picks: public ids of finalists and, in order, of reserves; a reason by public id; the minutes."""

    finalists: list[str]
    reserves: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    minutes: str = ""


def _why(code: str) -> str:
    words = {
        "departs": _("This entry stands below the line: write why it is chosen."),
        "passed_over": _("This entry stands above the line: write why it is not chosen."),
        "tied": _("This entry is tied on the line: write why it is chosen out of the tie."),
        "tie": _("This entry is tied on the line and places are left: write why it is not chosen."),
        "reserve": _("An entry with a higher score stands behind this one: write why."),
    }
    return words[code]


def check_choice(found: Standings, choice: Choice) -> dict[str, str]:
    """What is wrong with a choice, by entry ("" for the whole); empty when it can be proposed."""
    ranked = {line.entry.public_id for line in found.lines if line.score is not None}
    errors = {}
    for name in [*choice.finalists, *choice.reserves]:
        if name not in ranked:
            errors[name] = _("An entry without a counted sheet can't be chosen.")
    for name in set(choice.finalists) & set(choice.reserves):
        errors[name] = _("Choose either: finalist or reserve.")
    for name in choice.reserves:
        if choice.reserves.count(name) > 1:
            errors[name] = _("This entry stands on the reserve list twice.")
    if errors:
        return errors
    if len(set(choice.finalists)) != found.size:
        wanted = {"size": found.size, "chosen": len(set(choice.finalists))}
        errors[""] = _("Choose exactly %(size)d finalists: %(chosen)d are chosen now.") % wanted
    for name, code in reasons_needed(found.official, choice.finalists, choice.reserves).items():
        if not choice.reasons.get(name, "").strip():
            errors[name] = _why(code)
    return errors


def interest_of(edition: Edition, found: Standings, actor: Actor) -> str:
    """What the actor has to declare: entries near the line from their own office, by title; "" without any."""
    near = near_line(found.official)
    entries = [line.entry for line in found.lines if line.entry.public_id in near]
    own = interests(edition, actor.user, entries) if actor.user else []
    return "; ".join(entry.counting.title for entry in own)


@transaction.atomic
def propose_selection(
    *, edition: Edition, choice: Choice, declared: bool = False, actor: Actor, now: datetime
) -> Selection:
    """Proposes finalists and reserves on the standings as they are now, and keeps these.

    `declared`: the manager has declared an interest, which is needed when their office has an entry near the line.
    Raises Refused, or Invalid by entry's public id, "" or "declared".
    """
    edition = lock_edition(edition)
    ensure(can_propose(actor, edition, live_selection(edition), now))
    found = standings(edition)
    if found is None:
        raise Invalid({"": _("There are no standings yet.")})
    reasons = {name: reason.strip() for name, reason in choice.reasons.items() if reason.strip()}
    choice = Choice(sorted(set(choice.finalists)), choice.reserves, reasons, choice.minutes.strip())
    errors = check_choice(found, choice)
    interest = interest_of(edition, found, actor)
    if interest and not declared:
        errors["declared"] = _("Your office has an entry near the line: declare it.")
    for name, text in [*reasons.items(), ("minutes", choice.minutes)]:
        if len(text) > TEXT_LIMIT:
            errors[name] = _("At most %(limit)d characters: shorten the text.") % {"limit": TEXT_LIMIT}
    if errors:
        raise Invalid(errors)
    text = snapshot_of(found, choice.finalists, choice.reserves, reasons)
    selection = Selection.objects.create(
        edition=edition,
        standings=text,
        digest=digest(text),
        minutes=choice.minutes,
        proposed_by=actor.user,
        proposed_at=now,
        proposer_interest=interest,
    )
    entries = {line.entry.public_id: line.entry for line in found.lines}
    places = [(name, None) for name in choice.finalists] + [(name, n) for n, name in enumerate(choice.reserves, 1)]
    Finalist.objects.bulk_create(
        Finalist(selection=selection, entry=entries[name], reserve_position=place, reason=reasons.get(name, ""))
        for name, place in places
    )
    decided = {"finalists": choice.finalists, "reserves": choice.reserves}
    _append(selection, "proposed", actor, now, decided, closed_part={"interest": interest, "minutes": choice.minutes})
    return selection


@transaction.atomic
def confirm_selection(*, selection: Selection, declared: bool = False, actor: Actor, now: datetime) -> Selection:
    """The second person's yes. Raises Refused, or Invalid when an interest is to be declared first, or when the
    standings have changed since the proposal (a recusal, say)."""
    edition = lock_edition(selection.edition)
    selection = Selection.objects.select_for_update().get(pk=selection.pk)
    selection.edition = edition
    if selection.state == "confirmed" and selection.confirmed_by == actor.user:
        return selection
    ensure(can_confirm(actor, selection, now))
    found = standings(edition)
    if not stands_as_kept(selection, found):
        raise Invalid({"": _("The standings have changed since the proposal. Undo it and propose anew.")})
    interest = interest_of(edition, found, actor)
    if interest and not declared:
        raise Invalid({"declared": _("Your office has an entry near the line: declare it.")})
    selection.state, selection.confirmed_by, selection.confirmed_at = "confirmed", actor.user, now
    selection.confirmer_interest = interest
    selection.save(update_fields=["state", "confirmed_by", "confirmed_at", "confirmer_interest"])
    _append(selection, "confirmed", actor, now, {}, closed_part={"interest": interest})
    return selection


def stands_as_kept(selection: Selection, found: Standings) -> bool:
    """Whether the standings are still those that the decision was made on (the ledger may have grown)."""
    kept = json.loads(selection.standings)
    now = json.loads(snapshot_of(found, kept["finalists"], kept["reserves"], kept["reasons"]))
    return {**now, "ledger_head": ""} == {**kept, "ledger_head": ""}


@transaction.atomic
def undo_selection(*, selection: Selection, reason: str, actor: Actor, now: datetime) -> Selection:
    """Undoes a proposal or a decision before its announcement, with a reason; the row stays."""
    edition = lock_edition(selection.edition)
    selection = Selection.objects.select_for_update().get(pk=selection.pk)
    selection.edition = edition
    if selection.state == "undone" and selection.undone_by == actor.user:
        return selection
    ensure(can_undo(actor, selection, now))
    if not reason.strip():
        raise Invalid({"reason": _("Write the reason: it is kept and shown.")})
    selection.state, selection.undone_by, selection.undone_at = "undone", actor.user, now
    selection.undo_reason = reason.strip()
    selection.save(update_fields=["state", "undone_by", "undone_at", "undo_reason"])
    _append(selection, "undone", actor, now, {}, reason=selection.undo_reason)
    return selection


def _append(selection, state, actor, now, decided, closed_part=None, reason="") -> None:
    ledger.append(
        edition=selection.edition,
        round=None,
        kind="selection",
        open_part={"selection": selection.public_id, "state": state, "digest": selection.digest} | decided,
        actor=actor,
        now=now,
        reason=reason,
        closed_part=closed_part,
    )
