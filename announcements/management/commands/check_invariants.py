"""`manage.py check_invariants`: asks every app what must always hold. Prints each fault; writes nothing."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Walks the `invariants` module of every installed app that has one; exit code 1 if anything does not hold."""

    help = "Check everything that must always hold; exit code 1 if something does not."

    def handle(self, *args, **options):
        modules = [
            import_module(f"{config.name}.invariants")
            for config in apps.get_app_configs()
            if find_spec(f"{config.name}.invariants")
        ]
        faults = 0
        for module in modules:
            for fault in module.check():
                faults += 1
                self.stdout.write(f"{module.__name__.removesuffix('.invariants')}: {fault}")
        asked = f"{len(modules)} checks ran"
        if faults:
            raise CommandError(f"{asked}, {faults} faults.")
        self.stdout.write(f"{asked}, no faults.")
