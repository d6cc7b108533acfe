"""The home of each role in an edition: what to do next, where, until when."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from announcements.home import cards_for
from awards import clock


@require_safe
def home(request, edition):
    """Cards of what concerns this person now."""
    cards = cards_for(request.actor, request.edition, clock.now(request))
    return render(request, "announcements/home.html", {"cards": cards})
