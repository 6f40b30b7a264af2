"""The one command: help in both languages, and state that survives a backup and a restore."""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.onedb
COMMANDS = ["import", "facts", "metrics", "backup", "restore", "config", "serve", "worker", "user"]


def posvenda(
    *words: str, home: Path, language: str = "en", stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"POSVENDA_HOME": str(home), "POSVENDA_LANG": language}
    env.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-m", "posvenda.config.cli", *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        input=stdin,
        timeout=120,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_in_both_languages(command: str, tmp_path: Path) -> None:
    english = posvenda(command, "--help", home=tmp_path)
    portuguese = posvenda(command, "--help", home=tmp_path, language="pt")
    assert (english.returncode, portuguese.returncode) == (0, 0)
    assert english.stdout.startswith("usage: posvenda")
    assert portuguese.stdout.startswith("uso: posvenda")
    assert "show this help message" not in portuguese.stdout


def test_a_command_in_an_empty_home_migrates_by_itself(tmp_path: Path) -> None:
    answer = posvenda("metrics", "mrr", "--format", "json", home=tmp_path / "new")
    assert (answer.returncode, json.loads(answer.stdout)) == (0, [])


def _with_a_user(home: Path) -> None:
    answer = posvenda(
        "user",
        "ada@contaflux.example",
        "--password-stdin",
        home=home,
        stdin="uma senha bem longa\n",
    )
    assert answer.returncode == 0, answer.stderr


def _users(home: Path) -> list[str]:
    import sqlite3

    rows = sqlite3.connect(home / "posvenda.sqlite3").execute("select email from base_user")
    return [row[0] for row in rows]


def test_a_backup_restores_elsewhere(tmp_path: Path) -> None:
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "copy.tar.gz"
    _with_a_user(old)
    (old / "uploads" / "a.csv").write_text("x")
    assert posvenda("backup", str(file), home=old).returncode == 0
    assert file.stat().st_mode & 0o077 == 0
    assert posvenda("restore", str(file), home=new).returncode == 0
    assert _users(new) == ["ada@contaflux.example"]
    assert (new / "uploads" / "a.csv").read_text() == "x"
    assert (new / "keys" / "secret_key").read_text() == (old / "keys" / "secret_key").read_text()


def test_a_cut_backup_changes_nothing(tmp_path: Path) -> None:
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "copy.tar.gz"
    _with_a_user(old)
    posvenda("backup", str(file), home=old)
    file.write_bytes(file.read_bytes()[:-400])
    answer = posvenda("restore", str(file), home=new)
    assert answer.returncode == 2
    assert "Nothing was changed" in answer.stderr
    assert not (new / "posvenda.sqlite3").exists()


def test_an_altered_backup_is_refused(tmp_path: Path) -> None:
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "copy.tar.gz"
    _with_a_user(old)
    posvenda("backup", str(file), home=old)
    with tarfile.open(file) as tar:
        tar.extractall(tmp_path / "parts", filter="data")
    (tmp_path / "parts" / "keys" / "secret_key").write_text("another")
    with tarfile.open(file, "w:gz") as tar:
        for part in sorted((tmp_path / "parts").rglob("*")):
            if part.is_file():
                tar.add(part, str(part.relative_to(tmp_path / "parts")))
    answer = posvenda("restore", str(file), home=new)
    assert answer.returncode == 2
    assert "fingerprint" in answer.stderr


def test_a_weak_password_is_refused_on_the_command_line(tmp_path: Path) -> None:
    answer = posvenda("user", "a@b.example", "--password-stdin", home=tmp_path, stdin="curta\n")
    assert answer.returncode == 2
    assert answer.stderr
