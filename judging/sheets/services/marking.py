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
from awards.decisions import Invalid, Refused, ensure
from judging.sheets import ledger
from judging.sheets.models import Criterion, HeldMark, Mark, RuleSnapshot, ScoreSheet, ScoringWrite
from judging.sheets.permissions import can_mark
from judging.sheets.queries import criteria_of, with_recusal
from judging.sheets.states import check_move

TEXT_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scoring client is told: HTTP status and a JSON body. Status 200 means committed as live."""

    status: int
    body: dict


def locked_sheet(sheet: ScoreSheet) -> ScoreSheet:
    """The sheet's row, locked, with assessor, round, edition and `recused`."""
    rows = ScoreSheet.objects.select_for_update(of=("self",)).select_related(
        "assessor__user", "round__edition", "entry"
    )
    return with_recusal(rows).get(pk=sheet.pk)


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
        "quorum": {"sheets": round.quorum_sheets, "external": round.quorum_external},
        "prizes": [[grade.name, grade.count] for grade in round.edition.prizegrade_set.all()],
    }


def frozen_rules(round) -> dict | None:
    """The rules that count, from the last snapshot, or None before the first mark."""
    snapshot = RuleSnapshot.objects.filter(round=round).last()
    return json.loads(snapshot.content) if snapshot else None


def _points(criterion: Criterion, value: str) -> int | None:
    """A mark as typed: "" takes it away, "0" is a mark; raises Invalid with what to type instead."""
    typed = unicodedata.normalize("NFKC", value).strip()
    if typed == "":
        return None
    if not (typed.isascii() and typed.isdigit()) or len(typed) > 3 or int(typed) > criterion.points:
        raise Invalid({criterion.code: _("Type a whole number from 0 to %(points)d.") % {"points": criterion.points}})
    return int(typed)


def _text(field: str, value: str) -> str:
    kept = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\x00", "")
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
    Raises Refused or Invalid, and then keeps nothing.
    """
    sheet = locked_sheet(sheet)
    if sheet.assessor.user_id == (actor.user.pk if actor.user else None):
        if first := ScoringWrite.objects.filter(pk=write, sheet=sheet).first():
            return Answer(first.status, first.answer)
    decision = can_mark(actor, sheet, now)
    if not decision and decision.code != "too_late":
        raise Refused(decision)
    criterion = next((c for c in criteria_of(sheet.round) if c.code == field), None)
    if criterion is None and field not in ScoreSheet.TEXTS:
        raise Invalid({field: _("This sheet has no such field.")})
    wanted = _points(criterion, value) if criterion else _text(field, value)
    if not decision:
        answer = _hold(sheet, field, value, HeldMark.Why.LATE, based_on, now) | {"message": str(decision.reason)}
        return _answer(write, sheet, 409, {"code": "late", **answer})
    if criterion:
        return _save_mark(sheet, criterion, wanted, based_on, write, actor, now)
    return _save_text(sheet, field, wanted, based_on, write, now)


def _hold(sheet, field, value, why, based_on, now) -> dict:
    HeldMark.objects.create(sheet=sheet, field=field, value=value[:TEXT_LIMIT], why=why, based_on=based_on, at=now)
    return {"field": field}


def _answer(write: uuid.UUID, sheet: ScoreSheet, status: int, body: dict) -> Answer:
    ScoringWrite.objects.create(pk=write, sheet=sheet, status=status, answer=body)
    return Answer(status, body)


def _save_mark(sheet, criterion, points, based_on, write, actor, now) -> Answer:
    mark = Mark.objects.filter(sheet=sheet, criterion=criterion).first()
    version, present = (mark.version, mark.points) if mark else (0, None)
    field = criterion.code
    if version != based_on and present != points:
        _hold(sheet, field, _shown(points), HeldMark.Why.STALE, based_on, now)
        return _answer(
            write, sheet, 409, {"code": "conflict", "field": field, "version": version, "value": _shown(present)}
        )
    if version == 0 or present != points:
        version += 1
        mark = mark or Mark(sheet=sheet, criterion=criterion)
        mark.points, mark.out_of, mark.version, mark.at = points, criterion.points, version, now
        mark.save()
        freeze_rules(sheet, actor, now)
        _settle_held(sheet, field, now)
        ledger.append(
            edition=sheet.round.edition,
            round=sheet.round,
            kind="mark",
            open_part=_subject(sheet) | {"criterion": field, "points": points, "version": version},
            actor=actor,
            now=now,
            closed_part={"write": str(write)},
        )
    return _answer(write, sheet, 200, {"field": field, "version": version, "value": _shown(points), "at": moment(now)})


def _save_text(sheet, field, text, based_on, write, now) -> Answer:
    version, present = sheet.versions.get(field, 0), getattr(sheet, field)
    if version != based_on and present != text:
        _hold(sheet, field, text, HeldMark.Why.STALE, based_on, now)
        return _answer(write, sheet, 409, {"code": "conflict", "field": field, "version": version, "value": present})
    if present != text:
        version += 1
        sheet.versions[field] = version
        setattr(sheet, field, text)
        sheet.save(update_fields=[field, "versions"])
        _settle_held(sheet, field, now)
    return _answer(write, sheet, 200, {"field": field, "version": version, "value": text, "at": moment(now)})


def _settle_held(sheet, field, now) -> None:
    """A newer value of the author's own choosing settles what was held for this field."""
    HeldMark.objects.filter(sheet=sheet, field=field, why=HeldMark.Why.STALE, settled_at__isnull=True).update(
        settled_at=now
    )


