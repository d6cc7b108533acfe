"""Databases of a test's own, beside the one that all share: what is written there is committed, and gone afterwards."""

import contextlib
import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection


@contextlib.contextmanager
def database(name: str, template: str = "template0"):
    """A database of this name while the block runs."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield name
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def environment_for(name: str, **more: str) -> dict[str, str]:
    """The environment of a process that works on this database."""
    addresses = {key: _address_of(os.environ[key], name) for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    return os.environ | addresses | more


def _address_of(url: str, database: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@pytest.fixture(scope="session")
def empty_database(django_db_blocker):
    """A database with tables and rights and no row, to be copied. Never the one that the settings name."""
    with django_db_blocker.unblock(), database(f"jangwon_empty_{os.getpid()}") as name:
        for command in (["migrate", "--verbosity", "0"], ["grant_rights"]):
            subprocess.run([sys.executable, "manage.py", *command], env=environment_for(name), check=True)
        yield name
