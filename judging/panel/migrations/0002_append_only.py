"""Ballots and results only grow."""

from django.db import migrations

from awards.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("panel", "0001_initial")]
    operations = [
        append_only("panel_ballot"),
        append_only("panel_result"),
    ]
