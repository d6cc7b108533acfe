"""Lists of entries as spreadsheets, safe to open: what people typed never becomes a formula or a link."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from entries.models import Entry

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
WIDTHS = [18, 60, 16, 36, 14, 8, 20]  # characters
# What a spreadsheet program takes for a formula at the beginning of a cell (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def export_headings() -> list[str]:
    return [
        *(_("Receipt number"), _("Title"), _("Track"), _("Lead (name · office)"), _("State")),
        *(_("Version"), _("Submitted on")),
    ]


def export_rows(entries: Iterable[Entry]) -> Iterator[list[str]]:
    """One row an entry: what counts, nothing else. Entries need their `counting` and its track."""
    for entry in entries:
        version = entry.counting
        at = timezone.localtime(version.at).strftime("%Y-%m-%d %H:%M:%S")
        yield [
            *(version.receipt, version.title, version.track.label, version.lead, str(entry.state_label)),
            *(str(version.number), at),
        ]


def table_response(kind: str, name: str, title: str, headings: list[str], rows: Iterable[list[str]]) -> HttpResponse:
    """A table as a download: `kind` "xlsx" or "csv"; every cell is text."""
    data = _xlsx(title, headings, rows) if kind == "xlsx" else _csv(headings, rows)
    response = HttpResponse(data, content_type=MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _xlsx(title: str, headings: list[str], rows: Iterable[list[str]]) -> bytes:
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True}) as book:
        sheet, bold = book.add_worksheet(title[:31]), book.add_format({"bold": True})
        for column, heading in enumerate(headings):
            sheet.set_column(column, column, WIDTHS[column])
            sheet.write_string(0, column, heading, bold)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    return made.getvalue()


def _csv(headings: list[str], rows: Iterable[list[str]]) -> bytes:
    """With a byte order mark, without which Excel shows no Hangul."""
    made = StringIO()
    writer = csv.writer(made)
    for row in (headings, *rows):
        writer.writerow([f"'{text}" if text.startswith(FORMULA) else text for text in row])
    return made.getvalue().encode("utf-8-sig")
