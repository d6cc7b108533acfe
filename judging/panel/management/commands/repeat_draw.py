"""`manage.py repeat_draw EDITION [--seed SEED]`: computes the running order once more, so that anybody can compare.

Changes nothing. docs/rules.md and judging/panel/draw.py tell the method.
"""

from django.core.management.base import BaseCommand, CommandError

from awards.models import Edition
from judging.panel.draw import clean_seed, lot, running_order
from judging.panel.queries import panel_of, places


class Command(BaseCommand):
    """Prints place, entry and the number that decided it; fails if the kept order differs from its seed's."""

    help = "Repeat the draw of a final's running order from its seed."

    def add_arguments(self, parser):
        parser.add_argument("edition")
        parser.add_argument("--seed", help="another seed than the kept one")

    def handle(self, *, edition: str, seed: str | None, **options):
        found = Edition.objects.filter(slug=edition).first()
        panel = panel_of(found) if found else None
        if panel is None:
            raise CommandError(f"No running order has been drawn for {edition}.")
        used = clean_seed(seed) if seed else panel.seed
        kept = {place.entry.public_id: place.title for place in places(panel)}
        order = running_order(used, kept)
        for position, public_id in enumerate(order, start=1):
            self.stdout.write(f"{position:2} {public_id} {lot(used, public_id)} {kept[public_id]}")
        if not seed and order != list(kept):
            raise CommandError("The kept running order is not the one that its seed gives.")
