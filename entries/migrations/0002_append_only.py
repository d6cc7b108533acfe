"""Submitted versions and settlements only grow."""

from django.db import migrations

from awards.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("entries", "0001_initial")]
    operations = [
        append_only("entries_entryversion"),
        append_only("entries_settlement"),
    ]
