"""Documents made from the record: what they say, that they agree, who gets them, what a manager may write in them."""

import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook
from pypdf import PdfReader

from announcements.demo.telling import tell
from announcements.documents import checker, fonts, making, press, readback
from announcements.documents.catalogue import BUNDLE, DOCUMENTS
from announcements.documents.facts import Facts
from announcements.documents.pdf import compile_pdf
from announcements.models import DocumentFile
from announcements.services.documents import begin_document, end_document
from announcements.tasks import make_asked
from awards.models import AccessLog, Edition
from entries.models import EntryVersion

HERE = Path(__file__).parent
SHELF = "/2030/announcements/documents/"
NAMES = [document.name for document in DOCUMENTS]


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def told(story, turn_clock):
    turn_clock(story.times.final_ends + timedelta(days=1))
    return tell(story=story, until="winners")


@pytest.fixture
def maker(told):
    return making.Maker(told.fresh())


def case(no, office, name, title, summary="주요 내용", co_authors=(), rank="주무관"):
    person = {"office": office, "name": name, "title": rank, "co_authors": list(co_authors)}
    return {"entry": f"e{no}", "person": person, "title": title, "summary": summary, "track": "", "invented": False}


@pytest.fixture
def facts_2024():
    """The facts of the real award, as its attached table has them, without a database."""
    import tomllib

    source = Path(__file__).parents[2] / "announcements" / "demo" / "facts_2024.toml"
    rows = tomllib.loads(source.read_text())["finalist"]
    cases = [case(r["no"], r["office"], r["name"], r["title"], r["summary"]) for r in rows]
    grades = {f"e{row['no']}": row["prize"] for row in rows}
    prizes = [
        {"grade": grade, "winners": [c for c in cases if grades[c["entry"]] == grade]}
        for grade in ("최우수상", "우수상", "장려상")
    ]
    head = {
        "name": "2024 빅데이터 어워드", "organiser": "관세청", "venue": "정부대전청사", "entries": 37, "ordinal": 4,
        "year": 2024, "team": "정보데이터정책관 빅데이터분석팀", "head_of_agency": "관세청장 고광호", "mark": "",
        "final": "12월 9일(월, 14:00~16:00)", "final_day": "2024년 12월 9일", "screening": "11.13~11.18",
        "selected": "11.20", "final_short": "12.9", "released": "2024. 12. 9.(월)",
    }  # fmt: skip
    contacts = [{"role": "책임자", "title": "팀장", "name": "박지영", "phone": "042-481-3290"}]
    return Facts(head=head, finalists=cases, prizes=prizes, told=frozenset({"finalists", "winners"}), contacts=contacts)


# ---- What the documents say ----


def test_every_document_is_made_and_agrees_with_the_record(maker):
    for name in NAMES:
        assert maker.make(name).faults == []


def test_the_press_release_states_what_the_real_one_does(facts_2024):
    text = press.press_release(facts_2024, external=True)
    lines = [item["text"] for item in text["body"]]
    assert lines[0] == (
        "관세청은 12월 9일(월, 14:00~16:00) 정부대전청사에서 「2024 빅데이터 어워드」를 개최하고, "
        "총 8편의 우수사례를 선정하여 시상했다."
    )
    assert lines[2] == (
        "총 37편의 출품작에 대해 사전 평가를 거친 결과 8편의 본선 진출작이 선정됐으며, 수상작은 내·외부 평가위원으로 "
        "구성된 현장 심사를 통해 최우수상 1편, 우수상 3편, 장려상 4편으로 최종 결정됐다."
    )
    assert lines[3] == "[어워드 일정] 사전 평가(11.13~11.18) → 본선 진출작 8편 선정(11.20) → 본선 개최(12.9)"
    assert lines[4] == "최우수상은 ▲‘빅데이터를 활용한 금 밀수 위험성 분석’을 발표한 부산세관 이경우 주무관이 수상했다."
    assert "▲“'불법 환전상'을 막아라”를 발표한 서울세관 김진경 주무관이 각각 수상했다." in lines[5]
    assert [row["no"] for row in text["table"]] == list("12345678")
    assert checker.check_text("\n".join(lines), facts_2024) == []


