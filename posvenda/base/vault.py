"""Secrets of other systems that we must be able to read again, encrypted at rest.

A signing secret of a webhook or a password of a server is kept as a Fernet token (AES-128-CBC with
HMAC-SHA256, as its public specification says). The key lies in the
home's ``keys`` folder, outside the database, so that a copy of the database alone opens nothing.
"""

import os
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(ValueError):
    """Raised when a secret was sealed with another key than the one in the home."""


def seal(secret: str) -> str:
    """This will encrypt a secret for the database; equal secrets look different."""
    return _box(_path()).encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """This will give the secret back, or raise ``Unreadable``."""
    try:
        return _box(_path()).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("sealed with another key") from error


def _path() -> Path:
    return Path(settings.HOME) / "keys" / "vault_key"


@lru_cache(maxsize=4)
def _box(path: Path) -> Fernet:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Fernet(path.read_bytes())
    with os.fdopen(handle, "wb") as file:
        file.write(Fernet.generate_key())
    return Fernet(path.read_bytes())
