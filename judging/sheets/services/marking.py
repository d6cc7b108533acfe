"""Saves marks as they are typed, hands sheets in and takes them back. Only ever for the sheet's own assessor."""

import json
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.canonical import canonical, digest, moment
from awards.decisions import IllegalMove, Invalid, Refused, ensure
from entries.words import clean_line, clean_text
from judging.sheets import ledger
from judging.sheets.models import Criterion, HeldMark, Mark, RuleSnapshot, ScoreSheet, ScoringWrite
from judging.sheets.permissions import can_mark
from judging.sheets.queries import criteria_of
from judging.sheets.services.locking import locked_sheet, place_of
from judging.sheets.states import SETTLED, check_move
from judging.tally import TIES

TEXT_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scoring client is told: HTTP status and a JSON body. Status 200 means committed as live."""

    status: int
    body: dict


def _is_own(sheet: ScoreSheet, actor: Actor) -> bool:
    return actor.user is not None and sheet.assessor.user_id == actor.user.pk


def freeze_rules(sheet: ScoreSheet, actor: Actor, now: datetime) -> None:
    """Makes the round's RuleSnapshot when its first mark arrives; does nothing afterwards."""
    round = sheet.round
    if RuleSnapshot.objects.filter(round=round).exists():
        return
    round = type(round).objects.select_for_update().get(pk=round.pk)
    if RuleSnapshot.objects.filter(round=round).exists():
        return
    round.edition = sheet.round.edition
    content = canonical(rules_of(round))
    RuleSnapshot.objects.create(round=round, content=content, digest=digest(content), at=now)
    ledger.append(
        edition=round.edition, round=round, kind="rules", open_part={"digest": digest(content)}, actor=actor, now=now
    )


def rules_of(round) -> dict:
    """A round's rules as they are frozen: all that its scores and decisions depend on."""
    rules = {
        "round": round.kind,
        "rule": round.rule,
        "trim_from": round.trim_from,
        "criteria": [{"id": c.code, "name": c.name, "points": c.points} for c in criteria_of(round)],
    }
    if round.kind == "screening":
        return rules | {"finalists": round.finalists, "reviews_per_entry": round.reviews_per_entry}
    return rules | {
        "ties": list(TIES),
        "quorum": {"sheets": round.quorum_sheets, "external": round.quorum_external},
        "prizes": [[grade.name, grade.count] for grade in round.edition.prizegrade_set.all()],
    }


def frozen_rules(round) -> dict | None:
    """The rules that count, from the last snapshot, or None before the first mark."""
    snapshot = RuleSnapshot.objects.filter(round=round).last()
    return json.loads(snapshot.content) if snapshot else None


def _points(field: str, most: int, value: str) -> int | None:
    """A mark as typed: "" takes it away, "0" is a mark; raises Invalid with what to type instead."""
    typed = unicodedata.normalize("NFKC", value).strip()
    if typed == "":
        return None
    if not (typed.isascii() and typed.isdigit()) or len(typed) > 3 or int(typed) > most:
        raise Invalid({field: _("Type a whole number from 0 to %(points)d.") % {"points": most}})
    return int(typed)


def _text(field: str, value: str) -> str:
    kept = clean_text(value)
    if len(kept) > TEXT_LIMIT:
        raise Invalid({field: _("At most %(limit)d characters: shorten the text.") % {"limit": TEXT_LIMIT}})
    return kept


def _shown(points: int | None) -> str:
    return "" if points is None else str(points)


