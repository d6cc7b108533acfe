"""System checks: combinations of settings that must not be run with."""

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def debug_is_off(app_configs, **kwargs):
    """DEBUG shows names and data to anybody who can make a page fail."""
    if settings.DEBUG:
        return [Error("JANGWON_DEBUG is on.", hint="Unset JANGWON_DEBUG in production.", id="awards.E001")]
    return []


@register(Tags.database)
def only_postgresql(app_configs, **kwargs):
    """Constraints, triggers and the search are PostgreSQL's."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        return [Error("Jangwon runs on PostgreSQL only.", id="awards.E002")]
    return []
