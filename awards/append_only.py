"""Tables that only grow: the migration operation that makes the database refuse to change them.

A row trigger refuses UPDATE and DELETE, a statement trigger refuses TRUNCATE, whoever asks; the web role lacks
these rights besides (awards.management.commands.grant_rights). Nothing here can switch a trigger off.
"""

from django.db import migrations, models


class AppendOnly(models.Model):
    """Marks a table that may only be appended to. Each has an `append_only("table")` in a migration (a test looks)."""

    class Meta:
        abstract = True


def append_only(table: str, *, deletable_by_owner: bool = False) -> migrations.RunSQL:
    """The operation that forbids UPDATE, DELETE and TRUNCATE on `table`.

    `deletable_by_owner`: the table's rows are personal data that a retention command of the owner's role may
    delete; the web role still may not.
    """
    events = "UPDATE" if deletable_by_owner else "UPDATE OR DELETE"
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {table}_no_change BEFORE {events} ON {table}
            FOR EACH ROW EXECUTE FUNCTION jangwon_refuse_change();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION jangwon_refuse_change();
        """,
        f"DROP TRIGGER {table}_no_change ON {table}; DROP TRIGGER {table}_no_truncate ON {table};",
    )
