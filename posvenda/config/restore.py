"""``posvenda restore``: a backup back in its place, checked before anything is touched."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from posvenda.config import archive, prepare

NEEDS_DATABASE = False
REASONS = {
    "damaged": gettext_lazy("The file is not a whole backup. Nothing was changed."),
    "altered": gettext_lazy("A part does not match its fingerprint. Nothing was changed."),
    "engine": gettext_lazy("The backup is of the other database system. Nothing was changed."),
    "programs": gettext_lazy("The programs pg_dump and pg_restore are needed."),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This will describe the command's arguments."""
    parser.add_argument("file", type=Path, help=_("the backup"))
    parser.add_argument(
        "--replace", action="store_true", help=_("replace the data that is here now")
    )


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """This will restore into an empty home, or replace what is there when told to."""
    if _holds_customers() and not args.replace:
        print(_("There is data here. Use --replace to put the backup in its place."))
        return 2
    connection.close()
    try:
        summary = archive.read(
            args.file, home=settings.HOME, database=settings.DATABASES["default"]
        )
    except archive.BadArchive as refusal:
        print(REASONS[str(refusal)], file=sys.stderr)
        return 2
    if not prepare.migrate():
        prepare.align()
    print(_("Restored: %(parts)d parts.") % {"parts": summary.parts})
    _erase_again(now)
    return 0


def _erase_again(now: datetime) -> None:
    """People who were erased after the backup was taken are in it; they go again at once."""
    from posvenda.config.prepare import migrate
    from posvenda.customers.privacy import erasing

    migrate()
    count = erasing.replay(now=now)
    if count:
        text = ngettext("Erased again: %(n)d person.", "Erased again: %(n)d people.", count)
        print(text % {"n": count})


def _holds_customers() -> bool:
    from posvenda.customers.models import Customer

    name = settings.DATABASES["default"]["NAME"]
    if connection.vendor == "sqlite" and not Path(name).exists():
        return False
    tables = connection.introspection.table_names()
    return Customer._meta.db_table in tables and Customer.objects.exists()