def test_pdfs_are_tagged_and_the_same_bytes_each_time(maker):
    for name in (name for name in NAMES if name.endswith(".pdf")):
        content = maker.content(name)
        assert content == maker.content(name)
        reader = PdfReader(io.BytesIO(content))
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert b"pdfuaid" in content or "pdfuaid" in str(reader.xmp_metadata and reader.xmp_metadata.stream.get_data())
        assert reader.trailer["/Root"]["/Lang"] == "ko-KR"


def test_spreadsheets_are_the_same_bytes_and_their_formulas_have_values(maker):
    content = maker.content("tally.xlsx")
    assert content == maker.content("tally.xlsx")
    formulas = load_workbook(io.BytesIO(content))["집계표"]
    values = load_workbook(io.BytesIO(content), data_only=True)["집계표"]
    judges = len(maker.tally["judges"])
    for row, line in enumerate(maker.tally["rows"], start=4):
        assert formulas.cell(row, 5 + judges).value.startswith("=(SUM(")
        counted = sorted(t["value"] for t in line["totals"] if t["value"] is not None)
        assert values.cell(row, 4 + judges).value == sum(counted) == int(line["sum"])
        kept = counted[1:-1] if line["trimmed"] else counted
        assert values.cell(row, 5 + judges).value == pytest.approx(sum(kept) / len(kept))


def test_a_title_is_never_a_formula_nor_markup(facts_2024):
    nasty = '=1+1 #set <b>"\\\' $x$ @y `z` */ 펲뷁 漢 🏆'
    facts_2024.finalists[2]["title"] = nasty
    text = press.press_release(facts_2024, external=False)
    pdf = compile_pdf("press-release", {**text, "mark": "", "organiser": "관세청", "team": "", "released": ""})
    assert re.sub(r"\s", "", nasty) in re.sub(r"\s", "", "".join(readback.units_of("press-release.pdf", pdf)))
    for name, content in (
        ("winners.xlsx", making.winners_xlsx(facts_2024)),
        ("finalists-table.hwpx", making.finalists_hwpx(facts_2024)),
    ):
        assert any(nasty in unit for unit in readback.units_of(name, content))
    assert load_workbook(io.BytesIO(making.winners_xlsx(facts_2024)))["수상자"]["F4"].data_type == "s"


def test_a_long_title_and_a_team_of_nine_stay_on_their_page(facts_2024):
    best = facts_2024.prizes[0]["winners"][0]
    best["title"], best["person"]["co_authors"] = "가" * 120, [f"공동자{n}" for n in "일이삼사오육칠팔"]
    about = {"name": "어워드", "mark": "", "organiser": "관세청", "team": "", "day": "2024년 12월 9일"}
    content = compile_pdf("certificates", about | {"signer": "관세청장", "pages": press.certificates(facts_2024)})
    units = readback.units_of("certificates.pdf", content)
    assert checker.check("certificates.pdf", units, facts_2024, []) == []
    assert "귀 팀은" in " ".join(units[0].split()) and "위 사람은" in " ".join(units[1].split())


def test_a_character_that_no_font_has_is_named_before_anything_is_made(facts_2024):
    facts_2024.finalists[0]["title"] = "데이터\U000130b8분석"
    with pytest.raises(fonts.MissingCharacters) as refused:
        compile_pdf("press-release", press.press_release(facts_2024, external=False))
    assert list(refused.value.where) == ["\U000130b8"]
    assert "U+130B8" in str(refused.value) and "데이터" in str(refused.value)


def test_a_prize_that_was_not_given_is_not_told_of(facts_2024):
    del facts_2024.prizes[1]
    lines = " ".join(item["text"] for item in press.press_release(facts_2024, external=True)["body"])
    assert "최우수상 1편, 장려상 4편으로" in lines and "총 5편의" in lines and " 우수상" not in lines


def test_an_edition_without_hours_still_has_its_documents(told):
    Edition.objects.update(final_starts=None, final_ends=None)
    maker = making.Maker(told.fresh())
    assert maker.press["body"][0]["text"].startswith("관세청은 정부대전청사에서 ")
    assert [maker.make(name).faults for name in ("press-release.pdf", "certificates.pdf")] == [[], []]


