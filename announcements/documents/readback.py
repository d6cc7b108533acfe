"""Reads a produced file back, as somebody else would open it: pages of a PDF, paragraphs and rows of HWPX and XLSX.

Uses other readers than the libraries that wrote the files. Never compares: that is checker's.
"""

import io
import zipfile
from xml.etree import ElementTree


def units_of(name: str, content: bytes) -> list[str]:
    """The texts of one file: a PDF's pages, an HWPX's paragraphs and table rows, an XLSX's rows (cells by tabs)."""
    return {"pdf": _pdf, "hwpx": _hwpx, "xlsx": _xlsx}[name.rsplit(".", 1)[1]](content)


def _pdf(content: bytes) -> list[str]:
    from pypdf import PdfReader

    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def _tag(element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _hwpx(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("Contents/section"))
        roots = [ElementTree.fromstring(archive.read(name)) for name in names]
    return [unit for root in roots for part in root for unit in _hwpx_units(part) if unit.strip()]


def _hwpx_units(paragraph) -> list[str]:
    """A paragraph's own text, then each row of the tables in it."""
    rows = [row for table in paragraph.iter() if _tag(table) == "tbl" for row in table if _tag(row) == "tr"]
    inside = {id(text) for row in rows for text in row.iter()}
    own = "".join("".join(t.itertext()) for t in paragraph.iter() if _tag(t) == "t" and id(t) not in inside)
    cells = [
        ["".join("".join(t.itertext()) for t in cell.iter() if _tag(t) == "t") for cell in row if _tag(cell) == "tc"]
        for row in rows
    ]
    return [own, *("\t".join(row) for row in cells)]


def _xlsx(content: bytes) -> list[str]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), data_only=True)
    return [
        "\t".join("" if value is None else str(value) for value in row)
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
        if any(value is not None for value in row)
    ]
