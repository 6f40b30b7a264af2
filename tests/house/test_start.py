"""Starting stays quick: nothing is loaded that the first page does not need."""

import gc
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.apps import apps as registry
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from posvenda.base import migrated
from posvenda.config import apps, loading, prepare, supervisor
from tests.house.apart import said

# each takes between a fiftieth and a third of a second, and memory in every process
LATE = ("ninja", "pydantic", "httpx", "paramiko", "openpyxl", "jinja2", "unittest", "duckdb")
WEB = """
import sys
import posvenda.config.wsgi
print(*sorted(set(sys.argv[1:]) & set(sys.modules)))
assert "posvenda.insights.urls" in sys.modules, "pages load before the first request"
"""
SUPERVISOR = """
import sys
from posvenda.config import cli, supervisor
print(supervisor.is_current(), *sorted({"django", "polars", "csp"} & set(sys.modules)))
"""


def test_the_web_process_starts_without_what_only_some_requests_need(tmp_path: Path) -> None:
    assert said(WEB, tmp_path, *LATE) == ""


def test_the_web_process_can_be_told_of_a_module_that_came_too_early(tmp_path: Path) -> None:
    assert said("import httpx" + WEB, tmp_path, *LATE).split()[0] == "httpx"


@pytest.mark.onedb
def test_a_migrated_database_is_known_without_loading_django(tmp_path: Path) -> None:
    assert said(SUPERVISOR, tmp_path) == "False"
    said("from posvenda.config import prepare; prepare.main()", tmp_path)
    assert said(SUPERVISOR, tmp_path) == "True"


@pytest.mark.onedb
def test_one_migration_that_was_not_applied_calls_for_preparing(tmp_path: Path) -> None:
    said("from posvenda.config import prepare; prepare.main()", tmp_path)
    forget = "DELETE FROM django_migrations WHERE app = 'base' AND name = '0001_initial'"
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as database:
        database.execute(forget)
        database.commit()
    assert said(SUPERVISOR, tmp_path) == "False"


@pytest.mark.django_db
def test_migrations_found_by_name_are_those_django_finds() -> None:
    assert {each.label: each.name for each in registry.get_app_configs()} == apps.LABELS
    assert migrated.on_disk(apps.LABELS) == set(MigrationLoader(connection).disk_migrations)


@pytest.mark.django_db
def test_a_missing_migration_is_seen_by_readyz(client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(3):
        assert client.get("/readyz").status_code == 200
    assert prepare.migrate() is False
    last = MigrationLoader(connection).graph.leaf_nodes("api")[0]
    MigrationRecorder(connection).record_unapplied(*last)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "migrations")


def test_other_databases_are_always_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://ana@nowhere/one")
    assert not supervisor.is_current()


def test_loading_undisturbed_leaves_the_collector_as_it_was() -> None:
    before = gc.get_freeze_count()
    try:
        with loading.undisturbed():
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
