"""`manage.py appoint EDITION …`: names the first managers and the auditor; makes the edition where there is none.

Later roles are asked for and confirmed in the browser. It changes no role that is there already.
"""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from awards.clock import database_now
from awards.decisions import Invalid
from awards.models import Edition, Office, RoleGrant, User
from awards.models.edition import RESERVED_SLUGS
from awards.services.people import appoint, create_office, create_user
from awards.services.setup import save_checked


class Command(BaseCommand):
    """All of it happens, or nothing."""

    help = (
        "Appoint managers and the auditor of an edition. Example: "
        "appoint 2025 --name '2025 빅데이터 어워드' --organiser 관세청 --year 2025 "
        "--create-user kim:김하나:관세청 --manager kim --manager lee --auditor park"
    )

    def add_arguments(self, parser):
        parser.add_argument("edition", help="the part of the address that names the edition, e.g. 2025")
        parser.add_argument("--manager", action="append", default=[], metavar="USER", help="again for each manager")
        parser.add_argument("--auditor", action="append", default=[], metavar="USER")
        parser.add_argument("--name", help="name of a new edition, in Korean")
        parser.add_argument("--organiser", help="organiser of a new edition")
        parser.add_argument("--year", type=int, help="year of a new edition")
        parser.add_argument("--kind", choices=Edition.Kind.values, default="real", help="set once, never changed")
        parser.add_argument(
            "--create-user",
            action="append",
            default=[],
            metavar="USER:NAME:OFFICE",
            help="opens an account without a password (set one with changepassword); OFFICE is the name of an office, "
            "made as the agency itself if there is no office at all; empty for none",
        )

    @transaction.atomic
    def handle(self, *args, edition, manager, auditor, create_user, **options):
        now = database_now()
        if not manager and not auditor and not create_user:
            raise CommandError("Name whom to appoint: --manager USER or --auditor USER.")
        for wanted in create_user:
            self._create(wanted)
        edition = self._edition(edition, options)
        for role, names in (("manager", manager), ("auditor", auditor)):
            for name in names:
                self._appoint(edition, name, role, now)

    def _edition(self, slug: str, options: dict) -> Edition:
        if found := Edition.objects.filter(slug=slug).first():
            return found
        missing = [f"--{name}" for name in ("name", "organiser", "year") if not options[name]]
        if missing:
            raise CommandError(f"There is no edition {slug}; to make it say {', '.join(missing)}.")
        if slug in RESERVED_SLUGS:
            raise CommandError(f"{slug} can't name an edition: choose another word.")
        edition = Edition(slug=slug, **{name: options[name] for name in ("name", "organiser", "year", "kind")})
        try:
            save_checked(edition)
        except Invalid as invalid:
            raise CommandError(_line(invalid)) from invalid
        self.stdout.write(f"Edition {slug} ({edition.kind}) made, in {edition.stage}.")
        return edition

    def _create(self, wanted: str) -> None:
        parts = wanted.split(":")
        if len(parts) != 3 or not parts[0] or not parts[1]:
            raise CommandError(f"{wanted}: write USER:NAME:OFFICE.")
        username, name, office_name = parts
        office = None
        if office_name:
            office = Office.objects.filter(name=office_name).first()
            if office is None and Office.objects.exists():
                raise CommandError(f"There is no office {office_name}.")
            office = office or create_office(name=office_name, level=Office.Level.ROOT)
        try:
            User(username=username, name=name, office=office).full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError(f"{username}: {' '.join(error.messages)}") from error
        create_user(username=username, name=name, office=office)
        self.stdout.write(f"Account {username} opened; set its password with: changepassword {username}")

    def _appoint(self, edition: Edition, name: str, role: str, now) -> None:
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no account {name}; open it with --create-user {name}:NAME:OFFICE.")
        if RoleGrant.objects.filter(edition=edition, user=user, role=role, until__isnull=True).exists():
            self.stdout.write(f"{name} is {role} of {edition.slug} already.")
            return
        try:
            appoint(edition=edition, user=user, role=role, now=now)
        except Invalid as invalid:
            raise CommandError(_line(invalid)) from invalid
        self.stdout.write(f"{name} is {role} of {edition.slug}.")


def _line(invalid: Invalid) -> str:
    return "; ".join(f"{field}: {message}" if field else str(message) for field, message in invalid.errors.items())
