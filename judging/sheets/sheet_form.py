"""A score sheet as its form shows it: every field with its value, version, guide, and what stands in its way.

Used by `sheets/_sheet.html` in screening and panel. Reads what it is given; never saves.
"""

import uuid
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from judging.sheets.models import Criterion, ScoreSheet
from judging.sheets.services.marking import TEXT_LIMIT, Posted

TEXT_LABELS = {
    "committee_comment": (_("Comment to the committee"), _("Read by the managers when they choose.")),
    "entrant_comment": (_("Comment to the entrant"), _("May be passed on to the people of the entry.")),
    "private_note": (_("Private note"), _("Only you ever see this.")),
}


@dataclass(slots=True)
class SheetField:
    """One field. `most`: its points (None: a text). `other`: a newer value that was saved elsewhere meanwhile."""

    name: str
    label: str
    value: str
    version: int
    most: int | None = None
    guide: str = ""
    error: str = ""
    other: str | None = None

    @property
    def described_by(self) -> str:
        """The ids that say more about the field."""
        parts = {"guide": self.guide, "error": self.error or self.other is not None}
        return " ".join(f"{part}_{self.name}" for part, there in parts.items() if there)


@dataclass(slots=True)
class SheetForm:
    """What the template needs of one sheet. `write`: the form's own UUID, so that posting it twice is one write."""

    sheet: ScoreSheet
    marks: list[SheetField]
    texts: list[SheetField]
    save_url: str
    owner: str
    write: str = field(default_factory=lambda: str(uuid.uuid4()))
    limit: int = TEXT_LIMIT

    @property
    def total(self) -> int | None:
        """The sum of the marks; None while one is missing or no mark."""
        whole = all(row.value.isdecimal() and int(row.value) <= row.most for row in self.marks)
        return sum(int(row.value) for row in self.marks) if self.marks and whole else None

    @property
    def fields(self) -> list[SheetField]:
        return [*self.marks, *self.texts]

    @property
    def troubles(self) -> list[SheetField]:
        """The fields that keep the sheet from being handed in."""
        return [row for row in self.fields if row.error or row.other is not None]


def sheet_form(sheet: ScoreSheet, criteria: list[Criterion], edition_slug: str) -> SheetForm:
    """The form of a sheet with its live values. One query."""
    live = {mark.criterion_id: mark for mark in sheet.mark_set.all()}
    marks = [
        SheetField(
            criterion.code,
            criterion.label,
            "" if criterion.pk not in live or live[criterion.pk].points is None else str(live[criterion.pk].points),
            live[criterion.pk].version if criterion.pk in live else 0,
            criterion.points,
            criterion.guide_label,
        )
        for criterion in criteria
    ]
    texts = [
        SheetField(name, label, getattr(sheet, name), sheet.versions.get(name, 0), guide=guide)
        for name, (label, guide) in TEXT_LABELS.items()
    ]
    save_url = reverse("sheet_save", args=[edition_slug, sheet.public_id])
    return SheetForm(sheet, marks, texts, save_url, sheet.assessor.public_id)


def typed_of(post, form: SheetForm) -> dict[str, tuple[str, int]]:
    """What a plain form carried: (value, version it was based on) of each field that it had."""
    typed = {}
    for row in form.fields:
        if row.name in post:
            version = post.get(f"version_{row.name}", "")
            typed[row.name] = (post[row.name], int(version) if version.isdecimal() and len(version) < 10 else 0)
    return typed


def page_id(post) -> uuid.UUID:
    """The form's own UUID; a fresh one where it is missing or unreadable."""
    try:
        return uuid.UUID(post.get("write", ""))
    except ValueError:
        return uuid.uuid4()


def with_trouble(form: SheetForm, posted: Posted, typed: dict[str, tuple[str, int]], errors: dict[str, str]) -> None:
    """Puts what was typed but not saved back into the form, beside what is wrong with it."""
    for row in form.fields:
        answer = posted.answers.get(row.name)
        if row.name in posted.errors or (answer and answer.status != 200):
            row.value = typed[row.name][0]
        row.error = posted.errors.get(row.name) or errors.get(row.name, "")
        if answer and answer.body.get("code") == "conflict":
            row.other = answer.body["value"]
