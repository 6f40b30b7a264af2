"""Asks the tracking door as a WSGI server does, without a server."""

import base64
import io
import json
from dataclasses import dataclass
from typing import Any

from posvenda.api.tracking import door


@dataclass(frozen=True)
class Said:
    """The status, the headers and the body of an answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Asking:
    """One web process: it keeps what the door remembers between requests."""

    def __init__(self) -> None:
        self.application = door.beside(_pages)

    def post(
        self, path: str, body: Any = b"", *, key: str = "", method: str = "POST", **environ: Any
    ) -> Said:
        """This will send a body (bytes, or what becomes JSON), with the key as SDKs put it."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        if key:
            coded = base64.b64encode(f"{key}:".encode()).decode()
            environ["HTTP_AUTHORIZATION"] = f"Basic {coded}"
        kept: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            kept.update(status=int(status.split(maxsplit=1)[0]), headers=dict(headers))

        asked = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(sent)),
            "wsgi.input": io.BytesIO(sent),
            "wsgi.url_scheme": "http",
            "HTTP_HOST": "localhost:8000",
        }
        answer = b"".join(self.application(asked | environ, start))
        return Said(kept["status"], kept["headers"], answer)

    def get(self, path: str, **environ: Any) -> Said:
        """This will ask for a path."""
        return self.post(path, method="GET", **environ)


def _pages(environ: Any, start: Any) -> list[bytes]:
    start("418 Pages", [])
    return [b"pages"]
