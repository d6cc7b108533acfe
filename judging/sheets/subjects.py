"""What a round is about: the entries that its assessors score, and where its work is done.

Screening's are the accepted entries. A later app says what its own round is about, in its AppConfig.ready():

    subjects.register("panel", function)    # function(edition) -> QuerySet[Entry], with `counting` selected

Until then that round has none. Reads only; knows no later app.
"""

from collections.abc import Callable

from django.db.models import QuerySet

from awards.models import Edition
from entries.models import Entry
from entries.queries import accepted

_providers: dict[str, Callable[[Edition], QuerySet[Entry]]] = {"screening": accepted}


def register(kind: str, provider: Callable[[Edition], QuerySet[Entry]]) -> None:
    """`provider` gives the entries of rounds of this kind ("screening", "panel")."""
    _providers[kind] = provider


def subjects_of(edition: Edition, kind: str) -> QuerySet[Entry]:
    """The entries that a round of this kind is about."""
    provider = _providers.get(kind)
    return provider(edition) if provider else Entry.objects.none()
