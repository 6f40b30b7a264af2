"""The full-text index of customers: FTS5 on SQLite, tsvector on PostgreSQL."""

from django.db import migrations

FORWARDS = {
    "sqlite": [
        "CREATE VIRTUAL TABLE customers_search USING fts5("
        "name, rest, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3 4')",
    ],
    "postgresql": [
        "CREATE TABLE customers_search ("
        "id bigint PRIMARY KEY, name varchar(200) NOT NULL, words tsvector NOT NULL)",
        "CREATE INDEX customers_search_words ON customers_search USING gin (words)",
    ],
}


def make(apps, schema_editor):
    for sql in FORWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(sql)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE customers_search")


class Migration(migrations.Migration):

    dependencies = [("customers", "0001_initial")]

    operations = [migrations.RunPython(make, drop)]
