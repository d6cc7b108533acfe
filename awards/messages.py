"""Collects the texts that people see into locale/, fills English from the message ids, compiles both.

    python -m awards.messages           update and compile
    python -m awards.messages --check   say what is missing, change nothing; exit 1 if anything is

Needs GNU gettext for collecting. Never translates anything by itself.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import polib

PROJECT = Path(__file__).resolve().parent.parent
ROOMS = ("awards", "entries", "judging", "announcements", "templates")
LANGUAGES = ("ko", "en")


def collect(folder: Path) -> None:
    """Runs makemessages on a copy of the code in `folder`, beside a copy of locale/."""
    for room in (*ROOMS, "locale"):
        if (PROJECT / room).exists():
            shutil.copytree(PROJECT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
    (folder / "locale").mkdir(exist_ok=True)
    from django.core.management import call_command

    before = os.getcwd()
    os.chdir(folder)
    try:
        call_command(
            "makemessages", locale=list(LANGUAGES), no_location=True, no_obsolete=True, no_wrap=True, verbosity=0
        )
    finally:
        os.chdir(before)
    english = polib.pofile(str(_file(folder, "en")), wrapwidth=0)
    for entry in english:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    english.save()


def _file(folder: Path, language: str) -> Path:
    return folder / "locale" / language / "LC_MESSAGES" / "django.po"


def texts(path: Path) -> dict:
    """What a .po file says, without its header's dates."""
    return {
        (entry.msgctxt, entry.msgid): (entry.msgstr, dict(entry.msgstr_plural), "fuzzy" in entry.flags)
        for entry in polib.pofile(str(path))
    }


def missing(path: Path) -> list[str]:
    """Message ids without a finished translation."""
    return [entry.msgid for entry in polib.pofile(str(path)) if not entry.translated()]


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    import django

    django.setup()
    faults = []
    with tempfile.TemporaryDirectory() as name:
        collect(Path(name))
        for language in LANGUAGES:
            fresh, kept = _file(Path(name), language), _file(PROJECT, language)
            if "--check" not in arguments:
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(fresh, kept)
                polib.pofile(str(kept)).save_as_mofile(str(kept.with_suffix(".mo")))
            elif not kept.exists() or texts(fresh) != texts(kept):
                faults.append(f"{language}: the texts of the code are not those of locale/: run script/messages")
            elif polib.pofile(str(kept)).to_binary() != kept.with_suffix(".mo").read_bytes():
                faults.append(f"{language}: not compiled since it was changed: run script/messages")
            faults += [f"{language}: not translated: {text}" for text in missing(fresh)]
    if faults:
        print("\n".join(faults), file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
