"""The page *Connecting your data* is true: its files, commands and programs run from nothing."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.product import ROOT, Product
from tests.sdk import installed

pytestmark = pytest.mark.onedb

PAGE = (ROOT / "docs" / "guide" / "connecting.md").read_text()
SECONDS = 90
Shell = Callable[..., str]


def _part(heading: str) -> str:
    after = PAGE.partition(f"## {heading}\n")[2]
    return after.partition("\n## ")[0]


def _blocks(part: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}[^\n]*\n(.*?)^```$", part, re.S | re.M)


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    one = Product(tmp_path / "installation")
    one.home.mkdir()
    one.run("-m", "posvenda.config.prepare")
    one.start_web()
    one.start_worker()
    one.wait()
    yield one
    one.stop()


@pytest.fixture
def shell(product: Product, tmp_path: Path) -> Shell:
    """Run a block of the page as it is written, at this installation's address."""
    tools = tmp_path / "bin"
    tools.mkdir()
    command = f'#!/bin/sh\nexec "{sys.executable}" -m posvenda.config.cli "$@"\n'
    (tools / "posvenda").write_text(command)
    (tools / "posvenda").chmod(0o755)

    def run(block: str, **more: str) -> str:
        env = product.environment() | more | {"POSVENDA_LANG": "en"}
        env["PATH"] = f"{tools}:{os.environ['PATH']}"
        text = block.replace("https://cs.example.com", product.url)
        done = subprocess.run(
            ["bash", "-euc", text], env=env, cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def _files(part: str, folder: Path) -> None:
    for name, text in re.findall(r"^```csv file=(\S+)\n(.*?)^```$", part, re.S | re.M):
        (folder / name).write_text(text)


def test_a_shop_brings_its_spreadsheet(shell: Shell, tmp_path: Path) -> None:
    part = _part("A shop with a spreadsheet")
    _files(part, tmp_path)
    (block,) = _blocks(part, "sh")
    for _ in range(2):  # the same file again changes nothing
        assert shell(block).splitlines()[-1].split() == ["2026-06-01", "BRL", "37990", "3", "3"]


def test_a_saas_company_connects_its_events(shell: Shell, product: Product, tmp_path: Path) -> None:
    part = _part("A SaaS company with Segment and Stripe")
    _files(part, tmp_path)
    importing, asking = _blocks(part, "sh")
    shell(importing)
    key = shell('posvenda key "Site" --kind write').strip()
    (program,) = _blocks(part, "python")
    program = program.replace("wk_…", key).replace("https://cs.example.com", product.url)
    env = os.environ | {"PYTHONPATH": str(installed.python_client("2.4"))}
    subprocess.run([sys.executable, "-c", program], env=env, check=True, timeout=60)
    deadline = time.monotonic() + SECONDS
    found: list[list[str]] = []
    while time.monotonic() < deadline:
        found = list(csv.reader(io.StringIO(shell(asking))))
        if ["padaria-trigo-bom", "5", "1"] in found:
            break
        time.sleep(1)
    assert ["padaria-trigo-bom", "5", "1"] in found


def test_a_data_engineer_uses_the_api(shell: Shell, product: Product) -> None:
    making, writing, reading = _blocks(_part("A data engineer with the API"), "sh")
    key = shell(making + "echo $SK").strip()
    customers, contracts = (
        json.loads(each) for each in re.split(r"(?<=\})\s*(?=\{\"created)", shell(writing, SK=key))
    )
    assert (customers["created"], customers["refused"]) == (1, 1)
    (wrong,) = customers["results"][1]["errors"]
    assert (wrong["pointer"], wrong["code"]) == ("/items/1/tax_id", "cnpj_last")
    assert contracts["created"] == 1
    again = shell(writing, SK=key)
    assert '"created":1' in again.replace(" ", "")
    deadline = time.monotonic() + SECONDS
    items: list[dict[str, object]] = []
    while not items and time.monotonic() < deadline:
        time.sleep(1)
        items = json.loads(shell(reading, SK=key))["items"]
    assert [item["facts"] for item in items] == [{"contract.mrr": 490_000}]
