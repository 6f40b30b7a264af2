"""``posvenda import``: the same facts file by file, all at once, twice, or after a kill."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

pytestmark = pytest.mark.onedb

HEADER = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice"]
HEADER += ["CustomerID", "Country"]


def start(*words: str, home: Path) -> "subprocess.Popen[str]":
    env = os.environ | {"POSVENDA_HOME": str(home), "POSVENDA_LANG": "en"}
    env.pop("DATABASE_URL", None)
    return subprocess.Popen(
        [sys.executable, "-m", "posvenda.config.cli", "import", *words],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*words: str, home: Path) -> tuple[int, str, str]:
    process = start(*words, home=home)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def tables(*words: str, home: Path) -> list[dict]:
    code, out, err = run(*words, "--format", "json", home=home)
    assert code == 0, err
    return json.loads(out)["tables"]


def days(folder: Path, count: int = 6, lines: int = 40) -> list[Path]:
    """Daily files with returns, charges, lines without customer and exact duplicates."""
    folder.mkdir()
    made = []
    for day in range(1, count + 1):
        rows = []
        for number in range(lines):
            invoice = f"{'C' if number % 11 == 0 else ''}{day * 1000 + number // 4}"
            who = "" if number % 7 == 0 else f"{17850 + number % 5}.0"
            code = "POST" if number % 13 == 0 else f"8512{number % 9}A"
            moment = f"2011-01-{day:02d} {8 + number % 9:02d}:{number % 60:02d}:00"
            country = "France" if (day + number) % 6 == 0 else "United Kingdom"
            quantity = -1 if invoice.startswith("C") else number % 3 + 1
            rows.append([invoice, code, "x", quantity, moment, "2.55", who, country])
        rows += rows[:3]
        path = folder / f"2011-01-{day:02d}.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([HEADER, *rows])
        made.append(path)
    return made


def facts(home: Path) -> dict[str, list]:
    """What is stored, without internal ids and moments of recording."""
    import sqlite3

    base = sqlite3.connect(home / "posvenda.sqlite3")
    queries = {
        "customers": "SELECT key, happened_at FROM customers_customer",
        "values": "SELECT c.key, v.value, v.happened_at FROM customers_attributevalue v"
        " JOIN customers_customer c ON c.id = v.customer_id",
        "orders": "SELECT o.key, c.key, o.happened_at, o.is_return FROM commerce_order o"
        " LEFT JOIN customers_customer c ON c.id = o.customer_id WHERE o.superseded_at IS NULL",
        "lines": "SELECT l.key, c.key, p.key, p.kind, l.quantity, l.amount_cents, l.happened_at"
        " FROM commerce_orderline l LEFT JOIN customers_customer c ON c.id = l.customer_id"
        " JOIN commerce_product p ON p.id = l.product_id WHERE l.superseded_at IS NULL",
    }
    return {name: sorted(map(str, base.execute(sql))) for name, sql in queries.items()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Path, Path, dict]:
    """A folder imported at once: the folder, its home and its facts."""
    base = tmp_path_factory.mktemp("whole")
    days(base / "days")
    (table,) = tables(str(base / "days"), home=base / "home")
    assert (table["files"], table["new"], table["refused"]) == (6, 258, 0)
    return base / "days", base / "home", facts(base / "home")


def test_twice_changes_nothing(whole):
    folder, home, before = whole
    (table,) = tables(str(folder), home=home)
    assert (table["new"], table["changed"], table["same"]) == (0, 0, 258)
    assert facts(home) == before


def test_file_by_file_in_any_order_gives_the_same_facts(whole, tmp_path):
    folder, _home, before = whole
    paths = sorted(folder.iterdir())
    for path in [*paths[::2], *paths[1::2][::-1]]:
        tables(str(path), home=tmp_path / "home")
    assert facts(tmp_path / "home") == before


def test_one_long_file_gives_the_same_facts(whole, tmp_path):
    folder, _home, before = whole
    path = tmp_path / "all.csv"
    texts = [each.read_text() for each in sorted(folder.iterdir())]
    path.write_text(texts[0] + "".join(text.split("\n", 1)[1] for text in texts[1:]))
    tables(str(path), home=tmp_path / "home")
    assert facts(tmp_path / "home") == before
    tables(str(folder), home=tmp_path / "home")
    assert facts(tmp_path / "home") == before


def test_a_kill_in_the_middle_and_a_second_try_are_the_same_as_once(tmp_path):
    days(tmp_path / "days", count=12, lines=900)
    tables(str(tmp_path / "days"), home=tmp_path / "calm")
    home = tmp_path / "killed"
    run("--help", home=home)
    stored = 0
    for _ in range(20):
        process = start(str(tmp_path / "days"), home=home)
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            now = _lines(home)
            if now > stored:
                stored = now
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if stored:
            break
    assert 0 < stored < 10_836
    tables(str(tmp_path / "days"), home=home)
    assert facts(home) == facts(tmp_path / "calm")


def _lines(home: Path) -> int:
    import sqlite3

    try:
        base = sqlite3.connect(f"file:{home / 'posvenda.sqlite3'}?mode=ro", uri=True)
        return int(base.execute("SELECT count(*) FROM commerce_orderline").fetchone()[0])
    except sqlite3.Error:
        return 0


def test_a_rehearsal_writes_nothing(tmp_path):
    days(tmp_path / "days", count=1)
    code, out, _err = run(str(tmp_path / "days"), "--dry-run", home=tmp_path / "home")
    assert code == 0
    assert "nothing was written" in out
    assert not any(facts(tmp_path / "home").values())


def test_refused_rows_are_listed_and_written_and_the_others_go_in(tmp_path):
    path = tmp_path / "contratos.csv"
    path.write_text(
        "contrato;cliente;inicio;fim;valor\n"
        "C1;7;01/06/2026;31/05/2027;1.000,00\n"
        "C2;=cmd|calc;31/02/2026;31/05/2027;1.000,00\n"
        "C3;9;01/06/2026;31/05/2025;abc\n"
    )
    refused = tmp_path / "refused.csv"
    code, out, _err = run(str(path), "--refused", str(refused), home=tmp_path / "home")
    assert code == 0
    assert "contratos.csv, line 3, inicio “31/02/2026”: 2/2026 has no day 31" in out
    with refused.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:5] == ["contrato", "cliente", "inicio", "fim", "valor"]
    assert [row[1] for row in rows[1:]] == ["'=cmd|calc", "9"]
    assert [row[6:8] for row in rows[1:]] == [["3", "inicio"], ["4", "valor"]]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["missing.csv"], "There is no file or folder"),
        (["a.csv", "--preset", "nope"], "There is no preset nope"),
        (["a.csv", "--record", "nope"], "There is no kind of record nope"),
        (["a.csv", "--decimal", "x"], "not a value for this option"),
        (["a.csv", "--time-zone", "Nowhere"], "not a value for this option"),
        (["a.csv"], "could not be recognised"),
        (["a.csv", "--record", "order", "--map", "z=number"], "has no column z"),
    ],
)
def test_unusable_input_is_said_in_one_sentence(tmp_path, words, sentence):
    (tmp_path / "a.csv").write_text("foo,bar\n1,2\n3,4\n")
    words = [str(tmp_path / word) if word.endswith(".csv") else word for word in words]
    code, out, err = run(*words, home=tmp_path / "home")
    assert code == 2
    assert sentence in err
    assert "Traceback" not in err
    assert out == ""


def test_columns_and_formats_can_be_said(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("foo,bar,baz\n7,04/05/2026,1.234\n8,05/06/2026,10\n")
    names = ["--map", "foo=customer", "--map", "bar=happened_at", "--map", "baz=amount"]
    formats = ["--date-order", "mdy", "--decimal", ",", "--currency", "usd"]
    (table,) = tables(str(path), "--record", "order", *names, *formats, home=tmp_path / "home")
    assert table["new"] == 2
    import sqlite3

    base = sqlite3.connect(tmp_path / "home" / "posvenda.sqlite3")
    rows = base.execute("SELECT amount_cents, currency, happened_at FROM commerce_order ORDER BY 1")
    assert [(a, b, c[:10]) for a, b, c in rows] == [
        (1_000, "USD", "2026-05-06"),
        (123_400, "USD", "2026-04-05"),
    ]


def test_history_can_count_as_known_when_it_happened(tmp_path):
    days(tmp_path / "days", count=1)
    tables(str(tmp_path / "days"), "--known-when-happened", home=tmp_path / "home")
    import sqlite3

    base = sqlite3.connect(tmp_path / "home" / "posvenda.sqlite3")
    late = "SELECT count(*) FROM commerce_orderline WHERE recorded_at <> happened_at"
    assert base.execute(late).fetchone() == (0,)


def test_the_summary_can_be_a_table_csv_or_parquet(tmp_path):
    days(tmp_path / "days", count=1)
    code, out, _err = run(str(tmp_path / "days"), "--format", "csv", home=tmp_path / "home")
    assert code == 0
    frame = pl.read_csv(out.encode())
    assert frame["new"].to_list() == [43]
