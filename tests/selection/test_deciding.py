"""The decision who goes to the final: proposed with reasons, confirmed by a second person, told to nobody."""

import json
from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from announcements.demo import selection as steps
from awards.canonical import digest
from awards.decisions import Invalid, Refused
from judging.selection import invariants
from judging.selection.models import Finalist, Selection
from judging.selection.queries import confirmed_selection, finalists, reserves, standings, two_decimals
from judging.selection.services import Choice, confirm_selection, propose_selection, undo_selection
from judging.sheets import ledger
from judging.sheets.models import Assessor, LedgerEntry, Recusal, RuleSnapshot

PAGE = "/2030/selection/"


@pytest.fixture
def room(deciding):
    """Short words for what the committee does."""

    class Room:
        story, now = deciding, deciding.times.selected + timedelta(hours=1)

        @property
        def found(self):
            return standings(self.story.fresh())

        @property
        def order(self):
            return [line.entry.public_id for line in self.found.lines if line.score is not None]

        def actor(self, name="manager"):
            return self.story.actor(name, self.now)

        def propose(self, finalists=None, name="manager", declared=False, **more):
            choice = Choice(self.order[:2] if finalists is None else finalists, **more)
            return propose_selection(
                edition=self.story.fresh(), choice=choice, declared=declared, actor=self.actor(name), now=self.now
            )

        def confirm(self, selection, name="manager2", declared=False):
            return confirm_selection(selection=selection, declared=declared, actor=self.actor(name), now=self.now)

        def undo(self, selection, name="manager", reason="다시 논의"):
            return undo_selection(selection=selection, reason=reason, actor=self.actor(name), now=self.now)

        def move_near(self, name):
            """Puts a person into the office of the entry that leads."""
            user = self.story.people[name]
            user.office = self.found.lines[0].entry.counting.submitted_by.office
            user.save(update_fields=["office"])

    return Room()


@pytest.fixture
def tied(open_story, desk, turn_clock):
    """Ninety for one entry, seventy-five for two others: a tie on the line of two finalists."""
    sheets = sorted((desk.sheet("reviewer1", place) for place in range(3)), key=lambda sheet: sheet.entry_id)
    for sheet, values in zip(
        sheets, [("30", "30", "15", "15"), ("25", "20", "15", "15"), ("25", "25", "10", "15")], strict=True
    ):
        desk.hand_in(desk.fill(sheet, values))
    steps.close(story=open_story)
    turn_clock(open_story.times.selected)
    return [sheet.entry.public_id for sheet in sheets]


def data(room, finalists=None, **more):
    return {"finalist": room.order[:2] if finalists is None else finalists, "minutes": "회의록"} | more


def test_the_standings_are_exact_and_on_the_frozen_rules(room):
    found = room.found
    for line in found.lines:
        assert line.score == Fraction(sum(line.totals), len(line.totals)) and line.sheets == 3
    assert [line.rank for line in found.lines] == [1, 2, 3]
    assert [line.score for line in found.lines] == sorted((line.score for line in found.lines), reverse=True)
    assert (found.size, found.rules_digest) == (2, RuleSnapshot.objects.get().digest)
    assert [two_decimals(Fraction(*pair)) for pair in [(200, 3), (181, 2), (12345, 1000)]] == [
        "66.67",
        "90.50",
        "12.35",
    ]


def test_a_recused_pair_does_not_count(room):
    line = room.found.lines[0]
    actor = room.actor("reviewer1")
    assessor = Assessor.objects.select_related("round__edition").get(user=actor.user)
    Recusal.objects.create(
        assessor=assessor,
        entry=line.entry,
        basis="declared",
        reason="친족",
        proposed_by=actor.user,
        proposed_at=room.now,
    )
    after = next(row for row in room.found.lines if row.entry == line.entry)
    assert after.sheets == 2


def test_one_proposes_another_confirms(room):
    selection = room.propose(reserves=[room.order[2]], minutes="만장일치")
    assert (confirmed_selection(room.story.edition), list(finalists(room.story.edition))) == (None, [])
    assert selection.digest == digest(selection.standings)
    assert json.loads(selection.standings)["finalists"] == sorted(room.order[:2])
    done = room.confirm(selection)
    assert (done.state, done.confirmed_by.username) == ("confirmed", "manager2")
    assert {row.entry.public_id for row in finalists(room.story.edition)} == set(room.order[:2])
    assert [row.entry.public_id for row in reserves(room.story.edition)] == room.order[2:]
    assert room.confirm(selection).confirmed_at == done.confirmed_at
    assert list(ledger.verify()) == []
    assert list(invariants.check()) == []


