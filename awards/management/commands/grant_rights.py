"""Gives the web role what it may do: read and write rows, but only add to the tables that only grow."""

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from awards.append_only import AppendOnly


class Command(BaseCommand):
    """Run after `migrate`, as the owner of the tables. Does nothing where one role is both."""

    help = "Give the web role its rights on every table."

    def handle(self, *args, **options):
        role = connection.ops.quote_name(settings.WEB_DATABASE_ROLE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role.strip('"')])
            owner, there = cursor.fetchone()
            if not there or owner == settings.WEB_DATABASE_ROLE:
                self.stderr.write("One database role for everything: docs/operations.md says how to keep two.")
                return
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
            cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}")
            for model in apps.get_models():
                if issubclass(model, AppendOnly):
                    table = connection.ops.quote_name(model._meta.db_table)
                    cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
