"""The panel's secret votes on ties that every rule leaves open (RULES, "The panel" 6). Never a lot.

A ballot names as many of the tied as there are places above the line. Who has voted is known, how is shown to nobody.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.decisions import Invalid, Refused, ensure, not_now
from awards.models import Edition
from judging.panel.models import Ballot, Panel, Vote
from judging.panel.permissions import can_hold_vote, can_vote
from judging.panel.queries import entitled, live_release, open_vote
from judging.panel.services.locks import bump, locked_panel, seat_of
from judging.panel.services.outcome import outcome_of, ties_of
from judging.panel.ties import Count, count
from judging.sheets import ledger


@transaction.atomic
def open_vote_on_tie(*, edition: Edition, actor: Actor, now: datetime) -> Vote:
    """Opens the vote on the highest tie that the computed result left open; one vote at a time.

    A result that was computed before the last vote is computed anew here: it says what is still tied.
    """
    panel = locked_panel(edition)
    ensure(can_hold_vote(actor, seat_of(panel, actor), panel.round.edition, now))
    if running := open_vote(panel):
        return running
    ties = waiting_ties(panel)
    if not ties:
        raise Refused(not_now(_("No tie waits for a vote.")))
    tie = ties[0]
    if not entitled(panel, tie["tied"]):
        raise Refused(not_now(_("Every judge is recused from one of the tied entries: nobody can vote.")))
    vote = Vote.objects.create(panel=panel, opened_at=now, **tie)
    bump(panel)
    _append(panel, "vote_opened", {"vote": vote.public_id} | tie, actor, now)
    return vote


def waiting_ties(panel: Panel) -> list[dict]:
    """The ties that wait for a vote as things stand, once a manager has computed; computed anew, so never stale."""
    if live_release(panel) is None:
        return []
    try:
        return ties_of(outcome_of(panel))
    except Invalid:  # it can't be computed at all now: whoever computes is told why
        return []


@transaction.atomic
def cast_ballot(*, vote: Vote, chosen: list[str], actor: Actor, now: datetime) -> Ballot:
    """Casts one judge's ballot, once; a repeat changes nothing. The ledger keeps that they voted, not how."""
    panel = locked_panel(vote.panel.round.edition)
    vote = Vote.objects.get(pk=vote.pk)
    seat = seat_of(panel, actor)
    voters = {judge.number for judge in entitled(panel, vote.tied)}
    if seat is not None and (cast := Ballot.objects.filter(vote=vote, assessor=seat).first()):
        return cast
    ensure(can_vote(actor, seat, vote, voters, now))
    if len(set(chosen)) != vote.places or not set(chosen) <= set(vote.tied):
        raise Invalid({"chosen": _("Choose exactly %(count)d.") % {"count": vote.places}})
    ballot = Ballot.objects.create(vote=vote, assessor=seat, chosen=sorted(chosen), at=now)
    bump(panel)
    _append(panel, "ballot", {"vote": vote.public_id}, actor, now)
    return ballot


def counted(vote: Vote) -> Count:
    """The count as it stands; only ever shown once nobody can vote any more."""
    return count(vote.tied, vote.places, vote.ballot_set.values_list("chosen", flat=True))


@transaction.atomic
def close_vote(*, vote: Vote, breaking: list[str], actor: Actor, now: datetime, without_absent: bool = False) -> Vote:
    """The chair counts once all who may vote have voted; if it is even, the chair's own `breaking` fills the places.

    `without_absent`: the chair says that whoever has not voted is not there any more; one ballot must be cast.
    A chair who is recused from one of the tied can't break it: the vote ends without outcome and is held again.
    """
    panel = locked_panel(vote.panel.round.edition)
    seat = seat_of(panel, actor)
    ensure(can_hold_vote(actor, seat, panel.round.edition, now))
    vote = Vote.objects.select_for_update(of=("self",)).get(pk=vote.pk)
    if vote.closed_at:
        return vote
    waiting = missing_ballots(panel, vote)
    if waiting and not (without_absent and vote.ballot_set.exists()):
        raise Refused(not_now(_("%(count)d judges have not voted yet.") % {"count": waiting}))
    result = counted(vote)
    chosen = [*result.chosen]
    if result.even and chair_may_break(panel, vote, actor):
        if len(set(breaking)) != result.open_places or not set(breaking) <= set(result.even):
            message = _("The vote is even: as chair, choose exactly %(count)d.") % {"count": result.open_places}
            raise Invalid({"breaking": message})
        chosen += breaking
    elif result.even:
        chosen = []
    vote.chosen, vote.closed_at = [name for name in vote.tied if name in chosen], now
    vote.save(update_fields=["chosen", "closed_at"])
    bump(panel)
    content = {"vote": vote.public_id, "line": vote.line, "tied": vote.tied, "chosen": vote.chosen}
    _append(panel, "vote", content, actor, now)
    return vote


def missing_ballots(panel: Panel, vote: Vote) -> int:
    """How many of those who may vote have not."""
    cast = set(vote.ballot_set.values_list("assessor_id", flat=True))
    return sum(judge.pk not in cast for judge in entitled(panel, vote.tied))


def chair_may_break(panel: Panel, vote: Vote, actor: Actor) -> bool:
    """Whether the chair is recused from none of the tied."""
    return any(judge.chair and judge.user_id == actor.user.pk for judge in entitled(panel, vote.tied))


def _append(panel: Panel, kind: str, open_part: dict, actor: Actor, now: datetime) -> None:
    ledger.append(edition=panel.round.edition, round=panel.round, kind=kind, open_part=open_part, actor=actor, now=now)
