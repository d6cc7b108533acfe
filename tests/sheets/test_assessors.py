"""Assessors, their pledge and conflicts, and recusals."""

from datetime import timedelta

import pytest

from announcements.demo.entries import settle_entries, write_entries
from awards.models import Edition, Office
from awards.services.people import end_role
from entries.models import Author, Entry
from judging.sheets import subjects
from judging.sheets.models import Assessor, LedgerEntry, Recusal
from judging.sheets.queries import live_recusals


def address(more: str, kind: str = "screening") -> str:
    return f"/2030/setup/rounds/{kind}/{more}"


def assessor(story, name) -> Assessor:
    rows = Assessor.objects.filter(round__edition=story.edition, user=story.people[name])
    return rows.select_related("round__edition", "user").latest("pk")


def entries_of(story) -> list[Entry]:
    return list(Entry.objects.filter(edition=story.edition).order_by("pk"))


def live(kind: str) -> set[str]:
    rows = Assessor.objects.filter(round__kind=kind, ended_at=None)
    return set(rows.values_list("user__username", flat=True))


@pytest.fixture
def settled(drafting, turn_clock, settings, tmp_path):
    """Three accepted entries, before screening opens; nobody has pledged, nothing is recused."""
    settings.MEDIA_ROOT = tmp_path
    Edition.objects.update(stage="submission")
    drafting.fresh()
    write_entries(story=drafting)
    settle_entries(story=drafting)
    turn_clock(drafting.times.settled + timedelta(hours=1))
    return drafting


@pytest.fixture
def near(settled):
    """The first entry's lead works where reviewer1 does."""
    lead = Author.objects.get(entry=entries_of(settled)[0], part="lead").user
    lead.office = settled.people["reviewer1"].office
    lead.save()
    return entries_of(settled)[0]


@pytest.mark.parametrize("page", ["assessors/", "recusals/"])
@pytest.mark.parametrize("kind", ["screening", "panel"])
@pytest.mark.parametrize(
    ("name", "status"), [("manager", 200), ("auditor", 200), ("operator", 403), ("judge1", 403), ("outsider", 404)]
)
def test_managers_and_the_auditor_see_who_scores(drafting, as_user, page, kind, name, status):
    assert as_user(name).get(address(page, kind)).status_code == status


def test_an_assessor_is_taken_off_and_added_again(drafting, as_user):
    client, first = as_user("manager"), assessor(drafting, "reviewer1")
    for _click in range(2):
        assert client.post(address(f"assessors/{first.public_id}/end/")).status_code == 302
    assert live("screening") == {"reviewer2", "reviewer3"}
    assert LedgerEntry.objects.filter(kind="assessor_ended").count() == 1
    assert client.post(address("assessors/"), {"user": first.user.public_id}).status_code == 302
    assert live("screening") == {"reviewer1", "reviewer2", "reviewer3"}
    assert assessor(drafting, "reviewer1").number != first.number


def test_only_holders_of_the_role_are_offered(drafting, now, as_user, turn_clock):
    client = as_user("manager")
    typed = {"user": drafting.people["outsider"].public_id}
    assert set(client.post(address("assessors/"), typed).context["form"].errors) == {"user"}
    first = assessor(drafting, "reviewer1")
    client.post(address(f"assessors/{first.public_id}/end/"))
    grant = drafting.edition.rolegrant_set.get(user=first.user)
    end_role(grant=grant, reason="사유", actor=drafting.actor("manager", now), now=now)
    assert set(client.post(address("assessors/"), {"user": first.user.public_id}).context["form"].errors) == {"user"}
    assert live("screening") == {"reviewer2", "reviewer3"}


@pytest.mark.parametrize(("flags", "field"), [({"chair": "on"}, "chair"), ({"chair": "on", "reserve": "on"}, "chair")])
def test_a_panel_has_one_chair(drafting, as_user, flags, field):
    client, last = as_user("manager"), assessor(drafting, "judge5")
    client.post(address(f"assessors/{last.public_id}/end/", "panel"))
    response = client.post(address("assessors/", "panel"), {"user": last.user.public_id} | flags)
    assert set(response.context["form"].errors) == {field}
    assert "judge5" not in live("panel")


def test_the_panels_flags_are_kept(drafting, as_user):
    client, last = as_user("manager"), assessor(drafting, "judge7")
    client.post(address(f"assessors/{last.public_id}/end/", "panel"))
    client.post(address("assessors/", "panel"), {"user": last.user.public_id, "external": "on", "reserve": "on"})
    now = assessor(drafting, "judge7")
    assert (now.external, now.chair, now.reserve, now.ended_at) == (True, False, True, None)


