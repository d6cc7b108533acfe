"""The front door: editions, the way to one's own pages, the language."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from awards.queries import editions_for, public_editions


@login_not_required
@require_safe
def landing(request):
    """All public editions, the newest first; the same for everybody."""
    return render(request, "awards/landing.html", {"editions": public_editions()})


@require_safe
def home(request):
    """Sends a signed-in person to the newest edition that is under way, or to the list of editions."""
    edition = next(iter(editions_for(request.user)), None)
    return redirect("edition_home", edition.slug) if edition else redirect("landing")


@login_not_required
@require_safe
def set_language(request, code):
    """Keeps the reader's choice in a cookie and goes back to where they were."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=31536000, samesite="Lax", secure=settings.HTTPS)
    return response
