"""`manage.py tally FILE.json … [--out DIR]`: recount finals by the code that decides the real one.

It never touches the database and never writes over an input.
"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from judging.tally import from_json, tally, to_json


class Command(BaseCommand):
    """Answer one file on standard output, or each file by one of the same name in a folder."""

    help = "Recount finals from JSON files (docs/rules.md has the format); the database is not used."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE.json")
        parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the answers, one file each")

    def handle(self, *, files: list[Path], out: Path | None, **options):
        if out is None and len(files) > 1:
            raise CommandError("Several files need --out DIR for their answers.")
        if out is not None:
            _prepare(out, files)
        failures = []
        for file in files:
            try:
                answer = _answer(file)
                if out is None:
                    self.stdout.write(answer, ending="")
                else:
                    (out / file.name).write_text(answer, encoding="utf-8")
            except (OSError, ValueError, RecursionError) as error:  # TallyError and JSON's are ValueErrors
                failures.append(f"{file}: {error}")
        if failures:
            raise CommandError("\n".join(failures))


def _prepare(out: Path, files: list[Path]) -> None:
    names = [file.name for file in files]
    for file in files:
        if names.count(file.name) > 1:
            raise CommandError(f"{file}: another input has the same name, so that answers would clash.")
        if (out / file.name).resolve() == file.resolve():
            raise CommandError(f"{file}: the answer would replace the input; choose another --out.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{out}: {error}") from error


def _answer(file: Path) -> str:
    data = json.loads(file.read_text(encoding="utf-8-sig"), object_pairs_hook=_object)
    return json.dumps(to_json(tally(from_json(data))), ensure_ascii=False, indent=2) + "\n"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a key that stands twice is an error, where json would silently keep the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{next(key for key in keys if keys.count(key) > 1)!r} stands twice in one object")
    return found
