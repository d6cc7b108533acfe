"""Makes the documents of an edition, each checked against the record before it leaves. Writes no file itself.

Only the worker and `manage.py make_documents` import this: it brings the document libraries with it.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from announcements.documents import checker, press, readback
from announcements.documents.catalogue import BUNDLE, BY_NAME, DOCUMENTS
from announcements.documents.facts import Facts, everybody, facts_of, signed_marks
from announcements.documents.hwpx_files import finalists_hwpx, press_hwpx
from announcements.documents.pdf import compile_pdf
from announcements.documents.tally_sheet import tally_sheet
from announcements.documents.xlsx import tally_xlsx, winners_xlsx
from awards.models import Edition

ZIP_DATE = (2000, 1, 1, 0, 0, 0)


@dataclass(slots=True)
class Made:
    """A document: its bytes, and what is wrong in it (then it must not leave)."""

    name: str
    content: bytes
    faults: list[str] = field(default_factory=list)


class Maker:
    """One edition's facts, read once, and a method for each document."""

    def __init__(self, edition: Edition, quotation: str = ""):
        self.edition, self.quotation = edition, quotation
        self.facts: Facts = facts_of(edition)

    @classmethod
    def of(cls, facts: Facts, people: list[dict], *, external: bool) -> "Maker":
        """A maker of given facts, without a database: everything but the tally."""
        maker = cls.__new__(cls)
        maker.edition, maker.quotation, maker.facts = None, "", facts
        maker.people, maker.external = people, external
        return maker

    @cached_property
    def marks(self) -> dict:
        return signed_marks(self.edition, self.facts.result)

    @cached_property
    def people(self) -> list[dict]:
        return everybody(self.edition, self.facts)

    @cached_property
    def external(self) -> bool:
        """Whether judges from outside sat on the panel."""
        return any(judge["external"] for judge in self.marks["judges"]) if self.facts.result else False

    @cached_property
    def press(self) -> dict:
        return press.press_release(self.facts, external=self.external, quotation=self.quotation)

    @cached_property
    def tally(self) -> dict:
        return tally_sheet(self.facts, self.marks)

    def _about(self) -> dict:
        head = self.facts.head
        return {
            "name": head["name"],
            "mark": head["mark"],
            "organiser": head["organiser"],
            "team": head["team"],
            "when": f"{head['final']} {head['venue']}".strip(),
            "day": head["final_day"],
        }

    def content(self, name: str) -> bytes:
        """The bytes of one document of the catalogue (not the bundle)."""
        return getattr(self, "_" + name.replace("-", "_").replace(".", "_"))()

    def _press_release_pdf(self):
        return compile_pdf("press-release", self._about() | self.press | {"released": self.facts.head["released"]})

    def _press_release_hwpx(self):
        return press_hwpx(self.facts, self.press)

    def _finalists_table_hwpx(self):
        return finalists_hwpx(self.facts)

    def _certificates_pdf(self):
        signer = self.facts.head["head_of_agency"] or self.facts.head["organiser"]
        return compile_pdf("certificates", self._about() | {"signer": signer, "pages": press.certificates(self.facts)})

    def _host_script_pdf(self):
        more = {"acts": press.host_script(self.facts), "digest": self.facts.result["digest"]}
        return compile_pdf("host-script", self._about() | more)

    def _winners_xlsx(self):
        return winners_xlsx(self.facts)

    def _notices_pdf(self):
        contacts = " · ".join(f"{c['role']} {c['title']} {c['name']} {c['phone']}" for c in self.facts.contacts)
        pages = press.notices(self.facts, self.people)
        about = self._about() | {"day": self.facts.head["released"], "contacts": contacts}
        return compile_pdf("notices", about | {"pages": pages})

    def _tally_xlsx(self):
        return tally_xlsx(self.facts, self.tally)

    def _tally_pdf(self):
        return compile_pdf("tally", self._about() | self.tally)

    def make(self, name: str) -> Made:
        """One document, read back and compared with the record."""
        content = self.content(name)
        units = readback.units_of(name, content)
        return Made(name, content, checker.check(name, units, self.facts, self.people_of(name)))

    def people_of(self, name: str) -> list[dict]:
        return self.people if name == "notices.pdf" else []


def possible(facts: Facts, names: Iterable[str]) -> list[str]:
    """Those of `names` that can be made from what there is."""
    return [name for name in names if BY_NAME[name].needs in facts.has]


def make_all(maker: Maker, names: list[str]) -> Iterator[Made]:
    """Each of `names` as it is done; the bundle last, with every document that is right (all that can be made)."""
    bundled, wants_bundle = {}, BUNDLE.name in names
    everything = [document.name for document in DOCUMENTS] if wants_bundle else names
    for name in possible(maker.facts, everything):
        made = maker.make(name)
        if not made.faults:
            bundled[name] = made.content
        if name in names:
            yield made
    if wants_bundle:
        yield Made(BUNDLE.name, zipped(bundled))


def zipped(files: dict[str, bytes]) -> bytes:
    """A ZIP whose bytes depend on its content alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
