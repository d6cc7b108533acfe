"""`manage.py export_final EDITION [--out FILE]`: the marks of a final as `manage.py tally` reads them.

For the recount by other hands and for tests; run by whoever runs the server, never reachable from the web.
"""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from awards.decisions import Invalid
from awards.models import Edition
from judging.panel.export import export_marks


class Command(BaseCommand):
    """Writes the export on standard output or into a new file, readable by its owner alone."""

    help = "Export the sealed marks of a final for a recount by manage.py tally."

    def add_arguments(self, parser):
        parser.add_argument("edition")
        parser.add_argument("--out", type=Path, metavar="FILE")

    def handle(self, *, edition: str, out: Path | None, **options):
        found = Edition.objects.filter(slug=edition).first()
        if found is None:
            raise CommandError(f"There is no edition {edition}.")
        try:
            data = export_marks(found)
        except Invalid as error:
            raise CommandError(str(error)) from error
        text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        if out is None:
            self.stdout.write(text, ending="")
            return
        try:
            out.touch(mode=0o600, exist_ok=False)
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{out}: {error}") from error
