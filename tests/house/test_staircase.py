"""The walls of the house: foreign keys and imports point down the stairs."""

import subprocess
import sys

import pytest
from django.apps import apps

STAIRS = [
    "base",
    "customers",
    "privacy",
    "commerce",
    "conversations",
    "journeys",
    "success",
    "insights",
    "api",
]


def _foreign_keys() -> list[tuple[str, str, str]]:
    found = []
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete and field.related_model is not None:
                found.append(
                    (
                        model._meta.app_label,
                        f"{model.__name__}.{field.name}",
                        field.related_model._meta.app_label,
                    )
                )
    return [row for row in found if row[0] in STAIRS]


def test_foreign_keys_point_down_the_stairs() -> None:
    wrong = [
        (name, target)
        for room, name, target in _foreign_keys()
        if target in STAIRS and STAIRS.index(target) > STAIRS.index(room)
    ]
    assert wrong == []


def test_the_check_of_foreign_keys_sees_some() -> None:
    assert len(_foreign_keys()) > 20


def test_no_room_uses_generic_foreign_keys_or_django_signals() -> None:
    assert not [m for m in apps.get_models() if hasattr(m, "content_object")]


@pytest.mark.onedb
def test_import_contracts_hold() -> None:
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; lint_imports()"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
