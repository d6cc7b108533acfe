"""The ledger, frozen rules and writes only grow."""

from django.db import migrations

from awards.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("sheets", "0001_initial")]
    operations = [
        append_only("sheets_rulesnapshot"),
        append_only("sheets_scoringwrite"),
        append_only("sheets_ledgerentry"),
        append_only("sheets_closedpart", deletable_by_owner=True),
    ]
