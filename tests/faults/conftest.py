"""An installation that is made once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.product import Product, template


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The home to copy, and the clear text of its write key."""
    return template(tmp_path_factory.mktemp("installation"))


@pytest.fixture
def key(made: tuple[Path, str]) -> str:
    """The write key of the installation."""
    return made[1]


@pytest.fixture
def product(made: tuple[Path, str], tmp_path: Path) -> Iterator[Product]:
    """The installation, nothing of it running yet."""
    folder = tmp_path / "installation"
    shutil.copytree(made[0], folder)
    one = Product(folder)
    yield one
    one.stop()
