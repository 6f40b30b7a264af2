"""A typed Python client, made from the schema by a generator, does its work with this API."""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from posvenda.api.rest.api import document
from posvenda.config.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.onedb]
NAME = "posvenda_client"
USE = """
from posvenda_client.api.customers import create_customer, list_customers
from posvenda_client.client import AuthenticatedClient
from posvenda_client.models import Customer, CustomerIn, CustomerPage, Problem
from posvenda_client.types import UNSET


def names(client: AuthenticatedClient) -> list[str]:
    found: list[str] = []
    cursor = UNSET
    page = list_customers.sync(client=client, limit=2, where="contract.mrr > 1000")
    if isinstance(page, CustomerPage):
        found += [customer.name for customer in page.items]
    made = create_customer.sync(client=client, body=CustomerIn(key="K", name="Padaria"))
    if isinstance(made, Problem):
        raise RuntimeError(made.detail)
    if isinstance(made, Customer):
        found.append(made.name.upper())
    return found
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated package, importable while the tests of this file run."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(document()))
    (folder / "config.yml").write_text(f"package_name_override: {NAME}\npost_hooks: []\n")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"),
            *("--path", str(folder / "openapi.json"), "--config", str(folder / "config.yml")),
            *("--output-path", str(folder / NAME), "--fail-on-warning"),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield import_module(NAME)
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[name]


def module(name: str) -> Any:
    """This will import a part of the generated package."""
    return import_module(f"{NAME}.{name}")


@pytest.fixture
def client(package, program, settings) -> Any:
    """The client, talking to this application without a socket."""
    settings.ALLOWED_HOSTS = ["*"]
    return package.AuthenticatedClient(
        base_url="http://posvenda.example",
        token=program.key,
        headers={"Accept-Language": "pt-BR"},
        httpx_args={"transport": httpx.WSGITransport(app=application)},
        raise_on_unexpected_status=True,
    )


def test_it_creates_a_customer_reads_pages_and_meets_a_refusal(client, town):
    create, pages = module("api.customers.create_customer"), module("api.customers.list_customers")
    models = module("models")
    said = models.CustomerIn(key="C9", name="Padaria", tags=["vip"])
    made = create.sync(client=client, body=said)
    assert isinstance(made, models.Customer)
    assert (made.key, made.name, made.tags, made.email) == ("C9", "Padaria", ["vip"], None)
    found, cursor = [], module("types").UNSET
    while cursor is not None:
        page = pages.sync(client=client, limit=2, cursor=cursor, sort="-who.name", where="")
        found += [customer.name for customer in page.items]
        cursor = page.next_
    assert found == sorted(found, reverse=True)
    assert len(found) == 5
    bad = create.sync(client=client, body=models.CustomerIn(key="X", tax_id="123"))
    assert isinstance(bad, models.Problem)
    [error] = bad.errors
    assert (error.pointer, error.code, error.value) == ("/tax_id", "tax_id_length", "123")
    assert "CNPJ" in error.message


def test_it_repeats_a_request_safely_and_writes_against_a_version(client, town):
    models = module("models")
    order = module("api.orders.create_order")
    import datetime

    said = models.OrderIn(
        key="A1",
        customer="K000",
        happened_at=datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC),
        lines=[models.LineIn(product="P", amount_cents=990)],
    )
    first = order.sync_detailed(client=client, body=said, idempotency_key="once")
    again = order.sync_detailed(client=client, body=said, idempotency_key="once")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.parsed == first.parsed
    assert order.sync(client=client, body=said).code == "already_there"
    change = module("api.orders.change_order")
    new = models.OrderPatch(status="paid")
    tag = first.headers["ETag"]
    done = change.sync(first.parsed.id, client=client, body=new, if_match=tag)
    assert done.status == "paid"
    late = change.sync(first.parsed.id, client=client, body=new, if_match=tag)
    assert (late.status, late.code) == (412, "precondition_failed")


def test_it_is_typed(package, tmp_path):
    program = tmp_path / "use.py"
    program.write_text(USE)
    folder = Path(str(package.__file__)).parents[1]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--no-error-summary"),
            *("--config-file", "", "--cache-dir", str(tmp_path / "cache"), str(program)),
        ],
        capture_output=True,
        text=True,
        env={"MYPYPATH": str(folder), "PATH": "/usr/bin:/bin"},
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout
