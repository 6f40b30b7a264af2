"""``posvenda user``: the first administrator, and a forgotten password."""

import argparse
import getpass
import sys
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from posvenda.base import audit
from posvenda.base.models import Role, User


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This will describe the command's arguments."""
    parser.add_argument("email", help=_("e-mail to sign in with"))
    parser.add_argument("--name", default="", help=_("name as people see it"))
    parser.add_argument(
        "--role", choices=Role.values, default=Role.ADMIN, help=_("what they may do")
    )
    parser.add_argument(
        "--password-stdin", action="store_true", help=_("read the password from standard input")
    )


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """This will add the user or set a new password, and say which."""
    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else getpass.getpass()
    email = args.email.strip().lower()
    user = User.objects.filter(email=email).first() or User(email=email, role=args.role)
    is_new = user.pk is None
    user.name = args.name or user.name or email.partition("@")[0]
    try:
        validate_email(email)
        validate_password(password, user)
    except ValidationError as refusal:
        print("\n".join(refusal.messages), file=sys.stderr)
        return 2
    user.set_password(password)
    user.save()
    audit.record("user.added" if is_new else "user.password", about=email, by=None, now=now)
    print(_("User added: %(email)s") % {"email": email} if is_new else _("Password set."))
    return 0
