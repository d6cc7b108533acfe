"""Who may set up, move stages and manage people: the same answer for button, view and service."""

import pytest
from django.db import IntegrityError, transaction

from awards import permissions
from awards.actors import NOBODY
from awards.decisions import Invalid, Refused
from awards.models import RoleGrant
from awards.services.people import appoint, ask_role, confirm_role, end_role

STATUS = {"manager": 200, "manager2": 200, "auditor": 403, "operator": 403, "reviewer1": 403, "judge6": 403}
STRANGERS = {"entrant1": 404, "outsider": 404}


@pytest.mark.parametrize(("name", "status"), [*STATUS.items(), *STRANGERS.items()])
def test_managers_set_up_and_nobody_else(drafting, now, name, status):
    actor = drafting.actor(name, now)
    asked = (permissions.can_set_up, permissions.can_move_stage, permissions.can_manage_people)
    assert {may(actor, drafting.edition, now).status for may in asked} == {status}


def test_the_auditor_reads_the_setup(drafting, now):
    assert permissions.can_see_setup(drafting.actor("auditor", now), drafting.edition, now).status == 200
    assert permissions.can_see_setup(NOBODY, drafting.edition, now).status == 404


def test_setting_up_ends_with_drafting(drafting, now):
    drafting.edition.stage = "submission"
    decision = permissions.can_set_up(drafting.actor("manager", now), drafting.edition, now)
    assert (decision.status, decision.code) == (409, "too_late")


def test_a_role_needs_a_second_manager(drafting, now):
    manager, manager2 = drafting.actor("manager", now), drafting.actor("manager2", now)
    grant = ask_role(
        edition=drafting.edition, user=drafting.people["outsider"], role="reviewer", actor=manager, now=now
    )
    assert drafting.actor("outsider", now).roles == frozenset()
    assert permissions.can_confirm_role(manager, grant, now).status == 403
    with pytest.raises(Refused):
        confirm_role(grant=grant, actor=manager, now=now)
    confirm_role(grant=grant, actor=manager2, now=now)
    assert drafting.actor("outsider", now).roles == {"reviewer"}


def test_nobody_gives_a_role_to_themselves(drafting, now):
    manager = drafting.actor("manager", now)
    with pytest.raises(Invalid):
        ask_role(edition=drafting.edition, user=manager.user, role="operator", actor=manager, now=now)


def test_nobody_confirms_their_own_role(drafting, now):
    manager, manager2 = drafting.actor("manager", now), drafting.actor("manager2", now)
    grant = ask_role(edition=drafting.edition, user=manager2.user, role="operator", actor=manager, now=now)
    with pytest.raises(Refused):
        confirm_role(grant=grant, actor=manager2, now=now)


@pytest.mark.parametrize(
    ("name", "role"),
    [("reviewer1", "manager"), ("manager2", "judge"), ("auditor", "reviewer"), ("operator", "auditor")],
)
def test_nobody_stands_on_two_sides(drafting, now, name, role):
    with pytest.raises(Invalid) as refused:
        ask_role(
            edition=drafting.edition,
            user=drafting.people[name],
            role=role,
            actor=drafting.actor("manager", now),
            now=now,
        )
    assert list(refused.value.errors) == ["user"]


def test_a_reviewer_may_be_a_judge_too(drafting, now):
    reviewer, manager = drafting.people["reviewer1"], drafting.actor("manager", now)
    grant = ask_role(edition=drafting.edition, user=reviewer, role="judge", actor=manager, now=now)
    confirm_role(grant=grant, actor=drafting.actor("manager2", now), now=now)
    assert drafting.actor("reviewer1", now).roles == {"reviewer", "judge"}


def test_a_role_is_asked_for_once(drafting, now):
    manager = drafting.actor("manager", now)
    with pytest.raises(Invalid):
        ask_role(edition=drafting.edition, user=drafting.people["reviewer1"], role="reviewer", actor=manager, now=now)


def test_an_ended_role_is_over_at_once_and_kept(drafting, now, grant):
    manager = drafting.actor("manager", now)
    end_role(grant=grant("reviewer1"), reason="전보", actor=manager, now=now)
    assert drafting.actor("reviewer1", now).roles == frozenset()
    assert grant("reviewer1").end_reason == "전보"


def test_a_role_ends_with_a_reason_only(drafting, now, grant):
    with pytest.raises(Invalid):
        end_role(grant=grant("reviewer1"), reason=" ", actor=drafting.actor("manager", now), now=now)


def test_nobody_ends_their_own_role(drafting, now, grant):
    with pytest.raises(Refused):
        end_role(grant=grant("manager"), reason="휴가", actor=drafting.actor("manager", now), now=now)


@pytest.mark.parametrize("name", ["auditor", "operator", "reviewer1", "outsider"])
def test_only_managers_ask_and_end(drafting, now, grant, name):
    actor = drafting.actor(name, now)
    with pytest.raises(Refused):
        ask_role(edition=drafting.edition, user=drafting.people["outsider"], role="judge", actor=actor, now=now)
    with pytest.raises(Refused):
        end_role(grant=grant("judge1"), reason="사유", actor=actor, now=now)


def test_people_are_settled_once_the_result_is_being_released(drafting, now):
    drafting.edition.stage = "result"
    manager = drafting.actor("manager", now)
    assert permissions.can_manage_people(manager, drafting.edition, now).status == 409


def test_only_managers_and_the_auditor_are_appointed(drafting, now):
    with pytest.raises(Invalid):
        appoint(edition=drafting.edition, user=drafting.people["outsider"], role="judge", now=now)


def _refused_by_the_database(**fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(**fields)


def test_the_database_refuses_two_sides_and_self_grants(drafting, now):
    people, edition = drafting.people, drafting.edition
    live = {"edition": edition, "asked_at": now, "since": now}
    signed = {"asked_by": people["manager"], "confirmed_by": people["manager2"]}
    _refused_by_the_database(user=people["reviewer1"], role="manager", side="managing", **live, **signed)
    _refused_by_the_database(user=people["outsider"], role="manager", side="assessor", **live, **signed)
    _refused_by_the_database(user=people["outsider"], role="judge", side="assessor", **live, asked_by=people["manager"])
    _refused_by_the_database(
        user=people["outsider"],
        role="judge",
        side="assessor",
        **live,
        asked_by=people["manager"],
        confirmed_by=people["manager"],
    )
    _refused_by_the_database(
        user=people["outsider"],
        role="judge",
        side="assessor",
        **live,
        asked_by=people["outsider"],
        confirmed_by=people["manager"],
    )
