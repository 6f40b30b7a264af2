"""SFTP out: files of a folder of a server whose key is known; the only code that speaks SSH.

The server's key is compared before anything is sent. Addresses are checked as for HTTP: a name may
not lead into our own network unless its host is allowed.
"""

from __future__ import annotations

import base64
import io
import socket
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posvenda.adapters.http import Refused, check

if TYPE_CHECKING:
    import paramiko

SECONDS = 20.0
BLOCK = 262_144


@dataclass(frozen=True)
class Server:
    """Where to connect and as whom; ``key`` is the text of a private key, ``password`` opens it."""

    host: str
    port: int = 22
    username: str = ""
    password: str = ""
    key: str = ""
    allowed: Collection[str] = ()


@dataclass(frozen=True)
class Entry:
    """One file of the folder."""

    name: str
    size: int
    modified: int


def host_key(server: Server) -> str:
    """This will ask a server for its key without signing in: ``type base64``."""
    with _transport(server) as transport:
        return _named(transport.get_remote_server_key())


def fingerprint(key: str) -> str:
    """This will write a key the way people compare it: ``SHA256:…``."""
    digest = sha256(base64.b64decode(key.partition(" ")[2])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


@contextmanager
def opened(server: Server, *, pinned: str) -> Iterator[Folder]:
    """This will sign in at a server with the pinned key; ``Refused`` says why it cannot."""
    import paramiko

    with _transport(server) as transport:
        if _named(transport.get_remote_server_key()) != pinned:
            raise Refused("host_key_changed", server.host)
        try:
            if server.key:
                transport.auth_publickey(server.username, _private(server))
            else:
                transport.auth_password(server.username, server.password)
            client = paramiko.SFTPClient.from_transport(transport)
        except paramiko.AuthenticationException as error:
            raise Refused("not_allowed", server.host) from error
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise Refused("unreachable", server.host) from error
        assert client is not None
        yield Folder(client, server.host)


@dataclass(frozen=True)
class Folder:
    """The files of a signed-in server."""

    client: Any
    host: str

    def entries(self, path: str) -> list[Entry]:
        """This will list the files of a folder; links and folders are left out."""
        try:
            found = self.client.listdir_attr(path)
        except OSError as error:
            raise Refused("not_found", path) from error
        except EOFError as error:
            raise Refused("unreachable", self.host) from error
        return sorted(
            (
                Entry(each.filename, each.st_size or 0, each.st_mtime or 0)
                for each in found
                if stat.S_ISREG(each.st_mode or 0)
            ),
            key=lambda entry: entry.name,
        )

    def fetch(self, path: str, target: Path, *, limit: int) -> None:
        """This will copy a file; one larger than the limit is refused."""
        try:
            with self.client.open(path, "rb") as source, target.open("wb") as file:
                source.prefetch()
                size = 0
                while block := source.read(BLOCK):
                    size += len(block)
                    if size > limit:
                        raise Refused("too_big", str(limit))
                    file.write(block)
        except (OSError, EOFError) as error:
            raise Refused("unreachable", self.host) from error


@contextmanager
def _transport(server: Server) -> Iterator[paramiko.Transport]:
    import paramiko

    address = check(server.host, server.port, allowed=server.allowed)
    try:
        connection = socket.create_connection((address, server.port), timeout=SECONDS)
    except OSError as error:
        raise Refused("unreachable", server.host) from error
    transport = paramiko.Transport(connection)
    transport.banner_timeout = transport.auth_timeout = SECONDS
    try:
        transport.start_client(timeout=SECONDS)
        yield transport
    except (paramiko.SSHException, EOFError) as error:
        raise Refused("unreachable", server.host) from error
    finally:
        transport.close()
        with suppress(OSError):
            connection.close()


def _named(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {key.get_base64()}"


def _private(server: Server) -> paramiko.PKey:
    import paramiko

    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(server.key), server.password or None)
        except (paramiko.SSHException, ValueError):
            continue
    raise Refused("bad_key", server.host)
