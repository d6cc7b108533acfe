"""Composes the record of an announcement: everything that will be told, and nothing else. Pure.

A record is canonical JSON; public pages, mail and documents read nothing but records (RULES: Announcement).
"""


def person_line(content: dict) -> dict:
    """The lead as they were at submission: office, name and form of address; co-authors' names beside."""
    lead = next(person for person in content["people"] if person["part"] == "lead")
    others = [person["name"] for person in content["people"] if person["part"] != "lead"]
    return {"office": lead["office"], "name": lead["name"], "title": lead["title"], "co_authors": others}


def case(public_id: str, content: dict, invented: bool) -> dict:
    """One finalist as the public sees it. `title` and `summary` are the entry's own words, verbatim."""
    return {
        "entry": public_id,
        "person": person_line(content),
        "title": content["title"],
        "summary": content["summary"],
        "track": content["track"],
        "invented": invented,
    }


def edition_head(edition, entries: int) -> dict:
    """What every record says of the edition."""
    return {
        "slug": edition.slug,
        "kind": edition.kind,
        "name": edition.name,
        "name_en": edition.name_en,
        "organiser": edition.organiser,
        "venue": edition.venue,
        "entries": entries,
    }


def finalists_record(edition: dict, cases: list[dict], selection_digest: str) -> dict:
    """Finalists in the order of their entries, numbered only to count them: the order says nothing of rank."""
    return {"kind": "finalists", "edition": edition, "finalists": cases, "selection": selection_digest}


def winners_record(edition: dict, cases: list[dict], grades: list, prizes: dict[str, str], result: dict) -> dict:
    """Winners by grade, equals unnumbered.

    `grades`: [(name, English name, count)] in order; `prizes`: entry public id -> grade's name;
    `result`: {"digest", "ledger_head"} of the signed Result.
    """
    by_grade = [
        {
            "grade": name,
            "grade_en": name_en,
            "count": count,
            "winners": [case for case in cases if prizes.get(case["entry"]) == name],
        }
        for name, name_en, count in grades
    ]
    return {"kind": "winners", "edition": edition, "prizes": by_grade, "result": result}
