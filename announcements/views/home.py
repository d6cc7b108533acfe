"""The home of each role in an edition: what to do next, where, until when."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from announcements.home import cards_for
from announcements.permissions import is_at_work
from awards import clock
from awards.decisions import ensure
from awards.permissions import allows


@require_safe
def home(request, edition):
    """Cards of what concerns this person now. An edition in preparation is there only for those with a role in it."""
    if not allows(request.edition, "call.read", clock.now(request)):
        ensure(is_at_work(request.actor))
    cards = cards_for(request.actor, request.edition, clock.now(request))
    return render(request, "announcements/home.html", {"cards": cards})
