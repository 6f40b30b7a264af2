"""What every test stands on: a home of its own, a fixed moment, users of each role."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests.browser.driver import chromium

__all__ = ["chromium"]

os.environ["POSVENDA_HOME"] = tempfile.mkdtemp(prefix="posvenda-test-")
os.environ.pop("POSVENDA_NOW", None)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A slow machine is not a fault of the code: time is measured in benchmarks, never here.
settings.register_profile(
    "steady", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

NOW = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)


def pytest_configure(config: pytest.Config) -> None:
    """Compiled texts are needed before Django starts."""
    from posvenda.config import messages

    messages.compile_all()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """Each test keeps its files in a folder of its own."""
    folder = tmp_path / "home"
    (folder / "uploads" / "tmp").mkdir(parents=True)
    settings.HOME = folder
    settings.MEDIA_ROOT = folder / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR = str(folder / "uploads" / "tmp")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return folder


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Each test begins in the installation's language, whatever an earlier one left behind."""
    with translation.override("pt-br"):
        yield


@pytest.fixture(autouse=True)
def _rules_read_anew() -> None:
    """Rules are remembered by the number of their row, and a test that is undone gives it again."""
    from posvenda.success import definitions
    from posvenda.success.cards import versions

    for module in (definitions, versions):
        for each in vars(module).values():
            if hasattr(each, "cache_clear"):
                each.cache_clear()


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests happen: a Tuesday morning in São Paulo."""
    return NOW


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data sets; tests that read it are skipped where it is absent."""
    root = Path(os.environ.get("POSVENDA_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not root.is_dir():
        pytest.skip("the real data sets are not beside this checkout")
    return root


def _user(role: str, name: str):
    from posvenda.base.models import User

    return User.objects.create_user(
        f"{role}@contaflux.example", "uma senha bem longa", name=name, role=role
    )


@pytest.fixture
def admin(db: None):
    """An administrator."""
    return _user("admin", "Ada Moreira")


@pytest.fixture
def manager(db: None):
    """A manager, who sees every book."""
    return _user("manager", "Bianca Tavares")


@pytest.fixture
def csm(db: None):
    """A CSM, who sees her own book."""
    return _user("csm", "Rafael Nogueira")


@pytest.fixture
def viewer(db: None):
    """A viewer, who changes nothing."""
    return _user("viewer", "Vera Lins")
