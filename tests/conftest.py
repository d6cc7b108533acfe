"""The tests' database, cast and clock. The database is a real PostgreSQL; nothing of ours is replaced.

The steps of the demonstration build every edition, through the services. Clock: `turn_clock(moment)` replaces the
function that is the database's clock, inside the test's own transaction.
"""

import os
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.copies import empty_database  # noqa: F401  (a fixture for all)

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    from django.conf import settings

    if name := os.environ.get("JANGWON_TEST_DB"):
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = name


@pytest.fixture
def turn_clock(db):
    """Sets the database's clock for this test: `turn_clock(moment)`; rolled back with the test."""
    from django.db import connection

    def turn(moment: datetime) -> datetime:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION jangwon_now() RETURNS timestamptz LANGUAGE sql STABLE AS "
                f"$$SELECT '{moment.isoformat()}'::timestamptz$$"
            )
        return moment

    return turn


SMALL_CAST = {
    *(f"entrant{n}" for n in range(1, 13)),
    *(f"reviewer{n}" for n in range(1, 4)),
    *(f"judge{n}" for n in range(1, 8)),
    *("reserve", "operator", "manager", "manager2", "auditor", "outsider"),
}


@pytest.fixture
def small_times():
    from announcements.demo.story import Times

    at = lambda day, hour=0: datetime(2030, 3, 1, tzinfo=SEOUL) + timedelta(days=day, hours=hour)  # noqa: E731
    return Times(at(0, 9), at(10), at(12), at(18), at(19, 10), at(30, 14), at(30, 16))


@pytest.fixture
def story(db, small_times):
    """An edition in drafting: three real works of the demonstration, three reviewers, seven judges, two finalists."""
    from announcements.demo.cast import make_people
    from announcements.demo.setup import set_up_edition
    from announcements.demo.story import works_of_2024

    people, _passwords = make_people(only=SMALL_CAST, password="correct horse battery")
    works = [work for work in works_of_2024() if work.lead in ("entrant1", "entrant3", "entrant4")]
    return set_up_edition(slug="2030", people=people, times=small_times, works=works, kind="real", finalists=2)


@pytest.fixture
def as_user(client, story):
    """`as_user("manager")` gives a test client that is logged in as that person."""

    def log_in(name: str):
        client.force_login(story.people[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return log_in


@pytest.fixture(scope="session", autouse=True)
def _static_files_by_their_own_names():
    """Pages rendered in this process need no collected files; the browser's server has them (tests/browser)."""
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
