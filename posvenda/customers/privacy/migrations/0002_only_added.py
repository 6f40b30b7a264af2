"""Lines of the consent ledger and of the erasure ledger cannot be rewritten, only added.

Who the customer is may change (two records become one), and links to users and batches may be
emptied; what was said, when and on which proof may not.
"""

from django.db import migrations

GUARDED = {
    "privacy_consent": (
        "purpose", "channel", "is_granted", "text", "source", "evidence", "happened_at", "recorded_at",
    ),
    "privacy_tombstone": ("kind", "digest", "erasure_id"),
}
FUNCTION = """
CREATE FUNCTION privacy_only_added() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'this ledger is only added to'; END
$$ LANGUAGE plpgsql
"""


def guard(apps, schema_editor):
    is_lite = schema_editor.connection.vendor == "sqlite"
    if not is_lite:
        schema_editor.execute(FUNCTION)
    for table, columns in GUARDED.items():
        body = (
            "BEGIN SELECT RAISE(ABORT, 'this ledger is only added to'); END"
            if is_lite
            else "FOR EACH ROW EXECUTE FUNCTION privacy_only_added()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OF {', '.join(columns)}"
            f" ON {table} {body}"
        )


def unguard(apps, schema_editor):
    is_lite = schema_editor.connection.vendor == "sqlite"
    for table in GUARDED:
        schema_editor.execute(f"DROP TRIGGER {table}_only_added" + ("" if is_lite else f" ON {table}"))
    if not is_lite:
        schema_editor.execute("DROP FUNCTION privacy_only_added()")


class Migration(migrations.Migration):

    dependencies = [("privacy", "0001_ledgers")]

    operations = [migrations.RunPython(guard, unguard)]