def test_a_demonstration_is_marked_on_every_page(maker):
    maker.facts.head["mark"] = "시연용 자료 · 지어낸 자료"
    for name in NAMES:
        units = readback.units_of(name, maker.content(name))
        marked = [unit for unit in units if "시연용 자료" in unit]
        assert len(marked) == len(units) if name.endswith(".pdf") else marked


# ---- The checker ----


PARTS = [("name", "전해경"), ("office", "울산세관"), ("form", "사무관"), ("title", "다른 제목"), ("grade", "장려상")]


def test_a_file_that_disagrees_with_the_record_is_blocked(maker):
    right = json.loads(json.dumps([maker.facts.finalists, maker.facts.prizes]))
    for name in NAMES:
        for part, wrong in PARTS:
            if (name, part) == ("finalists-table.hwpx", "grade"):
                continue  # it names no grade
            for cached in ("press", "tally"):
                maker.__dict__.pop(cached, None)
            units = readback.units_of(name, _spoiled(maker, name, part, wrong))
            maker.facts.finalists, maker.facts.prizes = json.loads(json.dumps(right))
            assert checker.check(name, units, maker.facts, maker.people_of(name)), (name, part)


def _spoiled(maker, name, part, wrong) -> bytes:
    """The document made from facts in which the best entry was changed."""
    entry = maker.facts.prizes[0]["winners"][0]["entry"]
    best = [c for c in [*maker.facts.finalists, *maker.facts.prizes[0]["winners"]] if c["entry"] == entry]
    line = next(line for line in maker.people if line["entry"] == entry)
    right = json.loads(json.dumps(line))
    for found in [*best, line]:
        if part == "title":
            found["title"] = wrong
        elif part != "grade":
            found["person"]["title" if part == "form" else part] = wrong
    if part == "grade":
        maker.facts.prizes[0]["grade"] = line["grade"] = wrong
    content = maker.content(name)
    maker.people[maker.people.index(line)] = right
    return content


def test_the_real_press_release_is_found_out(facts_2024):
    text = (HERE / "press_release_2024.txt").read_text()
    remarks = checker.check_text(text, facts_2024)
    assert [(r.found, r.right) for r in remarks if r.blocks] == [("전해경", "전혜경")]
    near = [(r.found, r.right) for r in remarks if not r.blocks]
    assert ("빅데이터 및 파이썬을 활용한 금괴 밀수위험분석", "빅데이터를 활용한 금 밀수 위험성 분석") in near
    assert [right for found, right in near if "불법 환전상" in found] == ["'불법 환전상'을 막아라"]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("부산세관 이경우 주무관의 사례는 모범입니다.", []),
        ("이 경우에는 이주무관이 맡습니다.", []),
        ("전해경이 큰일을 했다.", ["전해경"]),
        ("전혜 주무관과 이경우 주무관", ["전혜"]),
        ("서울세관이경으주무관", ["이경으"]),
        ("서울세관 이경우 주무관", ["서울세관 이경우 주무관"]),
        ("이경우 사무관", ["이경우 사무관"]),
        ("최우수상은 오연지 주무관이 받았다.", ["오연지"]),
        ("최우수상 1편과 우수상 3편, 이경우", []),
        ("고광호 관세청장과 박지영 팀장", []),
        ("", []),
    ],
)
def test_names_in_a_managers_words(facts_2024, text, blocks):
    assert [remark.found for remark in checker.check_text(text, facts_2024) if remark.blocks] == blocks


# ---- The command ----


def test_the_command_writes_and_names_what_it_wrote(told, tmp_path, capsys):
    call_command("make_documents", "2030", "--out", str(tmp_path / "out"))
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {*NAMES, BUNDLE.name}
    printed = capsys.readouterr().out
    assert all(name in printed for name in written)
    with zipfile.ZipFile(tmp_path / "out" / BUNDLE.name) as archive:
        assert archive.namelist() == NAMES
    call_command("make_documents", "2030", "--out", str(tmp_path / "two"), "--only", "press-release", "winners.xlsx")
    assert {path.name for path in (tmp_path / "two").iterdir()} == {
        "press-release.pdf", "press-release.hwpx", "winners.xlsx"}  # fmt: skip


