"""A client with a ledger: sends numbered batches until they are accepted, and writes it down.

    python tests/faults/client.py URL KEY LEDGER --events 20000 [--stop FILE] [--rate 2000]

Knows nothing of the product but its address. The ledger is only appended to, one JSON line each:
``try`` before every request, ``ok`` after every 200. A batch's items have the ids ``RUN-BATCH-N``.
Of 100 accepted batches 5 are sent once more. Item 7 of every tenth batch names nobody, so the
server must set it apart; every third item is of a group that the server does not know yet.
With ``--stop`` it goes on past its events until that file exists.
"""

import argparse
import base64
import http.client
import json
import os
import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

BATCH = 100
GIVE_UP_SECONDS = 900
KNOWN, UNKNOWN = 20, 7


def main() -> None:
    """This will send everything, with several clients at once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("key")
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--rate", type=float, default=0, help="events a second; 0: no limit")
    parser.add_argument("--stop", type=Path, help="go on until this file exists")
    parser.add_argument("--run", default="r")
    told = parser.parse_args()
    ledger = Ledger(told.ledger)
    batches = _batches(told.events, told.stop)
    lock = threading.Lock()
    pause = BATCH * told.clients / told.rate if told.rate else 0.0
    clients = [
        threading.Thread(
            target=Sender(told.url, told.key, ledger, told.run, random.Random(seed)).send_all,
            args=(batches, lock, pause),
        )
        for seed in range(told.clients)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


def _batches(events: int, stop: Path | None) -> Iterator[int]:
    number = 0
    while number * BATCH < events or (stop is not None and not stop.exists()):
        yield number
        number += 1


class Ledger:
    """Lines that are in the file before the next thing happens."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def write(self, what: str, run: str, batch: int) -> None:
        """This will append one line."""
        line = json.dumps({"what": what, "run": run, "batch": batch, "items": BATCH})
        os.write(self._file, line.encode() + b"\n")


class Sender:
    """One connection that is opened again whenever it breaks."""

    def __init__(self, url: str, key: str, ledger: Ledger, run: str, dice: random.Random) -> None:
        self._host = urlsplit(url).netloc
        self._headers = {
            "Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode(),
            "Content-Type": "application/json",
        }
        self._ledger, self._run, self._dice = ledger, run, dice
        self._connection: http.client.HTTPConnection | None = None

    def send_all(self, batches: Iterator[int], lock: threading.Lock, pause: float) -> None:
        """This will take one batch after the other until there are no more."""
        while True:
            with lock:
                batch = next(batches, None)
            if batch is None:
                return
            start = time.monotonic()
            items = [_item(self._run, batch, number) for number in range(BATCH)]
            self._until_accepted(batch, items)
            if self._dice.random() < 0.05:
                self._until_accepted(batch, items)
            time.sleep(max(0.0, pause - (time.monotonic() - start)))

    def _until_accepted(self, batch: int, items: list[dict[str, object]]) -> None:
        until = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < until:
            self._ledger.write("try", self._run, batch)
            status = self._post(items)
            if status == 200:
                self._ledger.write("ok", self._run, batch)
                return
            if status is not None and status < 500 and status != 429:
                raise SystemExit(f"the server refused a batch with {status}")
            time.sleep(self._dice.uniform(0.02, 0.3))
        raise SystemExit("the server did not accept a batch in time")

    def _post(self, items: list[dict[str, object]]) -> int | None:
        body = json.dumps({"batch": items, "sentAt": datetime.now(UTC).isoformat()})
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self._host, timeout=10)
            self._connection.request("POST", "/v1/batch", body=body, headers=self._headers)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return None
        return answer.status


def _item(run: str, batch: int, number: int) -> dict[str, object]:
    serial = batch * BATCH + number
    is_known = serial % 3 != 0
    group = f"c{serial % KNOWN}" if is_known else f"x{serial % UNKNOWN}"
    who = {} if batch % 10 == 0 and number == 7 else {"userId": f"{group}-u{serial % 11}"}
    return {
        "type": "track",
        "event": f"Ação {serial % 5}",
        **who,
        "context": {"groupId": group},
        "properties": {"serial": serial},
        "timestamp": datetime.now(UTC).isoformat(),
        "messageId": f"{run}-{batch}-{number}",
    }


if __name__ == "__main__":
    main()
