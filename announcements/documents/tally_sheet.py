"""The tally as numbers on paper: every counted total, what was dropped, scores, prizes. Pure; decides nothing.

The scores are recomputed by judging.tally from the signed marks and must be those of the signed Result.
"""

from fractions import Fraction

from django.utils.translation import gettext as _

from announcements.documents.facts import Facts
from announcements.documents.words import addressed
from awards.decisions import Invalid
from judging.tally import from_json, tally

RULES = {
    "mean": "점수는 유효한 심사표 합계의 평균입니다.",
    "trimmed": "점수는 유효한 심사표 합계에서 최고점과 최저점을 하나씩 빼고 남은 것의 평균입니다(괄호는 뺀 점수).",
    "centred_trimmed": "점수는 심사위원별 차이를 뺀 합계에서 최고점과 최저점을 하나씩 빼고 남은 것의 평균입니다"
    "(괄호는 뺀 점수).",
}
TIE_RULES = {
    "untrimmed": "모든 합계의 평균",
    "head_to_head": "맞대결",
    "screening": "사전 평가 점수",
    "vote": "위원 투표",
}
REASONS = {"reserve": "예비", "recused": "회피", "incomplete": "미제출"}


def two_decimals(score: Fraction | None) -> str:
    """Rounded half up for display alone: the exact fraction decided."""
    if score is None:
        return "–"
    hundredths = int(score * 100 + Fraction(1, 2))
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def judge_name(judge) -> str:
    part = "예비" if judge.reserve else "외부" if judge.external else "내부"
    return f"{judge.id} ({part})"


def tally_sheet(facts: Facts, marks: dict) -> dict:
    """{"judges", "criteria", "rows": one a finalist in running order, "sheets": one a judge and finalist, …}.

    Raises Invalid where the computed scores are not the signed ones.
    """
    final = from_json({**marks, "criteria": [{k: c[k] for k in ("id", "points")} for c in marks["criteria"]]})
    outcome = tally(final)
    signed = {entry: Fraction(score) for entry, score in facts.result["scores"].items()}
    if {entry: score for entry, score in outcome.scores.items() if score is not None} != signed:
        raise Invalid({"": _("The scores computed from the marks are not the signed ones: no tally is made.")})
    cases = {case["entry"]: case for case in facts.finalists}
    points = {(m.judge, m.finalist, m.criterion): m.points for m in final.marks}
    rows, sheets = [], []
    for number, finalist in enumerate(final.finalists, start=1):
        case, detail = cases[finalist], outcome.details[finalist]
        trimmed = len(detail.values) >= final.trim_from and final.rule != "mean"
        rows.append(
            {
                "no": str(number),
                "who": addressed(case["person"]),
                "title": case["title"],
                "totals": [
                    {
                        "judge": j.id,
                        "text": _total(detail, j.id),
                        "dropped": j.id in detail.dropped,
                        "value": detail.totals.get(j.id),
                    }
                    for j in final.judges
                ],
                "sum": str(detail.sum),
                "score": two_decimals(detail.score),
                "exact": str(detail.score or ""),
                "grade": facts.grade_of(finalist),
                "trimmed": trimmed,
            }
        )
        sheets += [
            {
                "no": str(number),
                "judge": judge_name(judge),
                "total": str(detail.totals[judge.id]),
                "points": [str(points[judge.id, finalist, criterion.id]) for criterion in final.criteria],
            }
            for judge in final.judges
            if judge.id in detail.totals
        ]
    return {
        "judges": [judge_name(judge) for judge in final.judges],
        "criteria": [f"{c['name']} ({c['points']})" for c in marks["criteria"]],
        "severities": [str(outcome.severities.get(judge.id, "")) for judge in final.judges],
        "rows": rows,
        "sheets": sheets,
        "rule": final.rule,
        "notes": _notes(final, facts, {c["id"]: c["name"] for c in marks["criteria"]}),
        "head": facts.result["ledger_head"],
        "digest": facts.result["digest"],
    }


def _total(detail, judge: str) -> str:
    return str(detail.totals[judge]) if judge in detail.totals else REASONS[detail.not_counted[judge]]


def _notes(final, facts: Facts, names: dict[str, str]) -> list[str]:
    notes = [RULES[final.rule]]
    if final.rule != "mean":
        notes.append(
            f"유효한 심사표가 {final.trim_from}장 이상일 때만 뺍니다. 화면과 종이의 점수는 소수 둘째 자리까지 "
            "보이고, 결정은 정확한 분수로 합니다."
        )
    for line, rule in facts.result["decided_by"].items():
        told = names.get(rule.removeprefix("criterion:"), "") if rule.startswith("criterion:") else TIE_RULES.get(rule)
        notes.append(f"{line.replace('|', '위와 ')}위 사이의 동점을 가른 규칙: {told or rule}")
    if facts.result["unawarded"]:
        notes.append(f"수여하지 않은 상: {', '.join(facts.result['unawarded'])}")
    return notes
