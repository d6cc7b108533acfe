"""People, offices and roles in the browser, and the first managers by command."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from awards.models import AccessLog, Edition, Office, RoleGrant, User

PEOPLE = "/2030/setup/people/"
PERSON = {"username": "hong", "name": "홍길동", "grade": "행정주사보", "title": "주무관", "office": "", "email": ""}


def page(response) -> str:
    return response.content.decode()


def levels(response) -> list[str]:
    return [message.level_tag for message in response.context["messages"]]


@pytest.fixture
def asked(drafting, now, as_user):
    """`asked("outsider", "reviewer")` is that role, asked for by manager."""

    def ask(name, role="reviewer"):
        user = drafting.people[name]
        as_user("manager").post(f"{PEOPLE}roles/ask/", {"user": user.public_id, "role": role})
        return RoleGrant.objects.get(user=user, role=role, until=None)

    return ask


def test_somebody_is_found_by_name_or_account(drafting, as_user):
    client = as_user("manager")
    for query in ("outsid", "OUTSIDER", "구경꾼"):
        found = client.get(PEOPLE, {"q": query}).context["found"]
        assert [person.username for person in found] == ["outsider"]
    assert client.get(PEOPLE, {"q": "아무도 없음"}).context["found"] == []


def test_a_role_is_asked_for_and_confirmed_by_another(drafting, now, as_user, asked):
    grant = asked("outsider")
    assert grant.state == "asked"
    assert as_user("manager").post(f"{PEOPLE}roles/{grant.public_id}/confirm/").status_code == 403
    for _click in range(2):
        assert as_user("manager2").post(f"{PEOPLE}roles/{grant.public_id}/confirm/").status_code == 302
    assert drafting.actor("outsider", now).roles == {"reviewer"}
    handled = AccessLog.objects.filter(subject=f"role:{grant.public_id}").values_list("actor__username", "action")
    assert list(handled) == [("manager", "changed"), ("manager2", "changed")]


def test_asking_twice_asks_once(drafting, as_user, asked):
    grant = asked("outsider")
    typed = {"user": grant.user.public_id, "role": "reviewer"}
    response = as_user("manager").post(f"{PEOPLE}roles/ask/", typed, follow=True)
    assert levels(response)[-1] == "error"
    assert RoleGrant.objects.filter(user=grant.user).count() == 1


@pytest.mark.parametrize("name", ["manager", "auditor", "reviewer1"])
def test_a_role_across_the_sides_or_for_oneself_is_refused_with_the_reason(drafting, as_user, name):
    before = RoleGrant.objects.count()
    typed = {"user": drafting.people[name].public_id, "role": "operator"}
    assert levels(as_user("manager").post(f"{PEOPLE}roles/ask/", typed, follow=True)) == ["error"]
    assert RoleGrant.objects.count() == before


@pytest.mark.parametrize("typed", [{}, {"user": "nobody", "role": "judge"}, {"role": "judge"}])
def test_nonsense_asks_for_nothing(drafting, as_user, typed):
    before = RoleGrant.objects.count()
    assert levels(as_user("manager").post(f"{PEOPLE}roles/ask/", typed, follow=True)) == ["error"]
    assert RoleGrant.objects.count() == before


def test_a_role_ends_with_a_reason_that_is_shown(drafting, now, as_user, grant):
    address = f"{PEOPLE}roles/{grant('reviewer1').public_id}/end/"
    client = as_user("manager")
    assert set(client.post(address, {"reason": " "}).context["form"].errors) == {"reason"}
    assert client.post(address, {"reason": "인사이동"}).status_code == 302
    assert drafting.actor("reviewer1", now).roles == frozenset()
    assert "인사이동" in page(client.get(PEOPLE))


def test_a_second_ending_changes_nothing(drafting, as_user, grant):
    address = f"{PEOPLE}roles/{grant('reviewer1').public_id}/end/"
    as_user("manager").post(address, {"reason": "인사이동"})
    as_user("manager2").post(address, {"reason": "다른 사유"})
    assert grant("reviewer1").end_reason == "인사이동"


@pytest.mark.parametrize(("name", "status"), [("auditor", 403), ("operator", 403), ("judge1", 403), ("entrant1", 404)])
def test_nobody_else_handles_roles(drafting, as_user, asked, name, status):
    grant = asked("outsider")
    client = as_user(name)
    typed = {"user": grant.user.public_id, "role": "judge", "reason": "사유"}
    for act in ("ask/", f"{grant.public_id}/confirm/", f"{grant.public_id}/end/"):
        assert client.post(f"{PEOPLE}roles/{act}", typed).status_code == status
    grant.refresh_from_db()
    assert grant.state == "asked"


def test_roles_are_settled_when_the_result_is(drafting, as_user, asked):
    grant = asked("outsider")
    Edition.objects.update(stage="result")
    client = as_user("manager2")
    assert client.post(f"{PEOPLE}roles/{grant.public_id}/confirm/").status_code == 409
    assert client.post(f"{PEOPLE}roles/ask/", {}).status_code == 409
    assert client.get(PEOPLE).status_code == 200


def test_a_grant_of_another_edition_is_not_there(drafting, as_user, grant):
    other = Edition.objects.create(slug="other", name="다른 회차", year=2031, organiser="관세청")
    call_command("appoint", "other", manager=["manager"], stdout=StringIO())
    address = f"/other/setup/people/roles/{grant('reviewer1').public_id}/end/"
    assert other and as_user("manager").post(address, {"reason": "사유"}).status_code == 404


def test_an_account_is_opened_and_its_link_goes_to_the_person_alone(drafting, as_user):
    typed = PERSON | {"email": "hong@example.invalid", "office": str(Office.objects.get(name="부산세관").pk)}
    response = as_user("manager").post(f"{PEOPLE}new/", typed)
    assert (response.status_code, response.url) == (302, f"{PEOPLE}?q=hong")
    user = User.objects.get(username="hong")
    assert (user.name, user.grade, user.title, user.office.name) == ("홍길동", "행정주사보", "주무관", "부산세관")
    assert not user.has_usable_password()
    assert [message.to for message in mail.outbox] == [["hong@example.invalid"]]
    link = next(word for word in mail.outbox[0].body.split() if "/accounts/password/reset/key/" in word)
    assert link not in page(as_user("manager").get(PEOPLE))
    assert AccessLog.objects.filter(action="entered", subject=f"user:{user.public_id}").count() == 1


def test_without_an_address_the_manager_is_told_the_way(drafting, as_user):
    response = as_user("manager").post(f"{PEOPLE}new/", PERSON, follow=True)
    assert levels(response) == ["warning"]
    assert "changepassword hong" in page(response)
    assert mail.outbox == []


def test_an_account_stays_when_the_mail_fails(drafting, as_user, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", 1
    response = as_user("manager").post(f"{PEOPLE}new/", PERSON | {"email": "hong@example.invalid"}, follow=True)
    assert levels(response) == ["warning"]
    assert User.objects.filter(username="hong").exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "manager"}, "username"),
        ({"username": "홍 길동"}, "username"),
        ({"name": ""}, "name"),
        ({"email": "hong"}, "email"),
        ({"office": "999999"}, "office"),
    ],
)
def test_a_bad_account_stays_on_the_page(drafting, as_user, change, field):
    before = User.objects.count()
    response = as_user("manager").post(f"{PEOPLE}new/", PERSON | {"title": "사무관"} | change)
    assert set(response.context["form"].errors) == {field}
    assert "사무관" in page(response)
    assert User.objects.count() == before


@pytest.mark.parametrize(("name", "status"), [("auditor", 403), ("operator", 403), ("outsider", 404)])
def test_nobody_else_opens_accounts_and_offices(drafting, as_user, name, status):
    client, before = as_user(name), (User.objects.count(), Office.objects.count())
    assert client.post(f"{PEOPLE}new/", PERSON).status_code == status
    assert client.post("/2030/setup/offices/", {"name": "새 과"}).status_code == status
    assert (User.objects.count(), Office.objects.count()) == before


def test_offices_form_a_tree(drafting, as_user):
    client = as_user("manager")
    root, house = Office.objects.get(level="root"), Office.objects.get(name="부산세관")
    typed = {"name": "심사과", "name_en": "Audit", "level": "division", "parent": str(house.pk)}
    assert client.post("/2030/setup/offices/", typed).status_code == 302
    assert Office.objects.get(name="심사과").path.startswith(house.path)
    refused = (
        (typed, "name"),
        (typed | {"name": "통관과", "parent": str(root.pk)}, "parent"),
        (typed | {"name": "양산세관", "level": "house"}, "parent"),
        (typed | {"name": "다른 기관", "level": "root"}, "level"),
        (typed | {"name": ""}, "name"),
    )
    count = Office.objects.count()
    for wrong, field in refused:
        assert field in client.post("/2030/setup/offices/", wrong).context["form"].errors
    assert Office.objects.count() == count


def test_people_take_as_many_queries_for_one_role_as_for_thirty(drafting, now, as_user, django_assert_num_queries):
    client = as_user("manager")
    client.get(PEOPLE)
    with django_assert_num_queries(10):
        client.get(PEOPLE)
    for number in range(30):
        user = User.objects.create(username=f"more{number}", name=f"사람 {number}", office=Office.objects.last())
        RoleGrant.objects.create(
            edition=drafting.edition,
            user=user,
            role="reviewer",
            side="assessor",
            asked_by=drafting.people["manager"],
            asked_at=now,
        )
    with django_assert_num_queries(10):
        client.get(PEOPLE)


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("appoint", *arguments, stdout=out)
    return out.getvalue()


NEW = ["2040", "--name", "2040 어워드", "--organiser", "관세청", "--year", "2040"]


def test_the_command_makes_an_edition_with_its_first_people(db):
    people = [
        "--create-user",
        "kim:김하나:관세청",
        "--create-user",
        "lee:이두리:관세청",
        "--create-user",
        "park:박세나:",
    ]
    command(*NEW, "--kind", "rehearsal", *people, "--manager", "kim", "--manager", "lee", "--auditor", "park")
    edition = Edition.objects.get(slug="2040")
    assert (edition.kind, edition.stage, edition.year) == ("rehearsal", "drafting", 2040)
    grants = set(edition.rolegrant_set.values_list("user__username", "role", "appointed"))
    assert grants == {("kim", "manager", True), ("lee", "manager", True), ("park", "auditor", True)}
    assert not User.objects.get(username="kim").has_usable_password()


def test_appointing_again_changes_nothing(drafting):
    assert command("2030", "--manager", "manager") == "manager is manager of 2030 already.\n"
    assert RoleGrant.objects.filter(user=drafting.people["manager"]).count() == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["2030"], "--manager"),
        (["2040", "--manager", "manager"], "--name, --organiser, --year"),
        (["2030", "--manager", "nobody"], "no account nobody"),
        (["2030", "--manager", "auditor"], ""),
        (["2030", "--auditor", "reviewer1"], ""),
        (["2030", "--create-user", "kim"], "USER:NAME:OFFICE"),
        (["2030", "--create-user", "kim:김하나:없는 곳"], "no office"),
        (["2030", "--create-user", "manager:김하나:"], "manager"),
        (["accounts", *NEW[1:], "--manager", "manager"], "accounts"),
        (["Bad Slug", *NEW[1:], "--manager", "manager"], "slug"),
    ],
)
def test_the_command_refuses_in_one_line_and_changes_nothing(drafting, arguments, says):
    before = (Edition.objects.count(), User.objects.count(), RoleGrant.objects.count())
    with pytest.raises(CommandError) as refused:
        command(*arguments)
    assert says in str(refused.value) and "\n" not in str(refused.value)
    assert (Edition.objects.count(), User.objects.count(), RoleGrant.objects.count()) == before
