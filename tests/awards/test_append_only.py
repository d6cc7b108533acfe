"""Tables that only grow: the database refuses to change them, whoever asks, and the web role has no right to."""

import contextlib
import itertools

import psycopg2
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from awards.append_only import AppendOnly
from awards.database import WEB, Server, home_folder

MODELS = [model for model in apps.get_models() if issubclass(model, AppendOnly)]
# Personal data that a retention command of the owner's role may delete (RULES: Personal data).
DELETABLE = {"awards_accesslog", "sheets_closedpart"}
NAMES = [model._meta.db_table for model in MODELS]

numbers = itertools.count(900_000)


def a_value(field):
    """Something that fits a column; what rows it points to is not asked before the transaction's end."""
    if field.null:
        return None
    if isinstance(field, models.ForeignKey | models.IntegerField):
        return next(numbers) % 30_000 if isinstance(field, models.SmallIntegerField) else next(numbers)
    if isinstance(field, models.UUIDField):
        return "00000000-0000-4000-8000-000000000000"
    if isinstance(field, models.DateTimeField):
        return "2030-03-01 00:00+09"
    if isinstance(field, models.BooleanField):
        return False
    return "{}" if isinstance(field, models.JSONField) else str(next(numbers))


def insert(model) -> None:
    """One row, by SQL: these tables are asked what they let happen to rows, not what made them."""
    fields = [field for field in model._meta.local_concrete_fields if not isinstance(field, models.BigAutoField)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        values = [a_value(field) for field in fields]
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})", values)


@contextlib.contextmanager
def refused():
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        yield


@contextlib.contextmanager
def undone():
    """A savepoint that is always rolled back."""
    with contextlib.suppress(StopIteration), transaction.atomic():
        yield
        raise StopIteration


def test_there_are_such_tables():
    expected = {"sheets_ledgerentry", "sheets_rulesnapshot", "awards_stagemove", "panel_result", *DELETABLE}
    assert expected <= set(NAMES)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_a_row_is_never_changed(db, model):
    table, key = model._meta.db_table, model._meta.pk.column
    with undone(), connection.cursor() as cursor:
        with refused():
            cursor.execute(f"TRUNCATE {table} CASCADE")
        insert(model)
        with refused():
            cursor.execute(f"UPDATE {table} SET {key} = {key}")
        if table in DELETABLE:
            cursor.execute(f"DELETE FROM {table}")
        else:
            with refused():
                cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_its_triggers_do_nothing_but_refuse(db, model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled, proname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY tgname",
            [model._meta.db_table],
        )
        found = cursor.fetchall()
    table = model._meta.db_table
    function = "jangwon_refuse_change"
    assert found == [(f"{table}_no_change", "O", function), (f"{table}_no_truncate", "O", function)]


@pytest.fixture
def web(django_db_setup, django_db_blocker):
    """A cursor of the web role on the test database, as gunicorn has it."""
    with django_db_blocker.unblock():
        call_command("grant_rights")
        name = connection.settings_dict["NAME"]
    with contextlib.closing(psycopg2.connect(Server(home_folder()).url(WEB, name))) as outside:
        outside.autocommit = True
        yield outside.cursor()


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_the_web_role_only_adds(web, model):
    table, key = model._meta.db_table, model._meta.pk.column
    web.execute(f"SELECT count(*) FROM {table}")
    web.execute("SELECT has_table_privilege(%s, 'INSERT')", [table])
    assert web.fetchone() == (True,)
    for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            web.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE sheets_ledgerentry DISABLE TRIGGER ALL",
        "DROP TRIGGER sheets_ledgerentry_no_change ON sheets_ledgerentry",
        "DROP TABLE sheets_ledgerentry",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION jangwon_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE OR REPLACE FUNCTION jangwon_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "DELETE FROM django_migrations",
    ],
)
def test_the_web_role_owns_nothing(web, statement):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        web.execute(statement)
