"""What every request passes: its language, its edition and actor, and refusals as pages. No business of any app."""

from django.conf import settings
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from awards import clock
from awards.actors import NOBODY
from awards.decisions import IllegalMove, Refused
from awards.models import Edition
from awards.queries import actor_for
from awards.services.stages import begin_due_stage


class LanguageMiddleware:
    """Korean unless the reader has chosen English; the browser's own preference is not asked."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        response.headers.setdefault("Content-Language", language)
        return response


class EditionMiddleware:
    """Puts `request.edition` and `request.actor` in place for addresses that name an edition.

    Comes after the login check, so that nothing is looked up for somebody who is not signed in (RULES: Refusals).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.is_private = False
        response = self.get_response(request)
        if request.is_private:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request, view, args, kwargs):
        request.actor = NOBODY
        request.is_private = getattr(view, "login_required", True)
        slug = kwargs.get("edition")
        if slug is None:
            return None
        edition = Edition.objects.filter(slug=slug).annotate(moment=clock.DatabaseNow()).first()
        if edition is None:
            raise Http404
        request._jangwon_now = edition.moment
        request.edition = begin_due_stage(edition=edition, now=edition.moment)
        # Public pages are the same for everybody: there nobody's session is read.
        if request.is_private and request.user.is_authenticated:
            request.actor = actor_for(
                request.user,
                request.edition,
                edition.moment,
                address=request.META.get("REMOTE_ADDR") or None,
                device=request.headers.get("User-Agent", ""),
            )
        return None


class RefusalMiddleware:
    """Turns a refusal of a service or permission into the page (or JSON) of its status."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, IllegalMove):
            status, code, reason = (
                409,
                "not_now",
                translation.gettext("Somebody has already moved this on. Look again."),
            )
        elif isinstance(exception, Refused):
            decision = exception.decision
            status, code, reason = decision.status, decision.code, str(decision.reason)
        else:
            return None
        if request.content_type == "application/json":
            return JsonResponse({"code": code, "message": reason}, status=status)
        if status == 404:
            return not_found(request)
        return render(request, f"{status}.html", {"reason": reason}, status=status)


def not_found(request, exception=None):
    """One page for everything that is not there, the same bytes for everybody, never kept by a cache."""
    response = render(None, "404.html", status=404)
    response.headers["Cache-Control"] = "no-store"
    return response