def test_the_open_part_of_the_ledger_names_entries_by_id_only(room):
    room.confirm(room.propose(minutes="비밀"))
    rows = [json.loads(row.open_part) for row in LedgerEntry.objects.filter(kind="selection")]
    assert [row["state"] for row in rows] == ["proposed", "confirmed"]
    assert set(rows[0]) == {"kind", "nonce", "selection", "state", "digest", "finalists", "reserves"}
    assert rows[0]["finalists"] == sorted(room.order[:2])


@pytest.mark.parametrize("count", [0, 1, 3])
def test_exactly_as_many_as_configured(room, count):
    with pytest.raises(Invalid) as refused:
        room.propose(room.order[:count], reasons=dict.fromkeys(room.order, "까닭"))
    assert list(refused.value.errors) == [""]


def test_a_departure_needs_its_reasons(room):
    first, second, third = room.order
    with pytest.raises(Invalid) as refused:
        room.propose([first, third], reasons={third: "  "})
    assert set(refused.value.errors) == {second, third}
    selection = room.propose([first, third], reasons={third: "확산 가능성", second: "개인정보 문제"})
    assert Finalist.objects.get(selection=selection, entry__public_id=third).reason == "확산 가능성"
    assert json.loads(selection.standings)["reasons"] == {third: "확산 가능성", second: "개인정보 문제"}


def test_a_tie_on_the_line_needs_a_reason(tied, as_user, open_story):
    client = as_user("manager")
    page = client.get(PAGE)
    assert [row.tied for row in page.context["rows"]] == [False, True, True]
    assert [row.finalist for row in page.context["rows"]] == [True, False, False]
    page = client.post(f"{PAGE}propose/", {"finalist": tied[:2], f"reason_{tied[0]}": "", "minutes": "회의록"})
    assert page.status_code == 200
    assert [bool(row.error) for row in page.context["rows"]] == [False, True, False]
    assert [row.finalist for row in page.context["rows"]] == [True, True, False]
    assert page.context["typed"]["minutes"] == "회의록"
    assert not Selection.objects.exists()
    answer = client.post(f"{PAGE}propose/", {"finalist": tied[:2], f"reason_{tied[1]}": "독창성"})
    assert answer.status_code == 302
    assert Finalist.objects.get(entry__public_id=tied[1]).reason == "독창성"


def test_what_was_typed_stays(room, as_user):
    first, second, third = room.order
    sent = data(room, [first], **{f"reserve_{third}": "x", f"reserve_{second}": "1", f"reason_{third}": "까닭"})
    page = as_user("manager").post(f"{PAGE}propose/", sent)
    rows = {row.name: row for row in page.context["rows"]}
    assert (rows[third].reserve, rows[second].reserve, rows[third].reason) == ("x", "1", "까닭")
    assert rows[third].error
    same_place = data(room, **{f"reserve_{third}": "1", f"reserve_{second}": "1"})
    assert as_user("manager").post(f"{PAGE}propose/", same_place).context["errors"]
    both = data(room, **{f"reserve_{first}": "1"})
    assert list(as_user("manager").post(f"{PAGE}propose/", both).context["errors"]) == [first]


@pytest.mark.parametrize("sent", [{}, {"finalist": ["nothing", "\x00"]}, {"minutes": "가" * 5000}])
def test_a_broken_form_is_no_error_of_ours(room, as_user, sent):
    page = as_user("manager").post(f"{PAGE}propose/", sent)
    assert page.status_code == 200
    assert page.context["errors"]


def test_an_interest_is_declared_by_whoever_decides(room):
    room.move_near("manager")
    with pytest.raises(Invalid) as refused:
        room.propose()
    assert list(refused.value.errors) == ["declared"]
    selection = room.propose(declared=True)
    assert selection.proposer_interest == room.found.lines[0].entry.counting.title
    room.move_near("manager2")
    with pytest.raises(Invalid):
        room.confirm(selection)
    assert room.confirm(selection, declared=True).confirmer_interest == selection.proposer_interest


def test_the_interest_is_shown_and_asked_on_the_page(room, as_user):
    room.move_near("manager")
    client = as_user("manager")
    assert client.get(PAGE).context["interest"]
    assert "declared" in client.post(f"{PAGE}propose/", data(room)).context["errors"]
    assert client.post(f"{PAGE}propose/", data(room, declared="on")).status_code == 302
    assert as_user("auditor").get(PAGE).content.decode().count(Selection.objects.get().proposer_interest) > 1


