"""The people of the demonstration and their offices. Passwords are made at random and given back, never kept here."""

import secrets

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.crypto import get_random_string

from awards.models import Office, User
from awards.services.people import create_office, create_user

from .story import FACTS, INVENTED


def make_offices() -> dict[str, Office]:
    """The agency, its bureaus and its customs houses, by name; those that are there already are kept."""
    root = Office.objects.filter(name="관세청", level="root").first() or create_office(
        name="관세청", name_en="Korea Customs Service", level="root"
    )
    offices = {"관세청": root}
    for name, name_en in INVENTED["offices"]["houses"] + INVENTED["offices"]["bureaus"]:
        offices[name] = Office.objects.filter(name=name, parent=root).first() or create_office(
            name=name, name_en=name_en, level="house", parent=root
        )
    return offices


def _rows() -> list[tuple[str, str, str, str, str]]:
    """(account, name, office, grade, title) of everybody."""
    finalists = [(f"entrant{f['no']}", f["name"], f["office"], "", f["title_of_person"]) for f in FACTS["finalist"]]
    entrants = [
        (f"entrant{number}", name, office, "관세행정주사보", "주무관")
        for number, (name, office, _title, _track) in enumerate(INVENTED["entrants"]["rows"], start=9)
    ]
    bureaus = [name for name, _english in INVENTED["offices"]["bureaus"]]
    reviewers = [
        (f"reviewer{n}", f"평가위원{n}(가상)", office, "관세행정사무관", "사무관")
        for n, office in enumerate([*bureaus[:6], *bureaus[2:4], "대구세관", "광주세관"], start=1)
    ]
    judges = [
        (f"judge{n}", f"심사위원{n}(가상)", office, "고위공무원", "국장")
        for n, office in enumerate(bureaus[1:6], start=1)
    ]
    external = [(f"judge{n}", f"외부위원{n}(가상)", "", "", "교수") for n in (6, 7)]
    others = [
        ("reserve", "예비위원(가상)", "정보데이터정책관", "서기관", "과장"),
        ("operator", "진행자(가상)", "정보데이터정책관", "관세행정주사", "주무관"),
        ("manager", "담당자1(가상)", "정보데이터정책관", "관세행정사무관", "사무관"),
        ("manager2", "담당자2(가상)", "정보데이터정책관", "관세행정주사", "주무관"),
        ("auditor", "감사담당(가상)", "감사관", "관세행정사무관", "사무관"),
        ("outsider", "구경꾼(가상)", "울산세관", "관세행정서기", "주무관"),
    ]
    return [*finalists, *entrants, *reviewers, *judges, *external, *others]


def _hash(password: str) -> str:
    """72 random bits need no slow hash; Django makes it a slow one at the first login. Sixty slow ones take 20 s."""
    return PBKDF2PasswordHasher().encode(password, get_random_string(22), iterations=1000)


def make_people(*, only: set[str] | None = None, password: str | None = None) -> tuple[dict[str, User], dict[str, str]]:
    """Everybody by account name, and the passwords of those made now. `only`: a smaller cast; `password`: for tests."""
    offices = make_offices()
    known = {user.username: user for user in User.objects.all()}
    people, passwords = {}, {}
    for username, name, office, grade, title in _rows():
        if only is not None and username not in only:
            continue
        if username not in known:
            passwords[username] = password or secrets.token_urlsafe(9)
            known[username] = create_user(
                username=username,
                name=name,
                office=offices.get(office),
                grade=grade,
                title=title,
                email=f"{username}@example.invalid",
                password_hash=_hash(passwords[username]),
            )
        people[username] = known[username]
    return people, passwords
