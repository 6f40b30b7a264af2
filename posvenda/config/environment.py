"""What the environment says about this installation: folders, keys, database, address."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


class BadSetting(ValueError):
    """Raised with a sentence that says which variable is wrong and what it should look like."""


def home() -> Path:
    """This will give the folder that holds all state, made if it does not exist."""
    path = Path(os.environ.get("POSVENDA_HOME") or "var").resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def folder(base: Path, name: str) -> Path:
    """This will give a folder under the home, made if it does not exist."""
    path = base / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def secret_key(base: Path) -> str:
    """This will give this installation's signing key, made once, readable by its owner only."""
    path = folder(base, "keys") / "secret_key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def bind() -> tuple[str, int]:
    """This will give the address and port to listen on."""
    host, _, port = (os.environ.get("POSVENDA_BIND") or "127.0.0.1:8000").rpartition(":")
    if not port.isdigit():
        raise BadSetting("POSVENDA_BIND must look like 127.0.0.1:8000")
    return host or "127.0.0.1", int(port)


def number(name: str, usual: int) -> int:
    """This will give a whole number that is not negative."""
    told = os.environ.get(name) or str(usual)
    if not told.isdigit():
        raise BadSetting(f"{name} must be a whole number such as {usual}")
    return int(told)


def days(name: str, usual: int, *, least: int) -> int:
    """This will give a number of days that is not below the least that is safe."""
    told = number(name, usual)
    if told < least:
        raise BadSetting(f"{name} must be at least {least} days, it is {told}")
    return told


def hosts(public_url: str, bind_host: str) -> list[str]:
    """This will give the host names that requests may carry."""
    extra = [h.strip() for h in os.environ.get("POSVENDA_HOSTS", "").split(",") if h.strip()]
    public = urlsplit(public_url).hostname
    names = ["localhost", "127.0.0.1", "[::1]", *extra]
    if bind_host not in ("0.0.0.0", "::"):  # noqa: S104
        names.append(bind_host)
    return names + ([public] if public else [])


def outbound() -> frozenset[str]:
    """This will give the hosts (``name`` or ``name:port``) inside that may be read from."""
    named = os.environ.get("POSVENDA_ALLOW_HOSTS", "").split(",")
    return frozenset(host.strip().lower() for host in named if host.strip())


def source_folders() -> tuple[str, ...]:
    """This will give the folders of this server that scheduled readings may read."""
    named = os.environ.get("POSVENDA_FOLDERS", "").split(os.pathsep)
    return tuple(each.strip() for each in named if each.strip())


def database(base: Path) -> dict[str, Any]:
    """This will give Django's database settings for DATABASE_URL (else SQLite in the home)."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{base / 'posvenda.sqlite3'}"
    parts = urlsplit(url)
    match parts.scheme:
        case "sqlite":
            return _sqlite(unquote(url.removeprefix("sqlite:///")))
        case "postgres" | "postgresql":
            return {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": unquote(parts.path.lstrip("/")),
                "USER": unquote(parts.username or ""),
                "PASSWORD": unquote(parts.password or ""),
                "HOST": unquote(parts.hostname or ""),
                "PORT": str(parts.port or ""),
                "CONN_MAX_AGE": None,
                "CONN_HEALTH_CHECKS": True,
            }
    raise BadSetting("DATABASE_URL must start with sqlite:/// or postgres://")


def engine() -> str:
    """This will give the address of the engine for large questions over the event store."""
    url = os.environ.get("POSVENDA_ENGINE") or "duckdb"
    if url != "duckdb" and not url.startswith("sc://"):
        raise BadSetting("POSVENDA_ENGINE must be duckdb or look like sc://host:15002")
    return url


def _sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
            "PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY;PRAGMA cache_size=-32000;",
        },
    }


def logging_config(base: Path, *, quiet: bool) -> dict[str, Any]:
    """This will send logs to standard error as one line each, without personal data."""
    level = "ERROR" if quiet else os.environ.get("POSVENDA_LOG", "WARNING")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["err"], "level": level},
    }
