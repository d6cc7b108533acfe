"""The one clock: the database's.

`jangwon_now()` is a function of the database, owned by the owner's role: the start of the current transaction.
The outermost code reads it once and passes it on; nothing else in the project asks what time it is. Tests turn
the clock by replacing that function in their own database.
"""

from datetime import datetime

from django.db import connection
from django.db.models import DateTimeField, Func


class DatabaseNow(Func):
    """The database's clock, as a column's default."""

    function = "jangwon_now"
    template = "%(function)s()"
    output_field = DateTimeField()


def database_now() -> datetime:
    """The database's clock at the start of this transaction; an aware datetime. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT jangwon_now()")
        return cursor.fetchone()[0]


def now(request) -> datetime:
    """The moment of a request: read once, at its first use, inside the request's transaction."""
    if not hasattr(request, "_jangwon_now"):
        request._jangwon_now = database_now()
    return request._jangwon_now