def _subject(sheet: ScoreSheet) -> dict:
    return {"assessor": sheet.assessor.number, "entry": sheet.entry.public_id}


def missing_criteria(sheet: ScoreSheet) -> list[Criterion]:
    """The criteria without a mark on this sheet."""
    marked = set(Mark.objects.filter(sheet=sheet, points__isnull=False).values_list("criterion_id", flat=True))
    return [criterion for criterion in criteria_of(sheet.round) if criterion.pk not in marked]


@transaction.atomic
def settle_sheet(*, sheet: ScoreSheet, state: str, actor: Actor, now: datetime, receipt: str = "") -> ScoreSheet:
    """Hands a sheet in (screening) or seals it (panel): complete sheets only, by their assessor. Repeats are harmless."""
    sheet = locked_sheet(sheet)
    if sheet.state == state and sheet.assessor.user == actor.user:
        return sheet
    ensure(can_mark(actor, sheet, now))
    if missing := missing_criteria(sheet):
        names = ", ".join(criterion.label for criterion in missing)
        raise Invalid({missing[0].code: _("Not yet complete: %(names)s. Zero must be typed too.") % {"names": names}})
    check_move(sheet.state, state)
    sheet.state, sheet.settled_at, sheet.receipt = state, now, receipt
    sheet.save(update_fields=["state", "settled_at", "receipt"])
    marks = dict(Mark.objects.filter(sheet=sheet).values_list("criterion__code", "points"))
    _append(sheet, state, actor, now, {"marks": marks})
    return sheet


@transaction.atomic
def take_back(*, sheet: ScoreSheet, actor: Actor, now: datetime) -> ScoreSheet:
    """Takes a handed-in sheet back, until the window closes: it does not count until it is handed in again."""
    sheet = locked_sheet(sheet)
    if sheet.state != "handed_in":
        return sheet
    sheet.state = "open"  # judged as an open sheet: everything else must allow marking
    ensure(can_mark(actor, sheet, now))
    return reopen_sheet(sheet=sheet, kind="taken_back", actor=actor, now=now)


def reopen_sheet(*, sheet: ScoreSheet, kind: str, actor: Actor, now: datetime, reason: str = "") -> ScoreSheet:
    """Opens a settled sheet again; the caller has asked its own permission and holds the lock."""
    check_move("handed_in" if kind == "taken_back" else "sealed", "open")
    sheet.state, sheet.settled_at, sheet.receipt = "open", None, ""
    sheet.save(update_fields=["state", "settled_at", "receipt"])
    _append(sheet, kind, actor, now, {}, reason)
    return sheet


def _append(sheet, kind, actor, now, more, reason="") -> None:
    ledger.append(
        edition=sheet.round.edition,
        round=sheet.round,
        kind=kind,
        open_part=_subject(sheet) | more,
        actor=actor,
        now=now,
        reason=reason,
    )
