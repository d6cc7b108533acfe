"""Tracks, prize grades and contacts: one implementation, three lists."""

import pytest

from announcements.demo.entries import write_entries
from awards.models import Contact, Edition, PrizeGrade, Track
from awards.services.setup import change_item

TYPED = {
    "tracks": {"name": "새 부문", "name_en": "New"},
    "prizes": {"name": "특별상", "name_en": "", "count": "2"},
    "contacts": {"role": "담당자", "title": "주무관", "name": "홍길동", "phone": "042-000-0000"},
}
MODELS = {"tracks": Track, "prizes": PrizeGrade, "contacts": Contact}
PARTS = list(TYPED)


def rows(story, part):
    return list(MODELS[part].objects.filter(edition=story.edition))


def names(story, part):
    return [row.name for row in rows(story, part)]


@pytest.mark.parametrize("part", PARTS)
def test_a_row_is_added_at_the_end(drafting, as_user, part):
    before = names(drafting, part)
    response = as_user("manager").post(f"/2030/setup/items/{part}/new/", TYPED[part])
    assert (response.status_code, response.url) == (302, f"/2030/setup/{part}/")
    assert names(drafting, part) == [*before, TYPED[part]["name"]]


@pytest.mark.parametrize("part", PARTS)
def test_a_row_without_a_name_is_refused_and_kept(drafting, as_user, part):
    before = names(drafting, part)
    response = as_user("manager").post(f"/2030/setup/items/{part}/new/", TYPED[part] | {"name": " "})
    assert set(response.context["form"].errors) == {"name"}
    assert names(drafting, part) == before


@pytest.mark.parametrize("part", ["tracks", "prizes"])
def test_a_name_stands_once(drafting, as_user, part):
    taken = {"name": names(drafting, part)[0]}
    response = as_user("manager").post(f"/2030/setup/items/{part}/new/", TYPED[part] | taken)
    assert set(response.context["form"].errors) == {"name"}


@pytest.mark.parametrize("count", ["0", "-1", "many", "", "99999"])
def test_a_grade_needs_a_number_of_prizes(drafting, as_user, count):
    response = as_user("manager").post("/2030/setup/items/prizes/new/", TYPED["prizes"] | {"count": count})
    assert response.status_code == 200
    assert not PrizeGrade.objects.filter(name="특별상").exists()


@pytest.mark.parametrize("part", PARTS)
def test_a_row_is_changed(drafting, as_user, part):
    client, row = as_user("manager"), rows(drafting, part)[0]
    address = f"/2030/setup/items/{part}/{row.public_id}/"
    seen = client.get(address).context["form"]["seen"].value()
    assert client.post(address, TYPED[part] | {"seen": seen}).status_code == 302
    assert names(drafting, part)[0] == TYPED[part]["name"]


def test_two_managers_changing_one_row_lose_nothing(drafting, as_user, now):
    client, row = as_user("manager"), rows(drafting, "tracks")[0]
    address = f"/2030/setup/items/tracks/{row.public_id}/"
    seen = client.get(address).context["form"]["seen"].value()
    theirs = {"name": "남의 이름", "name_en": ""}
    actor = drafting.actor("manager2", now)
    change_item(edition=drafting.edition, part="tracks", item=row, values=theirs, actor=actor, now=now)
    response = client.post(address, TYPED["tracks"] | {"seen": seen})
    assert response.status_code == 200
    assert "남의 이름" in [value for _label, value in response.context["others"]]
    assert names(drafting, "tracks")[0] == "남의 이름"


@pytest.mark.parametrize("part", PARTS)
def test_rows_move_one_place_and_no_further(drafting, as_user, part):
    client = as_user("manager")
    client.post(f"/2030/setup/items/{part}/new/", TYPED[part])
    first, *others = rows(drafting, part)
    for way, expected in (
        ("up", [first, *others]),
        ("down", [others[0], first, *others[1:]]),
        ("up", [first, *others]),
    ):
        response = client.post(f"/2030/setup/items/{part}/{first.public_id}/move/{way}/")
        assert response.status_code == 302
        assert rows(drafting, part) == expected


@pytest.mark.parametrize("part", PARTS)
def test_a_row_is_deleted_once(drafting, as_user, part):
    client, (first, *others) = as_user("manager"), rows(drafting, part)
    for _click in range(2):
        assert client.post(f"/2030/setup/items/{part}/{first.public_id}/delete/").status_code == 302
    assert rows(drafting, part) == others


def test_a_track_with_entries_stays(drafting, as_user, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    Edition.objects.update(stage="submission")
    drafting.fresh()
    entry = write_entries(story=drafting)[0]
    Edition.objects.update(stage="drafting")
    address = f"/2030/setup/items/tracks/{entry.track.public_id}/delete/"
    response = as_user("manager").post(address, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert entry.track in rows(drafting, "tracks")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("name", "status"), [("auditor", 403), ("operator", 403), ("reviewer1", 403), ("entrant1", 404)]
)
def test_others_change_nothing(drafting, as_user, part, name, status):
    client, before = as_user(name), rows(drafting, part)
    row = before[0].public_id
    for address in (f"{part}/new/", f"{part}/{row}/", f"{part}/{row}/move/down/", f"{part}/{row}/delete/"):
        assert client.post(f"/2030/setup/items/{address}", TYPED[part]).status_code == status
    assert rows(drafting, part) == before


@pytest.mark.parametrize(
    ("part", "stage", "status"),
    [
        ("tracks", "submission", 409),
        ("prizes", "finalists", 302),
        ("prizes", "panel", 409),
        ("contacts", "panel", 302),
        ("contacts", "winners", 409),
    ],
)
def test_each_list_has_its_time(drafting, as_user, part, stage, status):
    Edition.objects.update(stage=stage)
    assert as_user("manager").post(f"/2030/setup/items/{part}/new/", TYPED[part]).status_code == status


@pytest.mark.parametrize("path", ["nothing/new/", "nothing/abc/", "tracks/abcabcabcabc/", "tracks/abc/move/left/"])
def test_guessed_addresses_are_not_there(drafting, as_user, path):
    client = as_user("manager")
    method = client.post if "move" in path else client.get
    assert method(f"/2030/setup/items/{path}").status_code == 404


def test_a_row_of_another_edition_is_not_there(drafting, as_user):
    other = Edition.objects.create(slug="other", name="다른 회차", year=2031, organiser="관세청")
    track = Track.objects.create(edition=other, name="부문")
    client = as_user("manager")
    assert client.get(f"/2030/setup/items/tracks/{track.public_id}/").status_code == 404
    assert client.get(f"/other/setup/items/tracks/{track.public_id}/").status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_a_list_of_thirty_takes_as_many_queries(drafting, as_user, django_assert_num_queries, part):
    client = as_user("manager")
    client.get(f"/2030/setup/{part}/")
    with django_assert_num_queries(9):
        client.get(f"/2030/setup/{part}/")
    extra = {"count": 1} if part == "prizes" else {}
    for number in range(30):
        MODELS[part].objects.create(edition=drafting.edition, name=f"이름 {number}", position=number, **extra)
    with django_assert_num_queries(9):
        client.get(f"/2030/setup/{part}/")
