"""Spreadsheets: the winners, and the tally with formulas that a reader can check. People's text is never a formula."""

from datetime import datetime
from fractions import Fraction
from io import BytesIO

from announcements.documents.facts import Facts
from announcements.documents.words import clean

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class _Book:
    """A workbook with our formats, whose bytes depend on its content alone."""

    def __init__(self, title: str, mark: str):
        import xlsxwriter

        self.buffer, self.mark = BytesIO(), mark
        self.book = xlsxwriter.Workbook(self.buffer, OPTIONS)
        self.book.set_properties({"title": title, "created": datetime(2000, 1, 1)})
        base = {"font_name": "맑은 고딕", "font_size": 10, "valign": "vcenter", "border": 1}
        self.cell = self.book.add_format(base | {"text_wrap": True})
        self.centre = self.book.add_format(base | {"align": "center"})
        self.head = self.book.add_format(
            base | {"align": "center", "bold": True, "bg_color": "#EEF2F7", "text_wrap": True}
        )
        self.score = self.book.add_format(base | {"align": "center", "num_format": "0.00", "bold": True})
        self.title = self.book.add_format({"font_name": "맑은 고딕", "font_size": 14, "bold": True})
        self.note = self.book.add_format({"font_name": "맑은 고딕", "font_size": 9, "font_color": "#555555"})
        self.red = self.book.add_format({"font_name": "맑은 고딕", "bold": True, "font_color": "#A8101F"})

    def sheet(self, name: str, heading: str, widths: list[int]):
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, heading, self.title)
        sheet.write_string(1, 0, self.mark, self.red)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        if self.mark:
            sheet.set_header(f"&C{self.mark}")
        return sheet

    def bytes(self) -> bytes:
        self.book.close()
        return self.buffer.getvalue()


def winners_xlsx(facts: Facts) -> bytes:
    """Grade, office, name, form of address, co-authors, title, summary: one row a winner, equals unnumbered."""
    name = facts.head["name"]
    book = _Book(f"{name} 수상자", facts.head["mark"])
    sheet = book.sheet("수상자", f"{name} 수상자", [12, 16, 12, 12, 22, 50, 70])
    heads = ("상격", "소속", "성명", "호칭", "공동 참여자", "발표작", "주요 내용")
    for column, text in enumerate(heads):
        sheet.write_string(2, column, text, book.head)
    row = 3
    for prize in facts.prizes:
        for case in clean(prize["winners"]):
            person = case["person"]
            cells = (
                prize["grade"],
                person["office"],
                person["name"],
                person["title"],
                ", ".join(person["co_authors"]),
                case["title"],
                case["summary"],
            )
            for column, text in enumerate(cells):
                sheet.write_string(row, column, text, book.centre if column < 4 else book.cell)
            row += 1
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    return book.bytes()


def tally_xlsx(facts: Facts, sheet_of: dict) -> bytes:
    """Two sheets: the marks as signed with SUM formulas, and the tally that adds them up and drops by formula."""
    from xlsxwriter.utility import xl_rowcol_to_cell as at

    data, name = clean(sheet_of), facts.head["name"]
    book = _Book(f"{name} 본선 심사 집계표", facts.head["mark"])
    judges, criteria = data["judges"], data["criteria"]
    summary = book.sheet("집계표", f"{name} 본선 심사 집계표", [6, 22, 42] + [11] * len(judges) + [9, 9, 14, 12])
    marks = book.sheet("심사표", "심사위원별 항목 점수", [6, 16] + [18] * len(criteria) + [9])
    for column, text in enumerate(["순서", "심사위원", *criteria, "합계"]):
        marks.write_string(2, column, text, book.head)
    places = {}
    for row, line in enumerate(data["sheets"], start=3):
        marks.write_string(row, 0, line["no"], book.centre)
        marks.write_string(row, 1, line["judge"], book.centre)
        for column, points in enumerate(line["points"], start=2):
            marks.write_number(row, column, int(points), book.centre)
        last = 1 + len(criteria)
        marks.write_formula(row, last + 1, f"=SUM({at(row, 2)}:{at(row, last)})", book.centre, int(line["total"]))
        places[line["no"], line["judge"]] = at(row, last + 1)
    heads = ["순서", "발표자", "발표작", *judges, "합계", "점수", "정확한 점수", "결과"]
    for column, text in enumerate(heads):
        summary.write_string(2, column, text, book.head)
    centred, first = data["rule"] == "centred_trimmed", 3
    if centred:
        _severities(summary, book, data, 3 + len(data["rows"]))
    for row, line in enumerate(data["rows"], start=3):
        for column, key in enumerate(("no", "who", "title")):
            summary.write_string(row, column, line[key], book.cell if column else book.centre)
        for column, (judge, total) in enumerate(zip(judges, line["totals"], strict=True), start=first):
            if total["value"] is None:
                summary.write_string(row, column, total["text"], book.centre)
            else:
                place = places[line["no"], judge]
                summary.write_formula(row, column, f"='심사표'!{place}", book.centre, total["value"])
        end = first + len(judges) - 1
        cells = f"{at(row, first)}:{at(row, end)}"
        severities = (
            f"{at(3 + len(data['rows']), first, True)}:{at(3 + len(data['rows']), end, True)}" if centred else ""
        )
        summary.write_formula(row, end + 1, f"=SUM({cells})", book.centre, int(line["sum"]))
        exact = float(Fraction(line["exact"])) if line["exact"] else 0
        if line["exact"]:
            formula = _score_formula(cells, severities, line["trimmed"])
            write = summary.write_array_formula if centred else summary.write_formula
            place = (row, end + 2, row, end + 2) if centred else (row, end + 2)
            write(*place, formula, book.score, exact)
        summary.write_string(row, end + 3, line["exact"], book.centre)
        summary.write_string(row, end + 4, line["grade"], book.centre)
    below = 4 + len(data["rows"]) + centred
    notes = [*data["notes"], f"원장 머리값 {data['head']}", f"결과 지문 {data['digest']}"]
    for number, text in enumerate(notes):
        summary.write_string(below + number, 0, f"※ {text}", book.note)
    summary.freeze_panes(3, 3)
    return book.bytes()


def _severities(summary, book: _Book, data: dict, row: int) -> None:
    summary.write_string(row, 2, "심사위원별 차이", book.head)
    for column, text in enumerate(data["severities"], start=3):
        if text:
            summary.write_number(row, column, float(Fraction(text)), book.score)


def _score_formula(cells: str, severities: str, trimmed: bool) -> str:
    """The rule as a formula; words (회피, 예비) are no numbers and are passed over."""
    values = f"IF(ISNUMBER({cells}),{cells}-{severities})" if severities else cells
    if not trimmed:
        return f"=AVERAGE({values})"
    return f"=(SUM({values})-MAX({values})-MIN({values}))/(COUNT({values})-2)"
