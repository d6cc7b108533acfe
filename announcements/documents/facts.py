"""What the documents say, gathered from the announcements' records and the signed Result. Writes nothing.

Names, titles, grades and the number of entries come from records alone; contacts, hours and the head of the agency
from the edition. Other entrants' notices name them as they submitted; marks are only those whose digest was signed.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext as _

from announcements import records
from announcements.documents.words import day_and_hours, local, long_day, paper_day, short_day
from announcements.models import Announcement
from announcements.queries import announced, record_of
from awards.canonical import canonical, digest
from awards.decisions import Invalid
from awards.models import Edition
from entries.models import Entry
from judging.panel.export import export_marks
from judging.panel.queries import panel_of, result_of

MARKS = {"real": "", "demo": "시연용 자료 · 지어낸 자료", "rehearsal": "예행연습 자료 · 실제 결과가 아닙니다"}


@dataclass(slots=True)
class Facts:
    """`head`: what every record says of the edition, with words for its dates. `prizes`: [{"grade", "winners"}], the
    highest first, empty grades left out. `basis` changes whenever anything told or signed has."""

    head: dict
    finalists: list[dict]
    prizes: list[dict] = field(default_factory=list)
    told: frozenset[str] = frozenset()
    result: dict | None = None
    contacts: list[dict] = field(default_factory=list)

    @property
    def has(self) -> frozenset[str]:
        """What there is to make documents from: "finalists", "winners", "result"."""
        return self.told | ({"result"} if self.result else set())

    def grade_of(self, entry: str) -> str:
        """The prize of an entry, or ""."""
        return next((p["grade"] for p in self.prizes for case in p["winners"] if case["entry"] == entry), "")


def told(edition: Edition, kind: str) -> Announcement | None:
    """What was announced last; for a rehearsal what was announced in it."""
    return announced(edition, kind) or Announcement.objects.filter(edition=edition, kind=kind).order_by("number").last()


def basis_of(edition: Edition) -> str:
    """A digest of all that documents are made from, "" while nothing was announced."""
    sources = [told(edition, "finalists"), told(edition, "winners")]
    if sources[0] is None:
        return ""
    result = result_of(edition)
    return digest(canonical([source and source.digest for source in sources] + [result and result["digest"]]))


def available(edition: Edition) -> frozenset[str]:
    """What documents can be made from now: of "finalists", "winners", "result"."""
    found = {kind for kind in ("finalists", "winners") if told(edition, kind)}
    return frozenset(found | ({"result"} if found and result_of(edition) else set()))


def facts_of(edition: Edition) -> Facts:
    """Everything; raises Invalid while nothing was announced."""
    finalists, winners, result = told(edition, "finalists"), told(edition, "winners"), result_of(edition)
    if finalists is None:
        raise Invalid({"": _("Nothing has been announced yet, so there is nothing to make documents of.")})
    record = record_of(finalists)
    facts = Facts(head=_head(edition, record["edition"]), finalists=record["finalists"], result=result)
    facts.contacts = list(edition.contact_set.values("role", "title", "name", "phone"))
    if winners:
        facts.prizes = [{"grade": p["grade"], "winners": p["winners"]} for p in record_of(winners)["prizes"]]
        facts.head |= {"released": paper_day(local(winners.released_at).date())}
    elif result:
        grades = edition.prizegrade_set.values_list("name", flat=True)
        facts.prizes = [
            {"grade": grade, "winners": [c for c in facts.finalists if result["prizes"].get(c["entry"]) == grade]}
            for grade in grades
        ]
    facts.prizes = [prize for prize in facts.prizes if prize["winners"]]
    facts.told = frozenset(kind for kind, source in (("finalists", finalists), ("winners", winners)) if source)
    return facts


def _head(edition: Edition, head: dict) -> dict:
    """The record's head with the edition's own schedule in words; what it does not have is ""."""
    windows = edition.windows()
    last = local(windows["screening"].closes - timedelta(microseconds=1)).date()
    final = local(edition.final_starts).date() if edition.final_starts else None
    hours = edition.final_starts and edition.final_ends
    return head | {
        "mark": MARKS[head["kind"]],
        "year": edition.year,
        "ordinal": edition.ordinal or 0,
        "team": edition.organising_team,
        "head_of_agency": edition.head_of_agency,
        "final": day_and_hours(edition.final_starts, edition.final_ends) if hours else "",
        "final_day": long_day(final) if final else "",
        "screening": f"{short_day(local(windows['screening'].opens).date())}~{short_day(last)}",
        "selected": short_day(edition.finalists_on) if edition.finalists_on else "",
        "final_short": short_day(final) if final else "",
        "released": "",
    }


def everybody(edition: Edition, facts: Facts) -> list[dict]:
    """The notices' people, in the order of their entries: {"entry", "person", "title", "grade", "finalist"}.

    Finalists as the record has them, other entrants as they submitted.
    """
    recorded = {case["entry"]: case for case in facts.finalists}
    lines = []
    for entry in Entry.objects.filter(edition=edition, state="accepted").select_related("counting").order_by("pk"):
        content = json.loads(entry.counting.content)
        case = recorded.get(entry.public_id) or records.case(entry.public_id, content, entry.invented)
        lines.append(
            {
                "entry": entry.public_id,
                "receipt": entry.counting.receipt,
                "person": case["person"],
                "title": case["title"],
                "grade": facts.grade_of(entry.public_id),
                "finalist": entry.public_id in recorded,
            }
        )
    return lines


def signed_marks(edition: Edition, result: dict) -> dict:
    """The marks that the signed result was computed from (the format of `manage.py tally`), judges by their numbers.

    Raises Invalid where the sheets no longer are the signed ones.
    """
    data = export_marks(edition)
    if digest(canonical(data)) != result["input"]:
        raise Invalid({"": _("The score sheets are not those that the result was signed on: no tally is made.")})
    names = dict(panel_of(edition).round.criterion_set.values_list("code", "name"))
    data["criteria"] = [criterion | {"name": names[criterion["id"]]} for criterion in data["criteria"]]
    return data