@pytest.mark.parametrize(
    ("name", "status"), [("auditor", 403), ("operator", 403), ("reviewer2", 403), ("entrant1", 404)]
)
def test_nobody_else_chooses_assessors(drafting, as_user, name, status):
    client, first = as_user(name), assessor(drafting, "reviewer1")
    assert client.post(address("assessors/"), {"user": first.user.public_id}).status_code == status
    assert client.post(address(f"assessors/{first.public_id}/end/")).status_code == status
    assert live("screening") == {"reviewer1", "reviewer2", "reviewer3"}


def test_assessors_are_settled_once_screening_runs(drafting, as_user):
    Edition.objects.update(stage="screening")
    first = assessor(drafting, "reviewer1")
    assert as_user("manager").post(address(f"assessors/{first.public_id}/end/")).status_code == 409


@pytest.mark.parametrize(
    ("name", "status"), [("reviewer1", 200), ("judge1", 403), ("manager", 403), ("auditor", 403), ("outsider", 404)]
)
def test_the_pledge_is_the_assessors_own(settled, as_user, name, status):
    client = as_user(name)
    assert client.get(address("pledge/")).status_code == status
    if status != 200:
        assert client.post(address("pledge/accept/")).status_code == status
        assert client.post(address("pledge/"), {}).status_code == status


def test_the_pledge_comes_before_the_entries(settled, as_user):
    client, title = as_user("reviewer1"), entries_of(settled)[0].title
    assert title not in client.get(address("pledge/")).content.decode()
    assert client.post(address("pledge/"), {}).status_code == 403
    for _click in range(2):
        assert client.post(address("pledge/accept/")).status_code == 302
    assert assessor(settled, "reviewer1").pledged_at == settled.times.settled + timedelta(hours=1)
    assert LedgerEntry.objects.filter(kind="pledge").count() == 1
    assert title in client.get(address("pledge/")).content.decode()


@pytest.mark.parametrize(("stage", "status"), [("drafting", 409), ("selection", 409)])
def test_a_pledge_has_its_time(drafting, as_user, stage, status):
    Edition.objects.update(stage=stage)
    client = as_user("reviewer1")
    assert client.get(address("pledge/")).status_code == 200
    assert client.post(address("pledge/accept/")).status_code == status


@pytest.fixture
def pledged(settled, as_user):
    """reviewer1, who has pledged."""
    client = as_user("reviewer1")
    client.post(address("pledge/accept/"))
    return client


def test_a_conflict_is_declared_and_bars_at_once(settled, pledged):
    entry = entries_of(settled)[0]
    typed = {f"conflict_{entry.public_id}": "on", f"reason_{entry.public_id}": "친족"}
    for _click in range(2):
        response = pledged.post(address("pledge/"), typed)
        assert (response.status_code, response.url) == (302, "/2030/screening/")
    recusal = Recusal.objects.get()
    assert (recusal.entry, recusal.basis, recusal.state, recusal.reason) == (entry, "declared", "proposed", "친족")
    assert live_recusals(assessor(settled, "reviewer1").round).count() == 1
    assert f"conflict_{entry.public_id}" not in pledged.get(address("pledge/")).content.decode()


@pytest.mark.parametrize(("typed", "field"), [({"conflict": "on"}, "reason"), ({"reason": "친족"}, "conflict")])
def test_a_tick_and_a_reason_belong_together(settled, pledged, typed, field):
    entry = entries_of(settled)[1]
    response = pledged.post(address("pledge/"), {f"{name}_{entry.public_id}": v for name, v in typed.items()})
    assert set(response.context["form"].errors) == {f"{field}_{entry.public_id}"}
    assert typed.get("reason", "checked") in response.content.decode()
    assert Recusal.objects.count() == 0


def test_no_conflict_goes_on(settled, pledged):
    assert pledged.post(address("pledge/"), {}).url == "/2030/screening/"
    assert Recusal.objects.count() == 0


def test_recusals_by_rule_are_proposed_once_and_confirmed_together(settled, near, as_user):
    client = as_user("manager")
    for _click in range(2):
        assert client.post(address("recusals/propose/")).status_code == 302
    found = Recusal.objects.filter(entry=near, assessor__user__username="reviewer1")
    assert [(recusal.basis, recusal.state) for recusal in found] == [("office", "proposed")]
    for _click in range(2):
        assert client.post(address("recusals/confirm/")).status_code == 302
    assert set(Recusal.objects.values_list("state", "settled_by__username")) == {("confirmed", "manager")}


