"""The managers' side: the plan, its application in one act, the board without values, the end of screening."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from announcements.demo.screening import score
from awards import contributions
from awards.decisions import Invalid, Refused
from awards.models import Edition
from awards.services.stages import begin_due_stage
from entries.queries import accepted
from judging.screening import invariants
from judging.screening.models import AssignmentPlan
from judging.screening.queries import latest_plan
from judging.screening.services import apply_plan, ask_plan, begin_selection
from judging.screening.tasks import compute_plan
from judging.sheets import ledger
from judging.sheets.models import Assessor, Recusal, ScoreSheet
from judging.sheets.queries import round_of
from judging.sheets.services.assessors import declare_recusal

PLAN = "/2030/screening/plan/"


@pytest.fixture
def planning(settled):
    """The settled edition, its round, a manager and the moment."""

    class Planning:
        story, now = settled, settled.times.settled + timedelta(hours=1)
        round = round_of(settled.fresh(), "screening")

        def actor(self, name="manager"):
            return self.story.actor(name, self.now)

        def ask(self, k=0, name="manager"):
            return ask_plan(round=self.round, k=k, actor=self.actor(name), now=self.now)

        def apply(self, plan, name="manager"):
            return apply_plan(plan=plan, actor=self.actor(name), now=self.now)

    return Planning()


def test_a_manager_asks_the_worker_computes_the_manager_applies(planning, as_user):
    client = as_user("manager")
    assert client.get(PLAN).context["plan"] is None
    assert client.post(f"{PLAN}ask/", {"k": "2"}).status_code == 302
    page = client.get(PLAN)
    assert (page.context["plan"].state, 'hx-trigger="every 3s"' in page.content.decode()) == ("asked", True)
    compute_plan(latest_plan(planning.round))
    page = client.get(PLAN)
    assert (page.context["plan"].state, page.context["lines"]["sheets"]) == ("planned", 6)
    assert [load for _user, load in page.context["lines"]["loads"]] == [2, 2, 2]
    assert not ScoreSheet.objects.exists()
    apply = f"{PLAN}{page.context['plan'].public_id}/apply/"
    for _click in range(2):
        assert client.post(apply).status_code == 302
    assert ScoreSheet.objects.count() == 6
    assert client.get(PLAN).context["plan"].state == "applied"
    assert list(ledger.verify()) == []
    assert list(invariants.check()) == []


@pytest.mark.parametrize("k", ["", "-1", "4", "viele", "99999999999999999999"])
def test_a_number_that_cant_be_planned_stays_typed(planning, as_user, k):
    page = as_user("manager").post(f"{PLAN}ask/", {"k": k})
    assert page.status_code == 200
    assert page.context["form"]["k"].value() == k
    assert page.context["form"].errors["k"]
    assert not AssignmentPlan.objects.exists()


@pytest.mark.parametrize(
    ("name", "sees", "acts"),
    [
        ("auditor", 200, 403),
        ("operator", 403, 403),
        ("reviewer1", 403, 403),
        ("entrant1", 404, 404),
        ("outsider", 404, 404),
    ],
)
def test_only_managers_plan(planning, as_user, name, sees, acts):
    plan = compute_plan(planning.ask())
    client = as_user(name)
    assert client.get(PLAN).status_code == sees
    assert client.post(f"{PLAN}ask/", {"k": "0"}).status_code == acts
    assert client.post(f"{PLAN}{plan.public_id}/apply/").status_code == acts
    assert client.post("/2030/screening/close/").status_code == acts
    assert not ScoreSheet.objects.exists()


def test_nothing_is_planned_while_entries_may_still_come(story, as_user, turn_clock):
    begin_due_stage(edition=story.fresh(), now=turn_clock(story.times.submission_opens))
    assert as_user("manager").post(f"{PLAN}ask/", {"k": "0"}).status_code == 409


def test_asking_again_drops_the_plan_before(planning):
    first = planning.ask()
    second = planning.ask()
    compute_plan(first)
    first.refresh_from_db()
    assert (first.state, compute_plan(second).state) == ("dropped", "planned")
    with pytest.raises(Refused):
        planning.apply(first)


def test_a_recusal_by_rule_is_proposed_and_must_be_confirmed_first(planning, as_user):
    entry = accepted(planning.story.edition).first()
    reviewer = planning.story.people["reviewer1"]
    reviewer.office = planning.story.people[entry.counting.submitted_by.username].office
    reviewer.save(update_fields=["office"])
    plan = compute_plan(planning.ask())
    recusal = Recusal.objects.get()
    assert (recusal.basis, recusal.state, recusal.entry) == ("office", "proposed", entry)
    assert (entry.public_id, recusal.assessor.public_id) not in map(tuple, plan.content["pairs"])
    page = as_user("manager").post(f"{PLAN}{plan.public_id}/apply/")
    assert page.status_code == 200
    assert page.context["error"] and page.context["unsettled"] == 1
    assert not ScoreSheet.objects.exists()
    Recusal.objects.update(state="confirmed", settled_by=planning.story.people["manager"], settled_at=planning.now)
    assert planning.apply(plan) == 8


def test_a_plan_whose_ground_has_changed_is_not_applied(planning):
    plan = compute_plan(planning.ask())
    assessor = Assessor.objects.filter(round=planning.round).first()
    actor = planning.story.actor(assessor.user.username, planning.now)
    entry = accepted(planning.story.edition).first()
    declare_recusal(assessor=assessor, entry=entry, reason="친족", actor=actor, now=planning.now)
    with pytest.raises(Invalid):
        planning.apply(plan)
    assert not ScoreSheet.objects.exists()


def test_a_later_plan_keeps_what_is_there(planning):
    planning.apply(compute_plan(planning.ask(k=1)))
    kept = set(ScoreSheet.objects.values_list("pk", flat=True))
    assert planning.apply(compute_plan(planning.ask(k=0))) == 6
    assert kept < set(ScoreSheet.objects.values_list("pk", flat=True))
    assert list(ledger.verify()) == []


def test_after_the_first_sheet_was_handed_in_a_second_manager_applies(desk):
    desk.give("reviewer1", 0, ("24", "20", "15", "16"))
    manager, second = desk.story.actor("manager", desk.now), desk.story.actor("manager2", desk.now)
    plan = compute_plan(ask_plan(round=desk.round, k=0, actor=manager, now=desk.now))
    with pytest.raises(Refused):
        apply_plan(plan=plan, actor=manager, now=desk.now)
    assert apply_plan(plan=plan, actor=second, now=desk.now) == 0


def test_a_sheet_that_was_never_assigned_is_named_by_verify(desk):
    sheet = desk.sheet()
    stranger = Assessor.objects.create(round=desk.round, user=desk.story.people["outsider"], number="000000")
    ScoreSheet.objects.create(assessor=stranger, entry=sheet.entry, round=desk.round, assigned_at=desk.now)
    [fault] = ledger.verify()
    assert "000000" in fault and sheet.entry.public_id in fault


def test_screening_opens_by_itself_once_its_list_is_complete(planning):
    opens = planning.story.times.screening_opens
    missing = [
        check.code for check in contributions.stage_checks(planning.story.edition, "screening", opens) if not check.ok
    ]
    assert missing == ["assigned"]
    assert begin_due_stage(edition=planning.story.fresh(), now=opens).stage == "submission"
    planning.apply(compute_plan(planning.ask()))
    assert begin_due_stage(edition=planning.story.fresh(), now=opens - timedelta(seconds=1)).stage == "submission"
    assert begin_due_stage(edition=planning.story.fresh(), now=opens).stage == "screening"


def test_the_board_shows_presence_never_values(desk, as_user):
    desk.give("reviewer1", 0, ("29", "28", "19", "17"))
    desk.save(desk.sheet("reviewer2"), desk.codes[0], "13", by="reviewer2")
    for name in ("manager", "operator", "auditor"):
        page = as_user(name).get("/2030/screening/")
        done = {reviewer.user.username: reviewer.done for reviewer in page.context["reviewers"]}
        assert done == {
            "reviewer1": {"sheets": 3, "begun": 1, "handed_in": 1},
            "reviewer2": {"sheets": 3, "begun": 1, "handed_in": 0},
            "reviewer3": {"sheets": 3, "begun": 0, "handed_in": 0},
        }
        assert sorted(entry.done["handed_in"] for entry in page.context["entries"]) == [0, 0, 1]
        assert (page.context["sheets"], page.context["handed_in"]) == (9, 1)
    for name, status in [("judge1", 403), ("entrant1", 404), ("outsider", 404)]:
        assert as_user(name).get("/2030/screening/").status_code == status


def test_the_board_asks_a_fixed_number_of_queries(desk, as_user):
    def queries():
        client.get("/2030/screening/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/2030/screening/")
        return len(asked)

    client = as_user("manager")
    assert queries() == 15
    score(story=desk.story)
    assert queries() == 15


def test_screening_ends_after_its_window_when_every_entry_has_a_counted_sheet(desk, as_user, turn_clock):
    closes = desk.story.times.screening_closes
    client = as_user("manager")
    desk.give("reviewer1", 0, ("24", "20", "15", "16"))
    assert client.post("/2030/screening/close/").status_code == 409
    turn_clock(closes - timedelta(seconds=1))
    assert client.post("/2030/screening/close/").status_code == 409
    turn_clock(closes)
    page = client.post("/2030/screening/close/")
    assert (page.status_code, bool(page.context["error"])) == (200, True)
    assert Edition.objects.get(slug="2030").stage == "screening"


def test_the_selection_begins(desk, as_user, turn_clock):
    score(story=desk.story)
    turn_clock(desk.story.times.screening_closes)
    answer = as_user("manager").post("/2030/screening/close/")
    assert (answer.status_code, answer.url) == (302, "/2030/selection/")
    assert Edition.objects.get(slug="2030").stage == "selection"
    assert as_user("manager").post("/2030/screening/close/").status_code == 409
    assert list(ledger.verify()) == []
    assert list(invariants.check()) == []


def test_a_sheet_of_a_recused_pair_does_not_carry_its_entry(desk, turn_clock):
    score(story=desk.story)
    now = desk.story.times.screening_closes
    sheet = desk.sheet()
    for name in ("reviewer1", "reviewer2", "reviewer3"):
        actor = desk.story.actor(name, now)
        assessor = Assessor.objects.select_related("round__edition").get(round=desk.round, user=actor.user)
        declare_recusal(assessor=assessor, entry=sheet.entry, reason="친족", actor=actor, now=now)
    with pytest.raises(Invalid):
        begin_selection(edition=desk.story.fresh(), actor=desk.story.actor("manager", now), now=now)
