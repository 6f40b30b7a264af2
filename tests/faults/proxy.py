"""A proxy that misbehaves between a client and the server, by a shuffled deck of faults.

It knows just enough HTTP/1.1 to see where a request ends. Only POSTs are harmed: a browser's
preflight and its settings pass.
"""

import contextlib
import random
import select
import socket
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

KINDS = (
    "500",
    "429",
    "silent_before",
    "silent_after",
    "reset_before",
    "reset_after",
    "cut_after",
)
PASSES = 16
SILENCE = 4.0
CORS = b"Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: Retry-After\r\n"
BODY = b'{"code":"injected","message":"injected"}'
ANSWERS = {
    "500": b"HTTP/1.1 500 Internal Server Error\r\n",
    "429": b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n",
}


class Gone(ConnectionError):
    """Raised when one side closed."""


@dataclass
class Proxy:
    """Listens on a port of its own until stopped; ``seen`` counts what it did."""

    upstream: int
    seed: int
    seen: Counter[str] = field(default_factory=Counter)
    is_calm: bool = False

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._deck: list[str] = []
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._server.getsockname()[1]
        self._is_open = True
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """This will take no more connections."""
        self._is_open = False
        self._server.close()

    def _accept(self) -> None:
        while self._is_open:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            while True:
                request = _message(client)
                fate = self._fate(request)
                self.seen[fate] += 1
                if fate in ANSWERS:
                    length = b"Content-Length: %d\r\n\r\n" % len(BODY)
                    head = ANSWERS[fate] + CORS + b"Content-Type: application/json\r\n" + length
                    client.sendall(head + BODY)
                elif not self._pass(fate, request, client):
                    return

    def _fate(self, request: bytes) -> str:
        if self.is_calm or not request.startswith(b"POST"):
            return "passed"
        with self._lock:
            if not self._deck:
                self._deck = [*KINDS, *["passed"] * PASSES]
                self._dice.shuffle(self._deck)
            return self._deck.pop()

    def _pass(self, fate: str, request: bytes, client: socket.socket) -> bool:
        """This will ask the server unless the fault comes before, and answer unless it is after."""
        if fate == "reset_before":
            return _reset(client)
        if fate == "silent_before":
            return _silence(client)
        try:
            answer = _asked(self.upstream, request)
        except OSError:
            self.seen["server_gone"] += 1
            return _reset(client)
        if fate == "reset_after":
            return _reset(client)
        if fate == "silent_after":
            return _silence(client)
        if fate == "cut_after":
            client.sendall(answer[: len(answer) // 2])
            return _reset(client)
        client.sendall(answer)
        return True


def _asked(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as server:
        server.sendall(request)
        return _message(server)


def _message(side: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(side)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        body += _more(side)
    return head + b"\r\n\r\n" + body


def _more(side: socket.socket) -> bytes:
    data = side.recv(65_536)
    if not data:
        raise Gone
    return data


def _reset(client: socket.socket) -> bool:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def _silence(client: socket.socket) -> bool:
    """Nothing is said until the client gives up, or for some seconds."""
    until = time.monotonic() + SILENCE
    while (left := until - time.monotonic()) > 0:
        readable, _, _ = select.select([client], [], [], left)
        if readable and not client.recv(65_536):
            break
    return False
