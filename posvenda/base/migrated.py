"""Whether the database is migrated, from the names of the files and of what was applied.

Loading every migration to plan nothing costs a quarter of a second, so that is kept for the case
that a name is missing. Names suffice: when all that is on disk was applied, there is no plan.
"""

import pkgutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def on_disk(apps: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """This will give (label, name) of every migration of apps by label; it loads none of them."""
    return frozenset(
        (label, module.name)
        for label, app in apps.items()
        for module in pkgutil.iter_modules(_folders(app))
        if not module.ispkg and module.name[0] not in "_~"
    )


def is_migrated(connection: "BaseDatabaseWrapper") -> bool:
    """This will say whether nothing is left to apply; it asks the database what was."""
    # The supervisor asks ``on_disk`` without Django, so Django is not imported above.
    from django.apps import apps
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.recorder import MigrationRecorder

    found = on_disk({each.label: each.name for each in apps.get_app_configs()})
    if found <= MigrationRecorder(connection).applied_migrations().keys():
        return True
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _folders(app: str) -> list[str]:
    top, *below = app.split(".")
    spec = find_spec(top)
    places = (spec.submodule_search_locations if spec else None) or ()
    return [str(Path(place, *below, "migrations")) for place in places]
