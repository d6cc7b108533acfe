"""Tables that only grow; an edition's kind is set once."""

from django.db import migrations

from awards.append_only import append_only

KIND_IS_SET_ONCE = """
CREATE FUNCTION jangwon_refuse_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The kind of an edition is set once.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER awards_edition_kind BEFORE UPDATE ON awards_edition FOR EACH ROW
    WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION jangwon_refuse_kind();
"""


class Migration(migrations.Migration):
    dependencies = [("awards", "0001_initial")]
    operations = [
        append_only("awards_stagemove"),
        append_only("awards_windowchange"),
        append_only("awards_accesslog", deletable_by_owner=True),
        migrations.RunSQL(KIND_IS_SET_ONCE, "DROP TRIGGER awards_edition_kind ON awards_edition; DROP FUNCTION jangwon_refuse_kind();"),
    ]
