"""Loads the demonstration: the 2024 award, complete, and a practice edition around today. Through services only."""

import os
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from announcements.demo.cast import make_people
from announcements.demo.setup import set_up_edition
from announcements.demo.story import times_around, times_of_2024, works_of_2024
from announcements.demo.telling import STAGES, tell
from awards.clock import database_now
from awards.database import is_embedded
from awards.models import Edition
from judging.sheets.models import Chain

PRACTICE_WORKS = 12


class Command(BaseCommand):
    """Makes editions 2024 and practice where they are missing; `--reset` recreates the whole database first."""

    help = "Load the demonstration award (2024, complete) and a practice edition at the stage asked for."

    def add_arguments(self, parser):
        parser.add_argument("--stage", choices=STAGES, default="submission", help="stage of the practice edition")
        parser.add_argument("--reset", action="store_true", help="recreate the whole database (demonstrations only)")
        parser.add_argument("--i-know", action="store_true", help="also on a database that is not the embedded one")

    def handle(self, *args, stage, reset, i_know, **options):
        if not i_know and not is_embedded():
            raise CommandError("This is not the embedded database. If you are sure, say --i-know.")
        if reset:
            self._reset()
        with transaction.atomic():
            people, passwords = make_people()
            self._tell("2024", people, times_of_2024(), works_of_2024(), "winners")
            self._tell_practice(people, stage)
        self._keep(passwords)

    def _tell(self, slug, people, times, works, until, **names):
        if Edition.objects.filter(slug=slug).exists():
            self.stderr.write(f"{slug}: already there. --reset begins anew.")
            return
        story = set_up_edition(slug=slug, people=people, times=times, works=works, **names)
        tell(story=story, until=until, say=lambda step: self.stderr.write(f"{slug}: {step}"))

    def _tell_practice(self, people, stage):
        works = works_of_2024()
        chosen = works[:3] if stage == "submission" else works[:PRACTICE_WORKS]
        names = {"name": "연습 어워드", "name_en": "Practice award"}
        self._tell("practice", people, times_around(database_now(), stage), chosen, stage, **names)

    def _reset(self):
        """Recreates the database: nothing in it is ever deleted by row (the ledger's triggers would refuse)."""
        if Edition.objects.filter(kind=Edition.Kind.REAL).exists():
            raise CommandError("There is a real edition in this database: it is not reset.")
        if not Chain.objects.exists() and not Edition.objects.exists():
            return
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connection.close()
        call_command("migrate", verbosity=0)
        call_command("grant_rights")

    def _keep(self, passwords: dict[str, str]) -> None:
        """Prints the passwords and keeps them for the owner's eyes alone; those made earlier stay in the file."""
        place = Path(settings.HOME) / "demo-logins.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        lines = dict(line.split(" ", 1) for line in place.read_text().splitlines()) if place.exists() else {}
        lines |= passwords
        place.unlink(missing_ok=True)
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.writelines(f"{name} {password}\n" for name, password in lines.items())
        for name, password in passwords.items():
            self.stdout.write(f"{name} {password}")
