"""Secrets we must read again are sealed, with a key that lies outside the database."""

from pathlib import Path

import pytest

from posvenda.base import vault


def test_a_sealed_secret_comes_back_and_does_not_show() -> None:
    sealed = vault.seal("whsec_abc")
    assert "abc" not in sealed
    assert vault.seal("whsec_abc") != sealed
    assert vault.unseal(sealed) == "whsec_abc"


def test_another_home_cannot_open_it(home: Path, settings, tmp_path: Path) -> None:
    sealed = vault.seal("whsec_abc")
    settings.HOME = tmp_path / "other"
    with pytest.raises(vault.Unreadable):
        vault.unseal(sealed)


def test_only_the_owner_reads_the_key(home: Path) -> None:
    vault.seal("x")
    assert (home / "keys" / "vault_key").stat().st_mode & 0o077 == 0
