"""HWPX, the format that Korean agencies exchange: the press release and the finalists' table.

Sizes of tables and cells are set by hand, or rows collapse. Units: 1 mm is 283.46 of HWPX's.
"""

import os
import tempfile

from announcements.documents.facts import Facts
from announcements.documents.press import finalists_table
from announcements.documents.words import clean

WIDTH = 48189  # 170 mm between margins of 20 mm
TINT = "EEF2F7"
FONT = "함초롬돋움"


class _Paper:
    """A document with a few words for what our papers are made of."""

    def __init__(self, mark: str):
        from hwpx import HwpxDocument

        self.doc = HwpxDocument.new()
        self.doc.page.set_margins(left=5669, right=5669, top=2835, bottom=2835, header=2835, footer=1417)
        self.styles = {}
        if mark:
            self.doc.page.set_header(text=mark)
            self.line(mark, size=10, bold=True, color="A8101F", align="CENTER", after=4)

    def style(self, size: float, bold: bool = False, color: str = "1A1A1A") -> str:
        key = (size, bold, color)
        if key not in self.styles:
            self.styles[key] = self.doc.styles.ensure_run(bold=bold, color=f"#{color}", font=FONT, size=size)
        return self.styles[key]

    def line(
        self,
        text,
        *,
        size=12,
        bold=False,
        color="1A1A1A",
        align="LEFT",
        before=0,
        after=6,
        indent=0,
        first=0,
        new_page=False,
    ):
        options = {"pageBreak": "1"} if new_page else {}
        para = self.doc.add_paragraph(
            text, char_pr_id_ref=self.style(size, bold, color), inherit_style=False, **options
        )
        self.doc.styles.apply_paragraph_format(
            paragraphs=[para],
            alignment=align,
            line_spacing_percent=150,
            spacing_before_pt=before,
            spacing_after_pt=after,
            indent_left_mm=indent,
            first_line_indent_mm=first,
        )
        return para

    def table(
        self,
        rows: list[list[str]],
        widths_mm: list[float],
        heights_mm: list[float],
        *,
        heads: set,
        size=10,
        left: frozenset = frozenset(),
        bold: frozenset = frozenset(),
    ):
        """`heads`: cells (row, column) that are tinted and bold; `left`, `bold`: columns."""
        widths = [round(width * 283.46) for width in widths_mm]
        heights = [round(height * 283.46) for height in heights_mm]
        table = self.doc.add_table(len(rows), len(widths), width=sum(widths), height=sum(heights))
        table.set_column_widths(widths)
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                cell = table.cell(r, c)
                cell.set_size(width=widths[c], height=heights[r])
                cell.set_margins(left=400, right=400, top=200, bottom=200)
                table.set_cell_text(r, c, text)
                is_head = (r, c) in heads
                for para in cell.paragraphs:
                    para.char_pr_id_ref = self.style(size, is_head or c in bold and r > 0)
                if is_head:
                    table.set_cell_shading(r, c, f"#{TINT}")
                centre = is_head or c not in left
                self.doc.styles.apply_paragraph_format(
                    paragraphs=cell.paragraphs, alignment="CENTER" if centre else "LEFT", line_spacing_percent=130
                )
        return table

    def bytes(self) -> bytes:
        handle, path = tempfile.mkstemp(suffix=".hwpx")
        os.close(handle)
        try:
            self.doc.save_to_path(path)
            with open(path, "rb") as file:
                return file.read()
        finally:
            os.unlink(path)


def _finalists(paper: _Paper, rows: list[dict]) -> None:
    cells = [["연번", "발표부서", "발표작", "주요 내용"]]
    cells += [[row["no"], row["who"], row["title"], row["summary"]] for row in rows]
    lines = [max(2, -(-len(row["summary"]) // 21), -(-len(row["title"]) // 13)) for row in rows]
    heights = [9] + [4 + 4.7 * count for count in lines]
    paper.table(
        cells, [12, 32, 51, 75], heights, heads={(0, c) for c in range(4)}, left=frozenset({2, 3}), bold=frozenset({2})
    )


def finalists_hwpx(facts: Facts) -> bytes:
    """The table of finalists alone."""
    facts_head = clean(facts.head)
    paper = _Paper(facts_head["mark"])
    paper.line(
        f"{facts_head['name']} 본선 진출작 {len(facts.finalists)}편", size=16, bold=True, align="CENTER", after=10
    )
    _finalists(paper, clean(finalists_table(facts)))
    return paper.bytes()


def press_hwpx(facts: Facts, press: dict) -> bytes:
    """The press release in the agency's manner; the finalists' table begins a new page."""
    press, head = clean(press), clean(facts.head)
    paper = _Paper(head["mark"])
    paper.table([[head["organiser"], "보 도 자 료"]], [85, 85], [16], heads={(0, 0), (0, 1)}, size=18)
    paper.table(
        [["보도시점", "배포 시", "배포", head["released"]]], [22, 63, 22, 63], [9], heads={(0, 0), (0, 2)}, size=11
    )
    paper.line(press["title"], size=18, bold=True, align="CENTER", before=8, after=4)
    for subtitle in press["subtitles"]:
        paper.line(f"- {subtitle} -", size=12, bold=True, color="555555", align="CENTER", after=2)
    for item in press["body"]:
        note = item["kind"] == "note"
        paper.line(
            f"{'※' if note else '□'} {item['text']}",
            size=10.5 if note else 12,
            indent=9 if note else 6,
            first=-6,
            color="555555" if note else "1A1A1A",
            before=4 if item is press["body"][0] else 0,
            after=3,
        )
    paper.line(f"붙임 : {press['attachment']}", size=12, after=8)
    _contacts(paper, head, press["contacts"])
    paper.line(f"붙임  {press['attachment']}", size=15, bold=True, align="LEFT", after=6, new_page=True)
    _finalists(paper, press["table"])
    return paper.bytes()


def _contacts(paper: _Paper, head: dict, contacts: list[dict]) -> None:
    if not contacts:
        return
    rows = [
        [
            "담당 부서" if not n else "",
            f"{head['organiser']} {head['team']}" if not n else "",
            contact["role"],
            contact["title"],
            contact["name"],
            f"({contact['phone']})",
        ]
        for n, contact in enumerate(contacts)
    ]
    heads = {(n, c) for n in range(len(rows)) for c in (0, 2)}
    table = paper.table(rows, [20, 48, 20, 20, 24, 38], [9] * len(rows), heads=heads, size=11)
    if len(rows) > 1:
        table.merge_cells(0, 0, len(rows) - 1, 0)
        table.merge_cells(0, 1, len(rows) - 1, 1)
