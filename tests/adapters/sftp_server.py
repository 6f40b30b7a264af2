"""A real SFTP server on loopback, by paramiko: one user, one folder, one host key."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import paramiko

USER, PASSWORD = "erp", "uma senha do erp"


class _Server(paramiko.ServerInterface):
    def __init__(self, key: paramiko.PKey | None) -> None:
        self.key = key

    def check_auth_password(self, username: str, password: str) -> int:
        is_right = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if is_right else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        is_right = username == USER and key == self.key
        return paramiko.AUTH_SUCCESSFUL if is_right else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Files(paramiko.SFTPServerInterface):
    root: Path

    def _path(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        folder = self._path(path)
        if not folder.is_dir():
            return paramiko.SFTP_NO_SUCH_FILE
        return [
            paramiko.SFTPAttributes.from_stat(os.lstat(each), each.name)
            for each in folder.iterdir()
        ]

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        found = self._path(path)
        if not found.exists():
            return paramiko.SFTP_NO_SUCH_FILE
        return paramiko.SFTPAttributes.from_stat(found.stat())

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> object:
        found = self._path(path)
        if not found.exists():
            return paramiko.SFTP_NO_SUCH_FILE
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = found.open("rb")  # type: ignore[attr-defined]
        handle.stat = lambda: paramiko.SFTPAttributes.from_stat(found.stat())  # type: ignore[method-assign]
        return handle


@dataclass
class Running:
    """The server's port, its host key and who signed in."""

    port: int
    host_key: paramiko.PKey
    connections: list[int] = field(default_factory=list)


@contextmanager
def serving(
    root: Path, *, host_key: paramiko.PKey | None = None, user_key: paramiko.PKey | None = None
) -> Iterator[Running]:
    """This will serve a folder until the block ends."""
    key = host_key or paramiko.ECDSAKey.generate()
    files = type("Files", (_Files,), {"root": root})
    listener = socket.create_server(("127.0.0.1", 0))
    running = Running(listener.getsockname()[1], key)
    transports: list[paramiko.Transport] = []

    def accept() -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            running.connections.append(1)
            transport = paramiko.Transport(connection)
            transports.append(transport)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
            try:
                transport.start_server(server=_Server(user_key))
            except (paramiko.SSHException, EOFError, OSError):  # the client left early
                transport.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        for transport in transports:
            transport.close()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)
