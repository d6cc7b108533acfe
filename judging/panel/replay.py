"""Checks that the final's live tables follow from the ledger. Reads only; registered with judging.sheets.ledger."""

from collections.abc import Iterator

from awards.models import Edition
from judging.panel.models import Panel, Release, Result, Slot, Vote
from judging.sheets.models import Assessor, Round

RELEASE_KINDS = ("computed", "recounted", "approved", "returned", "result")


def replay(edition: Edition, round: Round | None, rows: list[dict]) -> Iterator[str]:
    """Yields a line for every slot, reserve, vote, release step or result that the chain does not lead to."""
    if round is None or round.kind != "panel":
        return
    by_kind: dict[str, list[dict]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    panel = Panel.objects.filter(round=round).first()
    yield from _draw(panel, by_kind)
    if panel is None:
        return
    called = {row["assessor"] for row in by_kind.get("reserve_called", [])}
    live = set(Assessor.objects.filter(round=round, called_at__isnull=False).values_list("number", flat=True))
    if called != live:
        yield f"called reserves: the ledger says {sorted(called)}, the table {sorted(live)}"
    votes = {row["vote"]: (row["line"], row["tied"], row["chosen"]) for row in by_kind.get("vote", [])}
    counted = Vote.objects.filter(panel=panel, closed_at__isnull=False)
    if votes != {vote.public_id: (vote.line, vote.tied, vote.chosen) for vote in counted}:
        yield "the votes on ties are not those of the ledger"
    yield from _release(panel, rows, by_kind)


def _draw(panel: Panel | None, by_kind: dict[str, list[dict]]) -> Iterator[str]:
    told = [(row["seed"], row["order"]) for row in by_kind.get("draw", [])]
    live = []
    if panel is not None:
        slots = Slot.objects.filter(panel=panel).select_related("finalist__entry")
        live = [(panel.seed, [slot.finalist.entry.public_id for slot in slots])]
        states = {row["entry"]: row["state"] for row in by_kind.get("slot", [])}
        for slot in slots:
            entry = slot.finalist.entry.public_id
            if states.get(entry, "waiting") != slot.state:
                yield f"slot of entry {entry}: the ledger says {states.get(entry, 'waiting')}, the table {slot.state}"
        unawarded = [row["grades"] for row in by_kind.get("unawarded", [])]
        if (unawarded[-1] if unawarded else []) != panel.unawarded:
            yield "the grades left unawarded are not those of the ledger"
        if bool(by_kind.get("closed")) != (panel.closed_at is not None):
            yield "whether the panel is closed is not as the ledger says"
    if told != live:
        yield "the running order is not the one drawn in the ledger"


def _release(panel: Panel, rows: list[dict], by_kind: dict[str, list[dict]]) -> Iterator[str]:
    steps: dict[str, list[str]] = {}
    digests: dict[str, str] = {}
    for row in rows:
        if row["kind"] in RELEASE_KINDS:
            steps.setdefault(row["release"], []).append(row["kind"])
            digests[row["release"]] = row["digest"]
    live = {release.public_id: release for release in Release.objects.filter(panel=panel)}
    for public_id in sorted(steps.keys() | live.keys()):
        release = live.get(public_id)
        kept = _steps(release) if release else []
        if steps.get(public_id, []) != kept or (release and digests.get(public_id) != release.digest):
            yield f"release {public_id}: the ledger says {steps.get(public_id)}, the table {kept}, or another digest"
    told = [(row["result"], row["head"]) for row in by_kind.get("result", [])]
    if told != list(Result.objects.filter(panel=panel).values_list("digest", "ledger_head")):
        yield "the signed result is not the one of the ledger"


def _steps(release: Release) -> list[str]:
    done = {
        "computed": release.computed_at,
        "recounted": release.recounted_at,
        "approved": release.approved_at,
        "returned": release.returned_at,
        "result": release.signed_at,
    }
    return [kind for kind in RELEASE_KINDS if done[kind]]
