"""Runs a command with DATABASE_URL set to a throw-away PostgreSQL server on loopback.

    python tests/with_postgres.py COMMAND …

Uses Debian's server programs; root starts the server as the ``postgres`` user. Everything lives in
a temporary folder that is removed afterwards.
"""

import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path


def main(command: list[str]) -> int:
    """This will start the server, run the command, stop the server and give the command's code."""
    programs = _programs()
    if programs is None:
        print("PostgreSQL is not installed; its run is left out.", file=sys.stderr)
        return 1
    folder = Path(tempfile.mkdtemp(prefix="posvenda-pg-"))
    folder.chmod(0o777)
    port = _free_port()
    data = folder / "data"
    try:
        _as_owner([programs / "initdb", "-D", data, "-U", "posvenda", "-A", "trust", "-E", "UTF8"])
        settings = f"-c fsync=off -c listen_addresses=127.0.0.1 -p {port} -k {folder}"
        _as_owner(
            [programs / "pg_ctl", "-D", data, "-o", settings, "-l", folder / "log", "-w", "start"]
        )
        env = os.environ | {"DATABASE_URL": f"postgres://posvenda@127.0.0.1:{port}/postgres"}
        return subprocess.run(command, env=env, check=False).returncode
    finally:
        _as_owner([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    path = found[-1] if found else shutil.which("initdb")
    return Path(path).parent if path else None


def _as_owner(words: list[object], *, check: bool = True) -> None:
    command = [str(word) for word in words]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=check, stdout=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
