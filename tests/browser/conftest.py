"""A real Chromium on a real server: gunicorn and worker as the web role, on a copy of the test database of its own.

The test's own database connection points at that copy, so that a test can look at rows and turn the clock.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import datetime, timedelta

import pytest
from django.db import connection
from playwright.sync_api import sync_playwright

from tests.copies import database, environment_for

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests; each opens contexts of its own."""
    found = os.environ.get("JANGWON_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "No Chromium: script/test says how to install one."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


class Site:
    """A running award: `url`, its database's clock, and pages of people who are logged in."""

    def __init__(self, url: str, browser):
        self.url, self.browser, self.contexts = url, browser, []

    def turn_clock(self, moment: datetime) -> datetime:
        """From now on the database's clock goes on from `moment`."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT transaction_timestamp()")
            ahead = (moment - cursor.fetchone()[0]) / timedelta(microseconds=1)
            cursor.execute(
                "CREATE OR REPLACE FUNCTION jangwon_now() RETURNS timestamptz LANGUAGE sql STABLE AS "
                f"$$SELECT transaction_timestamp() + interval '{int(ahead)} microseconds'$$"
            )
        return moment

    def page(self, name: str = "", *, width: int = 1280, height: int = 900):
        """A page in a browser context of its own, logged in as `name` (nobody: not logged in)."""
        size = {"width": width, "height": height}
        context = self.browser.new_context(viewport=size, base_url=self.url, locale="ko-KR")
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        if name:
            page.goto("/accounts/login/")
            page.fill("input[name=login]", name)
            page.fill("input[name=password]", PASSWORD)
            page.click("form button[type=submit]:has-text('로그인')")
            page.wait_for_url(lambda url: "/accounts/login" not in url)
        return page


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def collected_static():
    """Static files with hashed names, as in production."""
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(command, check=True)  # a process of its own: this one renders pages without hashed names


@pytest.fixture
def site(empty_database, django_db_blocker, chromium, collected_static):
    """A fresh copy of the empty database with a server and a worker on it; all is gone afterwards."""
    with django_db_blocker.unblock(), database(f"jangwon_browser_{os.getpid()}", empty_database) as copy:
        connection.close()
        before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], copy
        port = _free_port()
        environment = environment_for(copy, JANGWON_ROLE="web", JANGWON_HOSTS="localhost")
        options = "--worker-class gthread --workers 2 --threads 4 --log-level warning --no-control-socket"
        web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "awards.wsgi:application", *options.split(), "-b", f"127.0.0.1:{port}"],
            env=environment,
        )
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--interval", "0.2", "--verbosity", "0"],
            env=environment,
        )
        site = Site(f"http://localhost:{port}", chromium)
        try:
            _wait(site.url)
            yield site
        finally:
            for context in site.contexts:
                context.close()
            for process in (web, worker):
                process.terminate()
            for process in (web, worker):
                process.wait(20)
            connection.close()
            connection.settings_dict["NAME"] = before


def _wait(url: str) -> None:
    for _attempt in range(100):
        try:
            urllib.request.urlopen(f"{url}/", timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The server did not answer within 10 s.")
