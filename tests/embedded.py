"""A pytest plugin, named in pyproject.toml: has a PostgreSQL running before Django's settings are read.

Tests run as the owner of the tables, since they make their database.
"""

import os

from awards.database import embedded

os.environ.setdefault("JANGWON_ROLE", "owner")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own loop runs in the tests' thread

_database = embedded()
_database.__enter__()


def pytest_unconfigure(config):
    """The embedded server stops with the last who uses it."""
    _database.__exit__(None, None, None)
