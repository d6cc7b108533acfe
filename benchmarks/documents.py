"""How long each document takes, made and read back: the 2024 award as it is, and an award of any size invented.

    python -m benchmarks.documents [--entries 37 1000] [--edition 2024]

With `--edition` the database's own award is timed as well (tally and all). Numbers are wall-clock seconds of one run;
memory is the most that the process ever held. Where WeasyPrint is installed, the certificates are timed with it too.
"""

import argparse
import html
import os
import resource
import time

FINALISTS = {37: 8, 1000: 100}
SURNAMES, SYLLABLES = "김이박최정강조윤장임", "가나다라마바사아자차카타파하"


def invented(entries: int):
    """(facts, people) of an award that never was: `entries` entries, 8 or 100 finalists, prizes as 1:3:4."""
    from announcements.documents.facts import Facts

    number = FINALISTS.get(entries, max(1, entries // 10))
    cases = []
    for n in range(entries):
        name = SURNAMES[n % 10] + SYLLABLES[n // 10 % 14] + SYLLABLES[n // 140 % 14]
        person = {"office": f"제{n % 40 + 1}세관", "name": name, "title": "주무관", "co_authors": []}
        title = f"데이터로 살펴본 통관 업무 {n + 1}번째 이야기"
        summary = "반입량과 시세의 변동을 함께 살펴 위험한 화물을 골라낸 사례 " * 2
        cases.append({"entry": f"e{n}", "person": person, "title": title, "summary": summary.strip()})
    finalists = cases[:number]
    best, good = max(1, number // 8), max(1, number * 3 // 8)
    parts = {"최우수상": finalists[:best], "우수상": finalists[best : best + good], "장려상": finalists[best + good :]}
    head = {
        "name": "어워드", "organiser": "관세청", "venue": "청사", "entries": entries, "ordinal": 4, "year": 2024,
        "team": "빅데이터분석팀", "head_of_agency": "관세청장 홍길동", "mark": "시연용 자료 · 지어낸 자료",
        "final": "12월 9일(월, 14:00~16:00)", "final_day": "2024년 12월 9일", "screening": "11.13~11.18",
        "selected": "11.20", "final_short": "12.9", "released": "2024. 12. 9.(월)",
    }  # fmt: skip
    prizes = [{"grade": grade, "winners": winners} for grade, winners in parts.items()]
    facts = Facts(head=head, finalists=finalists, prizes=prizes, told=frozenset({"finalists", "winners"}))
    people = [
        case | {"receipt": f"2024-{n:06d}", "grade": facts.grade_of(case["entry"]), "finalist": n < number}
        for n, case in enumerate(cases)
    ]
    return facts, people


def timed(maker, names) -> float:
    """Prints the seconds of each document, making and reading back, and gives their sum."""
    from announcements.documents import checker, readback

    total = 0.0
    for name in names:
        begun = time.perf_counter()
        content = maker.content(name)
        made = time.perf_counter()
        faults = checker.check(name, readback.units_of(name, content), maker.facts, maker.people_of(name))
        done = time.perf_counter()
        total += done - begun
        right = "agrees" if not faults else faults[0]
        print(f"  {name:22} {made - begun:7.2f} s made {done - made:7.2f} s checked {len(content):9,} bytes  {right}")
    print(f"  {'together':22} {total:7.2f} s, at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return total


def weasyprint(pages: list[dict]) -> None:
    """The same certificates by WeasyPrint, as plainly as can be, where it is installed."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError):
        print("  WeasyPrint is not installed: no comparison.")
        return
    body = "".join(
        f"<section><h1>상장</h1><p>{html.escape(p['serial'])}</p><h2>{html.escape(p['grade'])}</h2>"
        f"<p>{html.escape(p['office'])} {html.escape(p['name'])}</p><p>{html.escape(p['text'])}</p></section>"
        for p in pages
    )
    style = "<style>section{break-after:page;border:4px double #9a7b2f;height:240mm;font-size:16pt}</style>"
    begun = time.perf_counter()
    content = HTML(string=f"<html lang=ko>{style}{body}</html>").write_pdf(pdf_variant="pdf/ua-1")
    print(f"  WeasyPrint certificates {time.perf_counter() - begun:7.2f} s {len(content):9,} bytes")


def main() -> None:
    """Reads the arguments; the embedded database runs meanwhile, as for manage.py."""
    from awards.database import embedded

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", nargs="*", type=int, default=[37, 1000])
    parser.add_argument("--edition", default="")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "awards.settings")
    os.environ.setdefault("JANGWON_ROLE", "owner")
    with embedded():
        run(options)


def run(options) -> None:
    """Times the invented awards, and the database's where one was named."""
    import django

    django.setup()
    from announcements.documents import press
    from announcements.documents.catalogue import DOCUMENTS
    from announcements.documents.making import Maker
    from awards.models import Edition

    names = [document.name for document in DOCUMENTS]
    if options.edition:
        print(f"{options.edition}, from the database")
        timed(Maker(Edition.objects.get(slug=options.edition)), names)
    for entries in options.entries:
        facts, people = invented(entries)
        print(f"{entries} entries, {len(facts.finalists)} finalists, invented")
        facts.result = {"digest": "0" * 64}
        maker = Maker.of(facts, people, external=True)
        timed(maker, [name for name in names if not name.startswith("tally")])
        weasyprint(press.certificates(facts))


if __name__ == "__main__":
    main()
