"""What must always hold of every final. `check()` yields a line per fault; run by check_invariants. Reads only."""

import json
from collections.abc import Iterator

from awards.calendar import STAGES
from awards.canonical import canonical, digest
from awards.decisions import Invalid
from judging.panel.draw import running_order
from judging.panel.models import Panel, Release, Result, Slot
from judging.panel.queries import judges_of, places
from judging.panel.services.outcome import outcome_of
from judging.sheets.models import ScoreSheet
from judging.sheets.queries import live_recusals


def check() -> Iterator[str]:
    """Every fault of every final, named by its edition."""
    for panel in Panel.objects.select_related("round__edition"):
        edition = panel.round.edition
        for fault in (*_order(panel), *_sheets(panel), *_stage(panel), *_result(panel)):
            yield f"{edition.slug} final: {fault}"


def _order(panel: Panel) -> Iterator[str]:
    drawn = [place.entry.public_id for place in places(panel)]
    if drawn != running_order(panel.seed, drawn):
        yield "the running order does not follow from its seed"
    if [place.position for place in places(panel)] != list(range(1, len(drawn) + 1)):
        yield "the running order has gaps"


def _sheets(panel: Panel) -> Iterator[str]:
    have = set(ScoreSheet.objects.filter(round=panel.round, removed_at=None).values_list("assessor", "entry"))
    barred = set(live_recusals(panel.round).values_list("assessor_id", "entry_id"))
    entries = Slot.objects.filter(panel=panel).values_list("finalist__entry", flat=True)
    wanted = {(judge.pk, entry) for judge in judges_of(panel.round) for entry in entries}
    if missing := wanted - have - barred:
        yield f"{len(missing)} pairs of judge and finalist have neither sheet nor recusal"


def _stage(panel: Panel) -> Iterator[str]:
    stage = STAGES.index(panel.round.edition.stage)
    if stage < STAGES.index("panel"):
        yield "it is drawn, but its stage has not begun"
    if (panel.closed_at is not None) != (stage > STAGES.index("panel")):
        yield "its closing and the edition's stage contradict each other"


def _result(panel: Panel) -> Iterator[str]:
    signed = Release.objects.filter(panel=panel, signed_at__isnull=False).first()
    result = Result.objects.filter(panel=panel).first()
    if (signed is None) != (result is None):
        yield "a signed release and a result must come together"
    if signed is None or result is None:
        return
    if digest(result.content) != result.digest or digest(signed.outcome) != signed.digest:
        yield "a digest does not fit its content"
    try:
        fresh = canonical(outcome_of(panel))
    except Invalid as error:
        yield f"the signed result can't be computed again: {error}"
        return
    if fresh != signed.outcome:
        yield "the signed result is not what the sealed sheets give"
    content, answer = json.loads(result.content), json.loads(signed.outcome)["answer"]
    if any(content[name] != answer[name] for name in ("scores", "order", "prizes", "decided_by")):
        yield "the result is not the one that was approved"
