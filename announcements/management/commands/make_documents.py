"""Writes an edition's documents into a folder: the same as the worker makes, each checked against the record."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from announcements.documents.catalogue import BUNDLE, BY_NAME, DOCUMENTS, wanted
from announcements.documents.checker import check_text
from awards.decisions import Invalid
from awards.models import Edition


class Command(BaseCommand):
    """Prints what it wrote; a document that disagrees with the record is not written, and the command fails."""

    help = "Make the documents of an announcement (press release, certificates, tally …) as files in a folder."

    def add_arguments(self, parser):
        parser.add_argument("edition", help="the edition's address, e.g. 2024")
        parser.add_argument("--out", required=True, type=Path, help="folder to write into")
        parser.add_argument("--only", nargs="+", metavar="NAME", help="press-release, certificates.pdf …")
        parser.add_argument("--quotation", type=Path, help="text file with the head of the agency's words")

    def handle(self, *args, edition, out, only, quotation, **options):
        from announcements.documents.fonts import MissingCharacters
        from announcements.documents.making import Maker, make_all, possible
        from announcements.documents.pdf import NotMade

        found = Edition.objects.filter(slug=edition).first()
        if found is None:
            raise CommandError(f"There is no edition {edition}.")
        names = self._names(only)
        try:
            maker = Maker(found, quotation.read_text() if quotation else "")
            self._check(maker)
            ready = possible(maker.facts, names)
            for name in names:
                if name not in ready:
                    self._not_yet(name, bool(only))
            out.mkdir(parents=True, exist_ok=True)
            faults = [fault for made in make_all(maker, ready) for fault in self._write(out, made)]
        except (Invalid, MissingCharacters, NotMade, OSError) as error:
            raise CommandError(str(error)) from error
        if faults:
            raise CommandError("Not written, because they disagree with the record:\n" + "\n".join(faults))

    def _names(self, only):
        try:
            return wanted(only) if only else [document.name for document in [*DOCUMENTS, BUNDLE]]
        except KeyError as error:
            known = ", ".join(BY_NAME)
            raise CommandError(f"There is no document {error.args[0]}. There are: {known}") from error

    def _check(self, maker):
        remarks = check_text(maker.quotation, maker.facts)
        for remark in remarks:
            self.stderr.write(f"{'wrong' if remark.blocks else 'look'}: {remark.message}")
        if any(remark.blocks for remark in remarks):
            raise CommandError("The quotation disagrees with the record: nothing was written.")

    def _not_yet(self, name, asked):
        needs = {"result": "the result is not signed", "winners": "the winners are not announced"}
        line = f"{name}: not yet, {needs[BY_NAME[name].needs]}."
        if asked:
            raise CommandError(line)
        self.stderr.write(line)

    def _write(self, out, made):
        if made.faults:
            return [f"{made.name}: {fault}" for fault in made.faults]
        (out / made.name).write_bytes(made.content)
        self.stdout.write(f"{out / made.name} {len(made.content)} bytes")
        return []