def test_the_command_refuses_in_one_clear_line(story, tmp_path):
    out = ["--out", str(tmp_path / "out")]
    tell(story=story, until="selection")
    with pytest.raises(CommandError):
        call_command("make_documents", "2030", *out)
    with pytest.raises(CommandError, match="no edition 1999"):
        call_command("make_documents", "1999", *out)
    with pytest.raises(CommandError, match="no document song"):
        call_command("make_documents", "2030", *out, "--only", "song")
    assert not (tmp_path / "out").exists()


def test_only_what_was_told_is_made(story, tmp_path, capsys):
    tell(story=story, until="finalists")
    call_command("make_documents", "2030", "--out", str(tmp_path))
    assert {path.name for path in tmp_path.glob("*.*")} == {"finalists-table.hwpx", BUNDLE.name}
    with pytest.raises(CommandError, match="winners are not announced"):
        call_command("make_documents", "2030", "--out", str(tmp_path), "--only", "press-release")


def test_a_quotation_that_disagrees_writes_nothing(told, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("이경으 주무관에게 감사한다")
    with pytest.raises(CommandError):
        call_command("make_documents", "2030", "--out", str(tmp_path / "out"), "--quotation", str(words))
    assert not (tmp_path / "out").exists()


# ---- The pages ----


def made_of(client, **data):
    client.post(f"{SHELF}make/", data)
    make_asked(list(DocumentFile.objects.filter(state="asked").values_list("public_id", flat=True)))
    return {row.name: row for row in DocumentFile.objects.order_by("pk")}


def test_a_manager_asks_the_worker_makes_and_all_can_be_taken(told, as_user):
    client = as_user("manager")
    assert client.post(f"{SHELF}make/", {"quotation": "앞으로도 힘쓰겠다"}).status_code == 302
    assert client.post(f"{SHELF}make/", {}).status_code == 302  # a double click
    assert DocumentFile.objects.count() == len(NAMES) + 1
    page = client.get(SHELF)
    assert page.context["busy"] and 'hx-trigger="every 2s"' in page.content.decode()
    made = made_of(client)
    assert {row.state for row in made.values()} == {"made"}
    page = client.get(SHELF)
    assert not page.context["busy"] and page.context["ended"] == len(made)
    response = client.get(f"{SHELF}{made['press-release.pdf'].public_id}/")
    content = b"".join(response.streaming_content)
    assert (response["Cache-Control"], response["X-Content-Type-Options"]) == ("private, no-store", "nosniff")
    assert "앞으로도힘쓰겠다" in re.sub(r"\s", "", "".join(readback.units_of("press-release.pdf", content)))
    log = AccessLog.objects.get(subject=f"document:{made['press-release.pdf'].public_id}")
    assert (log.action, log.actor) == ("downloaded", told.people["manager"])


def test_marks_leave_with_a_reason_only(told, as_user):
    made = made_of(as_user("manager"))
    for name in ("tally.xlsx", "tally.pdf", "notices.pdf", BUNDLE.name):
        address = f"{SHELF}{made[name].public_id}/"
        client = as_user("auditor")
        for page in (client.get(address), client.post(address, {"reason": " "})):
            assert page.status_code == 200 and "Content-Disposition" not in page
        assert not AccessLog.objects.filter(subject=f"document:{made[name].public_id}").exists()
        page = client.post(address, {"reason": "감사"})
        assert "attachment" in page["Content-Disposition"] and b"".join(page.streaming_content)
        log = AccessLog.objects.get(subject=f"document:{made[name].public_id}")
        assert (log.action, log.reason) == ("exported", "감사")


def test_a_name_one_syllable_off_stays_typed_and_a_near_title_wants_a_tick(told, as_user):
    client = as_user("manager")
    page = client.post(f"{SHELF}make/", {"quotation": "이경으 주무관"})
    assert (page.status_code, page.context["form"]["quotation"].value()) == (200, "이경으 주무관")
    assert page.context["form"].errors["quotation"]
    near = "금괴 빅데이터를 활용한 금 밀수 위험 분석 사례"
    page = client.post(f"{SHELF}make/", {"quotation": near})
    assert list(page.context["form"].errors) == ["accepted"]
    assert not DocumentFile.objects.exists()
    assert client.post(f"{SHELF}make/", {"quotation": near, "accepted": "on"}).status_code == 302
    assert {row.quotation for row in DocumentFile.objects.all()} == {near}


def test_documents_are_for_managers_and_the_auditor(told, as_user):
    file = made_of(as_user("manager"))["winners.xlsx"]
    roles = [("auditor", 200, 403), ("operator", 403, 403), ("judge1", 403, 403), ("entrant1", 404, 404)]
    for name, sees, makes in [*roles, ("outsider", 404, 404)]:
        client = as_user(name)
        assert client.get(SHELF).status_code == sees
        assert client.post(f"{SHELF}make/").status_code == makes
        page = client.get(f"{SHELF}{file.public_id}/")
        assert page.status_code == sees
        assert not page.streaming or b"".join(page.streaming_content)
        assert client.get(f"{SHELF}nosuchfile99/").status_code == (404 if sees == 200 else sees)


def test_nothing_is_made_before_anything_is_told(story, as_user, turn_clock):
    turn_clock(story.times.selected)
    tell(story=story, until="selection")
    client = as_user("manager")
    assert client.get(SHELF).status_code == 200
    assert client.post(f"{SHELF}make/").status_code == 409
    assert not DocumentFile.objects.exists()


def test_a_document_that_cant_be_made_says_why_and_the_others_are_made(told, as_user):
    made = made_of(as_user("manager"), quotation="데이터 \U000130b8")
    assert {name for name, row in made.items() if row.state == "failed"} == {"press-release.pdf"}
    assert "U+130B8" in made["press-release.pdf"].message
    assert made["winners.xlsx"].state == made[BUNDLE.name].state == "made"


def test_a_document_that_disagrees_is_shown_but_never_given(told, as_user):
    client = as_user("manager")
    client.post(f"{SHELF}make/")
    row = DocumentFile.objects.get(name="press-release.pdf")
    assert (begin_document(document=row, basis="x"), begin_document(document=row, basis="x")) == (True, False)
    end_document(document=row, state="wrong", message="이경우: 다릅니다", now=told.times.final_ends)
    make_asked(list(DocumentFile.objects.values_list("public_id", flat=True)))
    assert set(DocumentFile.objects.values_list("name", "state")) == {
        ("press-release.pdf", "wrong"), *((name, "made") for name in [*NAMES[1:], BUNDLE.name])}  # fmt: skip
    assert "이경우: 다릅니다" in client.get(SHELF).content.decode()
    assert client.get(f"{SHELF}{row.public_id}/").status_code == 404


def test_a_worker_that_was_killed_is_not_waited_for_for_ever(told, as_user, turn_clock):
    client = as_user("manager")
    client.post(f"{SHELF}make/")
    turn_clock(told.times.final_ends + timedelta(days=1, minutes=11))
    made = made_of(client)
    assert {row.state for row in made.values()} == {"made"}
    assert DocumentFile.objects.filter(state="failed").count() == len(made)


def test_the_marks_must_be_the_signed_ones(told, maker):
    from awards.decisions import Invalid
    from judging.panel.models import Panel

    Panel.objects.update(unawarded=["장려상"])
    with pytest.raises(Invalid):
        making.Maker(told.fresh()).make("tally.pdf")


def test_the_shelf_asks_a_fixed_number_of_queries(told, as_user, django_assert_num_queries):
    client = as_user("manager")
    client.get(SHELF)
    with django_assert_num_queries(18):
        client.get(SHELF)
    made_of(client)
    with django_assert_num_queries(18):
        client.get(SHELF)


def test_notices_name_every_entrant_once(maker):
    pages = readback.units_of("notices.pdf", maker.content("notices.pdf"))
    assert len(pages) == EntryVersion.objects.filter(entry__state="accepted").count() == 3


def test_web_processes_never_import_document_libraries():
    code = (
        "import sys, django; from django.urls import get_resolver; django.setup();"
        "import awards.wsgi, announcements.tasks; get_resolver().url_patterns;"
        "print([n for n in ('typst', 'hwpx', 'openpyxl', 'pypdf', 'fontTools') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          cwd=Path(__file__).parents[2])  # fmt: skip
    assert done.stdout.strip() == "[]"
