"""Compares what a file says, and what a manager wrote, with the record.

`check` looks at the texts of a produced file: any fault blocks that file. `check_text` looks at a manager's own words:
what is certainly wrong blocks, what may be meant so warns. Neither changes anything, nor knows the files' formats.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from announcements.documents.words import addressed, clean

NEAR = 0.5  # Dice coefficient of letter pairs from which a passage counts as meant for a title
FORMS = (
    "관세행정관",
    "행정주사보",
    "주무관",
    "사무관",
    "서기관",
    "행정관",
    "반장",
    "계장",
    "팀장",
    "과장",
    "국장",
    "교수",
    "씨",
    "님",
)
PARTICLES = {"", *"은는이가을를의과와도", "에게", "께서", "이라", "라고", "이며"}


def _packed(text: str) -> str:
    return re.sub(r"\s+", "", clean(text))


@dataclass(frozen=True, slots=True)
class Group:
    """What must stand together about one person: `whole` in one piece each, all in one unit."""

    who: str
    whole: tuple[str, ...]


def check(name: str, units: list[str], facts, people: list[dict]) -> list[str]:
    """A line for each person about whom the file does not say what the record says, none when all is well."""
    groups = _expected(name, facts, people)
    pieces = _pieces(name, [_packed(unit) for unit in units], facts)
    faults = (
        [
            _("It has %(found)d pages, where the record asks for %(wanted)d.")
            % {"found": len(units), "wanted": len(groups)}
        ]
        if _is_paged(name) and len(units) != len(groups)
        else []
    )
    for number, group in enumerate(groups):
        wanted = [_packed(text) for text in group.whole if text]
        if _is_paged(name):
            candidates = pieces[number : number + 1]
        else:
            candidates = pieces
        if not any(all(text in piece for text in wanted) for piece in candidates):
            best = max(candidates, key=lambda piece: sum(text in piece for text in wanted), default="")
            missing = [text for text in group.whole if text and _packed(text) not in best]
            faults.append(
                _("%(who)s: does not agree with the record: %(what)s") % {"who": group.who, "what": " / ".join(missing)}
            )
    return faults


def _is_paged(name: str) -> bool:
    return name in ("certificates.pdf", "notices.pdf")


def _pieces(name: str, packed: list[str], facts) -> list[str]:
    """The units in which what belongs together stands together."""
    whole = "".join(packed)
    if name == "press-release.pdf":
        return [whole, *whole.split("□")]
    if name == "host-script.pdf":
        return _split(whole, [_packed(f"{prize['grade']} {len(prize['winners'])}편") for prize in facts.prizes])
    if name == "tally.pdf":
        return _split(whole, [_packed(addressed(case["person"]) + case["title"]) for case in facts.finalists])
    return packed


def _split(text: str, marks: list[str]) -> list[str]:
    """The text cut before each mark's first place."""
    cuts = sorted({text.find(mark) for mark in marks if mark in text}) + [len(text)]
    return [text[start:end] for start, end in pairwise(cuts)]


def _expected(name: str, facts, people: list[dict]) -> list[Group]:
    winners = [(prize["grade"], case) for prize in facts.prizes for case in prize["winners"]]
    kind = name.rsplit(".", 1)[0]
    if kind == "notices":
        return [
            Group(
                line["person"]["name"],
                (
                    f"수신{addressed(line['person'])}제목",
                    f"출품작{line['title']}발표자",
                    f"결과{_told(line)}",
                    line["receipt"],
                ),
            )
            for line in people
        ]
    if kind == "certificates":
        return [
            Group(case["person"]["name"], (grade, case["title"], _on_certificate(case["person"])))
            for grade, case in winners
        ]
    if kind == "winners":
        cells = ("office", "name", "title")
        return [
            Group(
                case["person"]["name"],
                (
                    grade + "".join(case["person"][cell] for cell in cells),
                    case["title"],
                    case["summary"],
                    *case["person"]["co_authors"],
                ),
            )
            for grade, case in winners
        ]
    if kind == "tally":
        return [
            Group(case["person"]["name"], (addressed(case["person"]) + case["title"], facts.grade_of(case["entry"])))
            for case in facts.finalists
        ]
    told = [Group(case["person"]["name"], (grade, case["title"], addressed(case["person"]))) for grade, case in winners]
    table = [
        Group(case["person"]["name"], (addressed(case["person"]) + case["title"] + case["summary"],))
        for case in facts.finalists
    ]
    return {"press-release": told + table, "host-script": told, "finalists-table": table}[kind]


def _told(line: dict) -> str:
    return line["grade"] or ("본선 진출" if line["finalist"] else "본선 미진출")


def _on_certificate(person: dict) -> str:
    grade = person.get("grade", "")  # the formal grade where the record has it, else the form of address
    return (
        f"소속{person['office']}"
        + (f"직급{grade}" if grade else "")
        + f"성명{person['name']}"
        + ("" if grade else person["title"])
    )


# ---- A manager's own words ----


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a passage: `blocks`, or may be accepted by a tick."""

    blocks: bool
    found: str
    right: str
    message: str


def check_text(text: str, facts) -> list[Remark]:
    """What does not fit the record in a manager's own words; blocks first, in the order of the text."""
    text = clean(text)
    remarks = [*_names(text, facts), *_around_names(text, facts), *_grades(text, facts), *_titles(text, facts)]
    return sorted(dict.fromkeys(remarks), key=lambda remark: (not remark.blocks, text.find(remark.found)))


