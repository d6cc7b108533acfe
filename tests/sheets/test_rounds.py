"""A round's rule and criteria: set up by managers, frozen by the first mark."""

import pytest

from awards.models import Edition
from judging.sheets.models import Criterion, Round, RuleSnapshot
from judging.sheets.services.assessors import ensure_rounds

SCREENING = {"rule": "trimmed", "trim_from": "5", "finalists": "6", "reviews_per_entry": "0"}
PANEL = {
    "rule": "centred_trimmed",
    "trim_from": "5",
    "quorum_sheets": "5",
    "quorum_external": "1",
    "talk_seconds": "300",
    "question_seconds": "120",
    "marking_seconds": "60",
}
TYPED = {"screening": SCREENING, "panel": PANEL}
CRITERION = {"name": "창의성", "name_en": "", "points": "10", "guide": "새로운가", "guide_en": ""}
KINDS = list(TYPED)


def address(kind: str, more: str = "") -> str:
    return f"/2030/setup/rounds/{kind}/{more}"


def the_round(story, kind) -> Round:
    return Round.objects.get(edition=story.edition, kind=kind)


def criteria(story, kind) -> list[Criterion]:
    return list(Criterion.objects.filter(round__edition=story.edition, round__kind=kind))


def test_rounds_are_made_at_their_first_use(db):
    edition = Edition.objects.create(slug="new", name="새 회차", year=2031, organiser="관세청")
    for _time in range(2):
        rounds = ensure_rounds(edition)
    assert (rounds["screening"].rule, rounds["panel"].rule) == ("mean", "trimmed")
    assert Round.objects.filter(edition=edition).count() == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "status"),
    [("manager", 200), ("auditor", 200), ("operator", 403), ("reviewer1", 403), ("judge1", 403), ("entrant1", 404)],
)
def test_managers_and_the_auditor_see_the_round(drafting, as_user, kind, name, status):
    assert as_user(name).get(address(kind)).status_code == status


@pytest.mark.parametrize("kind", KINDS)
def test_the_rule_is_saved(drafting, as_user, kind):
    client = as_user("manager")
    seen = client.get(address(kind)).context["form"]["seen"].value()
    assert client.post(address(kind), TYPED[kind] | {"seen": seen}).status_code == 302
    saved = the_round(drafting, kind)
    assert {name: str(getattr(saved, name)) for name in TYPED[kind]} == TYPED[kind]


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("screening", {"trim_from": "2"}, "trim_from"),
        ("screening", {"finalists": "0"}, "finalists"),
        ("screening", {"rule": "centred_trimmed"}, "rule"),
        ("screening", {"reviews_per_entry": "-1"}, "reviews_per_entry"),
        ("panel", {"quorum_external": "6"}, "__all__"),
        ("panel", {"rule": "lot"}, "rule"),
        ("panel", {"talk_seconds": ""}, "talk_seconds"),
    ],
)
def test_a_rule_that_can_not_be_is_refused_beside_the_field(drafting, as_user, kind, change, field):
    before = the_round(drafting, kind).__dict__
    client = as_user("manager")
    seen = client.get(address(kind)).context["form"]["seen"].value()
    response = client.post(address(kind), TYPED[kind] | change | {"seen": seen})
    assert set(response.context["form"].errors) == {field}
    after = the_round(drafting, kind).__dict__
    assert {k: v for k, v in after.items() if k != "_state"} == {k: v for k, v in before.items() if k != "_state"}


def test_a_stale_page_overwrites_nothing(drafting, as_user):
    client = as_user("manager")
    seen = client.get(address("panel")).context["form"]["seen"].value()
    client.post(address("panel"), PANEL | {"seen": seen})
    response = client.post(address("panel"), PANEL | {"seen": seen, "talk_seconds": "999"})
    assert response.status_code == 200
    assert "300" in [value for _label, value in response.context["others"]]
    assert the_round(drafting, "panel").talk_seconds == 300


