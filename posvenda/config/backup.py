"""``posvenda backup``: everything in one file, while the system runs."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from posvenda.config import archive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This will describe the command's arguments."""
    parser.add_argument("file", type=Path, help=_("where to write it, such as backup.tar.gz"))


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """This will write the backup and say how much is in it."""
    try:
        summary = archive.write(
            args.file.resolve(),
            home=settings.HOME,
            database=settings.DATABASES["default"],
            now=now.isoformat(),
        )
    except archive.BadArchive:
        print(_("The programs pg_dump and pg_restore are needed."), file=sys.stderr)
        return 2
    print(
        _("%(file)s: %(parts)d parts, %(mb).1f MB before packing")
        % {"file": args.file, "parts": summary.parts, "mb": summary.bytes / 1_048_576}
    )
    return 0
