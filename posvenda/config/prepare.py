"""What must be true before anything runs: a migrated database, compiled texts, a demo company."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from posvenda.base import migrated
from posvenda.config import loading


def migrate() -> bool:
    """This will bring the database up to date and say whether there was anything to do."""
    if migrated.is_migrated(connection):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    align()
    return True


def align() -> None:
    """This will have the roll-ups say what the event store holds, if there is one already."""
    if not (Path(settings.HOME) / "lake" / "usage" / "_delta_log").exists():
        return
    from posvenda.base import clock
    from posvenda.commerce import usage

    usage.align(now=clock.now())


def main() -> int:
    """This will migrate, then load the demo company when a pack is named; it gives an exit code."""
    import django

    with loading.undisturbed():
        django.setup()
    migrate()
    if len(sys.argv) == 1:
        return 0
    from posvenda.base import clock
    from posvenda.demo import cli

    return cli.ensure(sys.argv[1], now=clock.now())


if __name__ == "__main__":
    sys.exit(main())