def test_the_whole_way_in_the_browsers_forms(room, as_user):
    assert as_user("manager").post(f"{PAGE}propose/", data(room)).status_code == 302
    again = as_user("manager").post(f"{PAGE}propose/", data(room))
    assert again.status_code == 409
    selection = Selection.objects.get()
    confirm = f"{PAGE}{selection.public_id}/confirm/"
    assert as_user("manager").get(confirm).status_code == 403
    assert as_user("manager").post(confirm).status_code == 403
    page = as_user("manager2").get(confirm)
    assert [member.entry.public_id for member in page.context["members"]] != []
    for _click in range(2):
        assert as_user("manager2").post(confirm).status_code == 302
    assert as_user("manager2").get(confirm).status_code == 409
    assert as_user("manager2").get(PAGE).status_code == 200
    page = as_user("manager2").post(f"{PAGE}{selection.public_id}/undo/", {"reason": " "})
    assert (page.status_code, bool(page.context["undo_error"])) == (200, True)
    assert as_user("manager2").post(f"{PAGE}{selection.public_id}/undo/", {"reason": "다시 논의"}).status_code == 302
    selection.refresh_from_db()
    assert (selection.state, selection.undo_reason) == ("undone", "다시 논의")
    assert as_user("manager").post(f"{PAGE}propose/", data(room)).status_code == 302
    assert list(ledger.verify()) == []


@pytest.mark.parametrize("state", ["nothing", "proposed", "confirmed", "undone"])
def test_nobody_else_gets_any_hint(room, as_user, state):
    name = "x" * 12
    if state != "nothing":
        selection = room.propose()
        name = selection.public_id
        if state == "confirmed":
            room.confirm(selection)
        if state == "undone":
            room.undo(selection)
    for person, status in [
        ("operator", 403),
        ("reviewer1", 403),
        ("judge1", 403),
        ("entrant1", 404),
        ("outsider", 404),
    ]:
        client = as_user(person)
        answers = [
            client.get(PAGE),
            client.post(f"{PAGE}propose/", data(room)),
            client.get(f"{PAGE}{name}/confirm/"),
            client.post(f"{PAGE}{name}/confirm/"),
            client.post(f"{PAGE}{name}/undo/", {"reason": "x"}),
        ]
        assert [answer.status_code for answer in answers] == [status] * 5
        assert "selection/" not in client.get("/2030/screening/").content.decode()
    client = as_user("auditor")
    assert client.get(PAGE).status_code == 200
    assert client.post(f"{PAGE}propose/", data(room)).status_code == 403


def test_before_the_selection_there_is_nothing_to_see(scored, as_user):
    assert as_user("manager").get(PAGE).status_code == 409
    assert as_user("manager").post(f"{PAGE}propose/", {}).status_code == 409
    assert as_user("outsider").get(PAGE).status_code == 404


def test_after_the_announcement_nothing_is_decided_any_more(room):
    selection = room.confirm(room.propose())
    room.story.edition.stage = "finalists"
    room.story.edition.save(update_fields=["stage"])
    with pytest.raises(Refused) as refused:
        room.undo(selection)
    assert refused.value.decision.code == "too_late"


def test_standings_that_changed_since_the_proposal_are_not_confirmed(room):
    selection = room.propose()
    assessor, actor = Assessor.objects.get(user__username="reviewer1"), room.actor("reviewer1")
    Recusal.objects.create(
        assessor=assessor,
        entry=room.found.lines[0].entry,
        basis="declared",
        proposed_by=actor.user,
        proposed_at=room.now,
    )
    with pytest.raises(Invalid):
        room.confirm(selection)
    assert room.undo(selection).state == "undone"


def test_a_finalist_changed_by_hand_is_named_by_verify(room):
    selection = room.confirm(room.propose())
    other = next(line.entry for line in room.found.lines if line.entry.public_id == room.order[2])
    Finalist.objects.filter(selection=selection).first().delete()
    Finalist.objects.create(selection=selection, entry=other)
    [fault] = ledger.verify()
    assert selection.public_id in fault
    assert [fault for fault in invariants.check()] != []


def test_standings_changed_by_hand_are_named_by_verify(room):
    selection = room.confirm(room.propose())
    Selection.objects.filter(pk=selection.pk).update(standings=selection.standings.replace("1", "2"))
    [fault] = ledger.verify()
    assert selection.public_id in fault


def test_the_page_asks_a_fixed_number_of_queries(room, as_user):
    client = as_user("manager")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) == 22
