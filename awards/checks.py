"""System checks: combinations of settings, and a database, that must not be run with."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connections


@register(Tags.security, deploy=True)
def debug_is_off(app_configs, **kwargs):
    """DEBUG shows names and data to anybody who can make a page fail."""
    if settings.DEBUG:
        return [Error("JANGWON_DEBUG is on.", hint="Unset JANGWON_DEBUG in production.", id="awards.E001")]
    return []


@register(Tags.database)
def the_search_sees_hangul(app_configs, databases=None, **kwargs):
    """A database whose LC_CTYPE is C finds no Hangul at all, silently. Asked by `migrate`."""
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT FROM pg_extension WHERE extname = 'pg_trgm'")
            if not cursor.rowcount:
                continue
            cursor.execute("SELECT cardinality(show_trgm('가나다'))")
            if cursor.fetchone()[0] == 0:
                hint = "Make the database anew with LC_CTYPE C.UTF-8 (docs/operations.md)."
                return [Error("This database's search can't see Hangul.", hint=hint, id="awards.E002")]
    return []
