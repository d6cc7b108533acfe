"""Which documents there are, what each is made from, and who may have it. Imports no document library."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `needs`: "finalists" or "winners" (announced), or "result" (signed); `restricted`: it holds marks
    or people who were not announced, so a download asks for a reason."""

    name: str
    label: str
    needs: str
    restricted: bool = False


DOCUMENTS = [
    Document("press-release.pdf", _("Press release (PDF)"), "winners"),
    Document("press-release.hwpx", _("Press release (HWPX)"), "winners"),
    Document("finalists-table.hwpx", _("Table of finalists (HWPX)"), "finalists"),
    Document("certificates.pdf", _("Certificates (PDF)"), "result"),
    Document("host-script.pdf", _("Host script (PDF)"), "result"),
    Document("winners.xlsx", _("Winners (XLSX)"), "winners"),
    Document("notices.pdf", _("Result notices (PDF)"), "winners", restricted=True),
    Document("tally.xlsx", _("Tally (XLSX)"), "result", restricted=True),
    Document("tally.pdf", _("Tally (PDF)"), "result", restricted=True),
]
BUNDLE = Document("bundle.zip", _("All documents (ZIP)"), "finalists", restricted=True)
BY_NAME = {document.name: document for document in [*DOCUMENTS, BUNDLE]}


def wanted(names: list[str]) -> list[str]:
    """Full file names for what was asked: `press-release` means both of its kinds. KeyError for an unknown one."""
    found = []
    for name in names:
        matches = [full for full in BY_NAME if full == name or full.rsplit(".", 1)[0] == name]
        if not matches:
            raise KeyError(name)
        found += matches
    return list(dict.fromkeys(found))
