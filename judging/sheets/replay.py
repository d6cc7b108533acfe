"""Checks that rounds' live tables follow from the ledger. Reads only; registered with judging.sheets.ledger."""

from collections.abc import Iterator

from awards.models import Edition
from judging.sheets.models import Mark, Recusal, Round, RuleSnapshot, ScoreSheet

STATE_AFTER = {"handed_in": "handed_in", "sealed": "sealed", "taken_back": "open", "unsealed": "open"}


def replay(edition: Edition, round: Round | None, rows: list[dict]) -> Iterator[str]:
    """Yields a line for every mark, sheet state, recusal or rule snapshot that the chain does not lead to."""
    if round is None:
        return
    marks, states, recusals, rules = {}, {}, {}, []
    for row in rows:
        pair = (row.get("assessor"), row.get("entry"))
        if row["kind"] == "mark":
            marks[*pair, row["criterion"]] = (row["points"], row["version"])
        elif row["kind"] in STATE_AFTER:
            states[pair] = STATE_AFTER[row["kind"]]
        elif row["kind"] == "recusal":
            recusals[pair] = row["state"]
        elif row["kind"] == "rules":
            rules.append(row["digest"])
    live = Mark.objects.filter(sheet__round=round).values_list(
        "sheet__assessor__number", "sheet__entry__public_id", "criterion__code", "points", "version"
    )
    yield from _differences("mark of assessor {} on entry {}, criterion {}", marks, {row[:3]: row[3:] for row in live})
    sheets = ScoreSheet.objects.filter(round=round, removed_at__isnull=True)
    present = {row[:2]: row[2] for row in sheets.values_list("assessor__number", "entry__public_id", "state")}
    told = {pair: states.get(pair, "open") for pair in present}
    yield from _differences("sheet of assessor {} on entry {}", told, present)
    kept = Recusal.objects.filter(assessor__round=round).order_by("pk")
    standing = {row[:2]: row[2] for row in kept.values_list("assessor__number", "entry__public_id", "state")}
    yield from _differences("recusal of assessor {} from entry {}", recusals, standing)
    snapshots = list(RuleSnapshot.objects.filter(round=round).values_list("digest", flat=True))
    if rules != snapshots:
        yield "the frozen rules are not those of the ledger"


def _differences(what: str, told: dict, live: dict) -> Iterator[str]:
    for key in sorted(told.keys() | live.keys(), key=str):
        if told.get(key) != live.get(key):
            yield f"{what.format(*key)}: the ledger says {told.get(key)}, the table {live.get(key)}"