def test_the_rule_also_sees_the_office_at_submission(settled, as_user):
    lead = Author.objects.get(entry=entries_of(settled)[0], part="lead").user
    reviewer = settled.people["reviewer1"]
    reviewer.office, lead.office = lead.office, Office.objects.get(name="울산세관")
    reviewer.save(), lead.save()
    as_user("manager").post(address("recusals/propose/"))
    found = Recusal.objects.filter(entry=entries_of(settled)[0], assessor__user=reviewer)
    assert [recusal.basis for recusal in found] == ["office"]


def test_the_effect_on_trimming_and_quorum_is_shown(settled, near, as_user):
    client, round = as_user("manager"), assessor(settled, "reviewer1").round
    round.rule, round.trim_from = "trimmed", 3
    round.save()
    client.post(address("recusals/propose/"))
    effect = next(row for row in client.get(address("recusals/")).context["effects"] if row["title"] == near.title)
    assert (effect["left"], effect["of"], effect["untrimmed"], effect["quorum_broken"]) == (2, 3, True, False)


@pytest.fixture
def declared(settled, pledged):
    """A conflict that reviewer1 has declared."""
    entry = entries_of(settled)[0]
    pledged.post(address("pledge/"), {f"conflict_{entry.public_id}": "on", f"reason_{entry.public_id}": "친족"})
    return Recusal.objects.get()


def test_a_declared_recusal_is_confirmed_once(declared, as_user):
    client = as_user("manager")
    for _click in range(2):
        assert client.post(address(f"recusals/{declared.public_id}/confirm/")).status_code == 302
    declared.refresh_from_db()
    assert (declared.state, declared.settled_by.username) == ("confirmed", "manager")
    assert client.post(address(f"recusals/{declared.public_id}/dismiss/"), {"reason": "사유"}).status_code == 409


def test_a_declared_recusal_is_dismissed_with_a_reason(declared, as_user):
    client, here = as_user("manager"), address(f"recusals/{declared.public_id}/dismiss/")
    assert set(client.post(here, {"reason": ""}).context["form"].errors) == {"reason"}
    assert client.post(here, {"reason": "이해관계 없음"}).status_code == 302
    declared.refresh_from_db()
    assert declared.state == "dismissed"


def test_a_recusal_by_rule_is_not_dismissed(settled, near, as_user):
    client = as_user("manager")
    client.post(address("recusals/propose/"))
    recusal = Recusal.objects.filter(entry=near).first()
    response = client.post(address(f"recusals/{recusal.public_id}/dismiss/"), {"reason": "괜찮음"})
    assert response.status_code == 200 and response.context["form"].non_field_errors()
    recusal.refresh_from_db()
    assert recusal.state == "proposed"


@pytest.mark.parametrize(
    ("name", "status"), [("auditor", 403), ("operator", 403), ("reviewer2", 403), ("entrant1", 404)]
)
def test_nobody_else_settles_recusals(declared, as_user, name, status):
    client = as_user(name)
    for act in ("propose/", "confirm/", f"{declared.public_id}/confirm/", f"{declared.public_id}/dismiss/"):
        assert client.post(address(f"recusals/{act}"), {"reason": "사유"}).status_code == status
    declared.refresh_from_db()
    assert declared.state == "proposed"


def test_a_round_is_about_what_its_app_says(settled, monkeypatch):
    assert list(subjects.subjects_of(settled.edition, "screening").order_by("pk")) == entries_of(settled)
    monkeypatch.setattr(subjects, "_providers", dict(subjects._providers))
    subjects.register("panel", lambda edition: Entry.objects.filter(pk=entries_of(settled)[1].pk))
    assert list(subjects.subjects_of(settled.edition, "panel")) == [entries_of(settled)[1]]
    assert list(subjects.subjects_of(settled.edition, "nothing")) == []


def test_recusals_take_as_many_queries_for_one_as_for_many(settled, near, as_user, django_assert_num_queries):
    client = as_user("manager")
    client.post(address("recusals/propose/"))
    client.get(address("recusals/"))
    with django_assert_num_queries(14):
        client.get(address("recusals/"))
    for entry in entries_of(settled):
        for each in Assessor.objects.filter(round__kind="screening"):
            if not Recusal.objects.filter(entry=entry, assessor=each).exists():
                Recusal.objects.create(entry=entry, assessor=each, basis="declared", proposed_at=settled.times.settled)
    with django_assert_num_queries(14):
        client.get(address("recusals/"))
