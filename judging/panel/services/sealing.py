"""A judge seals all own sheets at once; operator and auditor together open one again on the judge's request."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from awards.actors import Actor
from awards.canonical import canonical, digest
from awards.decisions import Invalid, Refused, ensure, not_now
from awards.models import Edition
from judging.panel.models import Panel, Slot, Unsealing
from judging.panel.permissions import can_run, can_seal, can_settle_unsealing
from judging.panel.services.locks import bump, locked_panel, seat_of
from judging.sheets import ledger
from judging.sheets.models import Assessor, ScoreSheet
from judging.sheets.queries import criteria_of, live_sheets, sheet_with_marks
from judging.sheets.services.marking import locked_sheet, reopen_sheet, settle_sheet

SEALABLE = ("marking", "closed")


def due_sheets(panel: Panel, seat: Assessor) -> list[ScoreSheet]:
    """The sheets that a judge has to seal, with `marks`: all finalists but the withdrawn and those recused from."""
    present = Slot.objects.filter(panel=panel).exclude(state="withdrawn").values("finalist__entry")
    sheets = live_sheets(panel.round).filter(assessor=seat, recused=False, entry__in=present)
    return list(sheet_with_marks(sheets.select_related("entry__counting")))


def not_yet(panel: Panel, seat: Assessor) -> dict[str, str]:
    """What keeps a judge from sealing: entry's public id -> what is missing. Empty when all is there."""
    round = panel.round
    criteria = {criterion.pk: criterion.label for criterion in criteria_of(round)}
    early = set(
        Slot.objects.filter(panel=panel, state__in=("waiting", "presenting", "questions")).values_list(
            "finalist__entry", flat=True
        )
    )
    missing = {}
    for sheet in due_sheets(panel, seat):
        given = {mark.criterion_id for mark in sheet.marks if mark.points is not None}
        if lacking := [label for pk, label in criteria.items() if pk not in given]:
            missing[sheet.entry.public_id] = _("Without a mark: %(names)s") % {"names": ", ".join(lacking)}
        elif sheet.entry_id in early:
            missing[sheet.entry.public_id] = _("Not yet presented to the end")
    return missing


def receipt_of(seat: Assessor, sheets: list[ScoreSheet], codes: dict[int, str]) -> str:
    """The code of what was sealed: 16 characters of SHA-256 over the judge's number and all marks, by fours."""
    marks = {sheet.entry.public_id: {codes[mark.criterion_id]: mark.points for mark in sheet.marks} for sheet in sheets}
    text = digest(canonical({"assessor": seat.number, "marks": marks}))[:16].upper()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


@transaction.atomic
def seal_sheets(*, edition: Edition, actor: Actor, now: datetime) -> str:
    """Seals all own sheets at once and returns the receipt code. Every due sheet must be complete.

    Raises Invalid naming each entry (by public id) and what it lacks. Sealing what is sealed gives the same receipt.
    """
    panel = locked_panel(edition)
    seat = seat_of(panel, actor)
    ensure(can_seal(actor, seat, panel.round.edition, now))
    if missing := not_yet(panel, seat):
        raise Invalid(missing)
    sheets = due_sheets(panel, seat)
    if not sheets:
        raise Invalid({"": _("There is no sheet of yours to seal.")})
    receipt = receipt_of(seat, sheets, dict(panel.round.criterion_set.values_list("pk", "code")))
    for sheet in sheets:
        settle_sheet(sheet=sheet, state="sealed", actor=actor, now=now, receipt=receipt)
    return receipt


@transaction.atomic
def ask_unsealing(*, edition: Edition, sheet: ScoreSheet, reason: str, actor: Actor, now: datetime) -> Unsealing:
    """The operator asks, with a reason, that a judge's sealed sheet be opened again; the auditor has the word."""
    panel = locked_panel(edition)
    ensure(can_run(actor, panel.round.edition, now))
    sheet = locked_sheet(sheet)
    if not reason.strip():
        raise Invalid({"reason": _("Write the reason: it is kept and shown.")})
    if sheet.state != "sealed":
        raise Refused(not_now(_("This sheet is not sealed.")))
    waiting = Unsealing.objects.filter(sheet=sheet, settled_at__isnull=True).first()
    if waiting:
        return waiting
    unsealing = Unsealing.objects.create(sheet=sheet, reason=reason.strip(), operator=actor.user, asked_at=now)
    bump(panel)
    _append(unsealing, "unsealing_asked", actor, now, unsealing.reason)
    return unsealing


@transaction.atomic
def settle_unsealing(*, unsealing: Unsealing, agree: bool, actor: Actor, now: datetime) -> Unsealing:
    """The auditor agrees, and the sheet is open again until its judge seals anew; or refuses, and it stays sealed."""
    edition = unsealing.sheet.round.edition
    panel = locked_panel(edition)
    unsealing = Unsealing.objects.select_for_update(of=("self",)).select_related("sheet").get(pk=unsealing.pk)
    ensure(can_settle_unsealing(actor, unsealing, panel.round.edition, now))
    sheet = locked_sheet(unsealing.sheet)
    unsealing.settled_at, unsealing.refused, unsealing.agreed_by = (
        now,
        not agree,
        actor.user if agree else None,
    )
    unsealing.save(update_fields=["settled_at", "refused", "agreed_by"])
    bump(panel)
    if agree:
        reopen_sheet(sheet=sheet, kind="unsealed", actor=actor, now=now, reason=unsealing.reason)
    else:
        unsealing.sheet = sheet
        _append(unsealing, "unsealing_refused", actor, now)
    return unsealing


def _append(unsealing: Unsealing, kind: str, actor: Actor, now: datetime, reason: str = "") -> None:
    sheet = unsealing.sheet
    ledger.append(
        edition=sheet.round.edition,
        round=sheet.round,
        kind=kind,
        open_part={"assessor": sheet.assessor.number, "entry": sheet.entry.public_id},
        actor=actor,
        now=now,
        reason=reason,
    )
