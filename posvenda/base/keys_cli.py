"""``posvenda key``: a key for a program, for whoever works in the terminal."""

import argparse
from datetime import datetime

from django.utils.translation import gettext as _

from posvenda.base import keys
from posvenda.base.models import AccessKey

SCOPES = {AccessKey.Kind.WRITE: ["track"], AccessKey.Kind.API: ["read"]}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This will describe the command's arguments."""
    parser.add_argument("label", help=_("name, so that you know which program it is"))
    parser.add_argument("--kind", choices=AccessKey.Kind.values, required=True, help=_("door"))
    parser.add_argument(
        "--scope", action="append", help=_("what it may do; may be given several times")
    )


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """This will make a key and print it; it is not kept and cannot be printed again."""
    kind = AccessKey.Kind(args.kind)
    scopes = args.scope or SCOPES[kind]
    _row, text = keys.issue(kind=kind, label=args.label, scopes=scopes, by=None, now=now)
    print(text)
    return 0
