"""The address of the autosave contract (docs/look.md): whatever is sent, the answer is JSON and never a 500."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from judging.sheets.models import HeldMark
from judging.sheets.services.marking import marks_of


@pytest.fixture
def post(desk, as_user):
    """`post(body, name)` sends a write of the first sheet of reviewer1."""

    def send(body, name="reviewer1", sheet=None):
        address = f"/2030/sheets/{(sheet or desk.sheet()).public_id}/save/"
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        return as_user(name).post(address, data, content_type="application/json")

    return send


def write(desk, **more):
    return {"field": desk.codes[0], "value": "24", "based_on": 0, "write": str(uuid4())} | more


def test_a_write_is_saved(desk, post):
    answer = post(write(desk))
    assert (answer.status_code, answer.json()["version"], answer.json()["value"]) == (200, 1, "24")
    assert set(answer.json()) == {"field", "version", "value", "at"}
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert marks_of(desk.sheet()) == {desk.codes[0]: 24}


def test_a_stale_write_is_a_conflict(desk, post):
    post(write(desk))
    answer = post(write(desk, value="20"))
    assert (answer.status_code, answer.json()["code"], answer.json()["value"]) == (409, "conflict", "24")


def test_a_value_that_is_no_mark_is_told_at_its_field(desk, post):
    answer = post(write(desk, value="99"))
    assert (answer.status_code, answer.json()["field"]) == (422, desk.codes[0])
    assert "30" in answer.json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        {},
        {"field": 1},
        {"write": "no uuid"},
        {"write": None},
        {"write": {"a": 1}},
        {"value": 24},
        {"value": None},
        {"based_on": -1},
        {"based_on": 2**31},
        {"based_on": True},
        {"based_on": "0"},
        {"based_on": 0.5},
        {"field": "x\x00"},
        {"field": "\ud800", "value": "\ud800"},
    ],
)
def test_what_cant_be_read_is_422(desk, post, body):
    answer = post(write(desk) | body if isinstance(body, dict) and body else body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["message"]
    assert marks_of(desk.sheet()) == {}


@pytest.mark.parametrize("name", ["reviewer2", "manager", "auditor", "outsider", "entrant1"])
def test_anothers_sheet_is_not_there(desk, post, name):
    assert post(write(desk), name).status_code == 404


def test_nobody_signed_in_is_sent_to_log_in(desk, client):
    answer = client.post(f"/2030/sheets/{desk.sheet().public_id}/save/", "{}", content_type="application/json")
    assert answer.status_code == 302


def test_only_posts(desk, as_user):
    assert as_user("reviewer1").get(f"/2030/sheets/{desk.sheet().public_id}/save/").status_code == 405


def test_a_handed_in_sheet_answers_409_in_json(desk, post):
    desk.hand_in(desk.fill(desk.sheet()))
    answer = post(write(desk, value="1", based_on=1))
    assert (answer.status_code, answer.json()["code"]) == (409, "not_now")


def test_a_second_after_the_close_it_is_kept_as_late(desk, post, turn_clock):
    turn_clock(desk.story.times.screening_closes + timedelta(seconds=1))
    answer = post(write(desk))
    assert (answer.status_code, answer.json()["code"]) == (409, "late")
    assert (HeldMark.objects.get().value, marks_of(desk.sheet())) == ("24", {})
