"""`manage.py verify_ledger [--head HEX]`: recomputes every chain, compares it with the live tables. Writes nothing."""

from django.core.management.base import BaseCommand, CommandError

from judging.sheets import ledger
from judging.sheets.models import Chain


class Command(BaseCommand):
    """Prints each chain's length and head, then every fault; exit code 1 if there is one."""

    help = "Verify the ledger; --head looks for a hash from a signed paper. Exit code 1 if something does not fit."

    def add_arguments(self, parser):
        parser.add_argument("--head", default="", metavar="HEX", help="the head that was printed and signed")

    def handle(self, *args, head, **options):
        for chain in Chain.objects.select_related("edition", "round").order_by("pk"):
            name = ledger.chain_name(chain.edition, chain.round)
            self.stdout.write(f"{name}: {chain.length} rows, head {chain.head}")
        faults = list(ledger.verify(head.strip().lower()))
        for fault in faults:
            self.stdout.write(f"fault: {fault}")
        if faults:
            raise CommandError(f"The ledger does not fit: {len(faults)} faults.")
        self.stdout.write("The ledger fits." + (" The head was found." if head else ""))