@transaction.atomic
def save_field(
    *, sheet: ScoreSheet, field: str, value: str, based_on: int, write: uuid.UUID, actor: Actor, now: datetime
) -> Answer:
    """Saves one field of a sheet as typed: a criterion's code, or one of ScoreSheet.TEXTS.

    `based_on` is the version its author was looking at (0: none yet); `write` the client's UUID. A repeat gets the
    first answer. A stale value is kept as a conflict (409 "conflict"), one after the close as late (409 "late").
    Raises Refused or Invalid, and then keeps nothing. At most 10 queries, the two of its savepoint included.
    """
    sheet = locked_sheet(sheet)
    place = place_of(sheet, clean_line(field), write)
    if place.written_sheet and _is_own(sheet, actor):
        if place.written_sheet != sheet.pk or place.answer["field"] != field:
            raise Invalid({field: _("This write has been used for something else. Load the page again.")})
        return Answer(place.status, place.answer)
    decision = can_mark(actor, sheet, now)
    if not decision and decision.code != "too_late":
        raise Refused(decision)
    if place.criterion is None and field not in ScoreSheet.TEXTS:
        raise Invalid({field: _("This sheet has no such field.")})
    wanted = _text(field, value) if place.criterion is None else _points(field, place.out_of, value)
    if not decision:
        _hold(sheet, field, wanted if place.criterion is None else _shown(wanted), HeldMark.Why.LATE, based_on, now)
        late = _("This arrived after the close. It is kept as late and shown to you, but it does not count.")
        return _answer(write, sheet, 409, {"code": "late", "field": field, "message": late})
    if place.criterion:
        return _save_mark(sheet, field, place, wanted, based_on, write, actor, now)
    return _save_text(sheet, field, place, wanted, based_on, write, now)


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a sheet that was posted whole: answers of fields that were written, messages of refused ones."""

    answers: dict[str, Answer]
    errors: dict[str, str]

    @property
    def all_saved(self) -> bool:
        return not self.errors and all(answer.status == 200 for answer in self.answers.values())


@transaction.atomic
def save_posted(
    *, sheet: ScoreSheet, typed: dict[str, tuple[str, int]], page: uuid.UUID, actor: Actor, now: datetime
) -> Posted:
    """Saves a sheet posted by its plain form: `typed` has (value, version it was based on) by field.

    `page` is the form's own UUID: the same form posted twice with the same content is one write. What is live
    already is not written again. A field that can't be saved does not keep the others from being saved.
    """
    live = marks_of(sheet)
    done = Posted({}, {})
    for field, (value, based_on) in typed.items():
        present = getattr(sheet, field) if field in ScoreSheet.TEXTS else _shown(live.get(field))
        if value.replace("\r\n", "\n") == present:
            continue
        write = uuid.uuid5(page, f"{field} {based_on} {value}")
        try:
            done.answers[field] = save_field(
                sheet=sheet, field=field, value=value, based_on=based_on, write=write, actor=actor, now=now
            )
        except Invalid as invalid:
            done.errors.update(invalid.errors)
    return done


def _hold(sheet, field, value, why, based_on, now) -> None:
    HeldMark.objects.create(sheet=sheet, field=field, value=value, why=why, based_on=based_on, at=now)


def _answer(write: uuid.UUID, sheet: ScoreSheet, status: int, body: dict) -> Answer:
    ScoringWrite.objects.create(pk=write, sheet=sheet, status=status, answer=body)
    return Answer(status, body)


def _save_mark(sheet, field, place, points, based_on, write, actor, now) -> Answer:
    version, present = place.version or 0, place.present
    if version != based_on and present != points:
        _hold(sheet, field, _shown(points), HeldMark.Why.STALE, based_on, now)
        return _answer(
            write, sheet, 409, {"code": "conflict", "field": field, "version": version, "value": _shown(present)}
        )
    if present != points:
        version += 1
        new = {"points": points, "out_of": place.out_of, "version": version, "at": now}
        if place.mark:
            Mark.objects.filter(pk=place.mark).update(**new)
        else:
            Mark.objects.create(sheet=sheet, criterion_id=place.criterion, **new)
        if not place.frozen:
            freeze_rules(sheet, actor, now)
        if place.held:
            _settle_held(sheet, field, now)
        _append(
            sheet, "mark", actor, now, {"criterion": field, "points": points, "version": version}, {"write": str(write)}
        )
    return _answer(write, sheet, 200, {"field": field, "version": version, "value": _shown(points), "at": moment(now)})


def _save_text(sheet, field, place, text, based_on, write, now) -> Answer:
    version, present = sheet.versions.get(field, 0), getattr(sheet, field)
    if version != based_on and present != text:
        _hold(sheet, field, text, HeldMark.Why.STALE, based_on, now)
        return _answer(write, sheet, 409, {"code": "conflict", "field": field, "version": version, "value": present})
    if present != text:
        version += 1
        sheet.versions[field] = version
        setattr(sheet, field, text)
        sheet.save(update_fields=[field, "versions"])
        if place.held:
            _settle_held(sheet, field, now)
    return _answer(write, sheet, 200, {"field": field, "version": version, "value": text, "at": moment(now)})


def _settle_held(sheet, field, now) -> None:
    """A newer value of the author's own choosing settles what was held for this field."""
    HeldMark.objects.filter(sheet=sheet, field=field, why=HeldMark.Why.STALE, settled_at__isnull=True).update(
        settled_at=now
    )


