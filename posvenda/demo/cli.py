"""What ``posvenda demo`` says while it loads, and the sign-in it prints."""

import gettext
import os
import sys
from datetime import datetime
from pathlib import Path

from posvenda.demo import load
from posvenda.demo.signin import PASSWORD

LOCALES = Path(__file__).parent / "locale"


def ensure(pack: str, *, now: datetime) -> int:
    """This will load the demo company once, print the sign-in and give an exit code."""
    language = os.environ.get("POSVENDA_LANG", "pt_BR")
    _ = gettext.translation("django", LOCALES, languages=[language], fallback=True).gettext
    beings = _("patients") if pack == "clinica" else _("pets")
    names = {
        "customer": _("customers"), "contact": _("contacts"), "subject": beings,
        "product": _("products"), "contract": _("contracts"), "order": _("orders"),
        "order_line": _("order lines"), "ticket": _("tickets"), "answer": _("survey answers"),
        "cancellation": _("cancellations"), "interaction": _("conversations"),
        "usage": _("usage events"), "sheet": _("fact sheet"),
    }  # fmt: skip

    def progress(step: str, done: int, total: int) -> None:
        end = "\n" if done == total else "\r"
        print(f"  {names[step]}: {done:,}/{total:,}".replace(",", "."), end=end, flush=True)

    try:
        loaded = load.load(pack, now=now, progress=progress)
    except load.HomeInUse as found:
        text = _("This folder already holds the data of {company}; choose another POSVENDA_HOME.")
        print(text.format(company=found), file=sys.stderr)
        return 2
    text = _("{company}: {count} customers, all invented.")
    print(text.format(company=loaded.company, count=loaded.customers))
    print(_("Sign in with {email} and the password {password}").format(
        email=loaded.email, password=PASSWORD
    ))  # fmt: skip
    return 0