def test_criteria_are_added_changed_moved_and_deleted(drafting, as_user):
    client, before = as_user("manager"), criteria(drafting, "panel")
    assert client.post(address("panel", "criteria/new/"), CRITERION).status_code == 302
    *_, added = criteria(drafting, "panel")
    assert (added.name, added.points, added.guide) == ("창의성", 10, "새로운가")
    here = f"criteria/{added.code}/"
    seen = client.get(address("panel", here)).context["form"]["seen"].value()
    assert client.post(address("panel", here), CRITERION | {"points": "5", "seen": seen}).status_code == 302
    assert client.post(address("panel", f"{here}move/up/")).status_code == 302
    assert criteria(drafting, "panel") == [*before[:-1], added, before[-1]]
    assert criteria(drafting, "panel")[-2].points == 5
    for _click in range(2):
        assert client.post(address("panel", f"{here}delete/")).status_code == 302
    assert criteria(drafting, "panel") == before


def test_the_sum_is_shown_with_words_when_it_is_not_100(drafting, as_user):
    client = as_user("manager")
    assert client.get(address("panel")).context["sum"] == 100
    assert "notice is-warning" not in client.get(address("panel")).content.decode()
    criteria(drafting, "panel")[0].delete()
    assert "notice is-warning" in client.get(address("panel")).content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"points": "0"}, "points"), ({"points": "101"}, "points"), ({"points": "열"}, "points"), ({"name": ""}, "name")],
)
def test_a_bad_criterion_stays_on_the_page(drafting, as_user, change, field):
    before = criteria(drafting, "panel")
    response = as_user("manager").post(address("panel", "criteria/new/"), CRITERION | change)
    assert set(response.context["form"].errors) == {field}
    assert "새로운가" in response.content.decode()
    assert criteria(drafting, "panel") == before


def test_a_criterion_has_its_name_once(drafting, as_user):
    taken = CRITERION | {"name": criteria(drafting, "panel")[0].name}
    response = as_user("manager").post(address("panel", "criteria/new/"), taken)
    assert set(response.context["form"].errors) == {"name"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "status"), [("auditor", 403), ("operator", 403), ("judge1", 403), ("outsider", 404)])
def test_nobody_else_changes_a_round(drafting, as_user, kind, name, status):
    client, before = as_user(name), criteria(drafting, kind)
    here = f"criteria/{before[0].code}/"
    for more in ("", "criteria/new/", here, f"{here}move/down/", f"{here}delete/"):
        assert client.post(address(kind, more), TYPED[kind] | CRITERION).status_code == status
    assert criteria(drafting, kind) == before


@pytest.mark.parametrize(
    ("kind", "stage", "status"),
    [
        ("screening", "submission", 302),
        ("screening", "screening", 409),
        ("panel", "finalists", 302),
        ("panel", "panel", 409),
    ],
)
def test_each_round_has_its_time(drafting, as_user, kind, stage, status):
    Edition.objects.update(stage=stage)
    assert as_user("manager").post(address(kind, "criteria/new/"), CRITERION).status_code == status


def test_the_first_mark_freezes_rule_and_criteria(drafting, now, as_user):
    RuleSnapshot.objects.create(round=the_round(drafting, "screening"), content="{}", digest="0" * 64, at=now)
    client = as_user("manager")
    assert client.post(address("screening"), SCREENING).status_code == 409
    assert client.post(address("screening", "criteria/new/"), CRITERION).status_code == 409
    shown = client.get(address("screening"))
    assert shown.status_code == 200
    assert 'type="submit"' not in shown.content.decode().split("<main")[1]
    assert client.post(address("panel", "criteria/new/"), CRITERION).status_code == 302


@pytest.mark.parametrize("path", ["nothing/", "panel/criteria/abcabc/", "nothing/criteria/new/", "nothing/assessors/"])
def test_guessed_addresses_are_not_there(drafting, as_user, path):
    assert as_user("manager").get(f"/2030/setup/rounds/{path}").status_code == 404


def test_a_round_takes_as_many_queries_for_thirty_criteria(drafting, as_user, django_assert_num_queries):
    client = as_user("manager")
    client.get(address("panel"))
    with django_assert_num_queries(12):
        client.get(address("panel"))
    for number in range(30):
        Criterion.objects.create(round=the_round(drafting, "panel"), name=f"항목 {number}", points=1)
    with django_assert_num_queries(12):
        client.get(address("panel"))
