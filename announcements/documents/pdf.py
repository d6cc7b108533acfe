"""PDF by Typst: tagged (PDF/UA-1), the same bytes each time. People's text is data, never markup."""

import json
from pathlib import Path

from announcements.documents import fonts
from announcements.documents.words import clean

TEMPLATES = Path(__file__).parent / "typst"


class NotMade(Exception):
    """Typst refused the document; its own words are the message."""


def compile_pdf(template: str, data: dict) -> bytes:
    """The PDF of `typst/{template}.typ` with this data; raises fonts.MissingCharacters before anything is compiled,
    NotMade where Typst itself refuses."""
    import typst

    data = clean(data)
    fonts.ensure_covered(data)
    try:
        return typst.compile(
            str(TEMPLATES / f"{template}.typ"),
            root=str(TEMPLATES),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            font_paths=[str(fonts.FOLDER)],
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            timestamp=0,
        )
    except typst.TypstError as error:
        raise NotMade(f"{template}: {error}") from error
