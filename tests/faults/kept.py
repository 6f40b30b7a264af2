"""What an installation holds of what was sent: read from the database file, not by the product."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any


def inbox_items(home: Path) -> Iterator[dict[str, Any]]:
    """This will give the items that wait in the inbox, one by one."""
    address = f"file:{home / 'posvenda.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as database:
        for (body,) in database.execute("SELECT body FROM commerce_inbox ORDER BY id"):
            yield from json.loads(body)["batch"]
