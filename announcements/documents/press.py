"""The words of the press release, the host's script and the notices, from the facts alone. Pure.

The press release follows the agency's manner: dates as 12월 9일(월, 14:00~16:00), one sentence a paragraph.
"""

from announcements.documents.facts import Facts
from announcements.documents.josa import josa, with_josa
from announcements.documents.words import addressed, quoted

NO_QUOTATION = "(기관장 말씀을 여기에 적습니다.)"


def counted(facts: Facts) -> str:
    """최우수상 1편, 우수상 3편, 장려상 4편"""
    return ", ".join(f"{prize['grade']} {len(prize['winners'])}편" for prize in facts.prizes)


def presented(case: dict) -> str:
    """‘title’을 발표한 office name form-of-address."""
    others = f" 외 {len(case['person']['co_authors'])}명" if case["person"]["co_authors"] else ""
    return f"{quoted(case['title'])}{josa(case['title'], '을/를')} 발표한 {addressed(case['person'])}{others}"


def _grade_line(prize: dict) -> str:
    cases = [presented(case) for case in prize["winners"]]
    verb = "수상했다." if len(cases) == 1 else "각각 수상했다."
    listed = ", ".join(f"▲{case}" for case in cases)
    return f"{with_josa(prize['grade'], '은/는')} {listed}{josa(cases[-1], '이/가')} {verb}"


def press_release(facts: Facts, *, external: bool, quotation: str = "") -> dict:
    """Title, subtitles, paragraphs (each with its kind: "main", "note", "prize", "quote"), table and contacts.

    `external`: whether judges from outside sat on the panel.
    """
    head, finalists = facts.head, len(facts.finalists)
    name, winners = f"「{head['name']}」", sum(len(prize["winners"]) for prize in facts.prizes)
    organiser = head["organiser"]
    when = f" {head['final']}" if head["final"] else ""
    place = f" {head['venue']}에서" if head["venue"] else ""
    judges = "내·외부 평가위원" if external else "평가위원"
    body = [
        (
            "main",
            f"{with_josa(organiser, '은/는')}{when}{place} {with_josa(name, '을/를')} 개최하고, "
            f"총 {winners}편의 우수사례를 선정하여 시상했다.",
        ),
    ]
    if head["ordinal"]:
        body.append(
            (
                "main",
                f"이번 어워드는 올해로 {head['ordinal']}회째를 맞이한 것으로, 직원들이 데이터와 인공지능을 "
                "활용한 우수사례를 공유하고 포상하기 위해 마련됐다.",
            )
        )
    body += [
        (
            "main",
            f"총 {head['entries']}편의 출품작에 대해 사전 평가를 거친 결과 {finalists}편의 본선 진출작이 선정됐으며, "
            f"수상작은 {with_josa(judges, '으로/로')} 구성된 현장 심사를 통해 {with_josa(counted(facts), '으로/로')} "
            "최종 결정됐다.",
        ),
        (
            "note",
            f"[어워드 일정] 사전 평가({head['screening']}) → 본선 진출작 {finalists}편 선정({head['selected']}) → "
            f"본선 개최({head['final_short']})",
        ),
    ]
    body += [("prize", _grade_line(prize)) for prize in facts.prizes]
    said = " ".join(quotation.split()) or NO_QUOTATION
    if head["head_of_agency"]:
        speaker = " ".join(reversed(head["head_of_agency"].split()))  # 관세청장 고광호 → 고광호 관세청장
        body.append(("quote", f"{with_josa(speaker, '은/는')} “{said}”라고 밝혔다."))
    best = facts.prizes[0] if facts.prizes else None
    subtitles = [f"총 {head['entries']}편 출품, 본선 {finalists}편 가운데 {counted(facts)} 선정"]
    if best and len(best["winners"]) == 1:
        subtitles.append(f"{best['grade']}에 {addressed(best['winners'][0]['person'])}")
    return {
        "title": f"{organiser}, {name} 개최… 우수사례 {winners}편 시상",
        "subtitles": subtitles,
        "body": [{"kind": kind, "text": text} for kind, text in body],
        "attachment": f"{head['name']} 본선 진출작 {finalists}편",
        "table": finalists_table(facts),
        "contacts": facts.contacts,
    }


def finalists_table(facts: Facts) -> list[dict]:
    """연번, 발표부서(발표자), 발표작, 주요 내용: the order of the record; the number only counts."""
    return [
        {"no": str(no), "who": addressed(case["person"]), "title": case["title"], "summary": case["summary"]}
        for no, case in enumerate(facts.finalists, start=1)
    ]


def certificates(facts: Facts) -> list[dict]:
    """One a person or team, numbered by grade, then by the record's order."""
    cases = [(prize["grade"], case) for prize in facts.prizes for case in prize["winners"]]
    pages = []
    for number, (grade, case) in enumerate(cases, start=1):
        person, team = case["person"], bool(case["person"]["co_authors"])
        who = "귀 팀은" if team else "위 사람은"
        name = facts.head["name"]
        pages.append(
            {
                "serial": f"제 {facts.head['year']}-{number:02d}호",
                "grade": grade,
                "office": person["office"],
                "rank": person.get("grade", ""),
                "form": "" if person.get("grade") else person["title"],
                "name": person["name"],
                "others": person["co_authors"],
                "title": case["title"],
                "text": f"{who} {facts.head['organiser']}에서 개최한 「{name}」에서 우수한 성적으로 입상하였으므로 "
                "이에 상장을 수여합니다.",
            }
        )
    return pages


def notices(facts: Facts, people: list[dict]) -> list[dict]:
    """The result for each entrant, in plain and polite words."""
    pages, finalists = [], len(facts.finalists)
    for line in people:
        if line["grade"]:
            result, text = (
                line["grade"],
                f"귀하의 출품작은 본선 심사를 거쳐 {line['grade']} 수상작으로 결정되었습니다. 축하드립니다.",
            )
        elif line["finalist"]:
            result, text = "본선 진출", "귀하의 출품작은 본선에 진출하였으나 수상작으로는 결정되지 않았습니다."
        else:
            result = "본선 미진출"
            text = (
                f"귀하의 출품작은 사전 평가 결과 본선 진출작 {finalists}편에 들지 못하였습니다. "
                "귀한 사례를 나누어 주셔서 감사드립니다."
            )
        pages.append(
            {
                "entry": line["entry"],
                "receipt": line["receipt"],
                "who": addressed(line["person"]),
                "title": line["title"],
                "result": result,
                "text": text,
                "others": line["person"]["co_authors"],
            }
        )
    return pages


def host_script(facts: Facts) -> list[dict]:
    """What the host says, the lowest grade first (RULES, "The panel" 8): {"grade", "count", "lines": […]}."""
    acts = []
    for prize in reversed(facts.prizes):
        lines = []
        for case in prize["winners"]:
            person = case["person"]
            who = addressed(person)
            if person["co_authors"]:
                who = f"{with_josa(who, '과/와')} 공동 참여자 {', '.join(person['co_authors'])} 님"
            lines.append(
                {
                    "title": case["title"],
                    "who": addressed(person),
                    "say": f"{quoted(case['title'])}{josa(case['title'], '을/를')} 발표하신 {who}, "
                    "축하드립니다!",
                }
            )
        acts.append(
            {
                "grade": prize["grade"],
                "count": len(lines),
                "opening": f"다음은 {prize['grade']}입니다. 모두 {len(lines)}편이며, 순서는 순위와 관계가 없습니다."
                if len(lines) > 1
                else f"이제 {with_josa(prize['grade'], '을/를')} 발표하겠습니다.",
                "lines": lines,
            }
        )
    return acts
