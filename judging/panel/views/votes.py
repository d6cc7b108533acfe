"""Votes on ties: the judges' ballots, and the chair's count. A voter sees the tied names in running order, no more."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from awards import clock
from awards.decisions import Invalid, ensure
from judging.panel.forms import ChoiceOfEntries, with_button
from judging.panel.models import Vote
from judging.panel.permissions import can_hold_vote, can_vote
from judging.panel.queries import entitled, places, votes_of
from judging.panel.services.votes import (
    cast_ballot,
    chair_may_break,
    close_vote,
    counted,
    missing_ballots,
    open_vote_on_tie,
)
from judging.panel.views.chair import the_chair
from judging.panel.views.room import crumbs, judge_here, put_errors


def _names(panel, public_ids) -> list[tuple[str, str]]:
    """(public id, title and lead) of some entries, in running order."""
    return [
        (place.entry.public_id, f"{place.title} – {place.lead}")
        for place in places(panel)
        if place.entry.public_id in public_ids
    ]


def _vote(panel, public_id: str) -> Vote:
    vote = get_object_or_404(votes_of(panel), public_id=public_id)
    vote.panel = panel
    return vote


@require_POST
def open_one(request, edition):
    """The chair opens the vote on the highest tie that is open."""
    _seat, _panel = the_chair(request)
    vote = open_vote_on_tie(edition=request.edition, actor=request.actor, now=clock.now(request))
    messages.success(request, _("The vote is open. Every judge who may vote finds it on their page."))
    return redirect("panel_vote_count", edition, vote.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request, edition, vote):
    """One judge's secret ballot."""
    seat, panel = judge_here(request)
    now, found = clock.now(request), _vote(panel, vote)
    voters = {judge.number for judge in entitled(panel, found.tied)}
    cast = found.ballot_set.filter(assessor=seat).exists()
    if not cast:
        ensure(can_vote(request.actor, seat, found, voters, now))
    label = _("Which %(count)d of these is to come first?") % {"count": found.places}
    data = request.POST if request.method == "POST" else None
    form = ChoiceOfEntries(data, name="chosen", label=label, entries=_names(panel, found.tied), count=found.places)
    if request.method == "POST" and form.is_valid():
        try:
            cast_ballot(vote=found, chosen=form.chosen(), actor=request.actor, now=now)
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            messages.success(request, _("Your ballot is cast."))
            return redirect("panel_vote", edition, vote)
    question = _("A ballot is cast once and can't be changed. Cast it?")
    context = {
        "form": with_button(form, _("Cast my ballot"), confirm=question),
        "cast": cast,
        "vote": found,
        "crumbs": crumbs(request, (_("Vote"), "")),
    }
    return render(request, "panel/vote.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def count(request, edition, vote):
    """The chair counts; an even vote is the chair's to break."""
    seat, panel = the_chair(request)
    now, found = clock.now(request), _vote(panel, vote)
    ensure(can_hold_vote(request.actor, seat, request.edition, now))
    without = request.POST.get("without_absent") == "yes"
    missing = missing_ballots(panel, found)
    tally = counted(found) if not found.closed_at and (not missing or without) and found.ballot_set.exists() else None
    even = tally.even if tally and chair_may_break(panel, found, request.actor) else ()
    form = ChoiceOfEntries(
        request.POST if request.method == "POST" else None,
        name="breaking",
        label=_("The vote is even. As chair, choose:"),
        entries=_names(panel, even),
        count=tally.open_places if even else 1,
    )
    if request.method == "POST" and form.is_valid():
        try:
            close_vote(vote=found, breaking=form.chosen(), actor=request.actor, now=now, without_absent=without)
        except Invalid as invalid:
            put_errors(form, invalid)
        else:
            messages.success(request, _("Counted. A manager now computes the result anew."))
            return redirect("panel_chair", edition)
    context = {
        "form": form,
        "even": even,
        "vote": found,
        "without": without,
        "missing": missing,
        "cast": found.ballot_set.count(),
        "names": _names(panel, found.tied),
        "crumbs": crumbs(request, (_("Count the vote"), "")),
    }
    return render(request, "panel/vote_count.html", context)