def marks_of(sheet: ScoreSheet) -> dict[str, int]:
    """The points on a sheet by criterion; a criterion without a mark is left out. One query."""
    rows = Mark.objects.filter(sheet=sheet, points__isnull=False)
    return dict(rows.values_list("criterion__code", "points"))


def missing_criteria(sheet: ScoreSheet, marks: dict[str, int] | None = None) -> list[Criterion]:
    """The criteria without a mark on this sheet."""
    marks = marks_of(sheet) if marks is None else marks
    return [criterion for criterion in criteria_of(sheet.round) if criterion.code not in marks]


@transaction.atomic
def settle_sheet(*, sheet: ScoreSheet, state: str, actor: Actor, now: datetime, receipt: str = "") -> ScoreSheet:
    """Hands a sheet in (screening) or seals it (panel): complete ones only, by their assessor. Repeats do no harm."""
    sheet = locked_sheet(sheet)
    if sheet.state == state and _is_own(sheet, actor):
        return sheet
    ensure(can_mark(actor, sheet, now))
    if state != SETTLED[sheet.round.kind]:
        raise IllegalMove("sheet", sheet.state, state)
    marks = marks_of(sheet)
    if missing := missing_criteria(sheet, marks):
        names = ", ".join(criterion.label for criterion in missing)
        raise Invalid({missing[0].code: _("Not yet complete: %(names)s. Zero must be typed too.") % {"names": names}})
    check_move(sheet.state, state)
    sheet.state, sheet.settled_at, sheet.receipt = state, now, receipt
    sheet.save(update_fields=["state", "settled_at", "receipt"])
    _append(sheet, state, actor, now, {"marks": marks})
    return sheet


@transaction.atomic
def take_back(*, sheet: ScoreSheet, actor: Actor, now: datetime) -> ScoreSheet:
    """Takes a handed-in sheet back, until the window closes: it does not count until it is handed in again."""
    sheet = locked_sheet(sheet)
    if sheet.state != "handed_in" and _is_own(sheet, actor):
        return sheet
    sheet.state = "open"  # judged as an open sheet: everything else must allow marking
    ensure(can_mark(actor, sheet, now))
    return reopen_sheet(sheet=sheet, kind="taken_back", actor=actor, now=now)


def reopen_sheet(*, sheet: ScoreSheet, kind: str, actor: Actor, now: datetime, reason: str = "") -> ScoreSheet:
    """Opens a settled sheet again; the caller has asked its own permission and holds the lock."""
    check_move("handed_in" if kind == "taken_back" else "sealed", "open")
    sheet.state, sheet.settled_at, sheet.receipt = "open", None, ""
    sheet.save(update_fields=["state", "settled_at", "receipt"])
    _append(sheet, kind, actor, now, {}, reason=reason)
    return sheet


def _append(sheet, kind, actor, now, more, closed_part=None, reason="") -> None:
    ledger.append(
        edition=sheet.round.edition,
        round=sheet.round,
        kind=kind,
        open_part={"assessor": sheet.assessor.number, "entry": sheet.entry.public_id} | more,
        actor=actor,
        now=now,
        reason=reason,
        closed_part=closed_part,
    )
