"""Who gets what answer at which address in which stage: the table of table.txt, every address asked for real.

A cell has one letter a stage (STAGES in turn): o answered, L asked to log in, - not found, F forbidden, C the wrong
moment, b bad input, m method not known. An address that is missing from the table fails, and so does one too many.
write_table.py writes the table anew from what is seen; read the difference before you keep it.
"""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from announcements.demo.telling import tell
from tests.access.addresses import LETTERS, LOGIN, STAGES, address, names
from tests.access.objects import objects_of

TABLE = Path(__file__).parent / "table.txt"
PEOPLE = {
    "nobody": None,
    "outsider": "outsider",
    "entrant": "entrant1",
    "reviewer": "reviewer1",
    "judge": "judge2",
    "chair": "judge1",
    "operator": "operator",
    "manager": "manager",
    "manager2": "manager2",
    "auditor": "auditor",
}
METHODS = ("GET", "POST")


class _Undone(Exception):
    """Rolls a request's writes back."""


def _letter(client: Client, method: str, url: str) -> str:
    cookies = client.cookies.copy()  # logging out and choosing a language are undone too
    try:
        with transaction.atomic():
            response = client.generic(method, url, b"", content_type="application/x-www-form-urlencoded")
            if response.streaming:
                b"".join(response)  # a file closes once it has been read
            if response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/"):
                letter = LOGIN
            else:
                letter = LETTERS[response.status_code]
            raise _Undone
    except _Undone:
        client.cookies = cookies
        return letter


def _seen(story) -> dict[tuple[str, str, str], str]:
    """(name, method, person) -> letter, for the stage that the story stands in."""
    cache.clear()  # what limits attempts counts from here
    clients = {}
    for person, username in PEOPLE.items():
        clients[person] = Client(raise_request_exception=True)
        if username:
            user = story.people[username]
            clients[person].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    objects = objects_of(story)
    return {
        (name, method, person): _letter(client, method, address(name, parts, objects))
        for name, parts in names()
        for method in METHODS
        for person, client in clients.items()
    }


def _table() -> dict[tuple[str, str], dict[str, str]]:
    if not TABLE.exists():
        return {}
    head, *lines = TABLE.read_text().splitlines()
    people = head.split()[2:]
    rows = (line.split() for line in lines if line)
    return {(row[0], row[1]): dict(zip(people, row[2:], strict=True)) for row in rows}


def _write(cells: dict[tuple[str, str, str], str]) -> None:
    rows = [["address", "method", *PEOPLE]]
    rows += [
        [name, method, *(cells[name, method, person] for person in PEOPLE)]
        for name, _parts in names()
        for method in METHODS
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    TABLE.write_text("\n".join(lines) + "\n")


@pytest.fixture
def seen_at(request, db, settings, tmp_path, turn_clock, small_times):
    """`seen_at(stage)`: tells an award to that stage and asks every address as everybody."""
    settings.MEDIA_ROOT = tmp_path

    def see(stage: str):
        story = request.getfixturevalue("story")
        moment = {
            "drafting": small_times.prepared,
            "submission": small_times.submission_opens,
            "screening": small_times.screening_opens,
            "selection": small_times.screening_closes,
            "finalists": small_times.selected,
            "panel": small_times.final_starts,
        }.get(stage, small_times.final_ends)
        if stage != "drafting":
            tell(story=story, until=stage)
        turn_clock(moment)
        return _seen(story)

    return see


@pytest.mark.parametrize("number, stage", list(enumerate(STAGES)))
def test_everybody_gets_the_answer_of_the_table(seen_at, number, stage):
    table = _table()
    wrong = []
    for (name, method, person), letter in seen_at(stage).items():
        told = table.get((name, method), {}).get(person, "?" * len(STAGES))[number]
        if told != letter:
            wrong.append(f"{method} {name} as {person}: {letter}, the table says {told}")
    assert wrong == []


def test_the_table_has_every_address_and_no_other():
    wanted = {(name, method) for name, _parts in names() for method in METHODS}
    assert set(_table()) == wanted
