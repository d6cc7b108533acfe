"""Every page asks the database as often for thirty rows as for one (or a few: a final needs its finalists)."""

from functools import partial

import pytest
from django.db import connection
from django.test import Client

from announcements.demo.cast import make_people
from announcements.demo.setup import set_up_edition
from announcements.demo.story import works_of_2024
from announcements.demo.telling import tell
from tests.access.addresses import address, names
from tests.access.objects import objects_of
from tests.access.test_access import PEOPLE

MOMENTS = {
    "submission": "submission_opens",
    "screening": "screening_opens",
    "selection": "selected",
    "panel": "final_starts",
}


def _count(asked: list, run, *args):
    asked.append(1)
    return run(*args)

MOST = 30  # the steps of the release compute the result anew before they show it; other pages ask half as often


@pytest.fixture
def counts(db, settings, tmp_path, turn_clock, small_times):
    """`counts(stage, rows)`: {(address, person): queries} of every page that answers in an award of so many entries."""
    settings.MEDIA_ROOT = tmp_path
    people, _passwords = make_people(password="correct horse battery")

    def count(stage: str, rows: int) -> dict[tuple[str, str], int]:
        story = set_up_edition(
            slug=f"with-{rows}",
            people=people,
            times=small_times,
            works=works_of_2024()[:rows],
            finalists=min(rows, 8),
        )
        tell(story=story, until=stage)
        turn_clock(getattr(small_times, MOMENTS.get(stage, "final_ends")))
        objects = objects_of(story)
        found = {}
        for person, username in PEOPLE.items():
            client = Client()
            if username:
                backend = "allauth.account.auth_backends.AuthenticationBackend"
                client.force_login(people[username], backend=backend)
            for name, parts in names():
                if name.startswith("account_"):
                    continue
                url = address(name, parts, objects)
                asked = []
                counter = partial(_count, asked)
                with connection.execute_wrapper(counter):
                    response = client.get(url)
                if response.streaming:
                    b"".join(response)
                elif response.status_code == 200:
                    found[name, person] = len(asked)
        return found

    return count


@pytest.mark.parametrize("stage", ["submission", "screening", "selection", "panel", "winners"])
def test_pages_ask_as_often_for_thirty_rows_as_for_two(counts, stage):
    few, many = counts(stage, 2), counts(stage, 30)
    assert {page: (few[page], many[page]) for page in few.keys() & many.keys() if few[page] != many[page]} == {}
    assert {page: number for page, number in many.items() if number > MOST} == {}
