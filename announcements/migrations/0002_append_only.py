"""Announcements are never changed: a correction is a new one."""

from django.db import migrations

from awards.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("announcements", "0001_initial")]
    operations = [
        append_only("announcements_announcement"),
    ]
