"""Public pages: the same bytes for everybody, read from what was announced and nothing else.

What was not released answers exactly like an address that does not exist.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from announcements.queries import announced, record_of
from awards import clock
from awards.canonical import digest
from awards.permissions import allows
from entries.models import Question
from judging.sheets.models import Round


def _public_edition(request):
    """The edition; while it is being prepared, or if it is a rehearsal, it is not there for the public."""
    if not request.edition.is_public or not allows(request.edition, "call.read", clock.now(request)):
        raise Http404
    return request.edition


@login_not_required
@require_safe
def front(request, edition):
    """The edition's front page: when what happens, and what has been told."""
    edition = _public_edition(request)
    told = {kind: announced(edition, kind) is not None for kind in ("finalists", "winners")}
    return render(request, "announcements/front.html", {"told": told, "windows": edition.windows()})


@login_not_required
@require_safe
def call(request, edition):
    """공고: conditions, criteria and dates; there once the submission stage has begun."""
    edition = _public_edition(request)
    rounds = Round.objects.filter(edition=edition).prefetch_related("criterion_set").order_by("-kind")
    context = {
        "rounds": rounds,
        "windows": edition.windows(),
        "tracks": edition.track_set.all(),
        "prizes": edition.prizegrade_set.all(),
        "contacts_of_call": edition.contact_set.all(),
        "questions": Question.objects.filter(edition=edition),
    }
    return render(request, "announcements/call.html", context)


def _announced_page(request, kind: str):
    edition = _public_edition(request)
    told = announced(edition, kind)
    if told is None:
        raise Http404
    response = render(request, f"announcements/{kind}.html", {"told": told, "record": record_of(told)})
    response.headers["Cache-Control"] = "no-cache"  # kept, but asked about each time
    etag = f'"{digest(told.digest + edition.stage + str(get_language()))[:32]}"'
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response)


@login_not_required
@require_safe
def finalists(request, edition):
    """본선 진출작."""
    return _announced_page(request, "finalists")


@login_not_required
@require_safe
def winners(request, edition):
    """수상작, by grade; equals of one grade are unnumbered."""
    return _announced_page(request, "winners")