def _people(facts) -> list[dict]:
    return [case["person"] for case in facts.finalists]


def _known_names(facts) -> set[str]:
    names = {name for person in _people(facts) for name in (person["name"], *person["co_authors"])}
    others = {contact["name"] for contact in facts.contacts} | set(facts.head["head_of_agency"].split())
    return names | others


def _names(text: str, facts) -> Iterable[Remark]:
    """Names one syllable off one in the record; before a form of address also one too many or too few."""
    known, recorded = _known_names(facts), {name for p in _people(facts) for name in (p["name"], *p["co_authors"])}
    offices = sorted({person["office"] for person in _people(facts)}, key=len, reverse=True)
    runs = list(re.finditer(r"[가-힣]+", text))
    for place, run in enumerate(runs):
        following = runs[place + 1].group() if place + 1 < len(runs) and _close(text, run, runs[place + 1]) else ""
        word = run.group()
        word = next((word.removeprefix(office) for office in offices if word.startswith(office)), word)
        for right in recorded:
            for length in (len(right), len(right) - 1, len(right) + 1):
                found, rest = word[:length], word[length:]
                titled = (rest or following).startswith(FORMS)
                if len(found) < max(2, length) or found in known or not (titled or rest in PARTICLES):
                    continue
                if length == len(right) and _one_replaced(found, right) or titled and _one_more(found, right):
                    message = _("“%(found)s” is one syllable off “%(right)s”, who is in the record.")
                    yield Remark(True, found, right, message % {"found": found, "right": right})


def _close(text: str, one, other) -> bool:
    return text[one.end() : other.start()].strip(" ") == ""


def _one_replaced(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _one_more(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(long) == len(short) + 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def _around_names(text: str, facts) -> Iterable[Remark]:
    """A person of the record with another office before the name, or another form of address after it."""
    packed = _packed(text)
    offices = sorted({person["office"] for person in _people(facts)}, key=len, reverse=True)
    for name in {person["name"] for person in _people(facts)}:
        same = [person for person in _people(facts) if person["name"] == name]
        right = " / ".join(addressed(person) for person in same)
        for place in re.finditer(re.escape(name), packed):
            before, after = packed[: place.start()], packed[place.end() :]
            office = next((office for office in offices if before.endswith(office)), "")
            form = next((form for form in FORMS[:-2] if after.startswith(form)), "")
            wrong_office = office and office not in {person["office"] for person in same}
            if wrong_office or form and form not in {person["title"] for person in same}:
                found = f"{office} {name} {form}".strip()
                message = _("“%(found)s” is “%(right)s” in the record.")
                yield Remark(True, found, right, message % {"found": found, "right": right})


def _grades(text: str, facts) -> Iterable[Remark]:
    """A sentence that names one grade alone, and a person who has another."""
    grades = sorted((prize["grade"] for prize in facts.prizes), key=len, reverse=True)
    of_name = {case["person"]["name"]: prize["grade"] for prize in facts.prizes for case in prize["winners"]}
    if not grades:
        return
    for sentence in re.split(r"(?<=다)\.|\n", text):
        named = set(re.findall("|".join(map(re.escape, grades)), sentence))
        for name, grade in of_name.items():
            if len(named) == 1 and name in sentence and grade not in named:
                message = _("“%(found)s” has the prize “%(right)s” in the record.")
                yield Remark(True, name, grade, message % {"found": name, "right": grade})


def _straight(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(str.maketrans("‘’“”", "''\"\"")))


def _pairs(text: str) -> set[str]:
    letters = re.sub(r"[\W_]+", "", text)
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def _titles(text: str, facts) -> Iterable[Remark]:
    """Passages near a title but not it, to the letter; each passage is compared with the title nearest to it."""
    plain = _straight(text)
    known = {case[part] for case in facts.finalists for part in ("title", "summary")}
    for verbatim in sorted(map(_straight, known), key=len, reverse=True):
        plain = plain.replace(verbatim, " \x00 ")
    words, found = plain.split(" "), []
    for title in {case["title"] for case in facts.finalists}:
        found += [(score, start, end, title) for score, start, end in _near(words, _pairs(title), len(_packed(title)))]
    taken: set[int] = set()
    for _score, start, end, title in sorted(found, key=lambda hit: (-hit[0], hit[2] - hit[1], hit[1])):
        if taken.isdisjoint(range(start, end)):
            taken |= set(range(start, end))
            passage = " ".join(words[start:end]).strip(" ,.△▲·'\"")
            message = _("“%(found)s” is near the title “%(right)s”, but not it to the letter.")
            yield Remark(False, passage, title, message % {"found": passage, "right": title})


def _near(words: list[str], pairs: set[str], length: int) -> Iterable[tuple[float, int, int]]:
    """(likeness, first word, end) of every run of words about as long as a title and like it."""
    for start in range(len(words)):
        run = ""
        for end in range(start + 1, len(words) + 1):
            run += words[end - 1]
            if "\x00" in run or len(run) > length * 1.6 + 2:
                break
            if len(run) >= length * 0.5:
                ours = _pairs(run)
                score = 2 * len(ours & pairs) / (len(ours) + len(pairs)) if ours and pairs else 0.0
                if score >= NEAR:
                    yield score, start, end
