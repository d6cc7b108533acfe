"""Commands that answer JSON files: one file on standard output, several by files of the same name in a
folder.

They never touch the database, never write over an input, and name file and place of what is wrong.
"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class AnswerCommand(BaseCommand):
    """A subclass gives `answer(data) -> dict`, which raises ValueError naming the place."""

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
                data = json.loads(file.read_text(encoding="utf-8-sig"), object_pairs_hook=_object)
                answer = json.dumps(self.answer(data), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
                if out is None:
                    self.stdout.write(answer, ending="")
                else:
                    (out / file.name).write_text(answer, encoding="utf-8")
            except (
                OSError,
                ValueError,
                RecursionError,
            ) as error:  # errors of JSON and of ours are ValueErrors
                failures.append(f"{file}: {error}")
        if failures:
            raise CommandError("\n".join(failures))

    def answer(self, data: Any) -> dict:
        raise NotImplementedError


def member(
    data: Any, name: str, kind: type | tuple[type, ...], *, where: str = "", default: Any = ...
) -> Any:
    """data[name], refused by ValueError where it is missing (without a default) or of another kind."""
    if not isinstance(data, dict):
        raise ValueError(f"{where.rstrip('.') or 'the file'}: an object is needed, {data!r} is none")
    if name not in data:
        if default is ...:
            raise ValueError(f"{where}{name}: missing")
        return default
    value = data[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"{where}{name}: {value!r} is not of the kind needed")
    return value


def pairs(data: dict, name: str) -> set[tuple[str, str]]:
    """A list of [entry, reviewer] as a set; a pair may stand there twice."""
    found = set()
    for place, pair in enumerate(member(data, name, list, default=[])):
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            raise ValueError(f"{name}[{place}]: {pair!r} is not [entry, reviewer]")
        found.add(tuple(pair))
    return found


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


def _object(found: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a key that stands twice is an error, where json would silently keep the last."""
    keys = [key for key, _ in found]
    if len(set(keys)) < len(keys):
        raise ValueError(f"{next(key for key in keys if keys.count(key) > 1)!r} stands twice in one object")
    return dict(found)
