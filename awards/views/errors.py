"""Pages for what can't be shown."""

from django.shortcuts import render

from awards.middleware import not_found

__all__ = ["forbidden", "not_found"]


def forbidden(request, exception=None):
    """403 with the words of whoever refused."""
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)
